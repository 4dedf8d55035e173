"""The reference rows: what every installation knows of regions, departments, roles and items."""

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.db import Base
from engine.registry import reference
from engine.registry.actors import BUSINESS_DEPARTMENTS
from engine.registry.models import CalendarDay, Department, Hospital, Region, Role, ServiceItem

pytestmark = pytest.mark.usefixtures("reference")

TABLES: tuple[type[Base], ...] = (Region, Department, Role, ServiceItem, CalendarDay, Hospital)
HANDLING = ("clerk", "reviewer", "approver", "admin")


def _counts(session: Session) -> list[int | None]:
    return [session.scalar(select(func.count()).select_from(table)) for table in TABLES]


def test_loading_again_adds_nothing(session: Session) -> None:
    before = _counts(session)
    reference.load(session)
    assert _counts(session) == before


def test_loading_again_renews_names_but_keeps_what_the_installation_set(session: Session) -> None:
    session.execute(update(ServiceItem).where(ServiceItem.code == "water").values(enabled=False, name="旧名"))
    session.execute(update(Region).where(Region.code == "532622").values(phone="0876-3120000", name="旧名"))
    reference.load(session)
    session.expire_all()
    item, county = session.get_one(ServiceItem, "water"), session.get_one(Region, "532622")
    assert (item.enabled, item.name) == (False, "农村饮水安全")
    assert (county.phone, county.name) == ("0876-3120000", "砚山县")


def test_each_business_department_has_its_county_posts(session: Session) -> None:
    keys = set(session.scalars(select(Role.key)))
    assert {f"county_{dept}_{post}" for dept in BUSINESS_DEPARTMENTS for post in HANDLING} <= keys
    clerk = session.get_one(Role, "county_water_clerk")
    assert (clerk.name, clerk.level, clerk.department_code, clerk.kind) == (
        "县水务局经办",
        "county",
        "water",
        "casework",
    )


def test_no_role_name_has_a_placeholder_left(session: Session) -> None:
    assert not [role.key for role in session.scalars(select(Role)) if "{" in role.key + role.name]


def test_every_region_hangs_below_one_that_exists(session: Session) -> None:
    regions = {region.code: region for region in session.scalars(select(Region))}
    assert [code for code, region in regions.items() if region.parent_code is None] == ["530000"]
    for region in regions.values():
        assert region.parent_code is None or region.prefix.startswith(regions[region.parent_code].prefix)


def test_yanshan_has_eleven_towns_with_at_least_four_villages_each(session: Session) -> None:
    towns = list(session.scalars(select(Region).where(Region.parent_code == "532622")))
    villages = dict(
        session.execute(
            select(Region.parent_code, func.count()).where(Region.level == "village").group_by(Region.parent_code)
        ).all()
    )
    assert len(towns) == 11
    assert all(villages[town.code] >= 4 for town in towns)


def test_all_sixteen_items_are_known(session: Session) -> None:
    assert session.scalar(select(func.count()).select_from(ServiceItem)) == 16
