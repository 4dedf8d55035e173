"""Regions: codes that say where they lie."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Invalid, NotFound
from engine.registry import regions
from engine.registry.models import Region

VILLAGE = "532622101201"


@pytest.mark.parametrize(
    ("code", "level", "prefix", "parent"),
    [
        ("530000", "province", "53", None),
        ("532600", "prefecture", "5326", "530000"),
        ("532622", "county", "532622", "532600"),
        ("532622101", "town", "532622101", "532622"),
        (VILLAGE, "village", VILLAGE, "532622101"),
    ],
)
def test_level_prefix_and_parent_follow_from_the_code(code: str, level: str, prefix: str, parent: str | None) -> None:
    assert (regions.level_of(code), regions.prefix_of(code), regions.parent_code(code)) == (level, prefix, parent)


@pytest.mark.parametrize("code", ["", "53", "5326221", "abcdef", "５３２６２２", "532622101201001"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(Invalid):
        regions.prefix_of(code)


def test_ancestors_are_found_by_arithmetic() -> None:
    assert [regions.ancestor_code(VILLAGE, level) for level in regions.LEVELS] == [
        "530000",
        "532600",
        "532622",
        "532622101",
        VILLAGE,
    ]
    assert regions.ancestor_code("532622", "town") is None


@pytest.mark.usefixtures("reference")
def test_names_paths_and_children_come_from_the_table(session: Session) -> None:
    assert regions.full_name(session, "532622101") == "云南省文山壮族苗族自治州砚山县江那镇"
    assert [region.level for region in regions.path(session, VILLAGE)] == list(regions.LEVELS)
    assert [region.name for region in regions.children(session, "532622")][:2] == ["江那镇", "平远镇"]
    county = regions.ancestor(session, VILLAGE, "county")
    assert county is not None and county.name == "砚山县"
    assert regions.exists(session, VILLAGE) and not regions.exists(session, "532622999")
    for unknown in (regions.get, regions.path):
        with pytest.raises(NotFound):
            unknown(session, "532699")


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize("code", ["530000", "532600", "532622", "532622101", VILLAGE])
def test_the_range_holds_exactly_the_codes_with_the_prefix(session: Session, code: str) -> None:
    prefix = regions.prefix_of(code)
    inside = set(session.scalars(select(Region.code).where(regions.within(Region.code, prefix))))
    assert inside == {found for found in session.scalars(select(Region.code)) if regions.lies_in(found, prefix)}
