"""What tests of people's acts share: one transaction an act, and what any act would leave behind."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.casework import history
from engine.casework.models import Case, CaseCopy, Click, Notice, Opinion, Submission, Suspension, TaskDraft, UserTask
from engine.db import reading, transaction
from engine.registry.actors import Actor

T = TypeVar("T")
COUNTED = (CaseCopy, Click, Notice, Opinion, Submission, Suspension, TaskDraft)


def do(act: Callable[..., T], subject: int | str, actor: Actor, **given: Any) -> T:
    """One act, in a transaction of its own."""
    with transaction() as session:
        return act(session, subject, actor=actor, **given)


def rows() -> tuple[Any, ...]:
    """Everything that an act may change: nothing of it differs after a refusal."""
    columns = (UserTask.id, UserTask.state, UserTask.assignee_id, UserTask.owner_id, UserTask.due_at, UserTask.urged_at)
    with reading() as session:
        tasks = session.execute(select(*columns).order_by(UserTask.id)).all()
        cases = session.execute(select(Case.id, Case.seq, Case.head, Case.version, Case.state, Case.status)).all()
        counts = [session.scalar(select(func.count()).select_from(table)) for table in COUNTED]
        return tasks, sorted(cases), counts


def kinds(case: Case) -> list[str]:
    """The kinds of the case's events, in order."""
    with reading() as session:
        return [event.kind for event in history.events(session, case.id)]


def told(actor: Actor) -> list[str]:
    """What a member of staff was told, the latest last."""
    with reading() as session:
        return list(session.scalars(select(Notice.text).where(Notice.account_id == actor.id).order_by(Notice.id)))


def look(deed: Callable[[Session], T]) -> T:
    with reading() as session:
        return deed(session)
