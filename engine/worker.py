"""The worker: due work under APScheduler. The database is the coordinator, so any number of workers may run beside."""

import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from engine.casework import jobs
from engine.errors import Refusal

log = logging.getLogger(__name__)
EVERY_SECONDS = 2.0
# It tells of every round that begins and ends, which would bury what the worker itself has to say.
logging.getLogger("apscheduler").setLevel(logging.WARNING)


def run(*, every: float = EVERY_SECONDS, stop: threading.Event | None = None) -> None:
    """Sweep until SIGTERM or SIGINT, or until `stop` is set; a sweep under way is finished first."""
    stopped = stop or threading.Event()
    if stop is None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _stopper(stopped))
    scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone="UTC")
    scheduler.add_job(sweep, "interval", seconds=every, max_instances=1, coalesce=True, misfire_grace_time=None)
    scheduler.start()
    log.info("worker is ready, sweeps every %s seconds", every)
    stopped.wait()
    scheduler.shutdown(wait=True)


def _stopper(stopped: threading.Event) -> Callable[[int, FrameType | None], None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    return stop


def sweep() -> None:
    """One round. A failure must not end the worker: what was due stays due, and the next round tries again."""
    try:
        jobs.sweep()
    except (SQLAlchemyError, Refusal):
        log.exception("a sweep failed; the next one tries again")
