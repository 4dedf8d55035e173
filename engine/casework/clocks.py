"""The clock of a task or case as people see it (chip): one kind, one sentence, one moment, the same on every page."""

from dataclasses import dataclass
from datetime import datetime

from engine.language import schedule
from engine.language.schedule import Calendar


@dataclass(frozen=True, slots=True)
class Chip:
    """`kind`: none, in_time, reminded, overdue, supervised or stopped. `text`: 还剩 1 个工作日 3 小时."""

    kind: str
    text: str
    due_at: datetime | None = None


def chip(
    *,
    due_at: datetime | None,
    remind_at: datetime | None,
    now: datetime,
    calendar: Calendar,
    supervised: bool = False,
    stopped: bool = False,
    unit: str | None = None,
) -> Chip:
    """What the clock says at `now`. Supervision outranks lateness, because it is what has to be answered first."""
    if stopped:
        return Chip("stopped", "计时已暂停", due_at)
    if due_at is None:
        return Chip("supervised", "督办中") if supervised else Chip("none", "无时限")
    left = schedule.remaining(now, due_at, calendar, unit)
    text = schedule.spoken(left)
    if supervised:
        return Chip("supervised", f"督办中 · {text}", due_at)
    if now >= due_at:
        return Chip("overdue", text, due_at)
    if remind_at is not None and now >= remind_at:
        return Chip("reminded", text, due_at)
    return Chip("in_time", text, due_at)
