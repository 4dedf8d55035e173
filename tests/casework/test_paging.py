"""Pages of long lists: as many rows as asked for, and counting that stops where nobody turns pages any more."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import cases, numbering, paging
from engine.casework.cases import NEWEST
from engine.casework.models import Case
from engine.casework.paging import asked_for, page_of, statements
from engine.db import current, reading
from engine.registry import actors
from engine.registry.models import Region
from tests.factories import CaseFactory, staff

ALL = select(Region).order_by(Region.code)


def test_the_page_past_the_end_is_the_last_one(reference: Engine) -> None:
    with reading() as session:
        found = page_of(session, ALL, page=1000, size=30)
    assert found.page == found.pages > 1
    assert len(found.rows) == found.total - found.offset > 0
    assert not found.more


def test_counting_stops_and_says_so(reference: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_COUNTED", 10)
    with reading() as session:
        found = page_of(session, ALL, page=3, size=4)
        exact = page_of(session, ALL.where(Region.level == "province"), page=1, size=4)
    assert (found.total, found.more, found.pages, len(found.rows)) == (10, True, 3, 4)
    assert (exact.total, exact.more) == (1, False)


@pytest.mark.parametrize("most", [3, 10])
def test_what_several_ways_find_is_shown_once_and_in_order(
    session: Session, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(paging, "MOST_COUNTED", most)
    numbers = [CaseFactory().id for _ in range(6)]
    ways = [select(Case.id).where(Case.id <= numbers[3]), select(Case.id).where(Case.id >= numbers[2])]
    asked = statements(ways, Case, NEWEST, select(Case.id))
    pages = [asked_for(session, asked, {}, page, 2) for page in (1, 2)]
    assert [found for page in pages for (found,) in page.rows] == numbers[:1:-1]
    assert {(page.total, page.more) for page in pages} == {(min(most, 6), most < 6)}


def test_a_page_of_no_way_is_empty(session: Session) -> None:
    found = asked_for(session, statements([], Case, NEWEST, select(Case.id)), {}, 1, 2)
    assert (found.rows, found.total, found.more) == ((), 0, False)


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize(
    ("role", "place", "way"), [("town_edu_clerk", "532622101", "||"), ("county_office", "532622", "LIKE")]
)
def test_a_name_is_read_in_ones_own_cases_and_looked_up_only_in_ones_region(
    session: Session, role: str, place: str, way: str
) -> None:
    somebody = staff(role, place)
    case = CaseFactory(applicant_name="丁五", item_code="dibao", region_code=place, proxy_account_id=somebody.id)
    CaseFactory(applicant_name="王五", item_code="dibao", region_code=place, proxy_account_id=somebody.id)
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(current(), "before_cursor_execute", note)
    try:
        found = cases.search(session, actors.staff(session, somebody.id), text="丁").rows
    finally:
        event.remove(current(), "before_cursor_execute", note)
    assert [one.id for one in found] == [case.id]
    assert f'"case".applicant_name {way}' in "".join(sent)


@pytest.mark.usefixtures("reference")
def test_a_number_is_found_by_its_parts_and_not_by_others(session: Session) -> None:
    case = CaseFactory(case_no="water-532622-20261116-00042", started_at=datetime(2026, 11, 16, 9, tzinfo=clock.LOCAL))
    CaseFactory(case_no="water-532622-20261116-00142", started_at=case.started_at + timedelta(days=1))
    office = actors.staff(session, staff("county_office").id)
    for words in (
        "42",
        "00042",
        "20261116-00042",
        case.case_no,
        "532622-20261116-00042",
        "20261116",
        "532622-20261116",
    ):
        assert [found.id for found in cases.search(session, office, text=words).rows] == [case.id], words
    assert cases.search(session, office, text="water-532622-2026").total == 2
    assert cases.search(session, office, text="000042").total == cases.search(session, office, text="-42").total == 0
    assert cases.search(session, office, text="20261316").total == cases.search(session, office, text="4").total == 0


def test_numbers_are_looked_for_by_their_parts() -> None:
    assert numbering.meaning("李") == ("nothing", {})
    for words, column in (
        ("0-42", "case_no LIKE"),
        ("water-532622-20261122-00001", "case_no ="),
        ("00001", "serial ="),
        ("1", "serial ="),
        ("000001", "case_no LIKE"),
        ("20261122-00001", "serial ="),
        ("20261122", "started_at >="),
        ("532622-20261122", "started_at >="),
        ("20261399", "serial ="),
        ("water-532622-", "case_no LIKE"),
    ):
        assert column in str(numbering.SAYING[numbering.meaning(words)[0]]), words
