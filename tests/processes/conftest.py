"""The shipped content deployed, people for all posts, and the record of the flows that a module's tests take."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from engine import clock as engine_clock
from tests import shipped
from tests.demo.registers import Simulator, running
from tests.processes import flows, household, paying, steps, supported
from tests.processes.stage import Stage

_taken: dict[str, set[str]] = defaultdict(set)
_played: dict[str, set[str]] = defaultdict(set)


@pytest.fixture
def stage(
    request: pytest.FixtureRequest,
    reference: Engine,
    clock: engine_clock.Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stage]:
    """Everything in place on Monday 2026-11-16 at 09:00. Afterwards nothing may have failed unseen."""
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path / "var"))
    shipped.deploy()
    made = Stage(clock, shipped.employ(), item=getattr(request.module, "ITEM", "water"))
    yield made
    assert made.incidents() == []
    module = request.module.__name__
    for process_key in _walked(request.module):
        for refused_at in made.refusals:
            _taken[module] |= flows.into(process_key, refused_at)
        _taken[module] |= flows.taken_by_all_cases(process_key)


def _walked(module: Any) -> list[str]:
    """The diagrams of which a module says that its tests take every flow: `PROCESS`, and chapters called by it."""
    return [module.PROCESS, *getattr(module, "CHAPTERS", ())]


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """The departments' registers, a process of their own."""
    with running(tmp_path_factory.mktemp("registers")) as found:
        yield found


@pytest.fixture
def registers(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """The registers, connected; they hold nothing but what a test puts into them."""
    monkeypatch.setenv("JUSHOU_REGISTER_URL", simulator.url)
    monkeypatch.setenv("JUSHOU_REGISTER_TOKEN", simulator.token)
    simulator.hold({})
    return simulator


@pytest.fixture
def pay(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The stage with a small service that pays, and people for the posts of a payment."""
    with paying.content(stage, tmp_path, monkeypatch) as ready:
        yield ready


@pytest.fixture
def family(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The stage with a family of three, and with everybody whom their case needs."""
    household.employ(stage)
    monkeypatch.setitem(steps.ASKED, stage.item, {**steps.ASKED[stage.item], **household.answers(stage)})
    return stage


@pytest.fixture
def alone(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The stage with somebody who lives alone, and with everybody whom a case of 特困供养 needs."""
    household.employ(stage)
    monkeypatch.setitem(steps.ASKED, "tekun", {**supported.ASKED, **supported.answers(stage)})
    for element_id, usual in supported.STEPS.items():
        monkeypatch.setitem(steps.USUAL, element_id, usual)
    return stage


@pytest.fixture(autouse=True)
def played(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test counts, those that need no stage too; else the flows of their module would never be counted."""
    yield
    if isinstance(request.node, pytest.Function):
        _played[request.module.__name__].add(request.node.originalname)


@pytest.fixture
def untaken(request: pytest.FixtureRequest) -> list[str]:
    """The flows of the module's process that none of its tests took. Says nothing when only some of them ran."""
    module = request.module
    tests = {name for name in vars(module) if name.startswith("test_")} - {request.node.originalname}
    if tests - _played[module.__name__]:
        pytest.skip("only some of the module's tests ran")
    drawn = {flow for process_key in _walked(module) for flow in flows.drawn(process_key)}
    return sorted(drawn - _taken[module.__name__])
