"""人员配备: each unit against the table of minima, the sums above, and whose region one may look at."""

import re

import pytest

from engine import db
from engine.oversight.staffing import Board, Total
from engine.registry import regions
from tests import factories
from tests.factories import JIANGNA, YANSHAN
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")
WENSHAN, HONGHE = "532600", "532500"
VILLAGE = "532622101001"


def hire(*posts: tuple[str, str], **fields: object) -> None:
    with factories.committed():
        for role_key, region_code in posts:
            factories.staff(role_key, region_code, **fields)


def line(page: str, name: str) -> str:
    """The words of one line of the table."""
    row = re.search(rf'<th scope="row" class="fw-normal">(?:<a[^>]*>)?{name}.*?</tr>', page, re.S)
    assert row is not None
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", row[0]))


def test_who_lacks_people_stands_out_and_who_has_enough_does_not(staff: SignsIn) -> None:
    hire(("county_water_clerk", YANSHAN), ("county_water_reviewer", YANSHAN), ("town_water_clerk", JIANGNA))
    hire(("county_edu_clerk", YANSHAN), ("village_cadre", VILLAGE))
    hire(("county_hr_clerk", YANSHAN), active=False)
    page = staff("county_office").get("/supervision/staffing").text
    county, town = line(page, "砚山县本级"), line(page, "江那镇")
    assert "2 / 2" in county and county.count("缺 1") == 2  # 领导小组办公室 and 教体 have one each.
    assert county.count("0 / 2 缺 2") == 5
    assert "1 / 1" in town and "0 / 2 缺 2" in town
    with db.reading() as session:
        name = regions.get(session, VILLAGE).name
        others = regions.children(session, JIANGNA)
    assert f"{len(others) - 1} / {len(others)}" in town
    assert name not in town.split("/")[-1].split("、")


def test_the_levels_above_see_sums_and_open_what_lies_below(staff: SignsIn) -> None:
    hire(("county_water_clerk", YANSHAN), ("village_cadre", VILLAGE))
    prefecture = staff("pref_office", WENSHAN)
    page = prefecture.get("/supervision/staffing").text
    assert f"region={YANSHAN}" in page
    assert "砚山县本级" in prefecture.get(f"/supervision/staffing?region={YANSHAN}").text
    with db.reading() as session:
        whole = Board(session, regions.get(session, "530000")).totals()
        county = next(row for row in Board(session, regions.get(session, WENSHAN)).totals() if row.code == YANSHAN)
    assert whole[-1].least == sum(row.least for row in whole[:-1])
    assert whole[-1].villages - whole[-1].lacking == 1
    assert county.least - county.gap == 1


def test_nobody_looks_beyond_their_own_region(staff: SignsIn) -> None:
    assert staff("county_office").get(f"/supervision/staffing?region={WENSHAN}").status_code == 403
    assert staff("pref_office", WENSHAN).get(f"/supervision/staffing?region={HONGHE}").status_code == 403
    assert staff("town_leader", JIANGNA).get("/supervision/staffing").status_code == 403
    assert staff("county_water_clerk").get("/supervision/staffing").status_code == 403
    assert staff("county_office").get("/supervision/staffing?region=drop").status_code in (403, 422)


def test_it_is_full_only_where_nobody_lacks() -> None:
    assert Total("c", "甲", least=200, gap=1, villages=0, lacking=0).rate == 99
    assert Total("c", "甲", least=200, gap=0, villages=0, lacking=0).rate == 100
