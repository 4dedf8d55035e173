"""监测对象: counted by kind, risk and place, each number with its list, names masked for those who see cases masked."""

import re
from datetime import timedelta
from typing import Any

import pytest

from engine import clock
from engine.casework.models import Case
from tests import factories
from tests.factories import JIANGNA, YANSHAN
from tests.processes.stage import PINGYUAN
from tests.processes.test_monitoring import happened
from tests.webapp.conftest import Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")
ADDRESS = "/supervision/households"
ELSEWHERE = "532623101001"


def watch(village: str, kind: str, risk: str | None, persons: int, *, days: int = 100, **fields: Any) -> Case:
    """A household that was put on the list so many days ago."""
    members = [{"name": "群众甲", "idNo": factories.identity_number(700 + number)} for number in range(persons)]
    told = {"monitorKind": kind, "members": members, **({"riskCode": risk} if risk else {})}
    with happened() as rows:
        factories.RegionFactory(code=village)
        return rows.case(
            village, process_key="gov_lift_support", item_code="gov_lift_support", channel="VOICE", variables=told,
            started_at=clock.now() - timedelta(days=days), **fields,
        )  # fmt: skip


@pytest.fixture
def listed(content: None) -> dict[str, str]:
    """Four households of this county, one of another, one whose risk is gone."""
    there, here = f"{PINGYUAN}001", f"{JIANGNA}001"
    made = {
        "ill": watch(here, "突发严重困难户", "MEDICAL", 3),
        "new": watch(here, "突发严重困难户", "HOUSE", 2, days=5),
        "old": watch(there, "边缘易致贫户", "MEDICAL", 4),
        "bare": watch(there, "脱贫不稳定户", None, 1),
        "elsewhere": watch(ELSEWHERE, "边缘易致贫户", "MEDICAL", 7),
        "gone": watch(there, "边缘易致贫户", "WATER", 9, state="ended", outcome="COMPLETED", ended_at=clock.now()),
    }
    return {name: case.case_no for name, case in made.items()}


def shares(page: str, name: str) -> dict[str, tuple[int, int]]:
    """The parts of one table: households and persons."""
    table = page[page.index(f'id="by-{name}"') :].partition("</table>")[0]
    cells = r'data-open[^>]*>([^<]*)</a></th>\s*<td data-label="户数">(\d+)</td><td data-label="人数">(\d+)'
    return {title: (int(households), int(persons)) for title, households, persons in re.findall(cells, table)}


def numbers_in(page: str) -> set[str]:
    """The cases in the list."""
    return set(re.findall(r'class="case-no" href="/cases/([^"]+)"', page))


def whole(person: Person) -> list[int]:
    return [int(number) for number in re.findall(r"<strong>(\d+)</strong>", person.get(ADDRESS).text)]


def test_households_and_persons_are_counted_by_kind_risk_and_place(staff: SignsIn, listed: dict[str, str]) -> None:
    office = staff("county_office")
    assert whole(office) == [4, 10, 1, 1]
    page = office.get(ADDRESS).text
    assert shares(page, "kind") == {"突发严重困难户": (2, 5), "脱贫不稳定户": (1, 1), "边缘易致贫户": (1, 4)}
    assert shares(page, "risk") == {"自付医疗费用大": (2, 7), "住房 C、D 级或者灾损": (1, 2), "没有登记": (1, 1)}
    assert sorted(shares(page, "place").values()) == [(2, 5), (2, 5)]
    assert numbers_in(page) == {listed[name] for name in ("ill", "new", "old", "bare")}


def test_each_number_opens_the_list_it_counts(staff: SignsIn, listed: dict[str, str]) -> None:
    office = staff("county_office")
    for asked, names in (
        ("kind=突发严重困难户", ("ill", "new")),
        ("risk=MEDICAL", ("ill", "old")),
        ("risk=没有登记", ("bare",)),
        (f"place={PINGYUAN}", ("old", "bare")),
        (f"place={PINGYUAN}&risk=MEDICAL", ("old",)),
        ("kind=没有这一类", ()),
        ("place=nowhere", ("ill", "new", "old", "bare")),
    ):
        assert numbers_in(office.get(f"{ADDRESS}?{asked}").text) == {listed[name] for name in names}, asked


def test_the_prefecture_sees_its_counties_and_no_names(staff: SignsIn, listed: dict[str, str]) -> None:
    prefecture = staff("pref_office", "532600")
    assert whole(prefecture)[:2] == [5, 17]
    page = prefecture.get(ADDRESS).text
    assert (4, 10) in shares(page, "place").values() and (1, 7) in shares(page, "place").values()
    assert f"place={YANSHAN}" in page
    assert "群众甲" not in page
    assert "群众甲" in staff("county_office").get(ADDRESS).text


def test_who_does_not_watch_over_these_cases_counts_none(staff: SignsIn, listed: dict[str, str]) -> None:
    assert whole(staff("county_water_reviewer"))[:2] == [0, 0]
    assert listed["ill"] not in staff("town_leader", JIANGNA).get(ADDRESS).text
    assert staff("county_water_clerk").get(ADDRESS).status_code == 403
