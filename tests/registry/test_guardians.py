"""监护绑定: who may be bound to whom, how many, until when; and how a binding ends."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import db
from engine.clock import Clock
from engine.errors import Conflict, Invalid, NotFound
from engine.registry import actors, citizens, guardians
from engine.registry.actors import SYSTEM, Actor
from engine.registry.models import Guardianship
from tests.factories import CitizenFactory, committed, identity_number
from tests.processes.stage import at

pytestmark = pytest.mark.usefixtures("reference")

CHILD = identity_number(7, born="20121123")
GROWN_UP = identity_number(9, born="19500101")


@pytest.fixture
def guardian(clock: Clock) -> Actor:
    return registered()


def registered(**values: Any) -> Actor:
    with committed():
        number = CitizenFactory(**values).id
    with db.reading() as session:
        return actors.citizen(session, number)


def bind(session: Session, guardian: Actor, number: str = CHILD, **values: str) -> Guardianship:
    given = {"ward_name": "群众小", "relation": "父亲", "grounds": "minor", "case_no": "registration-1", **values}
    assert guardian.id is not None
    return guardians.bind(session, guardian.id, ward_identity=number, by=SYSTEM, **given)


def wards(guardian: Actor) -> tuple[str, ...]:
    with db.reading() as session:
        return actors.citizen(session, guardian.id or 0).wards


def refused(guardian: Actor, key: str, number: str = CHILD, **values: str) -> None:
    with pytest.raises(Invalid) as refusal, db.transaction() as session:
        bind(session, guardian, number, **values)
    assert set(refusal.value.problems) == {key}


def test_a_minor_is_bound_until_the_day_of_the_eighteenth_birthday(guardian: Actor, clock: Clock) -> None:
    with db.transaction() as session:
        bind(session, guardian, CHILD.lower())
    assert wards(guardian) == (CHILD,)
    clock.move_to(at("2030-11-22", "23:59"))
    assert wards(guardian) == (CHILD,)
    clock.move_to(at("2030-11-23", "00:00"))
    assert wards(guardian) == ()
    with db.reading() as session:
        assert guardians.of_ward(session, CHILD) == []
        assert not guardians.holds(guardians.of_guardian(session, guardian.id or 0)[0])
    refused(guardian, "grounds")
    with db.transaction() as session:
        bind(session, guardian, grounds="incapable")
    assert wards(guardian) == (CHILD,)


def test_who_was_born_on_29_february_grows_up_on_1_march(guardian: Actor) -> None:
    with db.transaction() as session:
        one = bind(session, guardian, identity_number(7, born="20120229"))
        assert str(one.lapses_on) == "2030-03-01"


def test_a_grown_up_who_cannot_act_is_bound_for_as_long_as_it_takes(guardian: Actor, clock: Clock) -> None:
    refused(guardian, "grounds", GROWN_UP)
    with db.transaction() as session:
        bind(session, guardian, GROWN_UP, grounds="incapable", relation="子女")
    clock.move_to(at("2056-01-01", "09:00"))
    assert wards(guardian) == (GROWN_UP,)


def test_two_guardians_at_once_and_no_third(guardian: Actor) -> None:
    other, third = registered(), registered()
    with db.transaction() as session:
        bind(session, guardian)
        bind(session, other)
    assert wards(guardian) == wards(other) == (CHILD,)
    refused(third, "ward_identity")
    refused(guardian, "ward_identity")


def test_nobody_is_bound_to_themselves_to_a_wrong_name_or_to_a_wrong_number(guardian: Actor) -> None:
    registered(name="群众小", identity_number=CHILD)
    refused(guardian, "ward_identity", guardian.identity_number, grounds="incapable")
    refused(guardian, "ward_identity", CHILD[:-2] + "00")
    refused(guardian, "ward_name", ward_name="群众大")


def test_who_is_a_child_or_has_a_guardian_is_nobodys_guardian(guardian: Actor) -> None:
    refused(registered(identity_number=identity_number(8, born="20100101")), "ward_identity")
    with db.transaction() as session:
        bind(session, registered(), guardian.identity_number, grounds="incapable", ward_name=guardian.name)
    refused(guardian, "ward_identity")


def test_it_is_ended_once_with_a_reason_and_by_no_stranger(guardian: Actor) -> None:
    stranger = registered()
    with db.transaction() as session:
        number = bind(session, guardian).id
    with pytest.raises(NotFound), db.transaction() as session:
        guardians.end(session, number, by=stranger, reason="不是我的孩子")
    with pytest.raises(Invalid) as refusal, db.transaction() as session:
        guardians.end(session, number, by=guardian, reason="不")
    assert set(refusal.value.problems) == {"reason"} and wards(guardian) == (CHILD,)
    with db.transaction() as session:
        ended = guardians.end(session, number, by=guardian, reason="由孩子的母亲监护")
        assert (ended.ended_by, ended.end_reason) == (guardian.ref, "由孩子的母亲监护")
    assert wards(guardian) == ()
    with pytest.raises(Conflict), db.transaction() as session:
        guardians.end(session, number, by=guardian, reason="由孩子的母亲监护")
    with db.transaction() as session:
        bind(session, guardian)  # it may be bound again


def test_who_was_verified_stays_so_from_the_first_time(guardian: Actor, clock: Clock) -> None:
    with db.transaction() as session:
        first = citizens.verify(session, guardian.id or 0).verified_at
    clock.advance(days=1)
    with db.transaction() as session:
        assert citizens.verify(session, guardian.id or 0).verified_at == first is not None
