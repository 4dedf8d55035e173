"""共用时限: one limit for several steps together, which each of them names with the property `within`.

The rule: its clock begins with the first of these steps, or where the table `deadlines_from` says so, and runs on
through a return 退回; a step is due by its own limit or at the end of the shared one, whichever comes first.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, select, update

from engine.casework import moments, promises
from engine.casework.limit_models import SharedLimit
from engine.language import schedule
from engine.language.diagram import Element
from engine.language.schedule import Moments
from engine.registry import calendars
from engine.workflow import Waiting

if TYPE_CHECKING:
    from engine.casework.running import Running

TABLE = SharedLimit.__table__
OF_CASE = select(TABLE.c.key, TABLE.c.due_at, TABLE.c.begun_at).where(TABLE.c.case_id == bindparam("case"))
BEGIN = insert(TABLE).inline()  # type: ignore[arg-type]
PUT_OFF = (
    update(TABLE)  # type: ignore[arg-type]
    .where(TABLE.c.case_id == bindparam("case"), TABLE.c.key == bindparam("row"))
    .values(due_at=bindparam("due"))
)
FORGET = delete(TABLE).where(  # type: ignore[arg-type]
    TABLE.c.case_id == bindparam("case"), TABLE.c.begun_at == bindparam("begun")
)


def of_task(running: "Running", waiting: Waiting) -> Moments | None:
    """The two moments of a task, not later than the limits shared by it or by the activities around it."""
    around = [running.plan.element(number) for number in waiting.path]
    return _within(running, moments.of_task(running, waiting.element), _keys(*around, waiting.element))


def due_at(running: "Running", element: Element, path: Iterable[str]) -> datetime | None:
    """What a timer event reads as `dueAt`, by the limits of the task it is attached to and of the activities around."""
    host = [element.attached_to] if element.attached_to else []
    around = [running.plan.element(number) for number in (*path, *host)]
    own = moments.due_at(running, element)
    ends = [end for key in _keys(*around, element) if (end := _end(running, key)) is not None]
    return min([*ends, *([own] if own else [])], default=None)


def begin(running: "Running", entered: Iterable[str], *, started: bool, accepted: bool) -> None:
    """Let the clocks run that begin with an act: with the elements it entered, with acceptance, with the submission."""
    by_step = _keys(*(running.plan.element(number) for number in entered))
    for key in sorted(running.plan.shared - _standing(running).keys()):
        since = promises.counted_from(running, key, schedule.FIRST_STEP)
        if key in by_step or (accepted and since == schedule.ACCEPTANCE) or (started and since == schedule.SUBMISSION):
            _begin(running, key)


def go_on(running: "Running") -> None:
    """The clock of the case goes on: the ends are later by what it stood still. What begins now has lost nothing."""
    for key, (due, begun_at) in _standing(running).items():
        if begun_at < running.now:
            later = moments.later(running, due, key)
            running.execute(PUT_OFF, {"case": running.case.id, "row": key, "due": later})
    _know_anew(running)


def forget(running: "Running", begun_at: datetime) -> None:
    """Take back the clocks that began with an act that is taken back."""
    running.execute(FORGET, {"case": running.case.id, "begun": begun_at})
    _know_anew(running)


def _keys(*elements: Element) -> list[str]:
    return [key for element in elements for key in schedule.shared_keys(element.properties)]


def _within(running: "Running", own: Moments | None, keys: Iterable[str]) -> Moments | None:
    for key in keys:
        end, row = _end(running, key), moments.limit(running, key, "")
        if end is not None and row is not None and (own is None or end < own.due_at):
            own = schedule.until(end, running.now, calendars.load(running.session), row)
    return own


def _end(running: "Running", key: str) -> datetime | None:
    """By when the steps have to be done together; for a clock that does not run yet, as if it began now."""
    if key not in _standing(running):
        found = moments.of_key(running, key)
        return found.due_at if found else None
    due, begun_at = _standing(running)[key]
    # The case's own clock goes on with the act that leads to this step, and is written when the act is through.
    return moments.later(running, due, key) if begun_at < running.now else due


def _begin(running: "Running", key: str) -> None:
    found = moments.of_key(running, key)
    if found is not None:
        row = {"case_id": running.case.id, "key": key, "due_at": found.due_at, "begun_at": running.now}
        running.execute(BEGIN, row)
        _know_anew(running)


def _standing(running: "Running") -> dict[str, tuple[datetime, datetime]]:
    if running.shared_limits is None:
        rows = running.execute(OF_CASE, {"case": running.case.id}) if running.plan.shared else ()
        running.shared_limits = {key: (due, begun_at) for key, due, begun_at in rows}
    return running.shared_limits


def _know_anew(running: "Running") -> None:
    running.shared_limits = None
