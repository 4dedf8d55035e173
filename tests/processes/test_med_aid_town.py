"""乡镇核实和公示 (B16, ma_town and ma_public): a visit and the registers' check, then the village may object."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import objections
from engine.casework.models import PublicNotice
from engine.db import reading, transaction
from engine.errors import Invalid
from tests.demo.registers import Simulator
from tests.processes import funds, paying, steps
from tests.processes.stage import VILLAGE, Stage, at

PROCESS = "med_aid_town"
ITEM = "med_aid"
AGREED = {"reviewDecision": "同意", "reviewOpinion": "核对程序和结论无误，同意出具核对报告"}
NOW = at("2026-11-16")


@pytest.fixture
def town(stage: Stage, registers: Simulator) -> Stage:
    """The visit and the check are asked for; the registers know the family."""
    hold(stage, registers)
    citizen = stage.people["citizen"]
    person = {"name": citizen.name, "idNo": citizen.identity_number}
    members = [{**steps.ASKED[ITEM]["members"][0], **person}]
    stage.raise_hand(members=members, authPersons=[person])
    stage.let_pass(until=NOW)
    stage.do("ma_pre", identityChecked="低保边缘")
    return stage


def hold(stage: Stage, registers: Simulator, **more: Any) -> None:
    citizen = stage.people["citizen"]
    listed = {"name": citizen.name, "idNo": citizen.identity_number}
    family = {str(citizen.identity_number): [{"name": citizen.name, "region": VILLAGE, "members": [listed]}]}
    registers.hold({"household_register": family, **more})


def check(stage: Stage, reviewer: str = "county_check_reviewer") -> None:
    """The check center asks the registers and agrees to the report."""
    stage.complete("county_check_clerk", "ec_accept", authSigned=True, authFits=True, authInDate=True)
    stage.let_pass(until=NOW)
    stage.complete(reviewer, "ec_review", **AGREED)


def post(stage: Stage) -> None:
    photos = [stage.file("village_assistant")]
    stage.complete("village_assistant", "pb_post", publicPlace=["村务公开栏"], publicPhotos=photos)


def notice(stage: Stage) -> int:
    with reading() as session:
        return session.scalars(select(PublicNotice.id).where(PublicNotice.case_id == stage.case_id)).all()[-1]


def test_somebody_of_the_village_goes_along_on_the_visit(town: Stage) -> None:
    photos = [town.file("town_medins_clerk") for _ in range(3)]
    with pytest.raises(Invalid) as refusal:
        town.do("ma_town", villageVisitor="", visitPhotos=photos)
    assert set(refusal.value.problems) == {"villageVisitor"}
    town.do("ma_town", visitPhotos=photos)
    assert town.open_tasks() == ["ec_accept"]


def test_who_fits_hangs_out_for_seven_days_without_the_disease_and_comes_to_the_county(town: Stage) -> None:
    assert town.open_tasks() == ["ec_accept", "ma_town"]
    # Fifteen working days from Monday 16 November.
    assert town.task("ma_town").due_at == at("2026-12-07", "24:00")
    check(town)
    funds.visit(town)
    post(town)
    with reading() as session:
        shown = objections.get(session, notice(town))
    assert shown.lines == (("姓名", town.people["citizen"].name), ("家庭人数", "1 人"), ("事项", "大病救助"))
    town.let_pass(until=at("2026-11-23", "24:00"))
    photos = [town.file("village_assistant")]
    town.complete("village_assistant", "pb_down", publicDownPhotos=photos)
    town.complete("village_leader", "pb_down_2", villageObjection=False)
    assert (town.open_tasks(), town.case().variables["townResult"]) == (["ma_calc"], "符合")


def test_an_objection_that_is_upheld_sends_the_town_back_and_the_check_to_another_reviewer(town: Stage) -> None:
    paying.employ(town, "colleague", "town_medins_clerk", "532622101")
    paying.employ(town, "second", "county_check_reviewer", "532622")
    check(town)
    funds.visit(town)
    post(town)
    with transaction() as session:
        said = {"reason": "这家去年新买了一辆小轿车，没有申报", "anonymous": True}
        objections.raise_objection(session, notice(town), values=said, key="1", actor=None)
    town.complete("colleague", "pb_object", objectionRelated=True)
    found = {"objectionFindings": "到车管所查询，名下有一辆车", "objectionAnswer": "经查询属实，将重新核实"}
    town.complete("colleague", "pb_check", objectionResult="成立", **found)
    assert (town.open_tasks(), town.case().variables["recheck"]) == (["ec_accept", "ma_town"], True)
    check(town, "second")


def test_what_the_registers_hold_against_it_goes_to_the_county_without_publicity(
    town: Stage, registers: Simulator
) -> None:
    hold(town, registers, taxes={str(town.people["citizen"].identity_number): [{"yearlyIncome": 90000}]})
    funds.visit(town)
    check(town)
    assert town.case().variables["checkResult"] == "FAIL"
    assert (town.open_tasks(), town.case().variables["townResult"]) == (["ma_review"], "不符合")


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
