"""Deadlines 办理时限: a limit from `rules/deadlines.dmn` and a calendar make the two moments of a task.

Working days follow the domain's rule: the day a task arrives is day 0, the deadline is 24:00 of the n-th working day,
and hours of work count only while the office is open. All of it is arithmetic on aware moments; nothing asks the clock.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Protocol

from engine.clock import LOCAL
from engine.errors import ExecutionFailed, Invalid

OFFICE_HOURS = ((time(8, 30), time(12)), (time(14, 30), time(18)))
UNITS = {"h": "小时", "wh": "个工作小时", "cd": "天", "wd": "个工作日"}
DECISION = "deadlines"
# Beside the limits: from which moment those of the whole, or of several steps together, are counted.
COUNTED_FROM = "deadlines_from"
ACCEPTANCE, SUBMISSION, FIRST_STEP = "acceptance", "submission", "first_step"

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_INSTANT = timedelta(microseconds=1)
# An hour clock is announced four hours before it runs out, a clock of working hours one working hour before.
_LEAD = {"h": 4 * _HOUR, "wh": _HOUR}
_LONGEST = 3660


class Tables(Protocol):
    """What is asked for limits: the decisions of `rules/deadlines.dmn`."""

    def decide(self, name_or_id: str, inputs: Mapping[str, object]) -> object: ...


@dataclass(frozen=True)
class Calendar:
    """Working time. `rest`: days off beside the weekends; `work`: make-up days 调休, which win over everything else."""

    rest: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    hours: tuple[tuple[time, time], ...] = OFFICE_HOURS
    zone: tzinfo = LOCAL
    # The office hours of days already asked for, in UTC: every new task asks for those of the coming weeks.
    _known: dict[date, tuple[tuple[datetime, datetime], ...]] = field(default_factory=dict, compare=False, repr=False)
    # Working days between two days: every line of a list says what is left of its limit.
    _counted: dict[tuple[date, date], int] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        edges = [edge for opening in self.hours for edge in opening]
        if not edges or any(later <= earlier for earlier, later in itertools.pairwise(edges)):
            raise Invalid(
                f"Expected office hours that follow one another, but got {self.hours}",
                problems={"hours": ["办公时间必须至少有一段，且各段先后相接、互不重叠"]},
            )

    def is_working_day(self, day: date) -> bool:
        if day in self.work:
            return True
        return day not in self.rest and day.weekday() < 5

    def day_of(self, moment: datetime) -> date:
        """The date that people read on the wall at that moment."""
        return moment.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """24:00 of that day, in UTC."""
        return self._at(day + _DAY, time())

    def working_day_after(self, day: date, n: int) -> date:
        """The n-th working day after `day`; `day` itself when n is 0."""
        while n > 0:
            day += _DAY
            n -= self.is_working_day(day)
        return day

    def add_working_days(self, moment: datetime, n: int) -> datetime:
        """24:00 of the n-th working day; the day of `moment` is day 0, whether it is a working day or not."""
        return self.end_of(self.working_day_after(self.day_of(moment), n))

    def add_working_time(self, moment: datetime, span: timedelta) -> datetime:
        """When `span` of open office has passed since `moment`; without a span, when the office is open next."""
        for opens, closes in self._openings(self.day_of(moment), _DAY):
            opens = max(opens, moment)
            if closes <= opens:
                continue
            if closes - opens >= span:
                return (opens + span).astimezone(UTC)
            span -= closes - opens
        raise AssertionError("unreachable: the calendar goes on")

    def subtract_working_time(self, moment: datetime, span: timedelta) -> datetime:
        """The moment from which `span` of open office passes until `moment`."""
        for opens, closes in self._openings(self.day_of(moment), -_DAY):
            closes = min(closes, moment)
            if closes <= opens:
                continue
            if closes - opens >= span:
                return (closes - span).astimezone(UTC)
            span -= closes - opens
        raise AssertionError("unreachable: the calendar goes on")

    def next_opening(self, moment: datetime) -> datetime:
        """`moment` itself while the office is open, else the time it opens next."""
        return self.add_working_time(moment, timedelta())

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Open office between two moments; nothing when `end` lies before `start`."""
        total = timedelta()
        for opens, closes in self._openings(self.day_of(start), _DAY):
            if opens >= end:
                break
            if closes > start:
                total += (closes if closes < end else end) - (opens if opens > start else start)
        return total

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and including `end`."""
        known = self._counted.get((start, end))
        if known is None:
            days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
            known = self._counted[start, end] = sum(self.is_working_day(day) for day in days)
        return known

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def _openings(self, day: date, step: timedelta) -> Iterator[tuple[datetime, datetime]]:
        """The times the office is open, day by day from `day` on, or backwards."""
        while True:
            yield from self._hours_of(day) if step > timedelta() else reversed(self._hours_of(day))
            day += step

    def _hours_of(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        if day not in self._known:
            hours = self.hours if self.is_working_day(day) else ()
            self._known[day] = tuple((self._at(day, opens), self._at(day, closes)) for opens, closes in hours)
        return self._known[day]


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a step may take.

    `unit`: h clock hours, wh working hours, cd calendar days, wd working days. `warn`: how long before the deadline the
    person is reminded, in the same unit; None is the rule of `moments`, 0 is no reminder before the deadline itself.
    `source`: the legal basis (S3, F:57号 §15) or K for common practice that a county may change.
    """

    amount: Decimal
    unit: str
    warn: Decimal | None = None
    source: str = ""

    def __str__(self) -> str:
        return f"{_plain(self.amount)} {UNITS[self.unit]}"


@dataclass(frozen=True, slots=True)
class Moments:
    """The two moments of a task, aware, in UTC; `remind_at` is never after `due_at`. `unit`: that of the limit."""

    due_at: datetime
    remind_at: datetime
    unit: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Remaining:
    """The time left until a deadline, or since it when `overdue`. `working`: days and hours are those of the office."""

    overdue: bool
    days: int
    hours: int
    working: bool


def limit(tables: Tables, *, item: str, element: str, region: str, sla_key: str | None = None) -> Limit | None:
    """The limit of a step, or None when it has none.

    The key is `sla_key` (property slaKey of the element) or else `{item}.{element}`; `region` is a division code of any
    level, of which the first six digits are the county. Raises ExecutionFailed when the row found makes no sense.
    """
    key = sla_key or f"{item}.{element}"
    row = tables.decide(DECISION, {"slaKey": key, "county": region[:6]})
    if row is None:
        return None
    if not isinstance(row, Mapping) or not _sensible(row):
        raise ExecutionFailed(
            f"Expected a limit, unit and warn for {key} in {region[:6]}, but got {row}",
            element_id=element,
            notice=f"办理时限表中“{key}”一行有误，已通知管理人员",
        )
    return Limit(row["limit"], row["unit"], row.get("warn"), str(row.get("basis") or ""))


def counted_from(tables: Tables, sla_key: str, region: str) -> str | None:
    """From which moment a limit is counted, where a row of the table `deadlines_from` says so."""
    row = tables.decide(COUNTED_FROM, {"slaKey": sla_key, "county": region[:6]})
    return str(row["from"]) if isinstance(row, Mapping) else None


def shared_keys(properties: Mapping[str, str]) -> tuple[str, ...]:
    """The rows of the deadlines table that an element shares with others, as its property `within` names them."""
    return tuple(key.strip() for key in properties.get("within", "").split(",") if key.strip())


def lengthened(due_at: datetime, more: Decimal, unit: str, calendar: Calendar) -> datetime:
    """A deadline later by so many hours or days. That of days is 24:00, the end of its day."""
    start = due_at if unit in _LEAD else due_at - _INSTANT
    return _due_at(Limit(more, unit), start, calendar)


def moments(limit: Limit, start: datetime, calendar: Calendar) -> Moments:
    """When a task that starts at `start` is due, and when its handler is reminded.

    Unless the table gives `warn`, the reminder comes 4 hours before an hour clock runs out, 1 working hour before a
    clock of working hours, and for days at the earlier of 80 % of the allowed time and the last working day before the
    deadline. A limit of hours is not reminded of in its first half. Reminders of day clocks come while the office is
    open, because nobody should be called at midnight. None lies before `start`: where it would, it comes at half time.
    """
    due_at = _due_at(limit, start, calendar)
    return _reminded(start, _remind_at(limit, start, due_at, calendar), due_at, limit.unit)


def until(due_at: datetime, start: datetime, calendar: Calendar, limit: Limit = Limit(Decimal(1), "wd")) -> Moments:
    """The moments of a task whose deadline somebody set: it is reminded of like such a limit."""
    if due_at <= start:
        return Moments(due_at.astimezone(UTC), due_at.astimezone(UTC), limit.unit)
    return _reminded(start, _remind_at(limit, start, due_at, calendar), due_at, limit.unit)


def _reminded(start: datetime, remind_at: datetime, due_at: datetime, unit: str) -> Moments:
    if remind_at <= start:
        remind_at = start + (due_at - start) / 2
    return Moments(due_at.astimezone(UTC), min(remind_at, due_at).astimezone(UTC), unit)


def shift(moments: Moments, span: timedelta) -> Moments:
    """Both moments later by `span` of clock time, for clocks of hours; `resume` keeps days at their 24:00."""
    return replace(moments, due_at=moments.due_at + span, remind_at=moments.remind_at + span)


def resume(
    moments: Moments, limit: Limit, *, stopped_at: datetime, resumed_at: datetime, calendar: Calendar
) -> Moments:
    """The moments after a clock that stood still (待补正, 待代举确认, 事项挂起) goes on.

    Each clock gets back what it lost in its own measure: time, open office, days or working days; deadlines in days
    stay at 24:00. A moment that had passed before the clock stopped stays where it is.
    """

    def later(moment: datetime) -> datetime:
        if moment <= stopped_at:
            return moment
        if limit.unit == "h":
            return moment + (resumed_at - stopped_at)
        if limit.unit == "wh":
            return calendar.add_working_time(resumed_at, calendar.working_time_between(stopped_at, moment))
        return _days_later(moment, limit.unit, calendar.day_of(stopped_at), calendar.day_of(resumed_at), calendar)

    return replace(moments, due_at=later(moments.due_at), remind_at=later(moments.remind_at))


def remaining(now: datetime, due_at: datetime, calendar: Calendar, unit: str | None = None) -> Remaining:
    """What is left until `due_at`, in the measure of its clock.

    Without `unit` a deadline at 24:00 is taken for one of working days and any other for one of hours. Time overdue is
    always clock time, as supervision counts it.
    """
    if now > due_at:
        return _clock(now - due_at, overdue=True)
    midnight = due_at.astimezone(calendar.zone).time() == time()
    if (unit or ("wd" if midnight else "h")) in ("h", "cd"):
        return _clock(due_at - now)
    if unit == "wh":
        return Remaining(False, 0, calendar.working_time_between(now, due_at) // _HOUR, working=True)
    today = calendar.day_of(now)
    days = calendar.working_days_between(today, calendar.day_of(due_at - _INSTANT))
    hours = calendar.working_time_between(now, min(due_at, calendar.end_of(today))) // _HOUR
    if not days and not hours:
        # The office has closed on the last day: what is left is only the evening until 24:00.
        return _clock(due_at - now)
    return Remaining(False, days, hours, working=True)


def spoken(remaining: Remaining) -> str:
    """还剩 1 个工作日 3 小时, 还剩 4 个工作小时, 还剩不足 1 小时, 已超时 2 天."""
    lead = "已超时" if remaining.overdue else "还剩"
    day_word = "个工作日" if remaining.working else "天"
    # Beside working days everybody takes hours for those of the office; alone they would be taken for hours of a clock.
    hour_word = "个工作小时" if remaining.working and not remaining.days else "小时"
    parts = []
    if remaining.days:
        parts.append(f"{remaining.days} {day_word}")
    if remaining.hours and not (remaining.overdue and remaining.days):
        parts.append(f"{remaining.hours} {hour_word}")
    return f"{lead} {' '.join(parts)}" if parts else f"{lead}不足 1 小时"


def _due_at(limit: Limit, start: datetime, calendar: Calendar) -> datetime:
    if limit.unit == "h":
        return start + _hours(limit.amount)
    if limit.unit == "wh":
        return calendar.add_working_time(start, _hours(limit.amount))
    if limit.unit == "cd":
        return calendar.end_of(calendar.day_of(start) + timedelta(days=int(limit.amount)))
    return calendar.add_working_days(start, int(limit.amount))


def _remind_at(limit: Limit, start: datetime, due_at: datetime, calendar: Calendar) -> datetime:
    if limit.unit in _LEAD:
        return _remind_hours(limit, due_at, calendar)
    return _remind_days(limit, start, due_at, calendar)


def _remind_hours(limit: Limit, due_at: datetime, calendar: Calendar) -> datetime:
    wanted = _LEAD[limit.unit] if limit.warn is None else _hours(limit.warn)
    lead = min(wanted, _hours(limit.amount) / 2)
    return due_at - lead if limit.unit == "h" else calendar.subtract_working_time(due_at, lead)


def _remind_days(limit: Limit, start: datetime, due_at: datetime, calendar: Calendar) -> datetime:
    if limit.warn == 0:
        return due_at
    if limit.warn is None:
        found = min(_four_fifths(limit, start, due_at, calendar), _last_days(due_at, 1, calendar))
    elif limit.unit == "cd":
        found = due_at - int(limit.warn) * _DAY
    else:
        found = _last_days(due_at, int(limit.warn), calendar)
    in_office = calendar.next_opening(found)
    return in_office if in_office < due_at else found


def _four_fifths(limit: Limit, start: datetime, due_at: datetime, calendar: Calendar) -> datetime:
    if limit.unit == "cd":
        return start + (due_at - start) * 4 / 5
    return calendar.add_working_time(start, calendar.working_time_between(start, due_at) * 4 / 5)


def _last_days(due_at: datetime, n: int, calendar: Calendar) -> datetime:
    """The beginning of the last n working days before a deadline."""
    day = calendar.day_of(due_at)
    while n > 0:
        day -= _DAY
        n -= calendar.is_working_day(day)
    return calendar.end_of(day - _DAY)


def _days_later(moment: datetime, unit: str, stopped: date, resumed: date, calendar: Calendar) -> datetime:
    """The same time of day, later by the days lost; 24:00 is the end of its day, not the beginning of the next."""
    day = calendar.day_of(moment - _INSTANT)
    time_of_day = moment - calendar.end_of(day - _DAY)
    if unit == "cd":
        later = day + (resumed - stopped)
    else:
        later = calendar.working_day_after(day, calendar.working_days_between(stopped, resumed))
    return calendar.end_of(later - _DAY) + time_of_day


def _clock(span: timedelta, *, overdue: bool = False) -> Remaining:
    return Remaining(overdue, span.days, (span - span.days * _DAY) // _HOUR, working=False)


def _hours(amount: Decimal) -> timedelta:
    return timedelta(microseconds=int(amount * 3_600_000_000))


def _sensible(row: Mapping[str, object]) -> bool:
    """A positive limit in a known unit, whole for days, and a warning that does not exceed it."""
    amount, unit, warn = row.get("limit"), row.get("unit"), row.get("warn")
    if not isinstance(amount, Decimal) or not isinstance(unit, str) or unit not in UNITS:
        return False
    if not 0 < amount <= _LONGEST:
        return False
    if warn is not None and not (isinstance(warn, Decimal) and 0 <= warn <= amount):
        return False
    return unit in _LEAD or all(number == int(number) for number in (amount, warn or Decimal()))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
