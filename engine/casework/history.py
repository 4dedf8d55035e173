"""The journal (流水): each act on a case leaves one event, chained by hash to the one before; nothing is ever changed.

Input events (`INPUTS`) carry the state hash after the act, so that replay can compare step by step.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.casework.models import Case, HistoryEvent, UserTask
from engine.db import dumps, one_of

# Nobody asks for the number that an event gets.
INSERT = insert(HistoryEvent.__table__).inline()  # type: ignore[arg-type]
_COMPLETIONS = (
    select(HistoryEvent)
    .where(
        one_of(HistoryEvent.case_id, "cases"),
        HistoryEvent.kind == "task_completed",
        one_of(HistoryEvent.at, "moments"),
    )
    .order_by(HistoryEvent.seq)
)
INPUTS = frozenset(
    {"case_started", "task_completed", "timer_fired", "message_received", "job_completed", "case_resumed",
     "case_terminated", "task_returned", "task_taken_back", "case_migrated", "case_migration_undone",
     "case_reopened", "case_transferred"}
)  # fmt: skip


class Completed(Protocol):
    """A step that took effect, be it an object or a selected row."""

    @property
    def id(self) -> int: ...
    @property
    def case_id(self) -> int: ...
    @property
    def ended_at(self) -> datetime | None: ...


def event_hash(
    previous: str,
    *,
    case_id: int,
    seq: int,
    at: datetime,
    kind: str,
    element_id: str | None,
    actor: str,
    actor_name: str,
    payload: Any,
) -> str:
    """SHA-256 over the previous hash and the event, as 64 hexadecimal digits."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    text = dumps([previous, case_id, seq, moment, kind, element_id, actor, actor_name, payload], canonical=True)
    return hashlib.sha256(text.encode()).hexdigest()


def row(
    head: str,
    *,
    case_id: int,
    seq: int,
    at: datetime,
    kind: str,
    actor: str,
    actor_name: str,
    element_id: str | None = None,
    payload: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The columns of one event that follows the event whose hash is `head`."""
    told: dict[str, Any] = {
        "case_id": case_id,
        "seq": seq,
        "at": at,
        "kind": kind,
        "element_id": element_id,
        "actor": actor,
        "actor_name": actor_name,
        "payload": dict(payload or {}),
    }
    return {**told, "hash": event_hash(head, **told)}


def events(session: Session, case_id: int, *, after: int = 0) -> list[HistoryEvent]:
    """The events of a case in order, those after number `after`."""
    wanted = select(HistoryEvent).where(HistoryEvent.case_id == case_id, HistoryEvent.seq > after)
    return list(session.scalars(wanted.order_by(HistoryEvent.seq)))


def events_of(session: Session, case_ids: Collection[int]) -> dict[int, list[HistoryEvent]]:
    """The events of several cases, each case's in order."""
    wanted = select(HistoryEvent).where(HistoryEvent.case_id.in_(case_ids)).order_by(HistoryEvent.seq)
    found: dict[int, list[HistoryEvent]] = {}
    for event in session.scalars(wanted) if case_ids else ():
        found.setdefault(event.case_id, []).append(event)
    return found


def completion_of(session: Session, task: UserTask) -> HistoryEvent | None:
    """The event by which the step took effect the last time."""
    return completions_of(session, [task]).get(task.id)


def completions_of(session: Session, tasks: Sequence[Completed]) -> dict[int, HistoryEvent]:
    """The same of several steps, by their keys."""
    asked = {"cases": {task.case_id for task in tasks}, "moments": {task.ended_at for task in tasks}}
    found = session.scalars(_COMPLETIONS, asked).all() if tasks else ()
    steps = {(task.case_id, task.id, task.ended_at) for task in tasks}
    told = ((event, event.payload.get("task")) for event in found)
    return {step: event for event, step in told if (event.case_id, step, event.at) in steps}


def verify(session: Session, case_id: int) -> int | None:
    """The number of the first event whose hash or number does not fit, or None when the chain is whole and ends where
    the case says it ends."""
    head, expected = "", 0
    for expected, event in enumerate(events(session, case_id), start=1):
        right = event_hash(
            head,
            case_id=event.case_id,
            seq=expected,
            at=event.at,
            kind=event.kind,
            element_id=event.element_id,
            actor=event.actor,
            actor_name=event.actor_name,
            payload=event.payload,
        )
        if event.seq != expected or event.hash != right:
            return expected
        head = event.hash
    case = session.get_one(Case, case_id)
    return None if (case.seq, case.head) == (expected, head) else expected + 1
