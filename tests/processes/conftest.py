"""The shipped content deployed, people for all posts, and the record of the flows that a module's tests take."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, text
from sqlalchemy.orm import Session

from engine import clock as engine_clock
from engine import settings
from engine.casework import deployments
from engine.casework.models import Activation, ProcessVersion, RecurringStart, VersionFile
from engine.db import Base, transaction
from engine.registry.actors import SYSTEM, Actor
from engine.registry.models import Account, Appointment, Citizen
from tests import factories
from tests.demo.registers import Simulator, running
from tests.processes import flows, household, paying, steps, supported
from tests.processes.stage import Stage, at, employ

DEPLOYED = (ProcessVersion, VersionFile, Activation)
EMPLOYED = (Account, Appointment, Citizen)

_rows: dict[str, list[dict[str, Any]]] = {}
_people: dict[str, Actor] = {}
_taken: dict[str, set[str]] = defaultdict(set)
_played: dict[str, set[str]] = defaultdict(set)


def _deploy() -> None:
    """Deploying checks every file; what it leaves in an empty database is always the same, so later tests copy it."""
    with transaction() as session:
        empty = session.scalar(select(ProcessVersion.id).limit(1)) is None
        if empty and _kept(DEPLOYED):
            _copy(session, DEPLOYED)
            return
        deployments.deploy_folder(session, settings.ROOT, actor=SYSTEM)
        # What the clock begins would be made up for from the day of deployment on; `recurring.plan_all` plans it anew.
        session.execute(delete(RecurringStart))
        if empty:
            _keep(session, DEPLOYED)


def _employ() -> dict[str, Actor]:
    """The same people in each empty database; the factories go on counting behind them."""
    if _kept(EMPLOYED):
        with transaction() as session:
            _copy(session, EMPLOYED)
        factories.AccountFactory.reset_sequence(len(_rows[Account.__tablename__]))
        factories.CitizenFactory.reset_sequence(len(_rows[Citizen.__tablename__]))
        return dict(_people)
    _people.update(employ())
    with transaction() as session:
        _keep(session, EMPLOYED)
    return dict(_people)


def _kept(tables: Sequence[type[Base]]) -> bool:
    return all(table.__tablename__ in _rows for table in tables)


def _copy(session: Session, tables: Sequence[type[Base]]) -> None:
    names = [table.__tablename__ for table in tables]
    if session.get_bind().dialect.name == "postgresql":
        _copy_inside(session, names)
        return
    for table in tables:
        session.execute(insert(table), _rows[table.__tablename__])


def _copy_inside(session: Session, names: Sequence[str]) -> None:
    """PostgreSQL copies from tables of its own, which is many times faster than sending the rows again. It counts ids
    by itself, and does not notice those that it was given."""
    copied = "; ".join(f"INSERT INTO {name} SELECT * FROM kept.{name}" for name in names)
    counted = ", ".join(
        f"setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
        for name in names
        if "id" in _rows[name][0]
    )
    session.connection().exec_driver_sql(f"{copied}; SELECT {counted}")


def _keep(session: Session, tables: Sequence[type[Base]]) -> None:
    session.flush()
    for table in tables:
        found = session.execute(select(table.__table__)).mappings()
        _rows[table.__tablename__] = [dict(row) for row in found]
    if session.get_bind().dialect.name == "postgresql":
        for name in (table.__tablename__ for table in tables):
            session.execute(text(f"CREATE TABLE kept.{name} AS TABLE {name}"))


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
    with engine_clock.pinned_at(at("2026-01-01")):
        _deploy()
    made = Stage(clock, _employ(), item=getattr(request.module, "ITEM", "water"))
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
