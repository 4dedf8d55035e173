"""Who holds a role at a place, who stands above, how a unit is called."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.registry import people
from tests.factories import AccountFactory, AppointmentFactory, staff

pytestmark = pytest.mark.usefixtures("reference")

JIANGNA, PINGYUAN = "532622101", "532622102"


def test_a_post_is_held_at_its_region_and_inside_it(session: Session) -> None:
    here, _elsewhere = staff("school_staff", "532622"), staff("school_staff", "532601")
    in_town = staff("school_staff", JIANGNA)
    assert people.holders(session, "school_staff", f"{JIANGNA}201") == [here, in_town]
    assert people.holders(session, "school_staff", "532622") == [here]


def test_who_is_gone_or_not_yet_there_holds_nothing(session: Session, clock: Clock) -> None:
    staff("county_office", active=False)
    account = AccountFactory()
    AppointmentFactory(account=account, role_key="county_office", valid_from=clock.moment + timedelta(hours=1))
    assert people.holders(session, "county_office", "532622") == []
    clock.advance(hours=1)
    assert people.holders(session, "county_office", "532622") == [account]


def test_above_a_towns_clerk_stand_the_towns_leader_and_the_departments_reviewer(session: Session) -> None:
    leader, reviewer = staff("town_leader", JIANGNA), staff("county_water_reviewer")
    staff("town_leader", PINGYUAN), staff("county_civil_reviewer"), staff("county_water_reviewer", "532601")
    assert people.superiors(session, "town_water_clerk", JIANGNA) == [leader, reviewer]


@pytest.mark.parametrize(
    ("role_key", "above"),
    [
        ("county_water_clerk", ["county_water_reviewer", "county_water_approver"]),
        ("county_water_reviewer", ["county_water_approver"]),
        ("county_water_approver", ["county_office"]),
        ("village_assistant", ["town_leader"]),
        ("town_leader", ["county_office"]),
        ("town_office", ["county_office"]),
        ("county_finance", ["county_office"]),
        ("county_office", ["pref_office"]),
        ("pref_water_supervisor", ["prov_office"]),
        ("prov_office", []),
        ("citizen", []),
        ("nonsense", []),
    ],
)
def test_the_ladder_of_roles(session: Session, role_key: str, above: list[str]) -> None:
    assert people.superior_roles(session, role_key) == above


def test_one_person_with_two_posts_above_is_told_once(session: Session) -> None:
    account = AccountFactory(posts=[("county_water_reviewer", "532622"), ("county_water_approver", "532622")])
    assert people.superiors(session, "county_water_clerk", "532622") == [account]


def test_a_unit_is_called_after_its_county(session: Session) -> None:
    assert people.unit(session, "water", f"{JIANGNA}201") == ("砚山县水务局", "12345")
    assert people.unit(session, "civil", "532601") == ("文山市民政局", "12345")
    assert people.unit(session, "", "530000") == ("", None)
