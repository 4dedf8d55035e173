"""The one door to a running case: lock the row, load, act, save, project, journal; all in the caller's transaction.

Locks are always taken from the case down to its companions, never upwards, so that two acts cannot block each other.
An exception leaves nothing behind: the caller's transaction rolls back and the machine is dropped.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import (
    applying,
    deciding,
    deployments,
    mocks,
    numbering,
    outcomes,
    payments,
    placing,
    plans,
    projection,
    promises,
    saving,
    segregation,
    services,
)
from engine.casework.consequences import Apart, Companion
from engine.casework.known import known_at_start
from engine.casework.models import Case, UserTask
from engine.casework.running import COLUMNS, CaseRow, Perform, Running
from engine.db import one_of
from engine.errors import Conflict, ExecutionFailed, NotFound
from engine.registry import access
from engine.registry.actors import SYSTEM, Actor
from engine.registry.regions import level_of
from engine.workflow import Refused

CASE = Case.__table__
LOOK = select(*COLUMNS).where(CASE.c.id == bindparam("case"))
LOOK_AT_SEVERAL = select(*COLUMNS).where(one_of(CASE.c.id, "cases")).order_by(CASE.c.id)
LOCK = LOOK.with_for_update()
# Most cases stand beside no other, and are locked without asking first.
LOCK_ALONE = LOOK.where(CASE.c.subject_id.is_(None)).with_for_update()
SUBJECT = select(CASE.c.subject_id).where(CASE.c.id == bindparam("case"))
BEGIN = insert(CASE).returning(CASE.c.id)  # type: ignore[arg-type]
STANDING = (
    select(CASE.c.id, CASE.c.subject_task_id)
    .where(CASE.c.subject_id == bindparam("case"), CASE.c.state != "ended")
    .order_by(CASE.c.id)
)
PEOPLE = ("citizen_id", "proxy_citizen_id", "proxy_account_id", "applicant_name", "applicant_identity")
OPENED = "engine.casework.opened"


@contextmanager
def open_case(
    session: Session, case_id: int, *, actor: Actor, subject_id: int | None = None, even_suspended: bool = False
) -> Iterator[Running]:
    """The case, locked. What was done to it is saved when the block ends without an exception.

    `subject_id`: of a companion, where it is known already, which saves a look-up. Opening a case that is open in this
    transaction gives the same `Running`, saved by whoever opened it first. Raises Conflict when the case is suspended
    (挂起), but not for those who come because of that.
    """
    opened: dict[int, Running] = session.info.setdefault(OPENED, {})
    if case_id in opened:
        yield opened[case_id]
        return
    alone = None if subject_id else session.connection().execute(LOCK_ALONE, {"case": case_id}).one_or_none()
    if alone is not None:
        with open_locked(session, CaseRow.of(alone), actor=actor, even_suspended=even_suspended) as running:
            yield running
        return
    subject_id = subject_id or _subject_of(session, case_id)
    with (
        open_case(session, subject_id, actor=actor, even_suspended=even_suspended) as subject,
        _held(opened, _lock(session, case_id, actor, subject, even_suspended)) as running,
    ):
        yield running


def _subject_of(session: Session, case_id: int) -> int:
    """The case beside which a companion stands."""
    found: int | None = session.connection().execute(SUBJECT, {"case": case_id}).scalar_one_or_none()
    if found is None:
        raise NotFound(f"Expected case {case_id}, but there is none", notice="没有找到这个办件")
    return found


@contextmanager
def open_around(
    session: Session, subject_id: int | None, *, actor: Actor, even_suspended: bool = True
) -> Iterator[Running | None]:
    """The case beside which a companion stands, locked, suspended or not; None for a case that stands by itself."""
    if subject_id is None:
        yield None
        return
    with open_case(session, subject_id, actor=actor, even_suspended=even_suspended) as subject:
        yield subject


@contextmanager
def open_locked(
    session: Session, case: CaseRow, *, actor: Actor, subject: Running | None = None, even_suspended: bool = False
) -> Iterator[Running]:
    """The same for a case whose row was locked when it was read, after its subject's if it has one."""
    opened: dict[int, Running] = session.info.setdefault(OPENED, {})
    if case.id in opened:
        yield opened[case.id]
        return
    if not even_suspended:
        _require_going_on(case)
    with _held(opened, _running(session, case, actor, services.perform, subject)) as running:
        yield running


@contextmanager
def _held(opened: dict[int, Running], running: Running) -> Iterator[Running]:
    """Keep the case open for whoever asks for it again in this transaction, and save it at the end."""
    opened[running.case.id] = running
    try:
        yield running
        save(running)
    except ExecutionFailed as failure:
        # A case that would have begun with this act does not exist; then it is the one beside which it was to stand.
        if failure.case_id is None and not running.is_new:
            failure.case_id = running.case.id
        raise
    finally:
        del opened[running.case.id]


def _lock(
    session: Session, case_id: int, actor: Actor, subject: Running | None, even_suspended: bool = False
) -> Running:
    case = CaseRow.of(session.connection().execute(LOCK, {"case": case_id}).one())
    if not even_suspended:
        _require_going_on(case)
    return _running(session, case, actor, services.perform, subject)


def _require_going_on(case: CaseRow) -> None:
    if case.state == "suspended":
        raise Conflict(
            f"Expected case {case.case_no} to be active, but it is suspended",
            notice="该办件已挂起，恢复办理后才能操作，您填写的内容没有提交",
        )


def _running(
    session: Session, case: CaseRow, actor: Actor, perform: Perform, subject: Running | None = None
) -> Running:
    return Running(
        session=session,
        case=case,
        plan=plans.plan(session, case.version_id, case.called_versions),
        actor=actor,
        now=clock.now(),
        perform=perform,
        decide=deciding.decide,
        open_case=open_case,
        subject=subject,
    )


def save(running: Running) -> None:
    """Write rows, journal and state; tell companions and begin new ones, until none of them says more of this case."""
    while running.changed or running.wanted or running.apart:
        _project(running)
        while running.apart:
            saving.write_rows(running)
            begin_apart(running, running.apart.pop(0))
        # A companion may ask for the next one while it begins, as a deadline long past does for supervision.
        while running.wanted:
            saving.write_rows(running)
            begin_companion(running, running.wanted.pop(0))
            _project(running)
        saving.write(running)
        running.changed = False
        _tell_companions(running)


def project(running: Running) -> None:
    """Make rows follow what the machine did since they last did; done at the end anyway, and earlier for whoever has to
    see the rows."""
    _project(running)
    saving.write_rows(running)


def _project(running: Running) -> None:
    if running.acted:
        mocks.end(running)
        running.acted = False
        projection.project(running)
        placing.follow(running)
        segregation.keep_apart(running)
        _take_outcome(running)
        payments.follow(running)


def _take_outcome(running: Running) -> None:
    """When the machine has ended, so has the case: outcome from the last end event that names one."""
    case = running.case
    if case.state == "ended" or not running.machine.ended:
        return
    named = [element for element in running.machine.end_events if "outcome" in element.properties]
    element = named[-1] if named else None
    ended = outcomes.of(running, element)
    case.state, case.ended_at, case.state_blob = "ended", running.now, None
    case.outcome, case.outcome_text = ended.outcome, ended.text
    case.reason_code, case.outcome_basis = ended.code, ended.basis
    case.status = element.properties.get("caseState", case.outcome) if element else case.outcome
    case.supervise_at = case.clock_stopped_at = None
    running.job_rows.clear()  # with the case all its jobs go
    running.journal(
        "case_ended",
        element_id=element.id if element else None,
        payload={**ended.told(), "tokens": running.machine.last_number},
    )
    running.told.append(("CASE_CLOSED", None))
    is_application = case.subject_id is None and case.channel in access.CHANNELS
    if is_application and (case.citizen_id or case.applicant_identity):
        running.wanted.append(Companion("CASE_ENDED", {"outcome": case.outcome}))


def _tell_companions(running: Running) -> None:
    """Let the companions that stand beside the case hear that their task or the case has ended."""
    told, running.told = running.told, []
    if not told or running.is_new:
        return
    standing = running.execute(STANDING, {"case": running.case.id}).all()
    for companion_id, task_id in standing:
        for message, about in told:
            if about == task_id:
                values = {"stoppedSeconds": running.case.stopped_seconds} if message == "CLOCK_RESUMED" else {}
                deliver(running.session, companion_id, message, actor=SYSTEM, values=values)


def deliver(
    session: Session, case_id: int, message: str, *, actor: Actor, values: Mapping[str, Any] | None = None
) -> bool:
    """Let a case hear a message; False when nothing in it waits for that message."""
    with open_case(session, case_id, actor=actor) as running:
        return running.hear(message, values or {})


def trial(session: Session, case: Case) -> Running:
    """The case on a machine of its own, to be thrown away: no service does anything, and nothing is written."""
    [tried] = trials(session, [case.id])
    return tried


def trials(session: Session, case_ids: Sequence[int]) -> Iterator[Running]:
    """The same of several cases, in the order of their keys."""
    for row in session.execute(LOOK_AT_SEVERAL, {"cases": case_ids}).all():
        yield _running(session, CaseRow.of(row), SYSTEM, lambda _running, _element: {})


def would_hear(session: Session, case: Case, message: str) -> bool:
    """Whether a case waits for a message that its diagram would not refuse."""
    if case.state != "active":
        return False
    tried = trial(session, case)
    if not any(name == message for name, _ in tried.machine.messages()):
        return False
    try:
        tried.machine.send(message)
    except Refused:
        return False
    except ExecutionFailed:
        # The flow went on and asked for the result of a service that was not called here.
        return True
    return True


def begin_companion(running: Running, companion: Companion) -> int | None:
    """Begin the process that is started by `companion.message` beside the case; gives its id, None when no active one
    listens."""
    session, subject = running.session, running.case
    found = applying.listening(session, companion.message, subject.region_code, running.now)
    if found is None:
        return None
    process_key, version_id = found
    variables = {
        **{
            name: running.case.variables.get(name)
            for name in ("itemName", "department", "county", "countyName", "town")
        },
        "subjectCaseNo": subject.case_no,
        "subjectItem": subject.item_code,
        "item": subject.item_code,
        **companion.variables,
    }
    with create(
        session, process_key, version_id, running.actor, subject=running, task_id=companion.task_id,
        channel="GOV", region_code=subject.region_code, item_code=subject.item_code, variables=variables,
        beside=companion.beside, people={name: getattr(subject, name) for name in PEOPLE},
    ) as made:  # fmt: skip
        made.begin({"message": companion.message})
    if variables.get("kind") == "MANUAL":
        projection.supervise(running, supervised=True)
        order = {name: variables.get(name) for name in ("orderDemand", "orderDueDays")}
        running.hear("SUPERVISION_OPENED", order)
    running.journal("companion_started", payload={"case": made.case.case_no, "process": process_key})
    return made.case.id


def begin_apart(running: Running, apart: Apart) -> str | None:
    """Begin a case of its own, as this one asked; gives its number, None where no such process is active."""
    session, actor = running.session, running.actor
    version_id = deployments.active_id(session, apart.process_key, apart.region_code, running.now)
    if version_id is None:
        return None
    name = plans.bundle_of(session, version_id).process.name
    channel, department = "OFFICE" if actor.is_staff else "TIMER", running.case.variables.get("department")
    known = known_at_start(session, apart.process_key, name, department, channel=channel, region_code=apart.region_code)
    origin = {"originCaseNo": running.case.case_no, "opener": actor.ref, "regionLevel": level_of(apart.region_code)}
    about = {"applicant_name": apart.name, "applicant_identity": apart.identity_number}
    with create(
        session, apart.process_key, version_id, actor, channel=channel, region_code=apart.region_code,
        item_code=apart.process_key, variables={**known, **origin, **apart.variables},
        people={**about, "proxy_account_id": actor.id if actor.is_staff else None},
    ) as made:  # fmt: skip
        made.begin({"channel": channel, "origin": running.case.case_no})
    running.journal("companion_started", payload={"case": made.case.case_no, "process": apart.process_key})
    return made.case.case_no


@contextmanager
def create(
    session: Session,
    process_key: str,
    version_id: int,
    actor: Actor,
    *,
    channel: str,
    region_code: str,
    item_code: str,
    variables: dict[str, Any],
    subject: Running | None = None,
    task_id: int | None = None,
    people: Mapping[str, Any] | None = None,
    beside: Sequence[Any] | None = None,
) -> Iterator[Running]:
    """A new case, to be begun in the block; saved when the block ends without an exception."""
    now = clock.now()
    session.flush()  # what is written here goes past the session, and may refer to what stands in it
    bundle = plans.bundle_of(session, version_id)
    row: dict[str, Any] = {
        "process_key": process_key, "item_code": item_code, "version_id": version_id,
        "called_versions": deployments.called_versions(session, bundle, region_code, now),
        "channel": channel, "region_code": region_code, "variables": variables,
        "subject_id": subject.case.id if subject else None, "subject_task_id": task_id, "started_at": now,
        **(people or {}),
    }  # fmt: skip
    # A companion's row is written once it has begun, with all else, where its key can be known before.
    later = subject is not None and session.get_bind().dialect.name == "postgresql"
    made = _numbered(session, row, later=later)  # nobody else sees it yet
    opened: dict[int, Running] = session.info.setdefault(OPENED, {})
    running = _running(session, made, actor, services.perform, subject)
    running.is_new, running.beside, running.unwritten = True, beside, later
    if running.plan.shared:
        saving.write_begun(running)  # shared limits refer to it
    if subject is None:
        promises.begin(running)
    with _held(opened, running):
        yield running


def _numbered(session: Session, row: dict[str, Any], *, later: bool) -> CaseRow:
    """The row with its number and key; written already, unless somebody does that `later`."""
    place = (row["process_key"], row["region_code"], row["started_at"])
    if later:
        case_no, key = numbering.next_number_and_key(session, *place)
    else:
        case_no = numbering.next_number(session, *place)
    row["case_no"] = row["variables"]["caseNo"] = case_no
    if not later:
        key = session.connection().execute(BEGIN, row).scalar_one()
    return CaseRow.begun(key, row)


def lock_task(session: Session, task_id: int) -> UserTask:
    """The task's row as it is now that its case is locked."""
    task = session.scalar(
        select(UserTask).where(UserTask.id == task_id).with_for_update().execution_options(populate_existing=True)
    )
    if task is None:
        raise NotFound(f"Expected user task {task_id}, but there is none", notice="没有找到这个待办")
    return task
