"""Time is a value: the one place that asks what time it is.

Moments are aware and in UTC; people read them in Beijing time. Tests, the demo and the bench put their own clock here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system
_pinned: ContextVar[datetime | None] = ContextVar("pinned", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _pinned.get() or _source()


def is_real() -> bool:
    """Whether time passes by itself; tests, the demo and the bench stand it still."""
    return _source is _system


@contextmanager
def pinned_at(moment: datetime) -> Iterator[None]:
    """Within the block, for this thread only, it is always `moment`: an act happens at one moment, and so does its
    replay years later."""
    token = _pinned.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _pinned.reset(token)


def local(moment: datetime) -> datetime:
    """The same moment as the clock on the office wall shows it."""
    return moment.astimezone(LOCAL)


def midnight(moment: datetime) -> datetime:
    """When the day of that moment ends on the office wall."""
    return local(moment).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move_to(self, moment: datetime) -> None:
        self.moment = moment.astimezone(UTC)

    def advance(self, **span: float) -> None:
        self.moment += timedelta(**span)


@contextmanager
def standing_at(moment: datetime) -> Iterator[Clock]:
    """Replace the clock of the whole process by one that stands at `moment`; nests."""
    global _source
    before, clock = _source, Clock(moment)
    _source = clock
    try:
        yield clock
    finally:
        _source = before
