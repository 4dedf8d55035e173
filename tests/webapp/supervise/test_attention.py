"""The supervisor's numbers: each opens the cases it counts."""

import re

import pytest

from engine.clock import Clock
from tests.webapp import staff_work
from tests.webapp.conftest import Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")


def numbers(person: Person) -> dict[str, int]:
    page = person.get("/supervision").text
    found = re.findall(r'show=(\w+)"[^>]*><strong>(\d+)</strong>', page)
    return {kind: int(number) for kind, number in found}


def test_a_fresh_case_is_due_tomorrow_and_counts_nowhere(staff: SignsIn):
    staff_work.raise_hand()
    assert set(numbers(staff("county_office")).values()) == {0}


def test_each_number_opens_its_cases(staff: SignsIn, clock: Clock):
    case_no = staff_work.raise_hand()
    clock.advance(hours=20)
    office = staff("county_office")
    assert numbers(office)["today"] == 1
    assert case_no in office.get("/supervision?show=today").text
    clock.advance(hours=5)
    office = staff("county_office")
    assert numbers(office) == {"today": 0, "overdue": 1, "week": 0, "ten": 0, "works": 0, "orders": 0}
    assert case_no in office.get("/supervision?show=overdue").text
    clock.advance(days=8)
    office = staff("county_office")
    assert numbers(office)["week"] == 1
    assert numbers(office)["ten"] == 0
    clock.advance(days=3)
    office = staff("county_office")
    assert numbers(office)["ten"] == 1
    assert case_no in office.get("/supervision?show=ten").text


def test_the_list_begins_with_what_is_latest_and_names_step_and_holder(staff: SignsIn, clock: Clock):
    older = staff_work.raise_hand()
    clock.advance(days=2)
    younger = staff_work.raise_hand()
    clerk = staff_work.account("county_water_clerk")
    clock.advance(days=4)
    staff_work.complete(staff_work.task(older).id, clerk, staff_work.TAKE)
    clock.advance(days=4)
    page = staff("county_office").get("/supervision?show=overdue").text
    assert page.index(younger) < page.index(older)
    assert "乡镇接单" in page
    assert "江那镇 " in page
    assert "个自然日" in staff("county_office").get("/supervision?show=week").text


def test_a_supervisor_elsewhere_counts_none_of_it(staff: SignsIn, clock: Clock):
    case_no = staff_work.raise_hand()
    clock.advance(days=12)
    office = staff("county_office", staff_work.ELSEWHERE)
    assert set(numbers(office).values()) == {0}
    assert case_no not in office.get("/supervision?show=overdue").text


def test_a_clerk_has_no_such_page(staff: SignsIn):
    assert staff("county_water_clerk").get("/supervision").status_code == 403


def test_an_unknown_number_shows_what_is_overdue(staff: SignsIn):
    assert "已超时" in staff("county_office").get("/supervision?show=everything").text
