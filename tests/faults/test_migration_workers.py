"""迁移 of many cases by real workers that are killed and started again: each case goes over once, none is left half."""

import signal
import time
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from engine.casework import migration_jobs, migration_plans
from engine.casework.models import Case, CaseMigration, HistoryEvent, MigratedCase
from engine.db import reading, transaction
from tests.casework import content
from tests.casework.conftest import Office, office  # noqa: F401 - a fixture
from tests.casework.test_migrating import REASON, policy
from tests.faults.test_workers import PATIENCE, patient, waiting, worker  # noqa: F401 - a fixture among them
from tests.faults.whole import whole

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


def newer() -> dict[str, bytes]:
    """The service with its timer, and another name for its first task."""
    drawn = patient()["processes/small.bpmn"].replace("答复".encode(), "回复".encode())
    return {**content.small(), "processes/small.bpmn": drawn}


def order(office: Office, cases: list[int]) -> int:  # noqa: F811
    to, who = office.deploy(newer()), policy()
    with transaction() as session:
        since = session.get_one(Case, cases[0]).version_id
        wanted = migration_plans.plan(session, since, to, {}, actor=who)
        return migration_jobs.start(session, wanted, actor=who, reason=REASON, key="k").id


def counts() -> dict[str, int]:
    with reading() as session:
        told = select(MigratedCase.state, func.count()).group_by(MigratedCase.state)
        return dict(session.execute(told).all())  # type: ignore[arg-type]


def until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.02)


def test_cases_go_over_once_whoever_is_killed(office: Office, waiting: list[int]) -> None:  # noqa: F811
    number = order(office, waiting)
    for done in (3, 12, 25):
        with worker() as killed, worker():
            until(lambda done=done: counts().get("moved", 0) >= done)  # type: ignore[misc]
            killed.send_signal(signal.SIGKILL)
            killed.wait()
    with worker():
        until(lambda: "waiting" not in counts())
    assert counts() == {"moved": len(waiting)}
    with reading() as session:
        told = select(HistoryEvent.case_id, func.count()).where(HistoryEvent.kind == "case_migrated")
        assert dict(session.execute(told.group_by(HistoryEvent.case_id)).all()) == dict.fromkeys(waiting, 1)
    migration_jobs.run_due()
    with reading() as session:
        assert session.get_one(CaseMigration, number).state == "done"
    for case_id in waiting:
        whole(case_id)
