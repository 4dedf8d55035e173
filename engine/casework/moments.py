"""When something is due: the tables of rules/ and the calendar, asked for one case.

Limits are data (rules/deadlines.dmn, rules/supervise_threshold.dmn); what follows from them is drawn.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from engine import clock
from engine.casework import deciding
from engine.errors import ExecutionFailed
from engine.language import feel, schedule
from engine.language.diagram import Element
from engine.registry import access, calendars

if TYPE_CHECKING:
    from engine.casework.running import Running

_THRESHOLDS = "supervise_threshold"


def functions(session: Session) -> Mapping[str, Any]:
    """What expressions may call beside FEEL's own functions: both give the 24:00 of the n-th day after a moment."""

    def working_days_after(moment: Any, n: Any) -> Any:
        if not isinstance(moment, datetime) or not isinstance(n, Decimal):
            return None
        return calendars.load(session).add_working_days(moment, int(n))

    def calendar_days_after(moment: Any, n: Any) -> Any:
        if not isinstance(moment, datetime) or not isinstance(n, Decimal):
            return None
        calendar = calendars.load(session)
        return calendar.end_of(calendar.day_of(moment) + timedelta(days=int(n)))

    return {
        "workingDaysAfter": feel.make_function("workingDaysAfter", ("moment", "n"), working_days_after),
        "calendarDaysAfter": feel.make_function("calendarDaysAfter", ("moment", "n"), calendar_days_after),
    }


def limit(running: "Running", key: str, element_id: str, *, noted: bool = False) -> schedule.Limit | None:
    """The row of the deadlines table. What sets a moment is `noted` in the journal, what only looks again is not."""
    bundle = running.plan.main
    model = bundle.decisions.get(schedule.DECISION)
    if model is None:
        return None
    tables = deciding.Tables(running, bundle, element_id, even_nothing=False) if noted else model
    return schedule.limit(
        tables, item=running.case.item_code, element=element_id, region=running.case.region_code, sla_key=key
    )


def of_key(running: "Running", key: str, element_id: str = "") -> schedule.Moments | None:
    """The two moments by a row of the deadlines table, counted from now; None without a row."""
    found = limit(running, key, element_id, noted=True)
    return schedule.moments(found, running.now, calendars.load(running.session)) if found is not None else None


def of_task(running: "Running", element: Element) -> schedule.Moments | None:
    """Due date and reminder of a task: the diagram's own taskSchedule where it has one, else the deadlines table. What
    the table says is known to the schedule as `dueAt`."""
    if not element.due:
        return of_key(running, running.plan.sla_key(element), element.id)
    asks = "dueAt" in element.due + (element.follow_up or "")
    found = of_key(running, running.plan.sla_key(element), element.id) if asks else None
    known = {"dueAt": found.due_at if found else None}
    due_at = _moment(running, element, element.due, known)
    if not element.follow_up:
        return schedule.until(due_at, running.now, calendars.load(running.session))
    return schedule.Moments(due_at=due_at, remind_at=min(_moment(running, element, element.follow_up, known), due_at))


def _moment(running: "Running", element: Element, text: str, known: Mapping[str, Any]) -> datetime:
    value = running.value_of(text, known)
    if isinstance(value, str):
        value = feel.evaluate("date and time(moment)", {"moment": value})
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ExecutionFailed(
            f'Expected "{text}" to be a moment with an offset, but it was {value!r}', element_id=element.id
        )
    return value


def due_at(running: "Running", element: Element) -> datetime | None:
    """What a timer event reads as `dueAt`: the due date of the task it is attached to, or by its own row."""
    found = of_key(running, *_row_of(running, element))
    return found.due_at if found else None


def unit_of(running: "Running", element: Element) -> str | None:
    """The measure in which a timer event counts, where a row of the deadlines table says it."""
    found = limit(running, *_row_of(running, element))
    return found.unit if found else None


def _row_of(running: "Running", element: Element) -> tuple[str, str]:
    """The row of the deadlines table for a timer event, and the element whose limit it is."""
    key = element.properties.get("slaKey")
    host = element.attached_to if key is None else None
    if host is not None:
        key = running.plan.sla_key(running.plan.element(host))
    return key or running.plan.sla_key(element), host or element.id


def later(running: "Running", moment: datetime | None, key: str = "") -> datetime | None:
    """A moment of the case after its clock stood still until now, in the measure of its row; without one in days."""
    stopped_at = running.case.clock_stopped_at
    if moment is None or stopped_at is None:
        return moment
    row = (limit(running, key, "") if key else None) or schedule.Limit(Decimal(1), "cd")
    both = schedule.Moments(moment, moment)
    calendar = calendars.load(running.session)
    return schedule.resume(both, row, stopped_at=stopped_at, resumed_at=running.now, calendar=calendar).due_at


def put_off(
    running: "Running", moment: datetime, unit: str | None, *, since: datetime, like: datetime | None = None
) -> datetime:
    """A moment after everything stood still from `since` until now. Without a unit one at 24:00 is taken for one of
    working days and any other for one of clock time; `like`: the deadline whose reminder this is, to judge by."""
    midnight = (like or moment).astimezone(clock.LOCAL).time() == time()
    measure = schedule.Limit(Decimal(1), unit or ("wd" if midnight else "h"))
    calendar = calendars.load(running.session)
    both = schedule.Moments(moment, moment)
    return schedule.resume(both, measure, stopped_at=since, resumed_at=running.now, calendar=calendar).due_at


def supervise_at(running: "Running", *, noted: bool = False) -> datetime | None:
    """When supervision looks at the case for the first time, if elapsed days are counted from now on (C6)."""
    days = _first_look(running, noted=noted)
    if days is None:
        return None
    calendar = calendars.load(running.session)
    return calendar.end_of(calendar.day_of(running.now) + days)


def counted_from(running: "Running") -> datetime:
    """Since when elapsed days are counted: acceptance, later by the days for which the first look was put off."""
    case, days = running.case, _first_look(running)
    since = case.accepted_at or case.started_at
    if days is None or case.supervise_at is None:
        return since
    calendar = calendars.load(running.session)
    # 24:00 of a day is the first moment of the next one.
    day_0 = calendar.day_of(case.supervise_at - timedelta(microseconds=1)) - days
    return since + (day_0 - calendar.day_of(since))


def counts_by_step(running: "Running") -> bool:
    """Whether supervision counts from the due date of a late step, and not the days that the case has taken."""
    row = _thresholds(running, running.case.status)
    return row is not None and row.get("basis") == "NODE_OVERDUE"


def other_thresholds(running: "Running", status_before: str) -> bool:
    """Whether the state that the case is in now has another row of thresholds than the one before."""
    return _thresholds(running, running.case.status) != _thresholds(running, status_before)


def note_thresholds(running: "Running", status_before: str) -> None:
    """Let the journal say by which row supervision counts, where that is another one than before."""
    if running.case.subject_id is None and other_thresholds(running, status_before):
        _thresholds(running, running.case.status, noted=True)


def _first_look(running: "Running", *, noted: bool = False) -> timedelta | None:
    """The smallest threshold in elapsed days; None where they are not what counts."""
    row = _thresholds(running, running.case.status, noted=noted)
    if row is None or row.get("basis") != "ELAPSED":
        return None
    found = [row.get(name) for name in ("countyDays", "prefDays", "provDays")]
    return timedelta(days=int(min(days for days in found if isinstance(days, Decimal))))


def _thresholds(running: "Running", status: str, *, noted: bool = False) -> dict[str, Any] | None:
    bundle = running.plan.main
    model = bundle.decisions.get(_THRESHOLDS)
    if model is None or access.is_mock(running.case):
        return None
    asked = {
        "item": running.case.item_code,
        "county": running.case.variables.get("county"),
        "caseState": status,
    }
    tables = deciding.Tables(running, bundle, "") if noted else model
    row = tables.decide(_THRESHOLDS, asked)
    return row if isinstance(row, dict) else None
