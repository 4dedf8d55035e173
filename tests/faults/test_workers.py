"""Several real worker processes on one database: what is due happens once and never early, whoever is killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from engine import clock, settings
from engine.casework import jobs
from engine.casework.models import Case, HistoryEvent, Job, UserTask
from engine.db import current, reading, transaction
from engine.errors import Unavailable
from tests.casework import content
from tests.casework.conftest import Office, office  # noqa: F401 - a fixture
from tests.faults.whole import whole

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
CASES = 60
PATIENCE = 150.0
WORKER = "from engine import command_line; command_line.connect(); from engine import worker; worker.run(every=0.2)"
AN_HOUR_FAST = (
    "from datetime import UTC, datetime, timedelta; from engine import clock;"
    "clock._source = clock._system = lambda: datetime.now(UTC) + timedelta(hours=1);" + WORKER
)
AN_HOUR_SLOW = AN_HOUR_FAST.replace("+ timedelta", "- timedelta")


@pytest.fixture
def waiting(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[int]]:  # noqa: F811
    """Cases that wait for a timer, which is due at once by the real clock."""
    monkeypatch.setenv("JUSHOU_DATABASE_URL", current().url.render_as_string(hide_password=False))
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path / "var"))
    office.deploy(patient())
    made = [office.raise_hand().id for _ in range(CASES)]
    yield made


def patient() -> dict[str, bytes]:
    """The small service with a timer on its first task that does not interrupt it."""
    files = content.small()
    drawn = files["processes/small.bpmn"].decode()
    timer = (
        '<bpmn:boundaryEvent id="sm_late" name="过了一天" attachedToRef="sm_answer" cancelActivity="false">'
        "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>"
        '</bpmn:boundaryEvent><bpmn:endEvent id="sm_late_end" name="已记下" />' + content.flow("sm_late", "sm_late_end")
    )
    return {**files, "processes/small.bpmn": drawn.replace("</bpmn:process>", timer + "</bpmn:process>").encode()}


@contextmanager
def worker(script: str = WORKER) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", script], cwd=settings.ROOT)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        process.wait()


@contextmanager
def several(number: int) -> Iterator[None]:
    with ExitStack() as stack:
        for _ in range(number):
            stack.enter_context(worker())
        yield


def fired() -> dict[int, int]:
    """How often the timer of each case has fired."""
    with reading() as session:
        told = select(HistoryEvent.case_id, func.count()).where(HistoryEvent.kind == "timer_fired")
        return dict(session.execute(told.group_by(HistoryEvent.case_id)).all())  # type: ignore[arg-type]


def until_all_fired(cases: list[int]) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(fired()) < len(cases) and time.monotonic() < deadline:
        time.sleep(0.1)


def until_some_fired() -> None:
    deadline = time.monotonic() + PATIENCE
    while not fired() and time.monotonic() < deadline:
        time.sleep(0.02)


def let_leases_run_out() -> None:
    """What a worker had claimed is free again, as after a minute of silence. What it was at when it was stopped is
    locked, until the server ends its transaction after a minute."""
    with transaction() as session:
        long_ago = clock.now() - timedelta(hours=1)
        free = select(Job.id).where(Job.state == "running").with_for_update(skip_locked=True)
        session.execute(update(Job).where(Job.id.in_(free.scalar_subquery())).values(leased_until=long_ago))


def put_to_sleep(process: subprocess.Popen[bytes], *, writing: bool = False) -> None:
    """Stop a worker; on SQLite while it writes or while it does not, because there a stopped writer stops everybody."""
    for _ in range(2000):
        os.kill(process.pid, signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)  # all its threads stand; until then it may still begin to write
        if current().dialect.name != "sqlite" or _may_write() is not writing:
            return
        os.kill(process.pid, signal.SIGCONT)
        time.sleep(0.005)
    raise AssertionError(f"Expected a moment with writing={writing}, but there was none")


def _may_write() -> bool:
    connection = sqlite3.connect(str(current().url.database), timeout=0.05, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True


def everything_once(cases: list[int]) -> None:
    assert fired() == dict.fromkeys(cases, 1)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0
        early = select(func.count()).select_from(HistoryEvent).join(Case, Case.id == HistoryEvent.case_id)
        early = early.where(HistoryEvent.kind == "timer_fired", HistoryEvent.at < Case.started_at)
        assert session.scalar(early) == 0
    for case_id in cases:
        whole(case_id)


@pytest.mark.parametrize("workers", [2, 4])
def test_several_workers_fire_each_timer_once(waiting: list[int], workers: int) -> None:
    with several(workers):
        until_all_fired(waiting)
    everything_once(waiting)


@pytest.mark.parametrize("workers", [2, 4])
def test_a_worker_that_slept_past_its_lease_leaves_no_second_effect(waiting: list[int], workers: int) -> None:
    with worker() as sleeper:
        until_some_fired()
        put_to_sleep(sleeper)
        let_leases_run_out()
        with several(workers - 1):
            until_all_fired(waiting)
            os.kill(sleeper.pid, signal.SIGCONT)
            time.sleep(3)
    everything_once(waiting)


def test_on_sqlite_whoever_stops_while_writing_makes_others_wait_and_nothing_is_lost(waiting: list[int]) -> None:
    """One file, one writer: that is the promise there. Reading goes on, writing waits, and is refused after a time."""
    if current().dialect.name != "sqlite":
        return  # other cases go on; test_frozen_site shows it
    with worker() as sleeper:
        until_some_fired()
        put_to_sleep(sleeper, writing=True)
        assert 0 < len(fired()) < len(waiting), "reading goes on"
        with pytest.raises(Unavailable):
            let_leases_run_out()
        with worker():
            os.kill(sleeper.pid, signal.SIGCONT)
            until_all_fired(waiting)
    everything_once(waiting)


@pytest.mark.parametrize("workers", [2, 4])
def test_what_a_killed_worker_had_claimed_is_done_by_another(waiting: list[int], workers: int) -> None:
    with worker() as victim:
        until_some_fired()
        victim.kill()
        victim.wait()
    let_leases_run_out()
    with several(workers - 1):
        until_all_fired(waiting)
    everything_once(waiting)


def test_a_worker_whose_clock_is_wrong_does_nothing(office: Office, waiting: list[int]) -> None:  # noqa: F811
    with transaction() as session:
        soon = clock._system() + timedelta(minutes=20)
        session.execute(update(Job).values(due_at=soon))
        session.execute(update(UserTask).values(companion_at=None))
    with worker(AN_HOUR_FAST):
        time.sleep(5)
    assert fired() == {}


@pytest.mark.parametrize("workers", [2, 4])
@pytest.mark.parametrize("wrong", [AN_HOUR_FAST, AN_HOUR_SLOW], ids=["fast", "slow"])
def test_beside_a_worker_whose_clock_is_wrong_each_timer_fires_once_and_none_early(
    waiting: list[int], wrong: str, workers: int
) -> None:
    soon = clock._system() + timedelta(seconds=15)
    with transaction() as session:
        session.execute(update(Job).values(due_at=soon))
        session.execute(update(UserTask).values(companion_at=None))
    with worker(wrong), several(workers - 1):
        until_all_fired(waiting)
    everything_once(waiting)
    with reading() as session:
        moments = select(func.min(HistoryEvent.at), func.max(HistoryEvent.at)).where(HistoryEvent.kind == "timer_fired")
        first, last = session.execute(moments).one()
    assert soon <= first and last < soon + timedelta(minutes=30)


def test_after_a_days_outage_everything_catches_up(waiting: list[int]) -> None:
    with reading() as session:
        last = session.scalars(select(func.max(Job.due_at))).one()
    with clock.standing_at(last + timedelta(days=1)):
        jobs.drain()
    everything_once(waiting)
