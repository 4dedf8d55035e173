"""在享待遇: which benefits run in a region, and the archive of each: what granted, changed, reviewed and paid it.

The rule: whoever reads the payments of a region and department reads their benefits, without names where they see
cases masked; a case opens for those who may see it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from engine.casework import money
from engine.casework.models import Case, PaymentLine
from engine.casework.money_models import Benefit
from engine.casework.paging import Page, page_of
from engine.casework.timeline import STATUS
from engine.db import one_of
from engine.errors import NotFound
from engine.oversight import exports, ledger
from engine.registry import access, masks, regions
from engine.registry.actors import Actor

SIZE = 50
STATES = {"running": "在享", "suspended": "暂停", "ended": "已终止"}
# By what a case of a management process says which case it is about.
ABOUT = "aboutCase"


@dataclass(frozen=True)
class Row:
    """A benefit as it is shown. Months are written 2026-12; `until`: the last month of an ended one, or the day until
    which it was approved."""

    id: int
    number: str
    item: str
    category: str
    payee: str
    identity: str
    place: str
    persons: int
    monthly: str
    since: str
    until: str
    reviewed_on: date | None
    state: str
    reason: str


@dataclass(frozen=True)
class About:
    """A case that granted, changed, reviewed or ended the benefit. `may_open`: the viewer may see it."""

    case_no: str
    name: str
    status: str
    started_at: datetime
    ended_at: datetime | None
    may_open: bool


@dataclass(frozen=True)
class Archive:
    """All that is kept of one benefit; `moved_to`: the benefit that goes on in another county."""

    row: Row
    cases: list[About]
    payments: list[ledger.Entry]
    moved_to: int | None


def listing(
    session: Session, actor: Actor, *, item: str = "", state: str = "running", text: str = "", page: int = 1
) -> Page[Row]:
    """The benefits that the actor may read, the newest first; `text`: a name's beginning, an ID number or a number."""
    wanted = _wanted(actor, item, state, text)
    found = page_of(session, wanted.order_by(Benefit.id.desc()), page=page, size=SIZE)
    return found.with_rows(_shown(session, actor, found.rows))


def every(session: Session, actor: Actor, *, item: str = "", state: str = "", text: str = "") -> Iterator[Row]:
    """The same, all of them. Raises Invalid when they are too many to take out."""
    wanted = _wanted(actor, item, state, text).order_by(Benefit.id.desc())
    keys = session.scalars(wanted.with_only_columns(Benefit.id).limit(exports.MOST + 1)).all()
    return exports.in_parts(keys, lambda part: _of_keys(session, actor, part))


def _of_keys(session: Session, actor: Actor, keys: Sequence[int]) -> list[Row]:
    wanted = select(Benefit).where(one_of(Benefit.id, "benefits")).order_by(Benefit.id.desc())
    return _shown(session, actor, session.scalars(wanted, {"benefits": list(keys)}).all())


def _wanted(actor: Actor, item: str, state: str, text: str) -> Select[Benefit]:
    wanted = select(Benefit).where(_readable(actor))
    if item:
        wanted = wanted.where(Benefit.item_code == item)
    if state in STATES:
        wanted = wanted.where(Benefit.state == state)
    words = text.strip()
    if words:
        named = Benefit.payee_name.startswith(words, autoescape=True)
        wanted = wanted.where(or_(named, Benefit.payee_identity == words.upper(), Benefit.number == words))
    return wanted


def _shown(session: Session, actor: Actor, found: Sequence[Benefit]) -> list[Row]:
    regions.remember(session, [benefit.region_code for benefit in found])
    return [_row(session, actor, benefit) for benefit in found]


def items(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """The items, code and name, of which the actor may read a benefit."""
    wanted = select(Benefit.item_code, Benefit.item_name).where(_readable(actor)).distinct()
    return [(code, name) for code, name in session.execute(wanted.order_by(Benefit.item_code))]


def archive(session: Session, actor: Actor, benefit_id: int) -> Archive:
    """One benefit with its cases, oldest first, and its payments. Raises NotFound."""
    benefit = session.scalar(select(Benefit).where(Benefit.id == benefit_id, _readable(actor)))
    if benefit is None:
        raise NotFound(f"Expected a benefit {benefit_id} that {actor.ref} may read, but there is none")
    cases = [_about(actor, case) for case in _cases(session, benefit)]
    return Archive(
        _row(session, actor, benefit),
        cases,
        ledger.entries_of(session, actor, PaymentLine.benefit_id == benefit.id),
        benefit.moved_to_id,
    )


def _readable(actor: Actor) -> ColumnElement[bool]:
    return or_(False, *access.benefit_ways(actor, Benefit))


def _cases(session: Session, benefit: Benefit) -> list[Case]:
    """The case that granted it, and those of the same person that say they are about that one."""
    origin = session.get_one(Case, benefit.case_id)
    same = select(Case).where(Case.applicant_identity == benefit.payee_identity, Case.id > origin.id).order_by(Case.id)
    return [origin, *(case for case in session.scalars(same) if case.variables.get(ABOUT) == origin.case_no)]


def _about(actor: Actor, case: Case) -> About:
    name = str(case.variables.get("itemName") or case.item_code)
    status = STATUS.get(case.status, "已结束" if case.state == "ended" else "进行中")
    return About(case.case_no, name, status, case.started_at, case.ended_at, access.may_see(actor, case))


def _row(session: Session, actor: Actor, benefit: Benefit) -> Row:
    masked = masks.for_viewer(actor, benefit)
    until = benefit.end_month or (f"{benefit.valid_until:%Y-%m-%d}" if benefit.valid_until else "")
    return Row(
        id=benefit.id,
        number=benefit.number,
        item=benefit.item_name,
        category=benefit.category,
        payee=masks.name(benefit.payee_name) if masked else benefit.payee_name,
        identity=masks.identity(benefit.payee_identity) if masked else benefit.payee_identity,
        place=ledger.place(session, benefit.region_code),
        persons=benefit.person_count,
        monthly=money.written(benefit.monthly),
        since=benefit.start_month,
        until=until,
        reviewed_on=benefit.reviewed_on,
        state=STATES[benefit.state],
        reason="" if masked else benefit.reason,
    )
