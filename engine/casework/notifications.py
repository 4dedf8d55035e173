"""Notices (消息): what citizens and staff are told, from the templates of rules/messages.dmn.

A notice is a row inside the case's transaction; what leaves the platform goes through the outbox after the commit.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Insert, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.casework.models import Notice, OutboxMessage
from engine.casework.paging import Page, page_of
from engine.casework.plans import Plan
from engine.connectors import registry as connectors
from engine.errors import ExecutionFailed
from engine.registry.actors import Actor
from engine.registry.models import Account
from engine.registry.people import Recipient

NOTICE = insert(Notice.__table__).inline()  # type: ignore[arg-type]
LETTER = insert(OutboxMessage.__table__).inline()  # type: ignore[arg-type]
# How many are unread, of an account (False) or a citizen (True). Every page asks, so it is put together once.
_UNREAD = {
    of_citizen: select(func.count())
    .select_from(Notice)
    .where((Notice.citizen_id if of_citizen else Notice.account_id) == bindparam("whose"), Notice.read_at.is_(None))
    for of_citizen in (False, True)
}
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
STOP = re.compile(r"([，；：。])")


def render(plan: Plan, message_key: str, values: Mapping[str, Any]) -> str:
    """The text of a message with its placeholders filled. A value may be a function: it is asked only when needed."""
    found = template(plan, message_key)
    if found is None:
        raise ExecutionFailed(f'Expected a message "{message_key}" in rules/messages.dmn, but there is none')
    return fill(found, values)


def template(plan: Plan, message_key: str) -> str | None:
    """The text of a message as the version has it; None when the version is older than the message."""
    model = plan.main.decisions.get("messages")
    found = model.decide("messages", {"messageKey": message_key}) if model is not None else None
    return str(found["text"]) if isinstance(found, dict) else None


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Each clause that has all its values: "，电话{tel}" is left out where no telephone is known, not told half."""
    parts = [*STOP.split(template), ""]
    told: list[list[str]] = []
    for clause, stop in zip(parts[::2], parts[1::2], strict=True):
        # What somebody wrote may end with a full stop of its own; the template brings one.
        filled = {name: _shown(values.get(name)).rstrip("。\n ") for name in PLACEHOLDER.findall(clause)}
        if all(filled.values()):
            told.append([PLACEHOLDER.sub(lambda match, filled=filled: filled[match[1]], clause), stop])
        elif told and stop in ("。", ""):
            told[-1][1] = stop  # the sentence ends all the same
    return "".join(clause + stop for clause, stop in told)


def _shown(value: Any) -> str:
    if callable(value):
        return _shown(value())
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(_shown(item) for item in value)
    return str(value)


def tell_citizen(
    session: Session, *, case_id: int | None, citizen_id: int, message_key: str, text: str, at: datetime
) -> None:
    """Put a message into a citizen's box."""
    _write(session, NOTICE, [_row(case_id, message_key, text, at, citizen_id=citizen_id)])


def tell_staff(
    session: Session, accounts: Iterable[Account], *, case_id: int | None, message_key: str, text: str, at: datetime
) -> None:
    """Put a message into each account's box, and into the outbox for those who can be reached outside."""
    _write(session, NOTICE, rows_for_staff(session, accounts, case_id, message_key, text, at))


def rows_for_staff(
    session: Session, accounts: Iterable[Recipient], case_id: int | None, message_key: str, text: str, at: datetime
) -> list[dict[str, Any]]:
    """The rows for the boxes of accounts, for whoever writes them with others; the outbox has its own at once."""
    told = list(accounts)
    _write(session, LETTER, [letter for one in told for letter in _letters(one, case_id, text, at)])
    return [_row(case_id, message_key, text, at, account_id=one.id) for one in told]


def _row(
    case_id: int | None, message_key: str, text: str, at: datetime, *, citizen_id: int | None = None,
    account_id: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "case_id": case_id, "citizen_id": citizen_id, "account_id": account_id, "message_key": message_key,
        "text": text, "created_at": at,
    }  # fmt: skip


def _write(session: Session, statement: Insert, rows: list[dict[str, Any]]) -> None:
    """Rows whose numbers nobody asks for; past the session, behind what stands in it, because many acts tell somebody
    something."""
    if rows:
        session.flush()
        session.connection().execute(statement, rows)


def _letters(account: Recipient, case_id: int | None, text: str, at: datetime) -> list[dict[str, Any]]:
    """One outbox row for each connector that is configured and by which the account can be reached."""
    addresses = {"wechat_work": account.wechat_work_id, "email": account.email}
    return [
        {
            "key": uuid4().hex,
            "case_id": case_id,
            "connector": name,
            "recipient": address,
            "body": {"subject": "政府救助平台提醒", "text": text},
            "due_at": at,
        }
        for name, address in addresses.items()
        if address and connectors.configured(name)
    ]


def _mine(actor: Actor) -> Any:
    column = Notice.citizen_id if actor.is_citizen else Notice.account_id
    return column == actor.id


def unread(session: Session, actor: Actor) -> int:
    """How many messages the actor has not read: the red dot."""
    if actor.id is None:
        return 0
    count: int = session.connection().execute(_UNREAD[actor.is_citizen], {"whose": actor.id}).scalar_one()
    return count


def listing(session: Session, actor: Actor, *, page: int = 1, size: int = 20) -> Page[Notice]:
    """The actor's messages, newest first."""
    wanted = select(Notice).where(_mine(actor)).order_by(Notice.created_at.desc(), Notice.id.desc())
    return page_of(session, wanted, page=page, size=size)


def of_case(session: Session, case_id: int, actor: Actor) -> list[Notice]:
    """What the actor was told about one case, newest first."""
    wanted = select(Notice).where(_mine(actor), Notice.case_id == case_id)
    return list(session.scalars(wanted.order_by(Notice.created_at.desc(), Notice.id.desc())))


def mark_read(session: Session, actor: Actor, notice_ids: Iterable[int] | None = None) -> None:
    """Mark the given messages, or all, as read; other people's are left alone."""
    wanted = update(Notice).where(_mine(actor), Notice.read_at.is_(None))
    if notice_ids is not None:
        wanted = wanted.where(Notice.id.in_(list(notice_ids)))
    session.execute(wanted.values(read_at=clock.now()))
