"""公示页 for everybody: the notices that hang now, the long-term list, and an objection 异议 that anybody may raise.

The rule: what is read here comes from the notice's own row, never from its case; and only while the case stands by it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import execution, publicity
from engine.casework.models import Case
from engine.casework.paging import Page, page_of
from engine.casework.publicity_models import PublicNotice, PublicObjection
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.registry import access, regions
from engine.registry.actors import SYSTEM, Actor

MESSAGE = "PUBLIC_OBJECTION"
SHOWN_STATUS = ("PUBLICITY", "OBJECTION", "SUSPENDED")
LONGEST_REASON, SHORTEST_REASON, LONGEST_NAME = 500, 10, 30
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")


@dataclass(frozen=True)
class Published:
    """A notice as anybody may read it. `lines`: label and text; `listed`: from the long-term list."""

    number: int
    kind: str
    item_name: str
    region_code: str
    lines: tuple[tuple[str, str], ...]
    basis: str
    places: tuple[str, ...]
    contact: str
    posted_at: datetime | None
    until_at: datetime | None
    checking: bool
    listed: bool


def posted(session: Session, *, region: str | None = None, page: int = 1, size: int = 20) -> Page[PublicNotice]:
    """The notices that hang now, newest first; `region`: those of one place and all below it."""
    return page_of(session, _within(_posted(clock.now()), region), page=page, size=size)


def listed(session: Session, *, region: str | None = None, page: int = 1, size: int = 20) -> Page[PublicNotice]:
    """长期公示: the results that stay on the list, newest first."""
    return page_of(session, _within(_listed(clock.now()), region), page=page, size=size)


def published(notice: PublicNotice, *, from_list: bool) -> Published:
    """The notice's own row, and nothing else."""
    lines = (notice.listed_lines or []) if from_list else notice.lines
    return Published(
        number=notice.id,
        kind=notice.kind,
        item_name=notice.item_name,
        region_code=notice.region_code,
        lines=tuple((label, text) for label, text in lines),
        basis=notice.basis,
        places=tuple(notice.places),
        contact=notice.contact,
        posted_at=notice.closed_at if from_list else notice.posted_at,
        until_at=notice.listed_until_at if from_list else notice.until_at,
        checking=notice.state == "checking",
        listed=from_list,
    )


def get(session: Session, number: int) -> Published:
    """One notice that hangs now or stands on the list. Raises NotFound."""
    now = clock.now()
    for wanted, from_list in ((_posted(now), False), (_listed(now), True)):
        notice = session.scalar(wanted.where(PublicNotice.id == number))
        if notice is not None:
            return published(notice, from_list=from_list)
    raise NotFound(f"Expected notice {number} to be public, but it is not", notice="没有这条公示，或者公示期已满")


def raise_objection(
    session: Session, number: int, *, values: Mapping[str, Any], key: str, actor: Actor | None = None
) -> PublicObjection:
    """提出异议, by anybody. `values`: reason, evidence, anonymous, name, phone. The same `key` is the same objection.

    Its case hears of it at once, or when the objections before it are answered. Raises Invalid, NotFound, or Conflict
    when the period is over.
    """
    before = _sent_before(session, number, key)
    if before is not None:
        return before
    notice = session.scalar(_posted(clock.now()).where(PublicNotice.id == number))
    if notice is None:
        get(session, number)
        raise Conflict(f"Expected notice {number} to hang still, but it does not", notice="公示期已满，不能再提异议")
    checked = _checked(values)
    with execution.open_case(session, notice.case_id, actor=SYSTEM) as running:
        session.refresh(notice)
        before = _sent_before(session, number, key)  # two clicks may have come at the same moment
        if before is not None:
            return before
        ended = notice.state == "posted" and (notice.until_at or running.now) <= running.now
        if ended or notice.state not in ("posted", "checking"):
            raise Conflict(f"Expected notice {number} to hang still, but it ended", notice="公示期已满，不能再提异议")
        made = _keep(session, notice, checked, key, actor, running.now)
        # While earlier ones are looked into the case does not listen; it asks for what came in meanwhile by itself.
        running.hear(MESSAGE, {})
    return made


def _sent_before(session: Session, number: int, key: str) -> PublicObjection | None:
    wanted = select(PublicObjection).where(PublicObjection.key == key, PublicObjection.notice_id == number)
    return session.scalar(wanted)


def by_code(session: Session, code: str) -> PublicObjection:
    """An objection for whoever has its code. Raises NotFound."""
    wanted = select(PublicObjection).where(PublicObjection.code == code.strip().upper())
    found = session.scalar(wanted)
    if found is None:
        raise NotFound("Expected the code of an objection, but there is none", notice="没有这个查询码，请核对后再试")
    return found


def progress(session: Session, objection: PublicObjection) -> str:
    """How far it is: its state, or `gone` when it was not answered before the case took its notice off."""
    hangs = _posted(clock.now()).where(PublicNotice.id == objection.notice_id)
    unanswered = objection.state in ("received", "checking")
    return "gone" if unanswered and session.scalar(hangs) is None else objection.state


def of_case(session: Session, case: Case, actor: Actor) -> list[PublicObjection]:
    """The objections to a case's notices with who raised them, oldest first. Raises NotAllowed."""
    if not may_know_objectors(actor, case):
        raise NotAllowed(
            f"Expected {actor.ref} to look into objections, but no post does",
            notice="异议人是谁对村（社区）保密",
        )
    wanted = select(PublicObjection).join(PublicNotice, PublicNotice.id == PublicObjection.notice_id)
    return list(session.scalars(wanted.where(PublicNotice.case_id == case.id).order_by(PublicObjection.id)))


def may_know_objectors(actor: Actor, case: Case) -> bool:
    """Whether the actor may read who raised a signed objection: those who look into it, never the village [C4]."""
    handling = ("casework", "leader")
    return any(
        post.role_kind in handling
        and post.level in ("town", "county")
        and post.covers(case.region_code)
        and post.concerns(case.item_code)
        for post in actor.posts
    )


def _posted(now: datetime) -> Select[PublicNotice]:
    """What hangs: the case is still in its publicity, so whoever withdraws or is sent back is off the page at once."""
    return (
        select(PublicNotice)
        .join(Case, Case.id == PublicNotice.case_id)
        .where(
            PublicNotice.state.in_(("posted", "checking")),
            or_(PublicNotice.until_at > now, PublicNotice.state == "checking"),
            Case.state != "ended",
            Case.channel != access.MOCK,
            Case.status.in_(SHOWN_STATUS),
        )
        .order_by(PublicNotice.posted_at.desc(), PublicNotice.id.desc())
    )


def _listed(now: datetime) -> Select[PublicNotice]:
    """The list: results that stand. A case that ended otherwise than well is off it."""
    stands: ColumnElement[bool] = or_(Case.state != "ended", Case.outcome == "COMPLETED")
    return (
        select(PublicNotice)
        .join(Case, Case.id == PublicNotice.case_id)
        .where(PublicNotice.listed_until_at > now, PublicNotice.state == "ended", stands, Case.channel != access.MOCK)
        .order_by(PublicNotice.closed_at.desc(), PublicNotice.id.desc())
    )


def _within(wanted: Select[PublicNotice], region: str | None) -> Select[PublicNotice]:
    return wanted.where(regions.within(PublicNotice.region_code, regions.prefix_of(region))) if region else wanted


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    given = {key: str(values.get(key) or "").strip() for key in ("reason", "evidence", "name", "phone")}
    anonymous = values.get("anonymous") is True
    problems: dict[str, list[str]] = {}
    if len(given["reason"]) < SHORTEST_REASON:
        problems["reason"] = [f"请写清楚哪一点不符合事实，至少 {SHORTEST_REASON} 个字"]
    for key in ("reason", "evidence"):
        if len(given[key]) > LONGEST_REASON:
            problems[key] = [f"不能超过 {LONGEST_REASON} 个字"]
    if not anonymous and not 2 <= len(given["name"]) <= LONGEST_NAME:
        problems["name"] = ["请填写您的姓名，或者选择匿名"]
    if not anonymous and not _PHONE.fullmatch(given["phone"]):
        problems["phone"] = ["请填写能联系到您的电话，或者选择匿名"]
    if problems:
        raise Invalid(f"Expected an objection, but {sorted(problems)} are wrong", problems=problems)
    who = {"name": None, "phone": None} if anonymous else {key: given[key] for key in ("name", "phone")}
    return {"reason": given["reason"], "evidence": given["evidence"] or None, "anonymous": anonymous, **who}


def _keep(
    session: Session, notice: PublicNotice, checked: dict[str, Any], key: str, actor: Actor | None, now: datetime
) -> PublicObjection:
    """The row. Who is signed in is kept only where they give their name, or where staff write for somebody."""
    citizen = actor.id if actor is not None and actor.is_citizen and not checked["anonymous"] else None
    staff = actor.id if actor is not None and actor.is_staff else None
    made = PublicObjection(
        notice_id=notice.id,
        code=publicity.new_code(),
        key=key,
        citizen_id=citizen,
        entered_by=staff,
        received_at=now,
        **checked,
    )
    session.add(made)
    session.flush()
    return made
