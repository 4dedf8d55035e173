"""Moments that tokens wait for: dates, durations and cycles, fixed once when the waiting begins.

Expressions are FEEL; an ISO 8601 text ("PT1H", "R3/P1D", "2026-03-01T09:00:00+08:00") may stand for itself. Months are
counted on the calendar of the wall clock; a date without a time means its first moment in local time.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine import clock
from engine.language.feel import YearsMonths

_DURATION = re.compile(
    r"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_CYCLE = re.compile(r"R(\d*)/(?:([^/P][^/]*)/)?(P[^/]+)")
_LITERAL = re.compile(r"P[\dT][\dYMWDTHS.]*|R\d*/.+|\d{4}-\d\d-\d\d(T.+)?")
ENDLESS = -1


def is_literal(text: str) -> bool:
    """Whether the text is ISO 8601 and stands for itself."""
    return _LITERAL.fullmatch(text) is not None


def add_months(moment: datetime, months: int) -> datetime:
    """The same day of a later month on the local calendar, or its last day."""
    here = clock.local(moment)
    year, month = divmod(here.year * 12 + here.month - 1 + months, 12)
    return here.replace(year=year, month=month + 1, day=min(here.day, monthrange(year, month + 1)[1])).astimezone(UTC)


def after(start: datetime, span: Any) -> datetime:
    """The moment that lies the span (timedelta, YearsMonths or ISO text) after the start. Raises ValueError."""
    if isinstance(span, timedelta):
        return start + span
    if isinstance(span, YearsMonths):
        return add_months(start, span.months)
    found = _DURATION.fullmatch(span) if isinstance(span, str) else None
    if found is None:
        raise ValueError(f"a duration such as PT1H, but it was {span!r}")
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in found.groups()[:6])
    rest = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=float(found[7] or 0))
    return (add_months(start, years * 12 + months) if years or months else start) + rest


def at_date(value: Any) -> datetime:
    """The moment a date means. Raises ValueError when it has no offset: nobody could say which moment it is."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(), clock.LOCAL)
    if not isinstance(value, datetime):
        raise ValueError(f"a date and time, but it was {value!r}")
    if value.tzinfo is None:
        raise ValueError(f"a date and time with an offset such as +08:00, but it was {value.isoformat()}")
    return value.astimezone(UTC)


def occurrence(kind: str, value: Any, since: datetime) -> datetime | None:
    """The first moment behind `since` that a date or a cycle with a beginning names; None when there is none any more.
    Raises ValueError."""
    if kind == "timeDate":
        at = at_date(value)
        return at if at > since else None
    found = _CYCLE.fullmatch(value) if isinstance(value, str) else None
    if found is None or not found[2]:
        raise ValueError(f"a cycle that says when it begins, but it was {value!r}")
    at, left = at_date(found[2]), int(found[1]) if found[1] else ENDLESS
    if after(at, found[3]) <= at:
        raise ValueError(f"a cycle that goes on, but it was {value!r}")
    while at <= since and left != 1:
        at, left = after(at, found[3]), left - 1
    return at if at > since else None


class Moment(TimerEventDefinition):
    """When a timer event happens. The token keeps `at`; for a cycle also the rounds that are `left` and the `every`."""

    def __init__(self, name: str, kind: str, text: str) -> None:
        super().__init__(name, text)
        self.kind = kind

    def has_fired(self, token: Any) -> bool:
        """True at once for a moment that has passed already; later only `Machine.wake` says so."""
        kept = token.internal_data
        if "at" in kept:
            return kept.get("event_fired", False)
        engine = token.workflow.script_engine
        value = self.expression if is_literal(self.expression) else self._ask(engine, token)
        now = engine.world.now.astimezone(UTC)
        try:
            kept.update(self._first(value, now))
        except (ValueError, OverflowError) as problem:
            raise engine.failure(token, f'Expected the timer "{self.expression}" to give {problem}') from problem
        return self.due(token) <= now

    def _ask(self, engine: Any, token: Any) -> Any:
        """The value of the expression; without an entry in the deadlines table `dueAt` is the variable of that name."""
        due = engine.world.due(token.task_spec.element, token.path) if "dueAt" in self.expression else None
        return engine.evaluate(token, self.expression, None if due is None else {"dueAt": due})

    def _first(self, value: Any, now: datetime) -> dict[str, Any]:
        if self.kind == "timeDate":
            return {"at": at_date(value).isoformat()}
        if self.kind == "timeDuration":
            return {"at": after(now, value).isoformat()}
        found = _CYCLE.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise ValueError(f"a cycle such as R3/PT1H, but it was {value!r}")
        if after(now, found[3]) - now < timedelta(seconds=1):
            raise ValueError(f"a cycle of at least a second, but it was {value!r}")
        begin = at_date(found[2]) if found[2] else after(now, found[3])
        rounds = int(found[1]) if found[1] else ENDLESS
        return {"at": begin.isoformat(), "left": rounds, "every": found[3]}

    def due(self, token: Any) -> datetime:
        return datetime.fromisoformat(token.internal_data["at"])

    def next_round(self, token: Any) -> dict[str, Any] | None:
        """What the next token of a cycle keeps; None when there is no further round."""
        kept = token.internal_data
        left = kept.get("left", 1)
        if left == 1:
            return None
        at = after(self.due(token), kept["every"]).isoformat()
        return {"at": at, "left": left if left == ENDLESS else left - 1, "every": kept["every"]}

    def reset(self, token: Any) -> None:
        """Stock takes back that it has fired; our tokens end with it."""
