"""办结期限: by when the whole of a case shall be done, which is what the citizen is told.

The rule: the law counts it from acceptance 受理, so that is where it is counted anew; rows of the table
`deadlines_from` (rules/deadlines.dmn) name the totals that count from the submission. It is extended once at most.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.casework import deciding, moments
from engine.errors import Conflict, ExecutionFailed
from engine.language import schedule
from engine.language.diagram import Element
from engine.registry import calendars

if TYPE_CHECKING:
    from engine.casework.running import Running

EXTENDED = "promiseExtended"


def begin(running: "Running") -> None:
    """Put down when the whole shall be done at the latest, and when supervision looks for the first time. What the law
    counts from acceptance is foretold as if that came at once."""
    case = running.case
    found = moments.of_key(running, total_key(running))
    case.promised_at = found.due_at if found else None
    case.supervise_at = moments.supervise_at(running, noted=True)
    case.variables["promisedAt"] = case.promised_at.isoformat() if case.promised_at else None


def total_key(running: "Running") -> str:
    """The row of the deadlines table for the whole: `item.total`."""
    return f"{running.case.process_key}.total"


def accept(running: "Running") -> Mapping[str, Any]:
    """受理: the time that the office has begins. Gives the variables that change by it, which the journal notes."""
    case = running.case
    case.accepted_at = running.now
    if case.clock_stopped_at is not None:
        # What stood still before is not given back to a clock that begins now.
        case.stopped_seconds += int((running.now - case.clock_stopped_at).total_seconds())
        case.clock_stopped_at = running.now
    if case.supervise_at is not None:
        case.supervise_at = moments.supervise_at(running, noted=True)
    if (
        case.promised_at is None
        or counted_from(running, total_key(running), schedule.ACCEPTANCE) != schedule.ACCEPTANCE
    ):
        return {}
    found = moments.of_key(running, total_key(running))
    if found is None:
        return {}
    case.promised_at = found.due_at
    running.notes["promised"] = found.due_at.isoformat()
    return {"promisedAt": found.due_at.isoformat()}


def counted_from(running: "Running", key: str, usual: str) -> str:
    """From when a limit counts by the table `deadlines_from`; `usual` where no row says so."""
    bundle = running.plan.main
    if schedule.COUNTED_FROM not in bundle.decisions:
        return usual
    tables = deciding.Tables(running, bundle, "", even_nothing=False)
    return schedule.counted_from(tables, key, running.case.region_code) or usual


def extend(running: "Running", element: Element) -> Mapping[str, Any]:
    """延长办结期限: a service of diagrams, drawn behind the step in which a leader approves it. Once in a case.

    Headers: `limit`, the row of the deadlines table that holds instead of `item.total`, and `reason`.
    """
    case = running.case
    if case.promised_at is None:
        raise ExecutionFailed("Expected a promise to extend, but the case has none", element_id=element.id)
    if case.variables.get(EXTENDED) is not None:
        raise Conflict(
            f"Expected the promise of case {case.case_no} to stand as it was made, but it has been extended",
            notice="办结期限已经延长过一次，不能再延长",
        )
    key, reason = (running.value_of(element.headers.get(name, "")) for name in ("limit", "reason"))
    if not reason:
        raise ExecutionFailed("Expected a reason to extend the promise, but there is none", element_id=element.id)
    before, of_the_act = case.promised_at, running.notes
    running.notes = {}
    case.promised_at = _lengthened(running, element, before, str(key))
    told = {"from": before.isoformat(), "to": case.promised_at.isoformat(), "limit": key, "reason": str(reason)}
    running.journal("promise_extended", element_id=element.id, payload=told)
    running.notes = of_the_act
    return {EXTENDED: str(reason), "promisedAt": case.promised_at.isoformat()}


def _lengthened(running: "Running", element: Element, promised_at: datetime, key: str) -> datetime:
    """Later by what the second row allows more than the first; what the clock stood still stays given back."""
    usual = moments.limit(running, total_key(running), element.id)
    longer = moments.limit(running, key, element.id, noted=True)
    more = longer.amount - usual.amount if longer and usual and longer.unit == usual.unit else Decimal(0)
    if longer is None or more <= 0:
        raise ExecutionFailed(
            f"Expected {key} to be a longer limit in the unit of {total_key(running)}, but it is {longer}",
            element_id=element.id,
            notice=f"办理时限表中的“{key}”应当与“{total_key(running)}”同一单位并且更长，已通知管理人员",
        )
    return schedule.lengthened(promised_at, more, longer.unit, calendars.load(running.session))
