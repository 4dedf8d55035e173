"""每月托举分析: the county's cases and three registers are looked through, and who is at risk becomes a clue, once."""

from typing import Any

import pytest

from engine.casework import jobs, recurring
from engine.casework.models import Case
from engine.db import reading
from engine.demo.registers.content import Manner
from engine.oversight import replay
from tests.demo.registers import Simulator
from tests.processes import lifting
from tests.processes.lifting import apart
from tests.processes.stage import Stage, at

ITEM = PROCESS = "gov_lift_month"


def analyse(stage: Stage) -> Case:
    """The county's office asks for it now."""
    case = stage.begin("county_office")
    stage.let_pass(until=at("2026-11-16", "10:00"))
    with reading() as session:
        assert replay.replay(session, case.case_no).equal
    return stage.case()


@pytest.fixture
def known(stage: Stage) -> Stage:
    """The citizen has told of a lack of water lately."""
    stage.item = "water"
    stage.raise_hand()
    stage.item = PROCESS
    return stage


def spent(stage: Stage, amount: int, **more: Any) -> dict[str, Any]:
    number = stage.people["citizen"].identity_number
    return {"medical_spending": {number: [{"selfPaid": amount}]}, **more}


def test_who_paid_much_for_the_doctor_becomes_a_clue_and_the_office_hears(known: Stage, registers: Simulator) -> None:
    registers.hold(spent(known, 6000))
    assert analyse(known).outcome_text == "分析 1 人，发现疑似对象 1 户"
    [clue] = apart("gov_lift")
    assert (clue.applicant_name, clue.channel, clue.variables["riskScore"]) == (
        known.people["citizen"].name, "TIMER", 40,
    )  # fmt: skip
    assert "自付医疗费用大" in clue.variables["riskText"]
    assert len(known.told("county_office", "T193")) == 1
    known.item = PROCESS
    analyse(known)
    assert [one.outcome for one in apart("gov_lift")] == [None, "TERMINATED"]


def test_what_is_below_the_line_finds_nobody(known: Stage, registers: Simulator) -> None:
    registers.hold(spent(known, 4000))
    assert analyse(known).outcome_text == "分析 1 人，没有疑似对象"


def test_registers_that_do_not_answer_in_a_day_are_done_without(known: Stage, registers: Simulator) -> None:
    registers.hold({}, medical_spending=Manner(silent=True))
    known.begin("county_office")
    known.let_pass(until=at("2026-11-18"))
    assert known.case().outcome_text == "分析 1 人，没有疑似对象"


def test_the_clock_begins_it_on_the_third_of_each_month(stage: Stage, registers: Simulator) -> None:
    stage.clock.move_to(at("2026-11-16"))
    recurring.plan_all()
    stage.clock.move_to(at("2026-12-03", "08:00"))
    jobs.drain()
    assert [(one.region_code, one.outcome_text) for one in apart(PROCESS)] == [("532622", "分析 0 人，没有疑似对象")]


def test_nobody_is_made_up(stage: Stage, registers: Simulator) -> None:
    assert analyse(stage).outcome_text == "分析 0 人，没有疑似对象"
    assert lifting.apart("gov_lift") == []


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
