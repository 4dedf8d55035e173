"""定时启动 by real workers of which some are killed: each county's moment is begun once, none is left out."""

import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from engine import db
from engine.casework.models import Case, RecurringStart
from engine.db import current, reading, transaction
from tests import factories
from tests.casework import errands
from tests.casework.conftest import Office, office  # noqa: F401 - a fixture
from tests.faults.test_workers import PATIENCE, worker

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
DAYS = 20


def begun() -> dict[tuple[str, str], int]:
    """How often each county's moment was begun."""
    with reading() as session:
        rows = session.execute(select(Case.region_code, Case.variables).where(Case.channel == "TIMER"))
        found = [(county, variables["plannedAt"]) for county, variables in rows]
    return {key: found.count(key) for key in found}


def until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.02)


def test_each_moment_is_begun_once_whoever_is_killed(
    office: Office,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("JUSHOU_DATABASE_URL", current().url.render_as_string(hide_password=False))
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path / "var"))
    office.deploy(errands.monthly("R/2026-01-01T00:00:00+08:00/P1D"))
    with factories.committed():
        for county in ("532621", "532623", "532624", "532627"):
            factories.staff("county_water_clerk", county)
    with transaction() as session:
        session.execute(update(RecurringStart).values(since_at=db.now(session) - timedelta(days=DAYS)))
    for done in (5, 25, 60):
        with worker() as killed, worker():
            until(lambda done=done: len(begun()) >= done)  # type: ignore[misc]
            killed.send_signal(signal.SIGKILL)
            killed.wait()
    with worker(), worker():
        until(lambda: len(begun()) >= 5 * DAYS)
    assert set(begun().values()) == {1}
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(RecurringStart).where(RecurringStart.failed)) == 0
