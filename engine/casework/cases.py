"""What happens to a whole case (办件): begin, find, urge, withdraw, consent, supervise.

What a message does to a case is drawn in its diagram; here it is only let in, after asking who may send it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import ColumnElement, SQLColumnExpression, bindparam, false, literal_column, or_, select, true
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import applications, applying, clicks, deployments, execution, listed, numbering, paging, plans
from engine.casework.consequences import Companion
from engine.casework.listed import Listed
from engine.casework.models import Case, UserTask
from engine.casework.paging import Order, Page
from engine.casework.running import NOTHING, Running
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.language.forms import Form
from engine.registry import access, regions
from engine.registry.actors import Actor

URGE_PAUSE = timedelta(hours=24)
NEWEST = Order((), lambda rows: (rows.id.desc(),))
# Written out, because an index over some rows only is not used for a value that comes later.
_STATES: dict[str, ColumnElement[str]] = {
    state: literal_column(f"'{state}'") for state in ("active", "suspended", "ended")
}


def start(
    session: Session,
    process_key: str,
    *,
    actor: Actor,
    channel: str,
    values: Mapping[str, Any],
    key: str | None = None,
    known: Mapping[str, Any] = NOTHING,
) -> Case:
    """A new case from the answers to all of the citizen's opening forms, flat in one mapping. `known`: what it begins
    with beside them, which nobody typed.

    `channel`: SELF 群众举手, PROXY 他人代举, GOV 政府托举, COUNTER 窗口代录. The same `key` gives the same case.
    Raises Invalid (problems per field, or the diagram's own refusal), NotAllowed, NotFound (service not open).
    """
    key = key or uuid4().hex
    before = applications.started_with(session, actor, key, values)
    if before is not None:
        return before
    return applications.begin(session, process_key, actor=actor, channel=channel, values=values, key=key, known=known)


def application_forms(
    session: Session, process_key: str, region_code: str | None = None, channel: str = "SELF"
) -> list[Form]:
    """The forms a citizen fills in to begin a case, in order; without a region those of the widest open one."""
    place = region_code or deployments.open_somewhere(session, process_key) or regions.PROVINCE
    version = deployments.active(session, process_key, place, clock.now())
    called = deployments.called_versions(session, plans.bundle_of(session, version.id), place, clock.now())
    return applications.opening_forms(plans.plan(session, version.id, called), channel)


def get(session: Session, case_no: str, actor: Actor) -> Case:
    """The case, for whoever may see it; for all others there is none."""
    case = session.scalar(select(Case).where(Case.case_no == case_no))
    if case is None or not access.may_see(actor, root_of(session, case)):
        raise NotFound(f"Expected case {case_no}, but there is none for {actor.ref}", notice="没有找到这个办件")
    return case


def root_of(session: Session, case: Case) -> Case:
    """The case at whose side a companion stands; a case that is no companion is its own root."""
    while case.subject_id is not None:
        case = session.get_one(Case, case.subject_id)
    return case


def companions(session: Session, case: Case) -> list[Case]:
    """The companions of a case, and theirs, in the order they began."""
    beside: dict[int | None, list[Case]] = {}
    level = [case.id]
    while level:
        found = session.scalars(select(Case).where(Case.subject_id.in_(level)).order_by(Case.id)).all()
        for companion in found:
            beside.setdefault(companion.subject_id, []).append(companion)
        level = [companion.id for companion in found]
    return list(_down(beside, case.id))


def _down(beside: Mapping[int | None, list[Case]], case_id: int) -> Iterator[Case]:
    for companion in beside.get(case_id, ()):
        yield companion
        yield from _down(beside, companion.id)


def search(
    session: Session,
    actor: Actor,
    *,
    text: str = "",
    item: str | None = None,
    status: str | None = None,
    state: str | None = None,
    late: bool | None = None,
    supervised: bool | None = None,
    region: str | None = None,
    page: int = 1,
    size: int = 30,
) -> Page[Listed]:
    """The cases that the actor may see, newest first; `text` is a case number, its beginning or end, or the beginning
    of a name."""
    shape, given = _words(text)
    narrowed = Narrowed(item, status, state, late, supervised, region, shape)
    found = paging.asked_for(session, _searching(actor, narrowed), given, page, size)
    return found.with_rows(listed.complete(session, [Listed(*row) for row in found.rows]))


def keys(
    session: Session,
    actor: Actor,
    *,
    text: str = "",
    item: str | None = None,
    state: str | None = None,
    region: str | None = None,
    most: int,
) -> Sequence[int]:
    """The keys of the same, not more than `most`."""
    shape, given = _words(text)
    ways = _ways(actor, Narrowed(item, None, state, None, None, region, shape))
    if not ways:
        return ()
    wanted = paging.keys(ways, Case, NEWEST, more=True)
    return session.connection().execute(wanted, {**given, **paging.first(most)}).scalars().all()


def _words(text: str) -> tuple[str, dict[str, Any]]:
    """Of what kind the words of a search are, "" for none, and the parameters with which they are looked for."""
    words = text.strip()
    shape, given = numbering.meaning(words) if words else ("", {})
    return shape, {**given, "name_like": numbering.beginning(words)}


class Narrowed(NamedTuple):
    """By what a search is narrowed; of its words only the kind (`numbering.SAYING`), "" for no words."""

    item: str | None
    status: str | None
    state: str | None
    late: bool | None
    supervised: bool | None
    region: str | None
    words: str


@lru_cache(maxsize=512)
def _searching(actor: Actor, asked: Narrowed) -> paging.Statements:
    """The statements of `search`, kept because to put them together takes longer than to ask."""
    return paging.statements(_ways(actor, asked), Case, NEWEST, select(*listed.COLUMNS))


def _ways(actor: Actor, asked: Narrowed) -> list[paging.Query]:
    conditions: list[ColumnElement[bool]] = [Case.subject_id.is_(None)]
    if asked.item:
        conditions.append(Case.item_code == asked.item)
    if asked.status:
        conditions.append(Case.status == asked.status)
    if asked.state:
        conditions.append(Case.state == _STATES.get(asked.state, asked.state))
    if asked.late is not None:
        conditions.append(Case.overdue_count > 0 if asked.late else Case.overdue_count == 0)
    if asked.supervised is not None:
        conditions.append(Case.supervised.is_(asked.supervised))
    if asked.region:
        conditions.append(access.lies_within(Case, regions.prefix_of(asked.region)))
    watched = [(way, Case.applicant_name) for way in access.watched_ways(actor, Case)]
    # Of one's own cases, which are few, the names are read: the index leads to everybody's of that name (`|| ''`).
    own = [(way, Case.applicant_name.concat("")) for way in access.personal_ways(actor, Case)]
    # What the words may mean, each way by itself; no words mean any.
    return [
        select(*NEWEST.of(Case)).where(*conditions, may_see, speaks_of)
        for may_see, name in (*watched, *own)
        for speaks_of in (_meanings(asked.words, name) if asked.words else [true()])
    ]


def _meanings(kind: str, name: SQLColumnExpression[str]) -> list[ColumnElement[bool]]:
    return [numbering.SAYING[kind], name.like(bindparam("name_like"), escape=numbering.ESCAPE)]


def _own(actor: Actor) -> ColumnElement[bool]:
    """As `access.owns` says it of one case: filed by the citizen, or by others for them in person or for a ward."""
    return or_(*access.case_ways(actor, Case)) if actor.is_citizen else false()


def mine(session: Session, actor: Actor, *, ended: bool) -> list[Case]:
    """我的申请: the citizen's own cases and those filed for others, newest first."""
    wanted = select(Case).where(Case.subject_id.is_(None), _own(actor))
    wanted = wanted.where(Case.state == "ended" if ended else Case.state != "ended")
    return list(session.scalars(wanted.order_by(Case.id.desc())))


def under_way(session: Session, actor: Actor, process_key: str) -> list[Case]:
    """The actor's own running cases of one item, by whomever they were filed."""
    wanted = select(Case).where(
        Case.process_key == process_key,
        Case.subject_id.is_(None),
        Case.state != "ended",
        Case.applicant_identity == actor.identity_number,
        Case.applicant_identity != "",
    )
    return list(session.scalars(wanted.order_by(Case.id)))


def consents(session: Session, actor: Actor) -> list[Case]:
    """Cases that somebody filed for the citizen, or for a ward of theirs, and that wait for their consent."""
    numbers = [number for number in (actor.identity_number, *actor.wards) if number]
    wanted = select(Case).where(
        Case.applicant_identity.in_(numbers), Case.status == "CONSENT_PENDING", Case.state == "active"
    )
    return list(session.scalars(wanted.order_by(Case.id)))


def citizen_tasks(session: Session, case: Case, actor: Actor) -> list[UserTask]:
    """What the citizen can do now: open tasks of role citizen in the case and its companions (补正, 评价)."""
    if not access.owns(actor, case):
        return []
    everything = [case.id, *(one.id for one in companions(session, case))]
    wanted = select(UserTask).where(
        UserTask.case_id.in_(everything), UserTask.role_key == "citizen", UserTask.state == "open"
    )
    return list(session.scalars(wanted.order_by(UserTask.id)))


def _owned(session: Session, case_no: str, actor: Actor) -> Case:
    case = get(session, case_no, actor)
    if not access.owns(actor, case):
        raise NotAllowed(
            f"Expected {actor.ref} to be the applicant of {case_no}, but it is not", notice="只有申请人本人可以这样做"
        )
    return case


def urge(session: Session, case_no: str, actor: Actor, key: str | None = None) -> Case:
    """催办, once in 24 hours. The same `key` again changes nothing."""
    case = _owned(session, case_no, actor)
    with execution.open_case(session, case.id, actor=actor) as running:
        if clicks.is_first(running, key, "urge case"):
            _urge(running)
    session.refresh(case)
    return case


def _urge(running: Running) -> None:
    before = running.case.urged_at
    if before is not None and running.now - before < URGE_PAUSE:
        raise Conflict(
            f"Expected 24 hours since the last urge of {running.case.case_no}, but it was at {before}",
            notice="24 小时内只能催办一次，您的催办已经转给工作人员",
        )
    _hear(running, "CITIZEN_URGE", {}, "该办件现在不能催办")
    running.case.urged_at, running.case.urge_count = running.now, running.case.urge_count + 1


def may_urge(session: Session, case: Case, actor: Actor) -> bool:
    """Whether urging would do something now: not again within a day, and not while others wait for the citizen."""
    again = urge_again_at(case)
    waits = again is not None and clock.now() < again
    may = access.owns(actor, case) and case.clock_stopped_at is None and not waits
    return may and execution.would_hear(session, case, "CITIZEN_URGE")


def urge_again_at(case: Case) -> datetime | None:
    """When the case may be urged again; None when it never was."""
    return case.urged_at + URGE_PAUSE if case.urged_at is not None else None


def withdraw(session: Session, case_no: str, actor: Actor, reason: str = "", key: str | None = None) -> Case:
    """撤回 by the citizen, as long as the diagram listens for it. The same `key` again changes nothing."""
    case, words = _owned(session, case_no, actor), reason.strip()[:300]
    with execution.open_case(session, case.id, actor=actor) as running:
        if clicks.is_first(running, key, "withdraw", words):
            _hear(running, "CITIZEN_WITHDRAW", {"withdrawReason": words}, "该办件现在不能撤回")
    session.refresh(case)
    return case


def may_withdraw(session: Session, case: Case, actor: Actor) -> bool:
    """Whether the diagram would let this person withdraw now."""
    return access.owns(actor, case) and execution.would_hear(session, case, "CITIZEN_WITHDRAW")


def consent(session: Session, case_no: str, actor: Actor, *, agrees: bool) -> Case:
    """The applicant's own answer to a case that somebody filed for them (C2)."""
    case = session.scalar(select(Case).where(Case.case_no == case_no))
    if case is None or not access.is_applicant(session, actor, case):
        raise NotFound(
            f"Expected case {case_no} to ask {actor.ref} for consent, but it does not", notice="没有找到这个办件"
        )
    with execution.open_case(session, case.id, actor=actor) as running:
        _hear(running, "CONSENT_YES" if agrees else "CONSENT_NO", {}, "该申请已经不再等待您的确认")
    session.refresh(case)
    return case


def _hear(running: Running, message: str, values: Mapping[str, Any], otherwise: str) -> None:
    if running.case.state != "active" or not running.hear(message, values):
        raise Conflict(f"Expected case {running.case.case_no} to wait for {message}, but it does not", notice=otherwise)


def supervision_form(session: Session, region_code: str | None = None) -> Form:
    """The form with which a manual supervision (督办) is opened: that of the diagram's start event."""
    found = applying.listening(session, "SUPERVISION_NEEDED", region_code or regions.PROVINCE, clock.now())
    if found is None:
        raise NotFound(
            "Expected a process that is started by SUPERVISION_NEEDED, but there is none", notice="督办尚未开通"
        )
    bundle = plans.bundle_of(session, found[1])
    start_event = next(element for element in bundle.process.elements if element.kind == "startEvent")
    return bundle.forms[start_event.form or ""]


def supervise(session: Session, case_no: str, *, actor: Actor, values: Mapping[str, Any]) -> Case:
    """发起督办 from a case page. Returns the order, a companion of kind MANUAL."""
    case = get(session, case_no, actor)
    opener = access.supervising_post(actor, case)
    checked = supervision_form(session, case.region_code).load(values, case.variables)
    with execution.open_case(session, case.id, actor=actor) as running:
        if running.case.state == "ended":
            raise Conflict(f"Expected case {case_no} to run, but it has ended", notice="该办件已经办结，不能再发起督办")
        order = execution.begin_companion(
            running,
            Companion(
                "SUPERVISION_NEEDED", {**checked, "kind": "MANUAL", "opener": actor.ref, "openerRole": opener.role_key}
            ),
        )
    if order is None:
        raise Invalid("Expected a supervise process to be active, but there is none", notice="督办尚未开通")
    session.refresh(case)
    return session.get_one(Case, order)
