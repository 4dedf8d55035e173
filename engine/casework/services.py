"""What the diagrams' send and service tasks do. Inline services answer inside the transaction, from our own tables; for
all others (outside connectors) the token waits for a job.

A service knows facts and writes records; who does what, when and in which order is the diagram's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import (
    account_services,
    benefits,
    concerned,
    disputes,
    documents,
    guardian_services,
    imprest,
    institutions,
    lifting,
    measure_services,
    moments,
    monitoring,
    moving,
    named_cases,
    notifications,
    payments,
    promises,
    public_pages,
    publicity,
    recovery,
    related,
    reopening,
    sampling,
    saving,
    version_services,
)
from engine.casework.consequences import Companion, OpenStep
from engine.casework.models import Case, OverdueRecord, UserTask
from engine.casework.running import Running
from engine.db import one_at_a_time
from engine.errors import ExecutionFailed
from engine.language import feel
from engine.language.diagram import Element
from engine.registry import citizens, people, regions, roles
from engine.registry.models import Account
from engine.registry.people import Recipient

Service = Callable[[Running, Element], Mapping[str, Any]]

TASK = UserTask.__table__
OPEN = select(*(TASK.c[name] for name in OpenStep._fields)).where(TASK.c.state == "open")
OPEN_BESIDE = OPEN.where(or_(TASK.c.id == bindparam("beside"), TASK.c.host_id == bindparam("beside")))
OPEN_OF_CASE = OPEN.where(TASK.c.case_id == bindparam("case"))


def perform(running: Running, element: Element) -> Mapping[str, Any] | None:
    """The result of an inline service, or None when the element asks for an outside connector."""
    service = inline().get(element.task_type or "")
    if service is None:
        return None
    if service is not notice:
        saving.write_begun(running)  # whatever looks for the new case, or refers to it, finds its row
    result = dict(service(running, element))
    if result:
        running.note("services", [element.id, result])
    return result


def notice(running: Running, element: Element) -> Mapping[str, Any]:
    """Send the message of header `messageKey` to those of header `to`."""
    headers = element.headers
    key = str(running.value_of(headers.get("messageKey") or element.properties.get("messageKey", "")))
    to = str(running.value_of(headers.get("to", "citizen")) or "")
    told: list[str] = []
    for name in (part.strip() for part in to.split(",")):
        told += tell(running, element, key, name)
    running.note("notices", [key, told])
    return {}


def tell(running: Running, element: Element, message_key: str, to: str) -> list[str]:
    """Send one message to one kind of recipient; returns who was told. An act tells no colleague the same twice."""
    about = audience(running)
    due = _due_at(running, element)
    values = {**placeholders(running), **({"date": day(due)} if due else {}), **_headers(running, element, due)}
    text = notifications.render(running.plan, message_key, values)
    case_id, session, at = about.case.id, running.session, running.now
    if to in ("citizen", "proxy"):
        numbers = concerned.citizens_told(about, to)
        for number in numbers:
            notifications.tell_citizen(
                session, case_id=case_id, citizen_id=number, message_key=message_key, text=text, at=at
            )
        if numbers or to == "citizen" or about.case.proxy_account_id is None:
            return [f"citizen:{number}" for number in numbers]
        accounts: Iterable[Recipient] = [session.get_one(Account, about.case.proxy_account_id)]
    else:
        accounts = recipients(running, to)
    chosen = list({account.id: account for account in accounts if (account.id, text) not in about.heard}.values())
    about.heard |= {(account.id, text) for account in chosen}
    running.notice_rows += notifications.rows_for_staff(session, chosen, case_id, message_key, text, at)
    return [f"staff:{account.id}" for account in chosen]


def audience(running: Running) -> Running:
    """A companion speaks about the case beside which it stands: its citizen, its page."""
    while running.subject is not None:
        running = running.subject
    return running


def placeholders(running: Running) -> dict[str, Any]:
    """The placeholders that every template may use; the open steps are looked up only when one asks for `step`."""
    root = audience(running)
    variables = {**root.case.variables, **running.case.variables}
    unit, phone = people.unit(running.session, str(variables.get("department", "")), root.case.region_code)
    promised = root.case.promised_at
    return {
        **variables,
        "no": root.case.case_no,
        "事项": variables.get("itemName"),
        "date": day(promised) if promised else None,
        "unit": unit,
        "tel": phone,
        "代办人": variables.get("proxyName"),
        "step": lambda: "、".join(dict.fromkeys(task.name for task in _open_tasks(running) if task.kind == "step")),
    }


def _due_at(running: Running, element: Element) -> datetime | None:
    """Until when to do what the message speaks of: an element with a `slaKey` counts its row from now."""
    key = element.properties.get("slaKey")
    found = moments.of_key(running, key, element.id) if key else None
    return found.due_at if found else None


def _headers(running: Running, element: Element, due_at: datetime | None) -> dict[str, Any]:
    skipped, known = ("messageKey", "to"), {"dueAt": due_at}
    values = {key: running.value_of(text, known) for key, text in element.headers.items() if key not in skipped}
    return {key: day(value) if isinstance(value, datetime) else value for key, value in values.items()}


def day(moment: datetime) -> str:
    """11月25日, as people say it."""
    # 24:00 of a day is the beginning of the next one, but people mean the day that ends.
    local = clock.local(moment - timedelta(microseconds=1))
    return f"{local.month}月{local.day}日"


def recipients(running: Running, to: str) -> list[Recipient]:
    """Accounts by `handler` (who holds the open tasks), `superior` (those above them) or a role key: of a town's or a
    village's role in the case of a county, all that hold it there."""
    session = running.session
    if to not in ("handler", "superior"):
        level, place = roles.level_of(session, to), audience(running).case.region_code
        region = regions.ancestor_code(place, level) if level else place
        if region is None:
            return [*people.holders_below(session, to, place)]
        return people.reached(session, to, region)
    found: list[Recipient] = []
    for task in _open_tasks(running):
        if to == "superior":
            found += people.superiors(session, task.role_key, task.region_code) if task.kind == "step" else []
        elif task.assignee_id is not None:
            found += [session.get_one(Account, number) for number in (task.assignee_id, task.owner_id) if number]
        else:
            found += people.reached(session, task.role_key, task.region_code)
    return found


def _open_tasks(running: Running) -> Sequence[Any]:
    """The task beside which a deadline companion stands, else all open tasks of the subject, else the case's own; with
    the signatures that are wanted for them."""
    if running.beside is not None:
        return running.beside
    running.session.flush()
    beside = running.case.subject_task_id
    if beside is not None:
        return running.execute(OPEN_BESIDE, {"beside": beside}).all()
    return running.execute(OPEN_OF_CASE, {"case": running.case.subject_id or running.case.id}).all()


def real_name(running: Running, element: Element) -> Mapping[str, Any]:
    """实名校验: does the ID number belong to that name? Known from the registered citizens."""
    variables = running.case.variables
    matches = citizens.name_matches(
        running.session,
        name=str(variables.get("applicantName", running.case.applicant_name)),
        identity_number=running.case.applicant_identity,
    )
    return {"realNameMatches": matches}


def open_cases(running: Running, element: Element) -> Mapping[str, Any]:
    """重复校验: the number of an unfinished case of the same person and item, or null.

    A process that is about somebody else than the applicant says about whom (its property `subjectOf`, FEEL): then one
    person may report as many others as there are, each once.
    """
    case = running.case
    one_at_a_time(running.session, f"{case.process_key} of {case.applicant_identity}")
    found = running.session.execute(
        select(Case.case_no, Case.variables).where(
            Case.applicant_identity == case.applicant_identity,
            Case.process_key == case.process_key,
            Case.state != "ended",
            Case.id != case.id,
            Case.applicant_identity != "",
        )
    )
    about = _about(running, case.variables)
    same = (row.case_no for row in found if _about(running, row.variables) == about)
    return {"duplicateCaseNo": next(same, None)}


def _about(running: Running, variables: Mapping[str, Any]) -> Any:
    """Whom a case is about, where its process says that it is not the applicant."""
    written = running.plan.main.process.properties.get("subjectOf", "")
    if not written.startswith("="):
        return None
    return feel.compile(written[1:])({name: feel.to_feel(value) for name, value in variables.items()})


def record_overdue(running: Running, element: Element) -> Mapping[str, Any]:
    """自动记录超时 [S1 §22; S2 §17]: case, step, handler, region, since when; and supervision is asked for."""
    subject, task_id = running.subject, running.case.subject_task_id
    if subject is None or task_id is None:
        raise ExecutionFailed("Expected a companion of a task, but this case has none", element_id=element.id)
    task = _mark_overdue(running.session, task_id, running.now)
    if task is None:
        return {"overdueRecorded": False}
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
    subject.case.supervised = any(variables.get("kind") == "MANUAL" for variables in others)
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
        "notice": notice,
        "real_name": real_name,
        "open_cases": open_cases,
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
        "transfer_case": moving.transfer_case,
        **public_pages.SERVICES,
        **version_services.SERVICES,
        "earlier_cases": related.earlier_cases,
        "begin_beside": related.begin_beside,
        "begin_apart": related.begin_apart,
        "tell_case": related.tell_case,
        **lifting.SERVICES,
        "extend_promise": promises.extend,
    }
