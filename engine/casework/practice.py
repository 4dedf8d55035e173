"""模拟办事 (domain C12): somebody walks through an application to learn it; forms and diagram judge it as always.

The rule: what is practised is a draft and becomes no case, so nothing of it reaches a figure, a ledger, a deadline, a
payment or a message; only an office that supervises may send it on as a mock case, for which `mocks` has the rules.
What was typed and handed in goes when the practice is finished, and after a day in any case; the bytes of a file go
with the worker's next round of unclaimed files, unless another row names the same.
"""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import cases, drafts
from engine.casework.models import ApplicationDraft, Attachment, Case
from engine.db import transaction
from engine.errors import Conflict
from engine.registry import access
from engine.registry.actors import Actor

KEPT = timedelta(days=1)
OPEN, DONE = "open", "done"
AT_ONCE = 100


def begin(session: Session, process_key: str, *, actor: Actor) -> ApplicationDraft:
    """A fresh mock of that item, as its citizens raise a hand for themselves and staff at the counter; an earlier one
    of the same person ends. Raises NotFound for an item that is not open, NotAllowed for staff who file nothing."""
    if actor.is_staff:
        access.require(actor, "casework", "leader", "supervisor", "policy_admin")
    channel = "SELF" if actor.is_citizen else "COUNTER"
    cases.application_forms(session, process_key, channel=channel)
    owner = ApplicationDraft.citizen_id if actor.is_citizen else ApplicationDraft.account_id
    mine = (owner == actor.id, ApplicationDraft.process_key == process_key, ApplicationDraft.practice != "")
    _remove(session, session.scalars(select(ApplicationDraft).where(*mine)).all())
    made = ApplicationDraft(
        key=secrets.token_hex(16),
        process_key=process_key,
        channel=channel,
        citizen_id=actor.id if actor.is_citizen else None,
        account_id=actor.id if actor.is_staff else None,
        values={},
        saved_at=clock.now(),
        practice=OPEN,
    )
    session.add(made)
    session.flush()
    return made


def finish(session: Session, key: str, actor: Actor) -> None:
    """The mock has come to its end: what it holds goes. A second click changes nothing. Raises Invalid, as a real
    application would be refused."""
    draft = drafts.get(session, key, actor, lock=True)
    if draft.practice == DONE:
        return
    refused = drafts.refusal(session, key, actor)
    if refused is not None:
        raise refused
    _forget_files(session, [draft])
    draft.values, draft.practice = {}, DONE


def submit(session: Session, key: str, actor: Actor) -> Case:
    """Make a mock case (模拟办件) of what was practised; a second click gives the same case. Raises NotAllowed for all
    but those who supervise, Conflict when the practice is over, Invalid as a real application would be refused."""
    access.mocking_post(actor)
    draft = drafts.get(session, key, actor, lock=True)
    if draft.case_id is None:
        if draft.practice != OPEN:
            raise Conflict("Expected a practice that goes on, but it is over", notice="这次模拟已经结束，请重新开始")
        draft.practice, draft.channel = "", access.MOCK
    return drafts.submit(session, key, actor)


def end_old() -> int:
    """Remove the mocks of yesterday and before, finished or not; how many there were."""
    gone, before = 0, clock.now() - KEPT
    old = select(ApplicationDraft).where(ApplicationDraft.practice != "", ApplicationDraft.saved_at < before)
    while True:
        with transaction() as session:
            found = session.scalars(old.order_by(ApplicationDraft.id).limit(AT_ONCE).with_for_update()).all()
            _remove(session, found)
        gone += len(found)
        if len(found) < AT_ONCE:
            return gone


def _remove(session: Session, found: Iterable[ApplicationDraft]) -> None:
    ended = list(found)
    _forget_files(session, ended)
    for one in ended:
        session.delete(one)


def _forget_files(session: Session, ended: Iterable[ApplicationDraft]) -> None:
    """The files that were handed in for these mocks, and by nobody for anything else."""
    for one in ended:
        owner = f"citizen:{one.citizen_id}" if one.citizen_id is not None else f"staff:{one.account_id}"
        given = [text for value in one.values.values() if isinstance(value, list) for text in value]
        mine = (Attachment.id.in_([text for text in given if isinstance(text, str)]), Attachment.case_id.is_(None))
        session.execute(delete(Attachment).where(*mine, Attachment.uploaded_by == owner))
