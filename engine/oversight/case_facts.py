"""Small facts of cases for the pages that show them: what waits now, and what the citizen was told.

The rule: this reads cases that were fetched with their viewer's right; it asks for no right of its own.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import spoken
from engine.casework import in_words, plans, worklists
from engine.casework.listed import Listed
from engine.casework.models import Case, HistoryEvent, Notice, UserTask
from engine.casework.worklists import Waiting
from engine.db import one_of

_WAITING = (
    select(*worklists.WAITING).where(one_of(UserTask.case_id, "cases"), UserTask.state == "open").order_by(UserTask.id)
)


def open_tasks(session: Session, case: Case) -> list[UserTask]:
    """The steps that wait for somebody, in the order they came up."""
    wanted = select(UserTask).where(UserTask.case_id == case.id, UserTask.state == "open").order_by(UserTask.id)
    return list(session.scalars(wanted))


def waiting_of(session: Session, cases: Sequence[Case | Listed]) -> dict[int, list[Waiting]]:
    """The same of several cases, as plain rows."""
    found: dict[int, list[Waiting]] = {case.id: [] for case in cases}
    for row in session.connection().execute(_WAITING, {"cases": list(found)}):
        task = Waiting(*row)
        found[task.case_id].append(task)
    return found


def opened_with(session: Session, case: Case) -> list[tuple[str, str]]:
    """What a companion was begun with: of an order 督办单 the answers of its form, each with its label; of one that the
    platform began, since when something was late."""
    return opened_with_of(session, [case]).get(case.id, [])


def opened_with_of(session: Session, cases: Sequence[Case | Listed]) -> dict[int, list[tuple[str, str]]]:
    """The same of those of several cases that are companions."""
    companions = {case.id: case for case in cases if case.subject_id is not None}
    if not companions:
        return {}
    first = select(HistoryEvent).where(HistoryEvent.case_id.in_(companions), HistoryEvent.seq == 1)
    return {
        event.case_id: _opened_with(session, companions[event.case_id], event.payload.get("variables", {}))
        for event in session.scalars(first)
    }


def _opened_with(session: Session, case: Case | Listed, begun: Mapping[str, Any]) -> list[tuple[str, str]]:
    plan = plans.plan(session, case.version_id, case.called_versions)
    start = next(element for element in plan.main.process.elements if element.kind == "startEvent")
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
