"""Actors: who is acting, with the posts of this moment."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engine import clock
from engine.errors import NotAllowed
from engine.registry import actors
from tests.factories import AccountFactory, AppointmentFactory, CitizenFactory, staff

pytestmark = pytest.mark.usefixtures("reference")


def test_a_post_tells_what_it_is_for(session: Session) -> None:
    actor = actors.staff(session, staff("town_water_clerk", "532622101").id)
    post = actor.posts[0]
    assert (post.level, post.department_code, post.region_prefix) == ("town", "water", "532622101")
    assert post.item_codes == frozenset({"water"})
    assert actor.title == "江那镇 乡镇水务站经办"
    assert actor.holds("town_water_clerk") and actor.is_("casework") and not actor.is_("leader")


def test_appointments_count_only_while_they_are_valid(session: Session, clock: clock.Clock) -> None:
    account = AccountFactory()
    now = clock.moment
    AppointmentFactory(account=account, role_key="county_office", valid_from=now + timedelta(days=1))
    AppointmentFactory(account=account, role_key="auditor", valid_until=now)
    AppointmentFactory(account=account, role_key="county_water_clerk", valid_from=now, valid_until=now + timedelta(1))
    assert [post.role_key for post in actors.staff(session, account.id).posts] == ["county_water_clerk"]
    clock.advance(days=1)
    assert [post.role_key for post in actors.staff(session, account.id).posts] == ["county_office"]


def test_references_name_the_actor_in_the_history(session: Session) -> None:
    account, person = staff(), CitizenFactory()
    assert actors.staff(session, account.id).ref == f"staff:{account.id}"
    assert actors.citizen(session, person.id).ref == f"citizen:{person.id}"
    assert actors.SYSTEM.ref == "system"


def test_whoever_is_switched_off_is_no_actor(session: Session) -> None:
    account, person = AccountFactory(active=False), CitizenFactory(active=False)
    with pytest.raises(NotAllowed):
        actors.staff(session, account.id)
    with pytest.raises(NotAllowed):
        actors.citizen(session, person.id)
    with pytest.raises(NotAllowed):
        actors.staff(session, 4711)


def test_the_identity_number_is_not_in_the_representation(session: Session) -> None:
    person = CitizenFactory()
    assert person.identity_number not in repr(actors.citizen(session, person.id))
