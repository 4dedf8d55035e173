"""公示 as the diagrams ask for it: make the masked notice, post it, stop for objections and answer them, take it down.

When and for how long is the diagram's; here are the rows, and what the diagram gets to know of them.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import masking, notifications
from engine.casework.publicity_models import PublicNotice, PublicObjection
from engine.casework.running import Running
from engine.errors import ExecutionFailed
from engine.language.diagram import Element
from engine.registry import people, regions
from engine.workflow.conditions import to_json

OPEN = ("draft", "posted", "checking")
# Read aloud and typed on a phone: no characters that look like others.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10
ANSWERS = {"成立": "upheld", "不成立": "rejected", "与公示无关": "unrelated"}


def make(running: Running, element: Element) -> Mapping[str, Any]:
    """生成公示单: the masked lines of headers `kind`, `lines`, `basis`. One that was left open before is closed."""
    given = _headers(running, element)
    kind, lines = str(given.get("kind") or ""), given.get("lines")
    if not kind or not isinstance(lines, list):
        raise ExecutionFailed(
            f"Expected a kind and lines to publish, but got {kind!r}, {lines!r}", element_id=element.id
        )
    _close_open(running)
    case, minor = running.case, masking.is_minor(running.case.applicant_identity)
    shown = masking.lines(running, element, lines, kind=kind, minor=minor, listed=False)
    listed = None if minor else masking.lines(running, element, lines, kind=kind, minor=minor, listed=True)
    unit, telephone = people.unit(running.session, str(case.variables.get("department", "")), case.region_code)
    notice = PublicNotice(
        case_id=case.id,
        kind=kind,
        item_code=case.item_code,
        item_name=str(case.variables.get("itemName") or ""),
        region_code=case.region_code,
        basis=str(given.get("basis") or ""),
        lines=shown,
        listed_lines=listed,
        contact="，电话 ".join(part for part in (unit, telephone) if part),
        made_at=running.now,
    )
    running.session.add(notice)
    running.session.flush()
    text = "\n".join(f"{label}：{value}" for label, value in shown)
    return {"publicNotice": notice.id, "publicText": text, "publicContact": notice.contact}


def post(running: Running, element: Element) -> Mapping[str, Any]:
    """公示页上线, until the moment of header `until`; `places`: where it hangs in the village."""
    given = _headers(running, element)
    notice = _current(running, element)
    places = given.get("places")
    notice.state, notice.posted_at, notice.until_at = "posted", running.now, _moment(element, given.get("until"))
    notice.places = [str(place) for place in places] if isinstance(places, list) else []
    return _period(running, notice)


def take_up(running: Running, element: Element) -> Mapping[str, Any]:
    """登记异议: all that came in are looked into together, and what the village was told by mouth (header `told`); the
    period stands still with `rest` days left."""
    given = _headers(running, element)
    notice = _current(running, element)
    notice.state = "checking"
    if given.get("told"):
        _write_down(running, notice, str(given["told"]))
    found = list(running.session.scalars(_objections(notice, "received")))
    for objection in found:
        objection.state = "checking"
    texts = [f"{number}. {_told(objection)}" for number, objection in enumerate(found, start=1)]
    return {
        "objectionText": "\n".join(texts),
        "objectionCount": len(found),
        "publicRest": to_json(given.get("rest")),
        "villageObjection": False,
    }


def answer(running: Running, element: Element) -> Mapping[str, Any]:
    """答复异议人 with headers `result` and `text`; and how many objections came in meanwhile."""
    given = _headers(running, element)
    notice = _current(running, element)
    result, text = ANSWERS.get(str(given.get("result"))), str(given.get("text") or "")
    if result is None:
        raise ExecutionFailed(f"Expected a result of {[*ANSWERS]}, but got {given!r}", element_id=element.id)
    for objection in running.session.scalars(_objections(notice, "checking")):
        objection.state, objection.answer, objection.answered_at = result, text, running.now
        if objection.citizen_id is not None:
            _tell(running, objection.citizen_id, str(given.get("result")), text)
    running.session.flush()
    waiting = len(list(running.session.scalars(_objections(notice, "received"))))
    return {"objectionsWaiting": waiting}


def go_on(running: Running, element: Element) -> Mapping[str, Any]:
    """继续公示 until the moment of header `until`."""
    notice = _current(running, element)
    notice.state, notice.until_at = "posted", _moment(element, _headers(running, element).get("until"))
    return _period(running, notice)


def close(running: Running, element: Element) -> Mapping[str, Any]:
    """公示结束, with header `objection` upheld or not. Otherwise on the long-term list until the moment of header
    `listedUntil`, where there is one and the case may be listed."""
    given = _headers(running, element)
    notice, upheld, listed_until = _current(running, element), given.get("objection") is True, given.get("listedUntil")
    notice.state, notice.closed_at = ("withdrawn" if upheld else "ended"), running.now
    if not upheld and listed_until is not None and notice.listed_lines:
        notice.listed_until_at = _moment(element, listed_until)
    if upheld:
        left = update(PublicObjection).where(
            PublicObjection.notice_id == notice.id, PublicObjection.state.in_(("received", "checking"))
        )
        text = "已有异议经核查成立，公示已经撤下"
        running.session.execute(left.values(state="upheld", answer=text, answered_at=running.now))
    return {"objection": upheld}


SERVICES: Mapping[str, Callable[[Running, Element], Mapping[str, Any]]] = {
    "publicity_make": make,
    "publicity_post": post,
    "publicity_take_up": take_up,
    "publicity_answer": answer,
    "publicity_go_on": go_on,
    "publicity_close": close,
}


def _headers(running: Running, element: Element) -> dict[str, Any]:
    return {key: running.value_of(text) for key, text in element.headers.items()}


def _moment(element: Element, value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise ExecutionFailed(f"Expected a moment until which to publish, but got {value!r}", element_id=element.id)
    return value


def _period(running: Running, notice: PublicNotice) -> dict[str, Any]:
    assert notice.posted_at is not None and notice.until_at is not None
    village = regions.get(running.session, notice.region_code).name
    begins = clock.local(notice.posted_at).date() + timedelta(days=1)  # the period begins the day after it was posted
    until = notice.until_at.isoformat()
    return {"publicFrom": begins.isoformat(), "publicTo": until, "publicVillage": village}


def _write_down(running: Running, notice: PublicNotice, text: str) -> None:
    """What somebody said to the village; who it was is not written down."""
    row = PublicObjection(
        notice_id=notice.id,
        code=new_code(),
        key=uuid4().hex,
        reason=text,
        anonymous=True,
        entered_by=running.actor.id if running.actor.is_staff else None,
        received_at=running.now,
    )
    running.session.add(row)
    running.session.flush()


def new_code() -> str:
    """With which an objector asks for the answer."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _current(running: Running, element: Element) -> PublicNotice:
    notice = running.session.scalar(
        select(PublicNotice)
        .where(PublicNotice.case_id == running.case.id, PublicNotice.state.in_(OPEN))
        .order_by(PublicNotice.id.desc())
        .limit(1)
    )
    if notice is None:
        raise ExecutionFailed("Expected a notice that is open, but the case has none", element_id=element.id)
    return notice


def _close_open(running: Running) -> None:
    left = update(PublicNotice).where(PublicNotice.case_id == running.case.id, PublicNotice.state.in_(OPEN))
    running.session.execute(left.values(state="ended", closed_at=running.now))


def _objections(notice: PublicNotice, state: str) -> Any:
    mine = (PublicObjection.notice_id == notice.id, PublicObjection.state == state)
    return select(PublicObjection).where(*mine).order_by(PublicObjection.id)


def _told(objection: PublicObjection) -> str:
    """What is said, without who says it."""
    kind = "匿名" if objection.anonymous else "实名"
    evidence = f"；证据或线索：{objection.evidence}" if objection.evidence else ""
    return f"（{kind}）{objection.reason}{evidence}"


def _tell(running: Running, citizen_id: int, result: str, text: str) -> None:
    """反馈异议人, who signed in and gave their name. The message stands beside no case: they may not read it."""
    values = {"result": result, "text": text}
    told = notifications.render(running.plan, "M80", values)
    notifications.tell_citizen(
        running.session, case_id=None, citizen_id=citizen_id, message_key="M80", text=told, at=running.now
    )


def of_case(session: Session, case_id: int) -> list[PublicNotice]:
    """The notices of a case, oldest first."""
    return list(session.scalars(select(PublicNotice).where(PublicNotice.case_id == case_id).order_by(PublicNotice.id)))
