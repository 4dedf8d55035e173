"""数据纠错与隐私异议: looked into by whoever answers for the data, put right, and the citizen told."""

from typing import Any

import pytest

from engine.casework import cases, disputes
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Invalid
from engine.oversight import replay
from engine.registry.models import Citizen
from tests.factories import YANSHAN
from tests.processes import lifting
from tests.processes.stage import Stage, at

ITEM = PROCESS = "data_dispute"
FOUND = "与户籍信息比对，登记时写错，应当改正"


def dispute(stage: Stage, **values: Any) -> Case:
    told = {
        "disputeKind": "数据错误",
        "department": "water",
        "disputedField": "other",
        "shownValue": "家庭人口 3 人",
        "rightValue": "家庭人口 4 人",
        "disputeText": "申请里的人口写错了，户口本上是四人",
    }
    return stage.begin("citizen", **{**told, **values})


def accept(stage: Stage) -> None:
    stage.complete("county_office", "dd_accept", disputeAccepted=True, ownerDepartment="water")


def check(stage: Stage, **values: Any) -> None:
    found = {"disputeTrue": "属实", "disputeFindings": FOUND, "correctWay": "改正", "seriousLeak": False}
    stage.complete("county_water_clerk", "dd_check", **{**found, **values})


def ended(stage: Stage) -> tuple[str | None, str | None]:
    case = stage.case()
    with reading() as session:
        assert replay.replay(session, case.case_no).difference is None
    return case.outcome, case.outcome_text


def test_while_it_is_looked_into_the_open_case_says_that_its_data_are_disputed(stage: Stage) -> None:
    stage.item = "water"
    about, other = stage.raise_hand(), stage.people["neighbour"]
    stage.item = ITEM
    made = dispute(stage, aboutCase=about.case_no)
    accept(stage)
    assert other.id != about.citizen_id
    with reading() as session:
        assert [one.case_no for one in disputes.open_about(session, session.get_one(Case, about.id))] == [made.case_no]
    check(stage)
    result = "家庭人口已改为 4 人，正在办理的申请按 4 人计算"
    stage.complete("county_water_clerk", "dd_handle", handledResult=result)
    assert ended(stage) == ("COMPLETED", f"核查属实，已经处置：{result}")
    assert len(stage.told("citizen", "M214")) == 1
    with reading() as session:
        assert disputes.open_about(session, session.get_one(Case, about.id)) == []


def test_what_the_platform_itself_holds_is_put_right_at_once(stage: Stage) -> None:
    dispute(stage, disputedField="name", shownValue="群众甲", rightValue="群众嘉")
    accept(stage)
    check(stage)
    assert ended(stage) == ("COMPLETED", "核查属实，登记信息已经改正")
    with reading() as session:
        assert session.get_one(Citizen, stage.case().citizen_id).name == "群众嘉"


def test_nothing_wrong_is_put_in_the_place_of_what_was_wrong(stage: Stage) -> None:
    dispute(stage, disputedField="phone", shownValue="139", rightValue="不是号码")
    accept(stage)
    with pytest.raises(Invalid) as refusal:
        check(stage)
    assert "手机号码" in str(refusal.value.notice)
    assert stage.open_tasks() == ["dd_check"]


def test_a_serious_leak_is_told_to_whom_it_hurts_and_begins_an_incident_of_the_office(stage: Stage) -> None:
    dispute(stage, disputeKind="侵犯隐私", shownValue="身份证号码全部显示", rightValue="不应当显示")
    accept(stage)
    check(stage, correctWay="屏蔽", seriousLeak=True)
    assert len(stage.told("citizen", "M216")) == len(stage.told("county_office", "T86")) == 1
    assert stage.open_tasks() == ["dd_handle"]
    [incident] = lifting.apart("security_incident")
    told = incident.variables
    assert (told["incidentKind"], told["originCaseNo"]) == ("信息泄露", stage.case().case_no)
    assert FOUND in told["incidentText"] and incident.region_code == YANSHAN
    with reading() as session:
        mine = cases.mine(session, stage.people["citizen"], ended=False)
        assert [one.case_no for one in mine] == [stage.case().case_no]
    lifting.turn_to(stage, "security_incident")
    assert stage.open_tasks() == ["si_plan"]


def test_what_is_not_so_is_told_with_the_reason_and_what_is_no_matter_is_refused(stage: Stage) -> None:
    dispute(stage)
    accept(stage)
    check(stage, disputeTrue="不属实", correctWay=None, seriousLeak=None)
    assert ended(stage) == ("COMPLETED", f"核查不属实：{FOUND}")
    assert len(stage.told("citizen", "M215")) == 1
    dispute(stage)
    reason = "反映的是别的平台上的信息，本平台没有这项数据"
    stage.complete("county_office", "dd_accept", disputeAccepted=False, refuseReason=reason)
    assert ended(stage) == ("NOT_ACCEPTED", reason)


def test_the_limits_leave_out_holidays_and_count_make_up_days(stage: Stage) -> None:
    stage.clock.move_to(at("2026-09-30", "15:00"))
    dispute(stage)
    assert stage.task("dd_accept").due_at == at("2026-10-09", "24:00")
    accept(stage)
    assert stage.task("dd_check").due_at == at("2026-10-20", "24:00")


def test_it_may_be_urged_supervised_and_withdrawn(stage: Stage) -> None:
    dispute(stage)
    stage.urge()
    stage.supervise()
    stage.withdraw(reason="已经看到改好了")
    assert stage.case().outcome == "WITHDRAWN"


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
