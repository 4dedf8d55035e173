"""Incidents (异常): what the machine cannot do by itself. A person sees it, removes the cause and lets it try again."""

import logging

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.casework.models import Case, Incident, Job, OutboxMessage, RecurringStart, UserTask
from engine.db import transaction
from engine.errors import Conflict, ExecutionFailed, NotFound, Refusal, Unavailable
from engine.registry import access
from engine.registry.actors import Actor

log = logging.getLogger(__name__)
# What `retry` begins again when neither a job nor a letter failed.
REMINDER = "reminder"
SUPERVISION = "supervision"
RECURRING = "recurring"


def raise_(
    session: Session,
    refusal: Refusal,
    *,
    case_id: int | None,
    job_id: int | None = None,
    outbox_id: int | None = None,
    element_id: str | None = None,
    kind: str | None = None,
) -> int:
    """Record an incident; its number is what people are told."""
    at = refusal.element_id if isinstance(refusal, ExecutionFailed) else None
    made = insert(Incident).values(
        case_id=case_id,
        job_id=job_id,
        outbox_id=outbox_id,
        kind=kind or type(refusal).__name__,
        element_id=element_id or at or None,
        message=_told(refusal)[:2000],
        created_at=clock.now(),
    )
    number: int = session.execute(made.returning(Incident.id)).scalar_one()
    return number


def _told(refusal: Refusal) -> str:
    """The sentence in Chinese, where somebody wrote one for this very trouble, and on the next line the reason."""
    return f"{refusal.notice}\n{refusal}" if "notice" in vars(refusal) else str(refusal)


def report(failure: ExecutionFailed) -> None:
    """Let those who can mend it see what stopped somebody's act, of which nothing was kept.

    The same trouble is recorded once while it is open; where the database is the trouble, the log has to do.
    """
    try:
        with transaction() as session:
            _record(session, failure)
    except Unavailable:
        log.exception("Expected to record an incident, but the database did not take it")


def _record(session: Session, failure: ExecutionFailed) -> None:
    same = (
        Incident.case_id == failure.case_id,
        Incident.element_id == (failure.element_id or None),
        Incident.message == _told(failure)[:2000],
        Incident.resolved_at.is_(None),
    )
    if session.scalar(select(Incident.id).where(*same).limit(1)) is None:
        raise_(session, failure, case_id=failure.case_id)


def may_try_again(incident: Incident) -> bool:
    """Whether the machine can take it up again; what stopped a person's act, that person does again."""
    return (
        incident.job_id is not None
        or incident.outbox_id is not None
        or incident.kind in (REMINDER, SUPERVISION, RECURRING)
    )


def listing(session: Session, actor: Actor, *, resolved: bool = False) -> list[Incident]:
    """The incidents that wait for somebody, oldest first (or those that are over, newest first)."""
    access.require(actor, "platform_ops", "auditor")
    wanted = select(Incident)
    if resolved:
        wanted = wanted.where(Incident.resolved_at.is_not(None)).order_by(Incident.id.desc()).limit(200)
    else:
        wanted = wanted.where(Incident.resolved_at.is_(None)).order_by(Incident.id)
    return list(session.scalars(wanted))


def _require_running(session: Session, incident: Incident) -> None:
    """What stands still by order is not set going by the back door. Locks the case, before anything of it is locked."""
    state = session.scalar(select(Case.state).where(Case.id == incident.case_id).with_for_update())
    if state == "suspended":
        raise Conflict(
            f"Expected the case of incident {incident.id} to be active, but it is suspended",
            notice="该办件已挂起，恢复办理后再重试",
        )


def retry(session: Session, incident_id: int, actor: Actor) -> Incident:
    """Let what failed try again now, with all its attempts; the incident is closed by this person."""
    access.require(actor, "platform_ops")
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise NotFound(f"Expected incident {incident_id}, but there is none", notice="没有找到这个异常")
    _require_running(session, incident)
    session.refresh(incident, with_for_update=True)
    if incident.resolved_at is not None:
        raise Conflict(f"Expected incident {incident_id} to be open, but it is over", notice="这个异常已经处理过了")
    again = {"state": "waiting", "due_at": clock.now(), "attempts": 0, "leased_until": None}
    if incident.job_id is not None:
        session.execute(update(Job).where(Job.id == incident.job_id).values(again))
    if incident.outbox_id is not None:
        session.execute(update(OutboxMessage).where(OutboxMessage.id == incident.outbox_id).values(again))
    if incident.kind == REMINDER:
        begun = or_(UserTask.reminded_at.is_not(None), UserTask.due_at.is_(None))
        waiting = (UserTask.case_id == incident.case_id, UserTask.state == "open", UserTask.companion_at.is_(None))
        session.execute(update(UserTask).where(*waiting, ~begun).values(companion_at=clock.now()))
    if incident.kind == SUPERVISION:
        unfinished = (Case.id == incident.case_id, Case.state != "ended")
        session.execute(update(Case).where(*unfinished).values(supervise_at=clock.now()))
    if incident.kind == RECURRING:
        session.execute(update(RecurringStart).where(RecurringStart.failed).values(due_at=clock.now(), failed=False))
    incident.resolved_at, incident.resolved_by = clock.now(), actor.ref
    return incident
