"""核对死亡登记 (domain C5: never paid when the person is dead; G.3 row 19), where the register takes its time."""

import pytest

from engine.demo.registers.content import Manner
from tests.demo.registers import Simulator
from tests.processes import paying
from tests.processes.paying import decide, lines
from tests.processes.stage import Stage, at

pytestmark = pytest.mark.usefixtures("registers")
ITEM, PROCESS = paying.ITEM, "payment_alive"
UNKNOWN = "死亡登记没有查到回复，请核实本人健在"


def test_a_register_that_says_nothing_for_a_working_day_is_not_waited_for(pay: Stage, registers: Simulator) -> None:
    registers.hold({}, deaths=Manner(silent=True))
    pay.clock.move_to(at("2026-11-20", "10:00"))
    decide(pay)
    assert pay.open_tasks() == []
    pay.let_pass(until=at("2026-11-23", "23:59"))
    assert pay.open_tasks() == []
    pay.let_pass(until=at("2026-11-23", "24:00"))
    assert (pay.open_tasks(), lines()[0].flags) == (["py_dept"], [UNKNOWN])


def test_who_lives_is_paid_and_who_has_died_is_not(pay: Stage, registers: Simulator) -> None:
    registers.hold({"deaths": {str(pay.people["citizen"].identity_number): [{"diedOn": "2026-11-10"}]}})
    decide(pay)
    registers.hold({})
    decide(pay)
    assert [(line.state, line.flags) for line in lines()] == [("removed", []), ("open", [])]
    assert pay.open_tasks() == ["py_dept"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
