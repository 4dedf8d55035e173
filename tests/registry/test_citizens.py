"""Citizens: real-name registration, signing in, keeping one's data up to date."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import db
from engine.clock import Clock
from engine.errors import Invalid, NotAllowed, NotFound
from engine.registry import accounts, actors, attempts, citizens
from engine.registry.models import Citizen
from tests.factories import PASSWORD, CitizenFactory, committed, identity_number

pytestmark = pytest.mark.usefixtures("reference")

VALUES = {
    "name": "群众甲",
    "identity_number": identity_number(1),
    "phone": "13900000001",
    "region_code": "532622101201",
    "address": "1 组 1 号",
    "password": "shuiku2026",
}


def test_a_citizen_registers_and_signs_in_with_number_or_telephone(session: Session, clock: Clock) -> None:
    citizen = citizens.register(session, {**VALUES, "identity_number": f" {identity_number(1).lower()} "})
    assert citizen.identity_number == identity_number(1)
    for login in (VALUES["phone"], identity_number(1), identity_number(1).lower()):
        assert citizens.sign_in(session, login, "shuiku2026") is citizen


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "A"),
        ("name", "甲"),
        ("name", "甲" * 31),
        ("name", "·甲"),
        ("identity_number", identity_number(1)[:17]),
        ("identity_number", identity_number(1)[:17] + ("0" if identity_number(1)[17] != "0" else "1")),
        ("phone", "12345678901"),
        ("phone", "0876-3120000"),
        ("phone", "１３９００００００１"),
        ("region_code", "532622101"),
        ("region_code", "532622101999"),
        ("region_code", "nowhere"),
        ("address", "x"),
        ("address", "长" * 201),
        ("password", "short1"),
        ("password", "onlyletters"),
        ("password", "1234567890"),
        ("phone", None),
        ("name", ["甲乙"]),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(session: Session, clock: Clock, key: str, value: object) -> None:
    with pytest.raises(Invalid) as refusal:
        citizens.register(session, {**VALUES, key: value})
    assert list(refusal.value.problems) == [key]
    assert session.query(Citizen).count() == 0


def test_all_wrong_values_are_told_at_once(session: Session) -> None:
    with pytest.raises(Invalid) as refusal:
        citizens.register(session, {"nickname": "x"})
    assert set(refusal.value.problems) == {*VALUES, "nickname"}


@pytest.mark.parametrize("key", ["identity_number", "phone"])
def test_number_and_telephone_are_registered_once(session: Session, clock: Clock, key: str) -> None:
    citizens.register(session, VALUES)
    other = {**VALUES, "identity_number": identity_number(3), "phone": "13900000003", key: VALUES[key]}
    with pytest.raises(Invalid) as refusal:
        citizens.register(session, other)
    assert list(refusal.value.problems) == [key]


def test_five_wrong_passwords_lock_a_citizen_too(database: Engine, clock: Clock) -> None:
    with committed():
        CitizenFactory(phone="13900000001")
    for _ in range(attempts.MOST_FAILURES):
        with db.transaction() as session:
            assert citizens.sign_in(session, "13900000001", "wrong2026") is None
    with db.transaction() as session:
        assert citizens.sign_in(session, "13900000001", PASSWORD) is None
    clock.advance(minutes=15)
    with db.transaction() as session:
        assert citizens.sign_in(session, "13900000001", PASSWORD) is not None


def test_a_citizen_changes_what_may_change(session: Session) -> None:
    citizen = CitizenFactory()
    citizens.change(session, citizen.id, {"phone": "13900000009", "address": "2 组 2 号", "large_type": True})
    assert (citizen.phone, citizen.address, citizen.large_type) == ("13900000009", "2 组 2 号", True)
    citizens.change(session, citizen.id, {"phone": "13900000009"})
    with pytest.raises(Invalid) as refusal:
        citizens.change(session, citizen.id, {"name": "群众乙"})
    assert "name" in refusal.value.problems


def test_anothers_telephone_cannot_be_taken(session: Session) -> None:
    other, citizen = CitizenFactory(), CitizenFactory()
    with pytest.raises(Invalid) as refusal:
        citizens.change(session, citizen.id, {"phone": other.phone})
    assert list(refusal.value.problems) == ["phone"]


def test_a_new_password_ends_the_citizens_sessions(session: Session) -> None:
    citizen = CitizenFactory()
    token = accounts.issue_api_token(session, citizen.phone)
    assert accounts.actor_of_token(session, token) == actors.citizen(session, citizen.id)
    with pytest.raises(Invalid):
        citizens.set_password(session, citizen.id, current="wrong", password="shuiku2026")
    with pytest.raises(Invalid):
        citizens.set_password(session, citizen.id, current=PASSWORD, password="weak")
    citizens.set_password(session, citizen.id, current=PASSWORD, password="shuiku2026")
    assert citizen.session_version == 2
    with pytest.raises(NotAllowed):
        accounts.actor_of_token(session, token)


def test_real_names_are_contradicted_only_by_what_is_registered(session: Session) -> None:
    citizen = CitizenFactory(name="群众甲")
    number = citizen.identity_number
    assert citizens.name_matches(session, name="群众甲 ", identity_number=number)
    assert not citizens.name_matches(session, name="群众乙", identity_number=number)
    assert citizens.name_matches(session, name="群众乙", identity_number=identity_number(999))


def test_an_unknown_citizen_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        citizens.change(session, 4711, {})
