"""Small facts of one case for the page that shows it whole: what waits now, and what the citizen was told.

The rule: this reads one case that was fetched with its viewer's right; it asks for no right of its own.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework.models import Case, Notice, UserTask


def open_tasks(session: Session, case: Case) -> list[UserTask]:
    """The steps that wait for somebody, in the order they came up."""
    wanted = select(UserTask).where(UserTask.case_id == case.id, UserTask.state == "open")
    return list(session.scalars(wanted.order_by(UserTask.id)))


def told_to_citizens(session: Session, case: Case) -> list[Notice]:
    """The messages that citizens got about the case, the latest first."""
    wanted = select(Notice).where(Notice.case_id == case.id, Notice.citizen_id.is_not(None))
    return list(session.scalars(wanted.order_by(Notice.created_at.desc(), Notice.id.desc())))
