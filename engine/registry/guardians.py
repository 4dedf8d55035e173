"""监护绑定: who acts for a minor or for somebody who cannot act for themselves, as the office has confirmed it.

The rule: a binding is made by a case and ended with a reason; that of a minor ends by itself on the 18th birthday.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.db import one_at_a_time
from engine.errors import Conflict, Invalid, NotFound
from engine.language import identity
from engine.registry import actors, citizens
from engine.registry.actors import Actor
from engine.registry.models import Citizen, Guardianship

GROUNDS = {"minor": "未成年人", "incapable": "无民事行为能力或限制民事行为能力"}
GROWN_UP = 18
# Both parents, or two who were appointed together.
MOST_GUARDIANS = 2
REASON = (5, 300)


def bind(
    session: Session,
    guardian_id: int,
    *,
    ward_name: str,
    ward_identity: str,
    relation: str,
    grounds: str,
    case_no: str,
    by: Actor,
) -> Guardianship:
    """Bind the ward to the guardian from now on. Raises Invalid, with problems by ward_name, ward_identity, grounds."""
    number = identity.normal(ward_identity)
    one_at_a_time(session, f"guardians of {number}")
    found = problems(session, guardian_id, ward_name=ward_name, ward_identity=number, grounds=grounds)
    if found:
        notice = "；".join(line for lines in found.values() for line in lines)
        raise Invalid(f"Expected a ward to bind, but {sorted(found)} are wrong", problems=found, notice=notice)
    made = Guardianship(
        guardian_id=guardian_id, ward_identity=number, ward_name=ward_name.strip(), relation=relation,
        grounds=grounds, case_no=case_no, bound_at=clock.now(), bound_by=by.ref,
        lapses_on=_grown_up_on(number) if grounds == "minor" else None,
    )  # fmt: skip
    _end_lapsed(session, guardian_id, number)
    session.add(made)
    session.flush()
    return made


def problems(
    session: Session, guardian_id: int, *, ward_name: str, ward_identity: str, grounds: str
) -> dict[str, list[str]]:
    """Why these two cannot be bound to each other, each reason at what it is about; empty when they can."""
    number = identity.normal(ward_identity)
    if wrong := identity.problem(number):
        return {"ward_identity": [wrong]}
    guardian = citizens.get(session, guardian_id)
    if number == guardian.identity_number:
        return {"ward_identity": ["被监护人不能是您本人"]}
    if not citizens.name_matches(session, name=ward_name, identity_number=number):
        return {"ward_name": ["姓名与这个身份证号码登记的不一致，请核对"]}
    if grounds == "minor" and not _is_minor(number):
        return {"grounds": ["被监护人已满 18 周岁，只有无民事行为能力或限制民事行为能力的才能绑定"]}
    if _is_minor(guardian.identity_number) or _holding(session, guardian.identity_number):
        return {"ward_identity": ["您未满 18 周岁或者本人有监护人，不能绑定被监护人"]}
    holding = _holding(session, number)
    if any(one.guardian_id == guardian_id for one in holding):
        return {"ward_identity": ["您已经绑定了这位被监护人"]}
    if len(holding) >= MOST_GUARDIANS:
        return {"ward_identity": [f"这位被监护人已有 {MOST_GUARDIANS} 位监护人，请先由村（社区）或者乡镇解除"]}
    return {}


def end(session: Session, guardianship_id: int, *, by: Actor, reason: str) -> Guardianship:
    """解除: by the guardian alone of those who are citizens, or by the office through a case. Access ends at once, in
    cases under way too."""
    one = session.get(Guardianship, guardianship_id, with_for_update=True)
    if one is None or (by.is_citizen and one.guardian_id != by.id):
        raise NotFound("Expected a binding of one's own, but there is none", notice="没有找到这项监护绑定")
    if one.ended_at is not None:
        raise Conflict("Expected a binding that holds, but it was ended", notice="这项监护绑定已经解除")
    words = reason.strip()
    if not REASON[0] <= len(words) <= REASON[1]:
        said = f"请写明解除的原因，{REASON[0]} 至 {REASON[1]} 个字"
        raise Invalid("Expected a reason for ending", problems={"reason": [said]})
    _end(one, by.ref, words)
    return one


def between(session: Session, guardian_identity: str, ward_identity: str) -> Guardianship | None:
    """The binding that holds between these two now."""
    number = identity.normal(guardian_identity)
    guardian = session.scalar(select(Citizen.id).where(Citizen.identity_number == number))
    return next((one for one in _holding(session, identity.normal(ward_identity)) if one.guardian_id == guardian), None)


def of_guardian(session: Session, citizen_id: int) -> Sequence[Guardianship]:
    """我的被监护人: all that ever held, the latest first."""
    wanted = select(Guardianship).where(Guardianship.guardian_id == citizen_id)
    return session.scalars(wanted.order_by(Guardianship.id.desc())).all()


def names_of(session: Session, guardian: Actor, ward_identity: str) -> set[str]:
    """How the ward is called: as the office confirmed it, and as the ward is registered now."""
    confirmed = {one.ward_name for one in _holding(session, ward_identity) if one.guardian_id == guardian.id}
    registered = session.scalar(select(Citizen.name).where(Citizen.identity_number == ward_identity))
    return confirmed | ({registered} if registered else set())


def of_ward(session: Session, ward_identity: str) -> list[int]:
    """The citizens who act for this person now."""
    return [one.guardian_id for one in _holding(session, ward_identity)] if ward_identity else []


def own(session: Session, citizen_id: int, guardianship_id: str) -> Guardianship:
    """The binding of that key, if it is the citizen's own and holds. Raises NotFound."""
    held = (one for one in of_guardian(session, citizen_id) if str(one.id) == guardianship_id and holds(one))
    found = next(held, None)
    if found is None:
        raise NotFound("Expected a binding that holds, but there is none", notice="这项监护绑定已经解除，请返回重选")
    return found


def holds(one: Guardianship) -> bool:
    """Whether it holds now."""
    return one.ended_at is None and (one.lapses_on is None or one.lapses_on > actors.today())


def _holding(session: Session, ward_identity: str) -> Sequence[Guardianship]:
    wanted = select(Guardianship).where(Guardianship.ward_identity == ward_identity, actors.bound_on(actors.today()))
    return session.scalars(wanted.order_by(Guardianship.id)).all()


def _end_lapsed(session: Session, guardian_id: int, number: str) -> None:
    """What lapsed with the 18th birthday makes room for a binding on other grounds."""
    wanted = select(Guardianship).where(
        Guardianship.guardian_id == guardian_id,
        Guardianship.ward_identity == number,
        Guardianship.ended_at.is_(None),
    )
    for one in session.scalars(wanted):
        _end(one, "system", "被监护人已满 18 周岁")
    session.flush()


def _end(one: Guardianship, by: str, reason: str) -> None:
    one.ended_at, one.ended_by, one.end_reason = clock.now(), by, reason


def _is_minor(number: str) -> bool:
    age = identity.age_on(number, actors.today())
    return age is not None and age < GROWN_UP


def _grown_up_on(number: str) -> date | None:
    """The 18th birthday; who was born on 29 February has it on 1 March."""
    born_on = identity.birth_on(number)
    if born_on is None:
        return None
    try:
        return born_on.replace(year=born_on.year + GROWN_UP)
    except ValueError:
        return date(born_on.year + GROWN_UP, 3, 1)
