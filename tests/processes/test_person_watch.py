"""每周人员变动比对: the applicants of running cases are compared with registers, and each change is verified once."""

from typing import Any

import pytest

from engine.casework import jobs, recurring
from engine.casework.models import Case
from engine.db import reading
from engine.demo.registers.content import Manner
from engine.oversight import replay
from tests.demo.registers import Simulator
from tests.processes.lifting import apart
from tests.processes.stage import Stage, at

ITEM = PROCESS = "person_watch"
ELSEWHERE = "532625101001"


@pytest.fixture
def asking(stage: Stage) -> Stage:
    """The citizen, registered in the county, asks for insurance."""
    stage.item = "insure"
    stage.raise_hand()
    stage.item = PROCESS
    return stage


def compare(stage: Stage) -> Case:
    """The county's office asks for it now."""
    stage.item = PROCESS
    case = stage.begin("county_office")
    stage.let_pass(until=at("2026-11-16", "10:00"))
    with reading() as session:
        assert replay.replay(session, case.case_no).equal
    return stage.case()


def recorded(stage: Stage, register: str, **record: Any) -> dict[str, Any]:
    return {register: {stage.people["citizen"].identity_number: [record]}}


def test_who_is_recorded_as_dead_is_verified_by_the_department_and_once(asking: Stage, registers: Simulator) -> None:
    registers.hold(recorded(asking, "deaths", diedOn="2026-11-10"))
    assert compare(asking).outcome_text == "比对在办件 1 件，有变动 1 件"
    [change] = apart("person_change")
    said = change.variables
    assert (said["changeKind"], said["changeText"], said["department"]) == ("死亡", "死亡登记中有申请人", "medins")
    assert said["aboutCase"].startswith("insure-532622-")
    assert asking.told("county_office", "T245") == ["在办件比对发现申请人可能死亡或者户籍迁出 1 件，已转主管部门核实。"]
    assert compare(asking).outcome_text == "比对在办件 0 件，没有变动", "what is verified is not asked about again"


def test_who_is_registered_in_another_county_since_has_moved(asking: Stage, registers: Simulator) -> None:
    registers.hold(recorded(asking, "household_register", region=ELSEWHERE, members=[]))
    compare(asking)
    [change] = apart("person_change")
    assert (change.variables["changeKind"], ELSEWHERE in change.variables["changeText"]) == ("迁出", True)


def test_who_never_was_registered_here_has_not_moved(stage: Stage, registers: Simulator) -> None:
    stage.item = "water"
    stage.raise_hand()
    registers.hold(recorded(stage, "household_register", region=ELSEWHERE, members=[]))
    assert compare(stage).outcome_text == "比对在办件 1 件，没有变动"


def test_who_reported_somebody_elses_need_is_not_what_it_is_about(stage: Stage, registers: Simulator) -> None:
    stage.item = "dropout"
    stage.raise_hand()
    registers.hold(recorded(stage, "deaths", diedOn="2026-11-10"))
    assert compare(stage).outcome_text == "比对在办件 0 件，没有变动"


def test_registers_that_do_not_answer_in_a_day_are_done_without(asking: Stage, registers: Simulator) -> None:
    registers.hold({}, deaths=Manner(silent=True))
    asking.begin("county_office")
    asking.let_pass(until=at("2026-11-18"))
    assert asking.case().outcome_text == "比对在办件 1 件，没有变动"


def test_the_clock_begins_it_every_monday_and_nobody_is_made_up(stage: Stage, registers: Simulator) -> None:
    stage.clock.move_to(at("2026-11-17"))
    recurring.plan_all()
    stage.clock.move_to(at("2026-11-23", "08:00"))
    jobs.drain()
    assert [(one.region_code, one.outcome_text) for one in apart(PROCESS)] == [("532622", "比对在办件 0 件，没有变动")]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
