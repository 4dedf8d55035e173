"""The register simulator: a server of its own that answers, lets wait, stays silent and contradicts itself."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine import clock as engine_clock
from engine.connectors import registry
from engine.connectors.outcome import NotYet, Rejected, Unreachable
from engine.demo.registers.content import Content, Manner, load, store
from engine.demo.registers.households import provide, simulated
from engine.demo.registers.names import REGISTERS
from engine.demo.registers.server import token_of
from tests.demo.registers import Simulator, running

NOON = datetime(2026, 11, 16, 4, tzinfo=UTC)
ONE, OTHER = "532622199001010014", "532622199001010022"
CAR = {"kind": "小型汽车", "price": 80000}


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running(tmp_path_factory.mktemp("registers")) as found:
        yield found


@pytest.fixture
def simulator(process: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """The platform is told where the registers are, and nothing else of them."""
    monkeypatch.setenv("JUSHOU_REGISTER_URL", process.url)
    monkeypatch.setenv("JUSHOU_REGISTER_TOKEN", process.token)
    return process


def ask(register: str, *numbers: str, key: str = "k", **more: Any) -> dict[str, Any]:
    persons = [{"name": "群众甲", "idNo": number} for number in numbers]
    return registry.call("register_query", {"register": register, "persons": persons, **more}, key=key)


def test_a_register_tells_what_it_holds_about_the_persons_that_were_asked_for(simulator: Simulator) -> None:
    simulator.hold({"vehicles": {ONE: [CAR], "somebody else": [CAR]}})
    assert ask("vehicles", ONE, OTHER) == {"answered": True, "found": True, "records": [{"idNo": ONE, **CAR}]}
    assert ask("vehicles", OTHER) == {"answered": True, "found": False, "records": []}


def test_what_is_held_by_years_is_told_of_the_year_that_was_asked_for(simulator: Simulator) -> None:
    simulator.hold({"residents_insured": {ONE: [{"insuredIn": "532622", "year": "2026"}]}})
    assert ask("residents_insured", ONE, year="2026")["found"] is True
    assert ask("residents_insured", ONE, year="2027")["found"] is False
    assert ask("residents_insured", ONE)["found"] is True


def test_a_slow_register_answers_when_its_time_is_over_by_the_clock_of_the_asker(
    simulator: Simulator, clock: engine_clock.Clock
) -> None:
    simulator.hold({"bank_deposits": {ONE: [{"balance": 100}]}}, bank_deposits=Manner(delayHours=20))
    with pytest.raises(NotYet) as told:
        ask("bank_deposits", ONE, key="slow")
    assert told.value.again_in == timedelta(hours=20)
    clock.advance(hours=19)
    with pytest.raises(NotYet):
        ask("bank_deposits", ONE, key="slow")
    clock.advance(hours=1)
    assert ask("bank_deposits", ONE, key="slow")["found"]


def test_a_silent_register_never_answers_and_one_that_is_down_cannot_be_reached(
    simulator: Simulator, clock: engine_clock.Clock
) -> None:
    simulator.hold({}, ships=Manner(silent=True), taxes=Manner(silentFor=(ONE,)), pensions=Manner(down=True))
    for days in (0, 30):
        clock.advance(days=days)
        for register in ("ships", "taxes"):
            with pytest.raises(NotYet):
                ask(register, ONE, key="silent")
    assert ask("taxes", OTHER)["answered"]
    with pytest.raises(Unreachable):
        ask("pensions", ONE)


def slot(act: str, holder: str = "one", **asked: Any) -> Any:
    """What the hospital's register says; the number of the slot where there is one."""
    usual = {"institution": "县医院", "clinic": "内科", "date": "2026-11-18", "period": "上午", "minutes": 15}
    question = {"register": "hospital_slots", "act": act, "holder": holder, **usual, **asked}
    said = registry.call("register_query", question, key=act)
    return said["records"][0].get("number", said["records"][0]) if said["records"] else None


def test_a_slot_is_held_for_its_minutes_taken_for_good_and_given_back(
    simulator: Simulator, clock: engine_clock.Clock
) -> None:
    simulator.offer({"县医院": {"capacity": {"上午": 2}, "full": ["2026-11-20"]}})
    assert (slot("hold"), slot("hold", "other"), slot("hold", "third")) == (1, 2, None)
    assert slot("take") == 1
    clock.advance(minutes=16)
    # The one who only held it has lost it; the one who took it has it still.
    assert (slot("take", "third"), slot("take", "other"), slot("take")) == (2, None, 1)
    assert (slot("release"), slot("release"), slot("take", "other")) == (1, None, 1)
    assert slot("hold", clinic="外科") == 1
    assert (slot("hold", "late", date="2026-11-20"), slot("hold", "late", period="下午")) == (None, None)
    assert slot("hold", institution="卫生院") == {"connected": False}
    with pytest.raises(Rejected):
        slot("steal")


def test_it_wants_its_token_a_register_that_there_is_and_persons(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Rejected):
        ask("secrets", ONE)
    with pytest.raises(Rejected):
        registry.call("register_query", {"register": "ships", "persons": "all"}, key="k")
    good = {"Authorization": f"Bearer {simulator.token}", "Date": format_datetime(NOON, usegmt=True)}
    assert httpx.post(f"{simulator.url}/ships", headers=good, content=b"no").status_code == 400
    monkeypatch.setenv("JUSHOU_REGISTER_TOKEN", "guessed")
    with pytest.raises(Rejected):
        ask("ships", ONE)


def test_token_and_content_are_made_once_and_nobody_else_may_read_them(tmp_path: Path) -> None:
    first = token_of(tmp_path)
    assert (token_of(tmp_path), len(first) >= 32) == (first, True)
    assert (tmp_path / "register-token").stat().st_mode & 0o077 == 0
    provide(tmp_path / "registers.json", 7)
    assert (tmp_path / "registers.json").stat().st_mode & 0o077 == 0


def test_the_same_seed_makes_the_same_registers(clock: engine_clock.Clock, tmp_path: Path) -> None:
    one, again, other = simulated(7), simulated(7), simulated(8)
    assert (one == again, one == other) == (True, False)
    store(tmp_path / "one.json", one)
    assert load(tmp_path / "one.json") == Content(json.loads(json.dumps(one.records)), one.manners, one.slots)


def test_every_household_stands_in_the_household_register_and_each_register_holds_somebody(
    clock: engine_clock.Clock,
) -> None:
    made = simulated(2026, citizens=160)
    listed = [record["members"] for held in made.records["household_register"].values() for record in held]
    assert {person["idNo"] for members in listed for person in members} == set(made.records["household_register"])
    assert max(len(members) for members in listed) == 4
    # The demo county lies in the mountains: a register of ships that holds nobody is what it should be.
    assert set(REGISTERS) - set(made.records) == {"ships", "hospital_slots"}


def test_some_registers_contradict_each_other_and_some_stay_silent(clock: engine_clock.Clock) -> None:
    made = simulated(2026)
    dead = set(made.records["deaths"])
    assert dead and dead <= set(made.records["household_register"])
    assert any(manner.silentFor for manner in made.manners.values())
    assert {name for name, manner in made.manners.items() if manner.delayHours} >= {"bank_deposits", "securities"}
