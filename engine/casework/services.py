"""What the diagrams' service tasks do. Inline services answer inside the transaction, from our own tables; for all
others (outside connectors) the token waits for a job.

A service knows facts and writes records; who does what, when and in which order is the diagram's.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import (
    account_services,
    benefits,
    disputes,
    documents,
    guardian_services,
    imprest,
    institutions,
    lifting,
    measure_services,
    mocks,
    moments,
    monitoring,
    moving,
    named_cases,
    notice_tasks,
    payments,
    person_changes,
    projection,
    promises,
    public_pages,
    publicity,
    recovery,
    related,
    reopening,
    repeats,
    sampling,
    saving,
    switching,
    version_services,
)
from engine.casework.consequences import Companion
from engine.casework.models import Case, OverdueRecord, UserTask
from engine.casework.running import Running
from engine.errors import ExecutionFailed
from engine.language.diagram import Element
from engine.registry import access, citizens

Service = Callable[[Running, Element], Mapping[str, Any]]


def perform(running: Running, element: Element) -> Mapping[str, Any] | None:
    """The result of an inline service, or None when the element asks for an outside connector."""
    service = inline().get(element.task_type or "")
    if service is None:
        return None
    if mocks.holds(running, element):
        return None
    if service is not notice_tasks.notice:
        saving.write_begun(running)  # whatever looks for the new case, or refers to it, finds its row
    result = {} if mocks.skips(running, element) else dict(service(running, element))
    if result:
        running.note("services", [element.id, result])
    return result


def real_name(running: Running, element: Element) -> Mapping[str, Any]:
    """实名校验: does the ID number belong to that name? Known from the registered citizens."""
    variables = running.case.variables
    matches = citizens.name_matches(
        running.session,
        name=str(variables.get("applicantName", running.case.applicant_name)),
        identity_number=running.case.applicant_identity,
    )
    return {"realNameMatches": matches}


def record_overdue(running: Running, element: Element) -> Mapping[str, Any]:
    """自动记录超时 [S1 §22; S2 §17]: case, step, handler, region, since when; and supervision is asked for."""
    subject, task_id = running.subject, running.case.subject_task_id
    if subject is None or task_id is None:
        raise ExecutionFailed("Expected a companion of a task, but this case has none", element_id=element.id)
    task = _mark_overdue(running.session, task_id, running.now)
    if task is None:
        return {"overdueRecorded": False}
    if access.is_mock(subject.case):
        return {"overdueRecorded": True}
    running.session.add(
        OverdueRecord(
            case_id=subject.case.id,
            task_id=task_id,
            element_id=task.element_id,
            assignee_id=task.owner_id or task.assignee_id,  # whoever delegates stays answerable
            role_key=task.role_key,
            region_code=task.region_code,
            due_at=task.due_at,
            recorded_at=running.now,
            due_on=clock.local(task.due_at).date(),
        )
    )
    subject.case.overdue_count += 1
    subject.journal(
        "task_overdue", element_id=task.element_id, payload={"task": task_id, "due": task.due_at.isoformat()}
    )
    ask_supervision(subject, late_since=task.due_at, task_id=task_id)
    return {"overdueRecorded": True}


def _mark_overdue(session: Session, task_id: int, now: datetime) -> Any:
    """The task's row when it is still open and now counted as overdue, else None."""
    return session.execute(
        update(UserTask)
        .where(UserTask.id == task_id, UserTask.state == "open", UserTask.overdue_at.is_(None))
        .values(overdue_at=now)
        .returning(
            UserTask.element_id,
            UserTask.assignee_id,
            UserTask.owner_id,
            UserTask.role_key,
            UserTask.region_code,
            UserTask.due_at,
        )
    ).one_or_none()


def ask_supervision(subject: Running, *, late_since: datetime | None, task_id: int | None = None) -> None:
    """Let the supervision ladder begin: beside a case, once for the days that are counted; where the table counts from
    a step's due date, beside each late task. Never beside a companion. `late_since`: None when nobody is late."""
    by_step = moments.counts_by_step(subject)
    if subject.case.subject_id is not None or (task_id is None if by_step else has_ladder(subject)):
        return
    counted_from = moments.counted_from(subject)
    subject.case.supervise_at = None
    subject.wanted.append(
        Companion(
            "SUPERVISION_NEEDED",
            {
                "kind": "AUTO",
                "lateSince": late_since.isoformat() if late_since else None,
                "acceptedAt": counted_from.isoformat(),
                "stoppedBefore": subject.case.stopped_seconds,
                "stoppedSeconds": subject.case.stopped_seconds,
                "caseState": subject.case.status,
            },
            task_id=task_id if by_step else None,
        )
    )


def has_ladder(subject: Running) -> bool:
    """Whether a ladder stands beside the case, or will by this act. One that is through is not begun again, unless the
    days are counted anew since."""
    if any(companion.variables.get("kind") == "AUTO" for companion in subject.wanted):
        return True
    begun = subject.session.execute(
        select(Case.state, Case.variables).where(Case.subject_id == subject.case.id, Case.subject_task_id.is_(None))
    )
    states = [state for state, variables in begun if variables.get("kind") == "AUTO"]
    return "active" in states or (bool(states) and subject.case.supervise_at is None)


def open_supervision(running: Running, element: Element) -> Mapping[str, Any]:
    """发出督办单: a supervise companion of kind MANUAL beside the same case, opened by the level that confirmed it."""
    subject = running.subject
    if subject is None:
        raise ExecutionFailed("Expected a companion of a case, but this case has none", element_id=element.id)
    given = {key: running.value_of(text) for key, text in element.headers.items()}
    demands = ("orderDemand", "orderLevel", "orderDueDays")
    asked = {key: running.case.variables.get(key) for key in demands}
    subject.wanted.append(
        Companion("SUPERVISION_NEEDED", {"kind": "MANUAL", "opener": running.actor.ref, **asked, **given})
    )
    return {}


def close_supervision(running: Running, element: Element) -> Mapping[str, Any]:
    """销号: the case is no longer under supervision when this was its last order."""
    subject = running.subject
    if subject is None:
        raise ExecutionFailed("Expected a companion of a case, but this case has none", element_id=element.id)
    others = running.session.scalars(
        select(Case.variables).where(
            Case.subject_id == subject.case.id,
            Case.process_key == running.case.process_key,
            Case.state == "active",
            Case.id != running.case.id,
        )
    )
    projection.supervise(subject, supervised=any(variables.get("kind") == "MANUAL" for variables in others))
    subject.journal("supervision_closed", payload={"order": running.case.case_no})
    return {}


def record_rating(running: Running, element: Element) -> Mapping[str, Any]:
    """记入评价: header `stars` is the case's rating from now on; a second one replaces the first."""
    subject = running.subject
    if subject is None:
        raise ExecutionFailed("Expected a companion of a case, but this case has none", element_id=element.id)
    given = {key: running.value_of(text) for key, text in element.headers.items()}
    if given.get("stars") is None:
        raise ExecutionFailed("Expected stars to record, but nobody has given any", element_id=element.id)
    subject.case.stars = int(given["stars"])
    payload = {"stars": subject.case.stars, "anonymous": given.get("anonymous") is True}
    subject.journal("rating_given", payload=payload)
    return {}


@cache
def inline() -> Mapping[str, Service]:
    """The inline services by their keys. Put together when first asked for, because what one of them does (a version is
    uploaded) asks in turn which services there are."""
    return {
        "notice": notice_tasks.notice,
        "real_name": real_name,
        "open_cases": repeats.open_cases,
        "record_overdue": record_overdue,
        "open_supervision": open_supervision,
        "close_supervision": close_supervision,
        "record_rating": record_rating,
        "document": documents.issue,
        **publicity.SERVICES,
        **payments.SERVICES,
        **imprest.SERVICES,
        **recovery.SERVICES,
        **benefits.SERVICES,
        **account_services.SERVICES,
        **guardian_services.SERVICES,
        **measure_services.SERVICES,
        **sampling.SERVICES,
        **monitoring.SERVICES,
        **institutions.SERVICES,
        **disputes.SERVICES,
        **named_cases.SERVICES,
        "reopen_case": reopening.reopen_case,
        **person_changes.SERVICES,
        "transfer_case": moving.transfer_case,
        **public_pages.SERVICES,
        **switching.SERVICES,
        **version_services.SERVICES,
        "earlier_cases": related.earlier_cases,
        "begin_beside": related.begin_beside,
        "begin_apart": related.begin_apart,
        "tell_case": related.tell_case,
        **lifting.SERVICES,
        "extend_promise": promises.extend,
    }
