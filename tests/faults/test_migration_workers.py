"""迁移 of many cases, and the way back, by real workers that are killed and started again: each case goes over once and
comes back once, none is left half."""

import signal
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine import clock
from engine.casework import migration_jobs, migration_plans, migration_undos
from engine.casework.migration_models import MigrationUndo
from engine.casework.models import Case, CaseMigration, HistoryEvent, Job, MigratedCase, UserTask
from engine.casework.past_plans import MIGRATED, UNDONE
from engine.db import current, reading, transaction
from scripts.bench_arms.copying import copies
from tests.casework import content
from tests.casework.conftest import Office, office  # noqa: F401 - a fixture
from tests.casework.test_migrating import REASON, policy
from tests.faults.test_workers import PATIENCE, patient, waiting, worker  # noqa: F401 - a fixture among them
from tests.faults.whole import whole

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
THOUSANDS, LONG = 2000, 900.0
RENAMED = (b"sm_answer", b"sm_reply")


def newer() -> dict[str, bytes]:
    """The service with its timer, and another name for its first task."""
    drawn = patient()["processes/small.bpmn"].replace("答复".encode(), "回复".encode())
    return {**content.small(), "processes/small.bpmn": drawn}


def renamed() -> dict[str, bytes]:
    """The service with its timer, and its first task under another name, so that a case's state is another there."""
    return {**content.small(), "processes/small.bpmn": patient()["processes/small.bpmn"].replace(*RENAMED)}


def order(office: Office, cases: list[int], files: dict[str, bytes], mapping: Mapping[str, str]) -> int:  # noqa: F811
    to, who = office.deploy(files), policy()
    with transaction() as session:
        since = session.get_one(Case, cases[0]).version_id
        wanted = migration_plans.plan(session, since, to, mapping, actor=who)
        return migration_jobs.start(session, wanted, actor=who, reason=REASON, key="k").id


def counts() -> dict[str, int]:
    with reading() as session:
        told = select(MigratedCase.state, func.count()).group_by(MigratedCase.state)
        return dict(session.execute(told).all())  # type: ignore[arg-type]


def until(reached: Callable[[], bool], patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.02)


def test_cases_go_over_once_whoever_is_killed(office: Office, waiting: list[int]) -> None:  # noqa: F811
    number = order(office, waiting, newer(), {})
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


def under_kills(reached: Callable[[int], bool], milestones: Iterable[int]) -> None:
    """Two workers, which are both killed in the middle of what they do, again and again; then one in peace."""
    for milestone in milestones:
        with ExitStack() as stack:
            workers = [stack.enter_context(worker()) for _ in range(2)]
            until(lambda milestone=milestone: reached(milestone), LONG)  # type: ignore[misc]
            for process in workers:
                process.send_signal(signal.SIGKILL)
    with worker():
        until(lambda: reached(THOUSANDS), LONG)


def bytes_of_all() -> dict[int, tuple[int, bytes | None]]:
    """Version and state of every case."""
    with reading() as session:
        rows = session.execute(select(Case.id, Case.version_id, Case.state_blob))
        return {number: (version, state) for number, version, state in rows}


def events() -> dict[str, list[int]]:
    """The cases in whose journal it stands, by kind, as often as it stands there."""
    with reading() as session:
        told = select(HistoryEvent.kind, HistoryEvent.case_id).where(HistoryEvent.kind.in_((MIGRATED, UNDONE)))
        rows = session.execute(told.order_by(HistoryEvent.case_id)).all()
    return {kind: [case for name, case in rows if name == kind] for kind in (MIGRATED, UNDONE)}


@pytest.mark.timeout(3600)
def test_thousands_go_over_and_come_back_to_the_byte_whoever_is_killed(
    office: Office,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("JUSHOU_DATABASE_URL", current().url.render_as_string(hide_password=False))
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path / "var"))
    with clock.pinned_at(clock._system()):  # the workers' time: no timer is due while they are at it
        office.deploy(patient())
        copies(office.raise_hand().id, THOUSANDS - 1)
    before = bytes_of_all()
    number = order(office, list(before), renamed(), {"sm_answer": "sm_reply"})
    under_kills(lambda count: counts().get("moved", 0) >= count, (150, 700, 1500))
    migration_jobs.run_due()  # the order is closed, if the last worker had no time to
    over = bytes_of_all()
    assert counts() == {"moved": THOUSANDS} and events()[MIGRATED] == sorted(before)
    assert all(over[case][0] != before[case][0] for case in before)
    with transaction() as session:
        undoing = migration_undos.start(session, number, actor=policy(), reason=REASON, key="back").id
    under_kills(lambda count: counts().get("undone", 0) >= count, (150, 700, 1500))
    migration_undos.run_due()
    assert counts() == {"undone": THOUSANDS} and bytes_of_all() == before
    assert events() == {MIGRATED: sorted(before), UNDONE: sorted(before)}
    with reading() as session:
        assert session.get_one(MigrationUndo, undoing).state == "done"
        for table in (UserTask, Job):
            rows = session.execute(select(table.case_id, func.count()).group_by(table.case_id))
            assert dict(rows.all()) == dict.fromkeys(before, 1)  # type: ignore[arg-type]
        told = select(HistoryEvent).order_by(HistoryEvent.case_id, HistoryEvent.seq)
        for case in sorted(before)[::40]:
            hashes = [one.payload["hash"] for one in session.scalars(told.where(HistoryEvent.case_id == case))]
            assert hashes[-1] == hashes[-3] != hashes[-2]
    for case in sorted(before)[::40]:
        whole(case)
