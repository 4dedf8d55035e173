"""抽查一件: by phone or at home, by the list; what was found is put right, if need be under the leaders."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework.act_models import Document
from engine.db import reading
from engine.errors import NotAllowed
from engine.oversight import replay
from tests import factories
from tests.factories import JIANGNA, YANSHAN
from tests.processes.stage import Stage, at
from tests.processes.test_inspection import PLAN, checks, ended

ITEM, PROCESS, CHAPTERS = "inspection", "inspection_case", ("inspection_rectify",)
LIST = dict.fromkeys(
    ["programResult", "timeResult", "materialResult", "publicityResult", "satisfactionResult", "policyResult"], "符合"
)
CHECKED: dict[str, Any] = {"checkWay": "电子台账", **LIST, "checkPhotos": []}
WRONG = {**CHECKED, "programResult": "不符合", "findings": "入户调查只有一个人签字，公示照片没有日期"}
ORDER = {"ticketKind": "派单整改", "demand": "补齐公示照片，重新核对入户记录", "misconduct": False}
MENDED = {"rootCause": "新来的经办人不熟悉要求", "rectified": "已补齐照片，同类三件已经自查", "rectifyProof": []}
BACK = {"rectifyOk": False, "verifyReason": "照片仍然没有张贴日期"}
PHONED = {"phoneResult": "说法一致", "phoneSaid": "水已经通了，对办理满意"}


@pytest.fixture
def drawn(stage: Stage) -> Stage:
    """A case of 找工作 has been drawn, which is looked into by phone."""
    return draw(stage, "job")


def draw(stage: Stage, item: str) -> Stage:
    for key in ("inspector", "county_leading_group", "discipline", "county_water_reviewer"):
        stage.hire(key, key, YANSHAN)
    ended(item)
    stage.begin("county_office")
    stage.complete("county_office", "ip_plan", **PLAN)
    stage.case_id = checks()[-1].id
    return stage


def visited(stage: Stage) -> dict[str, Any]:
    pair = [{"checkerName": name, "checkerUnit": "县领导小组办公室"} for name in ("检查员甲", "检查员乙")]
    seen = {"checkedOn": "2026-11-16", "checkMet": "本人", "visitSaid": "本人在家，水已经通了，与办件一致"}
    return {**seen, "checkers": pair, "visitPhotos": [stage.file("inspector")]}


def test_who_is_content_on_the_phone_and_in_order_on_the_list_has_passed(drawn: Stage) -> None:
    assert drawn.task("ik_phone").due_at == at("2026-11-23", "24:00")
    drawn.complete("inspector", "ik_phone", **PHONED)
    drawn.supervise()
    drawn.complete("inspector", "ik_check", **CHECKED)
    assert (drawn.case().outcome, drawn.case().outcome_text) == ("COMPLETED", "抽查合格")
    with reading() as session:
        assert replay.replay(session, drawn.case().case_no).equal


def test_who_cannot_be_reached_is_visited_and_the_office_may_find_no_fault(drawn: Stage) -> None:
    drawn.complete("inspector", "ik_phone", phoneResult="打了三次不通")
    drawn.complete("inspector", "ik_visit", **visited(drawn))
    drawn.complete("inspector", "ik_check", **WRONG)
    reason = "照片在纸质台账中有日期，已核对"
    drawn.complete("county_office", "ik_ticket", ticketKind="不构成问题", dismissReason=reason)
    assert drawn.case().outcome_text == f"抽查合格：{reason}"


def test_what_was_found_is_put_right_in_ten_working_days_and_after_two_failures_under_the_leaders(
    stage: Stage,
) -> None:
    draw(stage, "water")
    stage.complete("inspector", "ik_visit", **visited(stage))
    stage.complete("inspector", "ik_check", **WRONG)
    clue = {"misconduct": True, "clueText": "入户记录上的签名不是本人所签"}
    stage.complete("county_office", "ik_ticket", **{**ORDER, **clue, "rectifyBy": "县级部门"})
    letter = documents(stage)[-1]
    assert letter.title == "问题线索移送单"
    assert letter.number in stage.told("discipline", "T173")[0]
    task = stage.task("ir_rectify")
    assert (task.role_key, task.region_code, task.due_at) == (
        "county_water_reviewer",
        YANSHAN,
        at("2026-11-30", "24:00"),
    )
    assert "11月30日" in stage.told("county_water_reviewer", "T172")[0]
    stage.complete("county_water_reviewer", "ir_rectify", **MENDED)
    stage.complete("county_office", "ir_verify", **BACK)
    stage.complete("county_water_reviewer", "ir_rectify", **MENDED)
    stage.complete("county_office", "ir_verify", **BACK)
    stage.complete("county_leading_group", "ir_lead", leadDemand="由主要负责人限期整改到位", leadDays=3)
    assert stage.task("ir_rectify").due_at == at("2026-11-19", "24:00")
    assert "11月19日" in stage.told("county_water_reviewer", "T172")[1]
    stage.complete("county_water_reviewer", "ir_rectify", **MENDED)
    stage.complete("county_office", "ir_verify", rectifyOk=True)
    assert stage.case().outcome_text == "抽查发现的问题已整改销号"
    with reading() as session:
        assert replay.replay(session, stage.case().case_no).equal


def documents(stage: Stage) -> list[Document]:
    with reading() as session:
        return list(session.scalars(select(Document).where(Document.case_id == stage.case_id)))


def test_a_town_that_is_late_with_it_climbs_the_ladder_of_supervision(drawn: Stage) -> None:
    drawn.complete("inspector", "ik_phone", **PHONED)
    drawn.complete("inspector", "ik_check", **WRONG)
    drawn.complete("county_office", "ik_ticket", **ORDER, rectifyBy="乡镇")
    task = drawn.task("ir_rectify")
    assert (task.role_key, task.region_code) == ("town_office", JIANGNA)
    drawn.let_pass(until=at("2026-12-01", "10:00"))
    assert [record.element_id for record in drawn.overdue()] == ["ir_rectify"]
    assert drawn.companions("supervise") != []


def test_the_liaison_meeting_sees_what_is_not_yet_put_right(drawn: Stage) -> None:
    number = drawn.case().case_no
    drawn.complete("inspector", "ik_phone", **PHONED)
    drawn.complete("inspector", "ik_check", **WRONG)
    drawn.complete("county_office", "ik_ticket", **ORDER, rectifyBy="乡镇")
    drawn.item = "meeting"
    drawn.begin("county_office")
    (line,) = drawn.case().variables["caseLists"]["rectifying"]
    assert (line["caseNo"], line["place"], line["demand"]) == (number, "江那镇", ORDER["demand"])
    table = documents(drawn)[0].content["tables"][-2]
    assert (table["title"], table["rows"][0][0]) == ("未销号整改", number)


def test_who_had_a_part_in_the_case_does_not_check_it(stage: Stage) -> None:
    stage.hire("inspector", "inspector", YANSHAN)
    (number,) = ended("job")
    with factories.committed() as session:
        case = session.scalars(select(factories.Case).where(factories.Case.case_no == number)).one()
        done = {"state": "completed", "completed_by": stage.people["inspector"].id, "ended_at": at("2026-10-20")}
        factories.UserTaskFactory(case=case, **done)
    stage.begin("county_office")
    stage.complete("county_office", "ip_plan", **PLAN)
    stage.case_id = checks()[-1].id
    with pytest.raises(NotAllowed):
        stage.complete("inspector", "ik_phone", **PHONED)


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
