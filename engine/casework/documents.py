"""Documents (文书) that a diagram has issued: numbered, dated, sealed by a checksum, read by the posts that it names
and, where it names `citizen`, by the applicant.

The rule: a document is never changed. Its checksum stands in the case's journal, whose chain nobody can mend unseen.
"""

import hashlib
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import numbering
from engine.casework.act_models import Document, DocumentReading
from engine.casework.models import Case
from engine.casework.paging import Page, bounds
from engine.casework.running import CaseRow, Running
from engine.db import dumps
from engine.errors import ExecutionFailed, NotFound
from engine.language.diagram import Element
from engine.registry import access, masks, regions
from engine.registry.actors import Actor, Post
from engine.registry.models import Account
from engine.workflow.conditions import to_json

LISTED = 20
CITIZEN = "citizen"


@dataclass(frozen=True)
class Opened:
    """A document as it is read. `genuine`: it is what was issued, to the letter; `masked`: the viewer does not
    see who was looked into, and what was found; `readings`: who has read it before."""

    document: Document
    case: Case
    genuine: bool
    valid: bool
    masked: bool
    readings: tuple[tuple[DocumentReading, str], ...]


def issue(running: Running, element: Element) -> Mapping[str, Any]:
    """出具文书: a service of diagrams. Headers: `kind` (first part of the number), `title`, `content` (a context of
    `lines`, each with label and text, and `tables`, each with title, head and rows), `readers` (role keys),
    `published` true where all staff of the region may read it, and `validMonths` where it does not hold for ever. The
    result has no, madeOn, validUntil and digest."""
    given = {key: running.value_of(text) for key, text in element.headers.items()}
    result = element.properties.get("resultVariable")
    if result is None:
        raise ExecutionFailed("Expected a resultVariable for the document, but there is none", element_id=element.id)
    case, made_on = running.case, clock.local(running.now).date()
    months = given.get("validMonths")
    document = keep(
        running.session,
        number=numbering.next_number(
            running.session, str(given.get("kind") or "document"), case.region_code, running.now
        ),
        case=case,
        element_id=element.id,
        title=str(given["title"]),
        content=to_json(given["content"]),
        readers=str(given["readers"]),
        published=given.get("published") is True,
        made_at=running.now,
        valid_until=_months_later(made_on, int(months)) if months is not None else None,
    )
    until = document.valid_until.isoformat() if document.valid_until else None
    told = {"no": document.number, "madeOn": made_on.isoformat(), "validUntil": until, "digest": document.digest}
    return {result: told}


def keep(
    session: Session,
    *,
    number: str,
    case: Case | CaseRow,
    element_id: str,
    title: str,
    content: Any,
    readers: str,
    made_at: datetime,
    valid_until: date | None,
    published: bool = False,
) -> Document:
    """Enter a document as it is from now on, with its checksum."""
    document = Document(
        number=number, case_id=case.id, element_id=element_id, title=title, content=content, readers=readers,
        region_code=case.region_code, made_at=made_at, valid_until=valid_until, published=published,
    )  # fmt: skip
    document.digest = _digest(document)
    session.add(document)
    session.flush()
    return document


def read(session: Session, number: str, actor: Actor) -> Opened:
    """查阅: the document, for whoever holds one of the posts it names, or audits; each reading is put on record.

    A citizen reads what was made out to them (`readers` names citizen), which is their own and leaves no record. Raises
    NotFound for all others, because that somebody was checked is nobody else's business.
    """
    found = session.scalar(select(Document).where(Document.number == number))
    if found is not None and _is_own(session, actor, found):
        return _opened(session, found)
    post = next((post for post in actor.posts if found is not None and _may_read(post, found)), None)
    if found is None or post is None:
        raise NotFound(f"Expected document {number}, but there is none for {actor.ref}", notice="没有找到这份文书")
    before = session.execute(
        select(DocumentReading, Account.name)
        .join(Account, Account.id == DocumentReading.account_id)
        .where(DocumentReading.document_id == found.id)
        .order_by(DocumentReading.id)
    )
    readings = tuple((reading, name) for reading, name in before)
    session.add(DocumentReading(document_id=found.id, account_id=actor.id, post=post.role_name, read_at=clock.now()))
    opened = _opened(session, found)
    masked = not found.published and masks.for_viewer(actor, opened.case)
    return replace(opened, masked=masked, readings=readings)


def _opened(session: Session, found: Document) -> Opened:
    today = clock.local(clock.now()).date()
    valid = found.valid_until is None or today <= found.valid_until
    return Opened(found, session.get_one(Case, found.case_id), found.digest == _digest(found), valid, False, ())


def of_case(session: Session, case_id: int, actor: Actor) -> list[Document]:
    """The documents of a case that the actor may read, oldest first."""
    issued = session.scalars(select(Document).where(Document.case_id == case_id).order_by(Document.id)).all()
    if actor.is_citizen:
        return [document for document in issued if _is_own(session, actor, document)]
    return [document for document in issued if any(_may_read(post, document) for post in actor.posts)]


def published(session: Session, actor: Actor, *, page: int = 1) -> Page[Document]:
    """通报与榜单: what was published where the actor holds a post, or below it; the latest first."""
    around = {code for post in actor.posts for level in regions.LEVELS if (code := _above(post, level))}
    below = [regions.within(Document.region_code, regions.prefix_of(post.region_code)) for post in actor.posts]
    wanted = select(Document).where(Document.published, or_(Document.region_code.in_(around), *below))
    found = bounds(session, wanted, page, LISTED)
    rows = session.scalars(wanted.order_by(Document.id.desc()).limit(found.size).offset(found.offset))
    return found.with_rows(list(rows))


def _above(post: Post, level: str) -> str | None:
    return regions.ancestor_code(post.region_code, level)


def _is_own(session: Session, actor: Actor, document: Document) -> bool:
    """Whether the document was made out to this citizen; who filed the case for them does not read it."""
    case = session.get_one(Case, document.case_id)
    return CITIZEN in _readers(document) and access.is_applicant(session, actor, case)


def _readers(document: Document) -> list[str]:
    return document.readers.replace(" ", "").split(",")


def _may_read(post: Post, document: Document) -> bool:
    """Whoever is named, at the document's region, above it or inside it; of what was published everybody is."""
    named = document.published or post.role_key in _readers(document)
    inside = regions.lies_in(post.region_code, regions.prefix_of(document.region_code))
    return (named and inside) or ((named or post.role_kind == "auditor") and post.covers(document.region_code))


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _digest(document: Document) -> str:
    sealed = {
        "number": document.number,
        "title": document.title,
        "content": document.content,
        "madeAt": document.made_at.astimezone(clock.LOCAL).isoformat(),
        "validUntil": document.valid_until.isoformat() if document.valid_until else None,
    }
    return hashlib.sha256(dumps(sealed, canonical=True).encode()).hexdigest()
