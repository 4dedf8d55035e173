"""What a citizen has typed on the way through an application (草稿); it becomes a case when it is submitted.

The draft's key is the idempotency key of the submission, so a second click finds the case that the first one made.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import cases, lifting
from engine.casework.models import ApplicationDraft, Case
from engine.errors import Conflict, Invalid, NotFound
from engine.registry.actors import Actor

# The field of a form that says whose case it will be.
PERSON = "applicantIdNo"


class _Undo(Exception):
    """Takes back what was only tried."""


def open_(
    session: Session, process_key: str, *, actor: Actor, channel: str, person: str | None = None
) -> ApplicationDraft:
    """The actor's unfinished draft of that item and channel, or a fresh one; `person`: only one about whoever has this
    ID number, which keeps a guardian's own draft apart from the ward's."""
    owner = ApplicationDraft.citizen_id if actor.is_citizen else ApplicationDraft.account_id
    begun = session.scalars(
        select(ApplicationDraft)
        .where(
            owner == actor.id,
            ApplicationDraft.process_key == process_key,
            ApplicationDraft.channel == channel,
            ApplicationDraft.case_id.is_(None),
            ApplicationDraft.practice == "",
        )
        .order_by(ApplicationDraft.id.desc())
    )
    found = next((one for one in begun if person is None or one.values.get(PERSON) in (None, person)), None)
    if found is not None:
        return found
    made = ApplicationDraft(
        key=secrets.token_hex(16),
        process_key=process_key,
        channel=channel,
        citizen_id=actor.id if actor.is_citizen else None,
        account_id=actor.id if actor.is_staff else None,
        values={},
        saved_at=clock.now(),
    )
    session.add(made)
    session.flush()
    return made


def get(session: Session, key: str, actor: Actor, *, lock: bool = False) -> ApplicationDraft:
    """The actor's own draft; for others there is none."""
    wanted = select(ApplicationDraft).where(ApplicationDraft.key == key)
    draft = session.scalar(wanted.with_for_update() if lock else wanted)
    owned = draft is not None and actor.id == (draft.citizen_id if actor.is_citizen else draft.account_id)
    if draft is None or not owned:
        raise NotFound("Expected a draft of this key, but there is none", notice="没有找到这份草稿，可能已经提交")
    return draft


def save(session: Session, key: str, actor: Actor, values: Mapping[str, Any]) -> ApplicationDraft:
    """Add what one page gave, unchecked; what other pages gave stays."""
    draft = get(session, key, actor, lock=True)
    if draft.case_id is not None:
        raise Conflict("Expected a draft that is not submitted, but it is", notice="这份申请已经提交，不能再修改")
    if draft.practice == "done":
        raise Conflict("Expected a mock that goes on, but it has ended", notice="这次模拟已经结束，请重新开始")
    draft.values = {**draft.values, **values}
    draft.saved_at = clock.now()
    return draft


def mine(session: Session, actor: Actor) -> list[ApplicationDraft]:
    """What the actor began to fill in and has not submitted, the latest first."""
    owner = ApplicationDraft.citizen_id if actor.is_citizen else ApplicationDraft.account_id
    real = (ApplicationDraft.case_id.is_(None), ApplicationDraft.practice == "")
    wanted = select(ApplicationDraft).where(owner == actor.id, *real)
    return list(session.scalars(wanted.order_by(ApplicationDraft.saved_at.desc(), ApplicationDraft.id.desc())))


def discard(session: Session, key: str, actor: Actor) -> None:
    """Forget a draft; one that was submitted is a case, and stays."""
    draft = get(session, key, actor, lock=True)
    if draft.case_id is not None:
        raise Conflict("Expected a draft that is not submitted, but it is", notice="这份申请已经提交，不能删除")
    session.delete(draft)


def refusal(session: Session, key: str, actor: Actor) -> Invalid | None:
    """Why the draft cannot be submitted as it stands; None if it can. Nothing is kept."""
    try:
        with session.begin_nested():
            _submit(session, get(session, key, actor, lock=True), actor)
            raise _Undo
    except _Undo:
        return None
    except Invalid as refused:
        return refused


def submit(session: Session, key: str, actor: Actor) -> Case:
    """Make a case of the draft; a second click gives the same case. A mock never becomes one."""
    draft = get(session, key, actor, lock=True)
    if draft.practice:
        raise Conflict("Expected a real application, but it is a mock", notice="这是模拟办事，不能提交")
    return _submit(session, draft, actor)


def _submit(session: Session, draft: ApplicationDraft, actor: Actor) -> Case:
    if draft.case_id is not None:
        return session.get_one(Case, draft.case_id)
    values: dict[str, Any] = draft.values
    known: dict[str, Any] = {}
    if draft.channel == lifting.GOVERNMENT:
        values, known = _prepared(session, draft)
    case = cases.start(
        session, draft.process_key, actor=actor, channel=draft.channel, values=values, key=f"draft-{draft.key}",
        known=known,
    )  # fmt: skip
    draft.case_id = case.id
    return case


def _prepared(session: Session, draft: ApplicationDraft) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of a draft that the platform filled in: what the forms ask for, and what the case begins with beside that."""
    place = draft.values.get("problemRegion")
    forms = cases.application_forms(session, draft.process_key, place, draft.channel)
    asked = {key for form in forms for key in form.keys}
    known = {key: draft.values[key] for key in (lifting.AGREED, lifting.ORIGIN) if key in draft.values}
    return {key: value for key, value in draft.values.items() if key in asked}, known
