"""核对死亡登记 (domain C5: never paid when the person is dead; G.3 row 19), where the register takes its time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.demo.registers.content import Manner
from tests.demo.registers import Simulator, running
from tests.processes import paying
from tests.processes.paying import decide, lines
from tests.processes.stage import Stage, at

ITEM, PROCESS = paying.ITEM, "payment_alive"
UNKNOWN = "死亡登记没有查到回复，请核实本人健在"


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running(tmp_path_factory.mktemp("registers")) as found:
        yield found


@pytest.fixture
def pay(stage: Stage, process: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setenv("JUSHOU_REGISTER_URL", process.url)
    monkeypatch.setenv("JUSHOU_REGISTER_TOKEN", process.token)
    with paying.content(stage, tmp_path, monkeypatch) as ready:
        yield ready


def test_a_register_that_says_nothing_for_a_working_day_is_not_waited_for(pay: Stage, process: Simulator) -> None:
    process.hold({}, deaths=Manner(silent=True))
    pay.clock.move_to(at("2026-11-20", "10:00"))
    decide(pay)
    assert pay.open_tasks() == []
    pay.let_pass(until=at("2026-11-23", "23:59"))
    assert pay.open_tasks() == []
    pay.let_pass(until=at("2026-11-23", "24:00"))
    assert (pay.open_tasks(), lines()[0].flags) == (["py_dept"], [UNKNOWN])


def test_who_lives_is_paid_and_who_has_died_is_not(pay: Stage, process: Simulator) -> None:
    process.hold({"deaths": {str(pay.people["citizen"].identity_number): [{"diedOn": "2026-11-10"}]}})
    decide(pay)
    process.hold({})
    decide(pay)
    assert [(line.state, line.flags) for line in lines()] == [("removed", []), ("open", [])]
    assert pay.open_tasks() == ["py_dept"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
