"""The shipped content deployed, people for all posts, and the record of the flows that a module's tests take."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.orm import Session

from engine import clock as engine_clock
from engine import settings
from engine.casework import deployments
from engine.casework.models import Activation, ProcessVersion, VersionFile
from engine.db import transaction
from engine.registry.actors import SYSTEM
from tests.processes import flows
from tests.processes.stage import Stage, at, employ

DEPLOYED = (ProcessVersion, VersionFile, Activation)

_rows: dict[str, list[dict[str, Any]]] = {}
_taken: dict[str, set[str]] = defaultdict(set)
_played: dict[str, set[str]] = defaultdict(set)


def _deploy() -> None:
    """Deploying checks every file; what it leaves in an empty database is always the same, so later tests copy it."""
    with transaction() as session:
        empty = session.scalar(select(ProcessVersion.id).limit(1)) is None
        if empty and _rows:
            for table in DEPLOYED:
                session.execute(insert(table), _rows[table.__tablename__])
                _count_on(session, table.__tablename__)
            return
        deployments.deploy_folder(session, settings.ROOT, actor=SYSTEM)
        session.flush()
        for table in DEPLOYED if empty else ():
            found = session.execute(select(table.__table__)).mappings()
            _rows[table.__tablename__] = [dict(row) for row in found]


def _count_on(session: Session, table: str) -> None:
    """PostgreSQL counts ids by itself, and does not notice those that it was given."""
    if session.get_bind().dialect.name == "postgresql" and "id" in _rows[table][0]:
        session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"))


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
    made = Stage(clock, employ(), item=getattr(request.module, "ITEM", "water"))
    yield made
    assert made.incidents() == []
    module = request.module.__name__
    _played[module].add(request.node.originalname)
    for refused_at in made.refusals:
        _taken[module] |= flows.into(request.module.PROCESS, refused_at)
    _taken[module] |= flows.taken_by_all_cases(request.module.PROCESS)


@pytest.fixture
def untaken(request: pytest.FixtureRequest) -> list[str]:
    """The flows of the module's process that none of its tests took. Says nothing when only some of them ran."""
    module = request.module
    tests = {name for name in vars(module) if name.startswith("test_")} - {request.node.originalname}
    if tests - _played[module.__name__]:
        pytest.skip("only some of the module's tests ran")
    return sorted(flows.drawn(module.PROCESS).keys() - _taken[module.__name__])
