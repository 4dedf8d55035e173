"""The worker: due work under APScheduler. The database is the coordinator, so any number of workers may run beside."""

import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from engine import clock, db, settings
from engine.casework import calling, clicks, jobs, practice, recurring, unclaimed_files
from engine.casework.claims import BATCH
from engine.db import reading
from engine.errors import Refusal, Unavailable
from engine.oversight import backups
from engine.registry import attempts

log = logging.getLogger(__name__)
EVERY_SECONDS = 2.0
# A worker whose clock differs more than this from the database's would act too early or too late.
MOST_SECONDS_OFF = 5.0
# It tells of every round that begins and ends, which would bury what the worker itself has to say.
logging.getLogger("apscheduler").setLevel(logging.WARNING)
# While much is due a sweep outlasts the interval, and every turn that is left out for it would be a warning.
logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


def run(*, every: float = EVERY_SECONDS, stop: threading.Event | None = None) -> None:
    """Sweep until SIGTERM or SIGINT, or until `stop` is set; a round under way is finished first."""
    stopped = stop or threading.Event()
    if stop is None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _stopper(stopped))
    # A backup takes minutes, in which everything else goes on.
    apart = {"default": ThreadPoolExecutor(1), "backups": ThreadPoolExecutor(1)}
    scheduler = BackgroundScheduler(executors=apart, timezone="UTC")
    turn = {"seconds": every, "args": (stopped,), "max_instances": 1, "coalesce": True, "misfire_grace_time": None}
    scheduler.add_job(sweep, "interval", **turn)
    scheduler.add_job(daily, misfire_grace_time=None)
    scheduler.add_job(daily, "interval", hours=24, coalesce=True, misfire_grace_time=None)
    hourly = {"hours": 1, "next_run_time": clock.now(), "coalesce": True, "misfire_grace_time": None}
    scheduler.add_job(backup, "interval", executor="backups", **hourly)
    scheduler.start()
    log.info("worker is ready, sweeps every %s seconds", every)
    stopped.wait()
    scheduler.shutdown(wait=True)


def _stopper(stopped: threading.Event) -> Callable[[int, FrameType | None], None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    return stop


def sweep(stopped: threading.Event | None = None) -> None:
    """Rounds, one at once after the other as long as they are full. A failure must not end the worker: what was due
    stays due, and the next sweep tries again."""
    try:
        while _clock_is_right() and jobs.sweep() >= BATCH and not (stopped and stopped.is_set()):
            pass
    except Unavailable as away:
        log.warning("the database is away, what is due waits: %s", away)
    except (SQLAlchemyError, Refusal):
        log.exception("a sweep failed; the next one tries again")


def daily() -> None:
    """Once a day, and when the worker begins: what is kept for a time only goes when that is over."""
    try:
        if _clock_is_right():
            clicks.forget_old(settings.load().click_days)
            practice.end_old()
            unclaimed_files.remove()
            attempts.forget_guesses()
            calling.forget_old()
            recurring.plan_all()
    except (SQLAlchemyError, Refusal, OSError) as trouble:
        log.warning("old clicks stay until tomorrow: %s", trouble)


def backup() -> None:
    """Every hour: today's backup, unless there is one; and this week's check of the newest."""
    try:
        if _clock_is_right():
            backups.daily(settings.load())
            backups.check_newest(settings.load())
    except (SQLAlchemyError, Refusal):
        log.exception("what came of the backup could not be noted")


def _clock_is_right() -> bool:
    """Whether the clock of this machine agrees with the database's; with a wrong one nothing is done."""
    if not clock.is_real():
        return True
    with reading() as session:
        off = (clock.now() - db.now(session)).total_seconds()
    if abs(off) > MOST_SECONDS_OFF:
        log.error("the clock is %.0f seconds off the database's; nothing is done until it is set right", off)
    return abs(off) <= MOST_SECONDS_OFF
