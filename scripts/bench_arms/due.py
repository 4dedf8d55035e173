"""What comes due: companions that begin beside late tasks, and drawn timers that fire, one transaction for each.

The rule: only the worker's own CPU time is counted; the number says how many one core of it does in a second.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bench_arms import content
from bench_arms.ours import Office
from engine import clock, db
from engine.casework import cases, deployments, jobs, reminding, vocabulary
from engine.casework.models import UserTask
from engine.language import bundle as bundles
from engine.registry.actors import SYSTEM
from engine.settings import ROOT

MOST = 100
AT_ONCE = 20


def results(place: Office, rounds: int) -> dict[str, float]:
    """Companions and timers for each second of CPU, and milliseconds CPU of a sweep that finds nothing due."""
    db.use(place.engine)
    shipped = bundles.from_folder(ROOT)
    for files in (bundles.collect("deadline", shipped), content.timer()):
        with db.transaction() as session:
            beside = vocabulary.in_folder({**shipped, **files})
            version = deployments.upload(session, files, actor=SYSTEM, beside=beside)
            version.state = "approved"
            deployments.activate(session, version.id, actor=SYSTEM)
    for _ in range(AT_ONCE * rounds):
        for process in (content.process_key(deadlines=True), "bench_timer"):
            with db.transaction() as session:
                cases.start(session, process, actor=place.actor, channel="GOV", values={})
    nothing = _nothing_due()
    with clock.pinned_at(clock.now() + timedelta(days=2, minutes=1)):
        fired = _each_second(jobs.run_jobs)
    with clock.pinned_at(_reminder()):
        companions = _each_second(reminding.remind)
    return {"companions_per_second": companions, "timers_per_second": fired, "sweep_cpu_ms": nothing}


def _reminder() -> datetime:
    """When the tasks of the new cases are to be reminded of, before any of them is late."""
    with db.reading() as session:
        moment = session.scalar(select(func.max(UserTask.companion_at)))
    assert moment is not None
    return moment


def _each_second(work: Callable[[], int]) -> float:
    """How many of them a second of CPU time does."""
    done, began = 0, time.process_time()
    while found := work():
        done += found
    return round(done / (time.process_time() - began), 1)


def _nothing_due() -> float:
    began = time.process_time()
    for _ in range(MOST):
        if jobs.sweep():
            raise RuntimeError("Expected nothing to be due, but something was")
    return round((time.process_time() - began) / MOST * 1000, 3)
