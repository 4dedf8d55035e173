"""Very much falls due at once, or while nobody worked: it is drained, pages go on meanwhile, and each row says when it
was due by law, not when somebody got round to it."""

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from engine import clock as engine_clock
from engine import db
from engine.casework import jobs
from engine.casework.models import HistoryEvent, Job
from engine.settings import ROOT, Settings
from scripts.bench_arms.copying import copies
from tests import factories
from tests.casework.conftest import Office, office  # noqa: F401 - a fixture
from tests.factories import JIANGNA
from tests.faults.test_workers import patient, worker
from tests.faults.whole import whole
from webapp import create_app

MANY = [
    500,
    pytest.param(50_000, marks=[pytest.mark.long, pytest.mark.timeout(3600)]),
]


@pytest.fixture
def clock() -> Iterator[None]:
    """The workers of this test live in real time."""
    yield


@pytest.fixture
def clerk(reference: Engine, tmp_path: Path) -> FlaskClient:
    """A clerk's browser on the same database."""
    app = create_app(Settings(tmp_path, "sqlite://", ROOT, demo=False, port=0), testing=True)
    db.use(reference)
    with factories.committed():
        factories.staff("town_water_clerk", JIANGNA, login="clerk")
    browser = app.test_client()
    assert browser.post("/staff/sign-in", data={"login": "clerk", "password": factories.PASSWORD}).status_code == 303
    return browser


def asking(browser: FlaskClient, until: threading.Event, least: int) -> list[float]:
    """How long the pages take that are asked for one after the other."""
    took: list[float] = []
    while len(took) < least or not until.is_set():
        began = time.perf_counter()
        assert browser.get("/inbox").status_code == 200
        took.append(time.perf_counter() - began)
        until.wait(0.1)
    return took


def fired() -> int:
    with db.reading() as session:
        told = select(func.count()).select_from(HistoryEvent).where(HistoryEvent.kind == "timer_fired")
        return session.scalar(told) or 0


def drain(number: int, over: threading.Event) -> None:
    """A few hundred are drained here; more by two workers of their own."""
    try:
        with ExitStack() as stack:
            if number > 1000:
                for _ in range(2 if db.current().dialect.name == "postgresql" else 1):
                    stack.enter_context(worker())
            while fired() < number:
                if number > 1000:
                    time.sleep(2)
                else:
                    jobs.sweep()
    finally:
        over.set()


@pytest.mark.parametrize("number", MANY)
def test_what_falls_due_at_once_is_drained_while_pages_go_on(
    office: Office, clerk: FlaskClient, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setenv("JUSHOU_DATABASE_URL", db.current().url.render_as_string(hide_password=False))
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path / "var"))
    with engine_clock.pinned_at(engine_clock.now() - timedelta(days=2)):
        office.deploy(patient())
        case = office.raise_hand()
    copies(case.id, number - 1)
    with db.reading() as session:
        ((due, several),) = session.execute(select(Job.due_at, func.count()).group_by(Job.due_at)).all()
    assert several == number and engine_clock.now() - due >= timedelta(hours=23), "a day's outage is over"
    idle = asking(clerk, _set(), 15)
    over = threading.Event()
    began = time.monotonic()
    drainer = threading.Thread(target=drain, args=(number, over))
    drainer.start()
    busy = asking(clerk, over, 15)
    drainer.join()
    seconds = time.monotonic() - began
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0
        once = select(func.count()).where(HistoryEvent.kind == "timer_fired").group_by(HistoryEvent.case_id)
        assert set(session.scalars(once)) == {1} and fired() == number
        some = session.scalars(select(HistoryEvent).where(HistoryEvent.kind == "timer_fired").limit(100)).all()
    for event in some:
        assert datetime.fromisoformat(event.payload["due"]["sm_late"]) == due < event.at
    for one in range(case.id, case.id + number, max(1, number // 20)):
        whole(one)
    print(
        f"\n{number} in {seconds:.0f} s ({number / seconds:.0f}/s); a page idle p95 {p95(idle):.0f} ms, "
        f"meanwhile p95 {p95(busy):.0f} ms of {len(busy)}"
    )
    assert p95(busy) < 5000


def _set() -> threading.Event:
    found = threading.Event()
    found.set()
    return found


def p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1] * 1000
