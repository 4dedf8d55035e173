"""医疗机构信息变更 (domain B9): filled in by one, checked by another, published as a version of the directory."""

from typing import Any

import pytest

from engine.db import reading
from engine.errors import Invalid, NotAllowed, NotFound
from engine.oversight import replay
from engine.registry import hospitals
from engine.registry.hospital_models import Hospital
from tests.processes import sentences
from tests.processes.stage import VILLAGE, Stage, at

ITEM = PROCESS = "hospital_info_change"
CLERK, REVIEWER = "county_health_clerk", "county_health_reviewer"
CLINIC = "YL-532622-102"
REASON = "年度核对，与机构电话核实"
NEW: dict[str, Any] = {
    "hospitalName": "砚山惠民医院",
    "hospitalRegion": VILLAGE,
    "hospitalType": "民营",
    "hospitalLevel": "一级",
    "hospitalFunctions": ["门诊", "医保定点"],
    "hospitalClinics": "内科、外科",
    "hospitalAddress": "江那镇七乡大道",
    "hospitalPhone": "0876-3120000",
    "hospitalPlace": "23.6051, 104.3372",
}


def change(stage: Stage) -> None:
    stage.begin(CLERK, changeKind="修改", hospitalCode=CLINIC, changeReason=REASON)


def check(stage: Stage, decision: str = "同意", **values: Any) -> None:
    stage.complete(REVIEWER, "hi_check", checkDecision=decision, **values)


def entry(code: str) -> Hospital:
    with reading() as session:
        return hospitals.get(session, code)


def test_what_is_changed_is_published_as_a_version_with_who_when_and_which_case(stage: Stage) -> None:
    change(stage)
    task = stage.task("hi_fill")
    assert (task.role_key, task.region_code, task.due_at) == (CLERK, "532622", at("2026-11-18", "24:00"))
    stage.complete(CLERK, "hi_fill", hospitalPhone="0876-3660120", hospitalClinics="全科、中医科")
    assert entry(CLINIC).version == 1
    check(stage)
    made, case = entry(CLINIC), stage.case()
    assert (made.version, made.phone, made.clinics, made.name) == (
        2,
        "0876-3660120",
        ["全科", "中医科"],
        "平远镇卫生院",
    )
    who = (made.published_by, made.published_at, made.case_no)
    assert who == (stage.people[REVIEWER].id, at("2026-11-16"), case.case_no)
    assert (case.outcome, case.outcome_text) == ("COMPLETED", "已发布第 2 版")
    told = f"已发布，编码 {CLINIC}，第 2 版"
    assert stage.told(CLERK, "T181") == [sentences.template("T181").format(no=case.case_no, result=told)]
    with reading() as session:
        assert replay.replay(session, case.case_no).difference is None


def test_a_new_institution_is_entered_sent_back_and_found_when_it_is_published(stage: Stage) -> None:
    stage.begin(CLERK, changeKind="新增", changeReason=REASON)
    stage.complete(CLERK, "hi_enter", **NEW)
    check(stage, "退回", checkOpinion="请补充开放时间")
    assert stage.open_tasks() == ["hi_enter"]
    stage.complete(CLERK, "hi_enter", **NEW, hospitalHours="8:00—17:30")
    check(stage)
    with reading() as session:
        found = hospitals.named(session, "砚山惠民医院", "532622")
        assert found is not None
        assert (found.region_code, found.hours, found.longitude) == (VILLAGE, "8:00—17:30", 104.3372)
        assert "砚山惠民医院" in [one["value"] for one in hospitals.of_county(session, "532622")]


def test_one_that_has_closed_is_offered_no_longer(stage: Stage) -> None:
    change(stage)
    stage.complete(CLERK, "hi_fill", closing=True)
    check(stage)
    with reading() as session:
        assert CLINIC not in [one["code"] for one in hospitals.of_county(session, "532622")]


def test_what_is_not_published_leaves_the_directory_as_it_was(stage: Stage) -> None:
    change(stage)
    stage.complete(CLERK, "hi_fill", hospitalPhone="0876-3660120")
    check(stage, "不发布", checkOpinion="与机构核实，号码有误")
    assert (stage.case().outcome, entry(CLINIC).version) == ("REJECTED", 1)


def test_whoever_was_faster_is_not_overwritten(stage: Stage) -> None:
    change(stage)
    stage.complete(CLERK, "hi_fill", hospitalPhone="0876-3660120")
    slow = stage.case_id
    change(stage)
    stage.complete(CLERK, "hi_fill", hospitalHours="全天")
    check(stage)
    stage.case_id = slow
    check(stage)
    assert (stage.open_tasks(), entry(CLINIC).version) == (["hi_fill"], 2)
    stage.complete(CLERK, "hi_fill", hospitalPhone="0876-3660120")
    check(stage)
    assert (entry(CLINIC).version, entry(CLINIC).hours, entry(CLINIC).phone) == (3, "全天", "0876-3660120")


def test_only_the_countys_clerk_fills_in_and_only_the_reviewer_checks(stage: Stage) -> None:
    with pytest.raises(NotAllowed):
        stage.begin("town_health_clerk", changeKind="新增", changeReason=REASON)
    change(stage)
    with pytest.raises(Invalid) as refusal:
        stage.complete(CLERK, "hi_fill", hospitalPhone="call us")
    assert set(refusal.value.problems) == {"hospitalPhone"}
    stage.complete(CLERK, "hi_fill", hospitalPhone="0876-3660120")
    with pytest.raises(NotFound):
        stage.complete(CLERK, "hi_check", checkDecision="同意")


def test_supervision_is_told_to_whoever_holds_it(stage: Stage) -> None:
    change(stage)
    stage.supervise()
    assert len(stage.told(CLERK, "T04")) == 1


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
