"""The worker: sweeps until it is told to stop, and survives a failing sweep."""

import logging
import threading
import time

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from engine import worker
from engine.casework import clicks, jobs
from engine.casework.claims import BATCH
from engine.errors import Conflict
from tests.casework.conftest import stage  # noqa: F401 - a fixture
from tests.processes.stage import Stage, at


def test_the_worker_does_what_is_due_and_stops_politely(stage: Stage) -> None:  # noqa: F811
    stage.raise_hand()
    stage.clock.move_to(at("2026-11-17", "08:59"))
    stop = threading.Event()
    running = threading.Thread(target=worker.run, kwargs={"every": 0.05, "stop": stop})
    running.start()
    deadline = time.monotonic() + 20
    while not stage.companions("deadline") and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    running.join(timeout=20)
    assert not running.is_alive()
    assert len(stage.companions("deadline")) == 1


@pytest.mark.parametrize("error", [Conflict("Expected x, but y"), OperationalError("SELECT", {}, Exception("gone"))])
def test_a_failing_sweep_does_not_end_the_worker(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, clock: object, error: Exception
) -> None:
    def fail() -> int:
        raise error

    monkeypatch.setattr(jobs, "sweep", fail)
    worker.sweep()
    assert "the next one tries again" in caplog.text


def test_once_a_day_old_clicks_go_and_a_failure_does_not_end_the_worker(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, clock: object
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(clicks, "forget_old", asked.append)
    monkeypatch.setenv("JUSHOU_CLICK_DAYS", "9")
    worker.daily()
    assert asked == [9]

    def fail(_days: int) -> int:
        raise Conflict("Expected x, but y")

    monkeypatch.setattr(clicks, "forget_old", fail)
    worker.daily()
    assert "stay until tomorrow" in caplog.text


def test_rounds_without_trouble_leave_no_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, clock: object
) -> None:
    monkeypatch.setattr(clicks, "forget_old", lambda _days: 0)
    stop, rounds = threading.Event(), iter(range(3))

    def nothing_due() -> int:
        if next(rounds, None) is None:
            stop.set()
        return 0

    monkeypatch.setattr(jobs, "sweep", nothing_due)
    with caplog.at_level(logging.INFO):
        worker.run(every=0.05, stop=stop)
    assert {record.name for record in caplog.records if record.levelno < logging.WARNING} == {"engine.worker"}


def test_rounds_that_are_full_follow_at_once_until_the_worker_is_to_stop(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, found = threading.Event(), [BATCH, BATCH, BATCH - 1, BATCH, BATCH]
    monkeypatch.setattr(jobs, "sweep", lambda: found.pop(0))
    worker.sweep(stop)
    assert found == [BATCH, BATCH], "the third was not full: nothing is due any more"
    stop.set()
    worker.sweep(stop)
    assert found == [BATCH], "a worker that is to stop begins no further round"
