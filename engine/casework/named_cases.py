"""What a diagram may know of another case that it names: an appeal of the case appealed against, an event of the cases
it concerns.

The rule: a process learns of a case only what whoever began the process may see; who acted is told by account, so that
others can be found for it, never by name.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import reopening
from engine.casework.history import INPUTS
from engine.casework.models import Case, HistoryEvent, Notice, Opinion, UserTask
from engine.casework.running import Running
from engine.language.diagram import Element
from engine.registry import access, actors, people
from engine.registry.actors import Actor

RESULT = "caseFacts"
STAFF = "staff:"


def case_facts(running: Running, element: Element) -> Mapping[str, Any]:
    """办件情况, a service: header `caseNo` names the case; `role` a role key, if it shall be told how many of its
    holders in the case's county never acted on the case.

    The property `resultVariable` gets {caseNo, itemName, process, state, outcome, outcomeText, department, county,
    town, region, endedAt, noticedOn, paid, acted, free, steps: [{elementId, name, role, by, at, mayReopen}]}, or null
    where there is no such case that whoever began the process may see.
    """
    session, number = running.session, running.value_of(element.headers.get("caseNo", ""))
    case = session.scalar(select(Case).where(Case.case_no == str(number or "")))
    seen = case is not None and _is_seen(running, case)
    told = _told(running, case, element) if case is not None and seen else None
    return {element.properties.get("resultVariable", RESULT): told}


def acted(session: Session, case_id: int) -> set[int]:
    """The accounts of all who had a part in what was done on the case: steps, signatures, opinions, orders."""
    done = select(UserTask.completed_by).where(UserTask.case_id == case_id, UserTask.completed_by.is_not(None))
    said = select(Opinion.account_id).where(Opinion.case_id == case_id)
    ordered = select(HistoryEvent.actor).where(
        HistoryEvent.case_id == case_id, HistoryEvent.kind.in_(INPUTS), HistoryEvent.actor.startswith(STAFF)
    )
    numbers = {int(actor.removeprefix(STAFF)) for actor in session.scalars(ordered)}
    return numbers.union(number for number in session.scalars(done) if number is not None).union(session.scalars(said))


def id_of(session: Session, case_no: Any) -> int | None:
    """The case of that number."""
    return session.scalar(select(Case.id).where(Case.case_no == case_no)) if isinstance(case_no, str) else None


def _is_seen(running: Running, case: Case) -> bool:
    opener = _opener(running)
    return case.subject_id is None and opener is not None and access.may_see(opener, case)


def _opener(running: Running) -> Actor | None:
    """Who began the process; of an application the applicant."""
    kind, _, number = str(running.case.variables.get("opener") or "").partition(":")
    if kind == "staff":
        account = actors.staff_of_session(running.session, int(number))
        return account[0] if account is not None else None
    citizen = int(number) if kind == "citizen" else running.case.citizen_id
    return actors.citizen(running.session, citizen) if citizen is not None else None


def _told(running: Running, case: Case, element: Element) -> dict[str, Any]:
    session, role = running.session, str(running.value_of(element.headers.get("role", "")) or "")
    involved = acted(session, case.id)
    free = [one for one in people.holders(session, role, case.county_code) if one.id not in involved] if role else []
    return {
        "caseNo": case.case_no,
        "itemName": case.variables.get("itemName"),
        "process": case.process_key,
        "state": case.state,
        "outcome": case.outcome,
        "outcomeText": case.outcome_text,
        "department": case.variables.get("department"),
        "county": case.county_code,
        "town": case.variables.get("town"),
        "region": case.region_code,
        "endedAt": case.ended_at.isoformat() if case.ended_at else None,
        "noticedOn": _noticed_on(session, case),
        "paid": reopening.is_paid(session, case.id),
        "acted": sorted(involved),
        "free": len(free),
        "steps": list(_steps(session, case)),
    }


def _noticed_on(session: Session, case: Case) -> str | None:
    """The day on which the citizen was told how the case ended; without a message the day of the end."""
    if case.ended_at is None:
        return None
    told = select(Notice.created_at).where(
        Notice.case_id == case.id, Notice.citizen_id.is_not(None), Notice.created_at >= case.ended_at
    )
    at = session.scalar(told.order_by(Notice.created_at).limit(1)) or case.ended_at
    return clock.local(at).date().isoformat()


def _steps(session: Session, case: Case) -> list[dict[str, Any]]:
    places = {step.id for step in reopening.steps(session, case)}
    wanted = select(UserTask).where(UserTask.case_id == case.id, UserTask.state == "completed", UserTask.kind == "step")
    return [
        {
            "elementId": task.element_id,
            "name": task.name,
            "role": task.role_key,
            "by": task.completed_by,
            "at": task.ended_at.isoformat() if task.ended_at else None,
            "mayReopen": task.id in places,
        }
        for task in session.scalars(wanted.order_by(UserTask.id))
    ]


SERVICES = {"case_facts": case_facts}
