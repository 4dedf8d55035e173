"""Small facts of one case for the page that shows it whole: what waits now, and what the citizen was told.

The rule: this reads one case that was fetched with its viewer's right; it asks for no right of its own.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import spoken
from engine.casework import history, in_words, plans
from engine.casework.models import Case, Notice, UserTask


def open_tasks(session: Session, case: Case) -> list[UserTask]:
    """The steps that wait for somebody, in the order they came up."""
    wanted = select(UserTask).where(UserTask.case_id == case.id, UserTask.state == "open")
    return list(session.scalars(wanted.order_by(UserTask.id)))


def opened_with(session: Session, case: Case) -> list[tuple[str, str]]:
    """What a companion was begun with: of an order 督办单 the answers of its form, each with its label; of one that the
    platform began, since when something was late."""
    if case.subject_id is None:
        return []
    plan = plans.plan(session, case.version_id, case.called_versions)
    start = next(element for element in plan.main.process.elements if element.kind == "startEvent")
    begun = history.events(session, case.id)[0].payload.get("variables", {})
    if begun.get("lateSince"):
        return [("超时起算", spoken.moment(datetime.fromisoformat(begun["lateSince"])))]
    form = plan.form(start.form, start.id) if start.form else None
    asked = form.fields if form is not None else ()
    given = [(field, begun.get(field.key)) for field in asked]
    return [(field.label, in_words.answer(session, field, value)) for field, value in given if value is not None]


def told_to_citizens(session: Session, case: Case) -> list[Notice]:
    """The messages that citizens got about the case, the latest first."""
    wanted = select(Notice).where(Notice.case_id == case.id, Notice.citizen_id.is_not(None))
    return list(session.scalars(wanted.order_by(Notice.created_at.desc(), Notice.id.desc())))
