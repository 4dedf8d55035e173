"""The versions on which a case ran one after the other: what is told of the past, is told by the version of that time.

Only a migration (迁移) changes a case's version, and its event in the journal keeps the one before it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework import plans
from engine.casework.models import Case, HistoryEvent
from engine.casework.plans import Plan
from engine.errors import ExecutionFailed

MIGRATED, UNDONE = "case_migrated", "case_migration_undone"
MIGRATIONS = (MIGRATED, UNDONE)


@dataclass(frozen=True)
class Spell:
    """A time on one version. It ends with the event `seq`, which is told by it too; None: it lasts."""

    plan: Plan
    seq: int | None = None
    until: datetime | None = None


def spells(session: Session, case: Case, events: Iterable[HistoryEvent] | None = None) -> list[Spell]:
    """The times of a case in order. `events`: its journal, if that was read already."""
    found = [event for event in events if event.kind in MIGRATIONS] if events is not None else _changes(session, case)
    ended = []
    for event in found:
        was = event.payload["was"]
        ended.append(Spell(plans.plan(session, was["version"], was["called"]), event.seq, event.at))
    return [*ended, Spell(plans.plan(session, case.version_id, case.called_versions))]


def _changes(session: Session, case: Case) -> Sequence[HistoryEvent]:
    wanted = select(HistoryEvent).where(HistoryEvent.case_id == case.id, HistoryEvent.kind.in_(MIGRATIONS))
    return session.scalars(wanted.order_by(HistoryEvent.seq)).all()


def at_event(known: Sequence[Spell], seq: int) -> Plan:
    """The plan by which an event is told."""
    return next(spell.plan for spell in known if spell.seq is None or seq <= spell.seq)


def at_element(known: Sequence[Spell], element_id: str, at: datetime | None, form_id: str | None = None) -> Plan:
    """The plan by which something is told that happened at an element then: the one of that time, or another one that
    has the element with its form, because a migration may have come in the same moment."""
    early = [spell.plan for spell in known if at is None or spell.until is None or at <= spell.until]
    likely = (*early, *(spell.plan for spell in known))
    return next((plan for plan in likely if _has(plan, element_id, form_id)), early[0])


def _has(plan: Plan, element_id: str, form_id: str | None) -> bool:
    try:
        plan.element(element_id)
        return form_id is None or plan.form(form_id, element_id) is not None
    except (KeyError, ExecutionFailed):
        return False
