"""监察监测: what is found at this moment, by indicator, each opened; a card says how far it has come."""

import re

import pytest

from engine.casework.models import Case
from engine.clock import Clock
from engine.db import reading
from tests import factories
from tests.factories import JIANGNA, YANSHAN
from tests.processes.stage import at
from tests.processes.test_monitoring import FRIDAY, happened
from tests.webapp import staff_work
from tests.webapp.conftest import Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")
WENSHAN, HONGHE = "532600", "532500"
ADDRESS = "/supervision/indicators"


def line(person: Person, code: str) -> list[str]:
    """The figures of one line: the colour, of seven days, without a card, whose card waits."""
    row = re.search(rf'<th scope="row" class="fw-normal">(?:<a[^>]*>)?{code} .*?</tr>', person.get(ADDRESS).text, re.S)
    assert row is not None
    return re.findall(r"<td[^>]*>([^<]*)</td>", row[0])


@pytest.fixture
def late_order(clock: Clock) -> str:
    """The number of a case beside which an order was not signed for in time."""
    clock.move_to(at("2026-11-16"))
    with happened() as rows:
        return rows.late("sm_sign", "county_water_reviewer", at("2026-11-12")).case_no


def card(state: str = "active", **variables: object) -> str:
    """A card that was begun this morning."""
    with happened() as rows:
        told = {"indicator": "EM13", "cardName": "督办不回", "cardColor": "红", "unitRole": "county_water_reviewer"}
        case = rows.case(
            YANSHAN, process_key="monitoring_card", item_code="monitoring_card", state=state, channel="VOICE",
            started_at=at("2026-11-16", "07:00"), variables={**told, **variables},
        )  # fmt: skip
        if state == "active":
            factories.UserTaskFactory(case=case, element_id="mc_explain", name="说明情况", region_code=YANSHAN)
        return str(case.case_no)


def test_what_nobody_was_warned_of_yet_stands_there_at_once_and_opens(staff: SignsIn, late_order: str) -> None:
    office = staff("county_office")
    assert line(office, "EM13") == ["红", "1", "1", "0"]
    assert line(office, "EM04") == ["黄", "0", "0", "0"]
    assert late_order not in office.get(ADDRESS).text
    page = office.get(f"{ADDRESS}?indicator=EM13").text
    assert f'href="/cases/{late_order}"' in page
    assert "督办单逾期没有签收或反馈" in page and "还没有预警" in page and "水务局审核" in page


def test_a_finding_that_is_a_card_says_how_far_that_has_come(staff: SignsIn, late_order: str) -> None:
    number = card(cardKey=key_of(late_order), cardFacts="已经预警的情况")
    judged = card("ended", cardKey="EM13:other", cardFacts="已经销卡的情况", cardDecision="销卡")
    discipline = staff("discipline")
    assert line(discipline, "EM13") == ["红", "2", "0", "1"]
    page = discipline.get(f"{ADDRESS}?indicator=EM13").text
    assert f"{number}</a> 说明情况" in page
    assert f"{judged}</a> 销卡" in page and "已经销卡的情况" in page


def key_of(subject_no: str) -> str:
    """The key of the finding about the order beside that case."""
    with reading() as session:
        subject = session.query(Case.id).where(Case.case_no == subject_no).scalar()
        beside = session.query(Case.id).where(Case.subject_id == subject).scalar()
        tasks = staff_work.UserTask
        return f"EM13:{session.query(tasks.id).where(tasks.case_id == beside).scalar()}"


def test_steps_near_and_past_their_limit_are_counted_now(staff: SignsIn, clock: Clock) -> None:
    staff_work.raise_hand()
    assert limits(staff("county_office")) == ["0", "0", "0"]
    clock.advance(hours=20)
    assert limits(staff("county_office")) == ["1", "0", "0"]
    clock.advance(hours=5)
    assert limits(staff("county_office")) == ["0", "1", "0"]
    clock.advance(days=8)
    assert limits(staff("county_office")) == ["0", "1", "1"]
    assert limits(staff("county_office", staff_work.ELSEWHERE)) == ["0", "0", "0"]


def limits(person: Person) -> list[str]:
    return re.findall(r"<strong>(\d+)</strong> EM0", person.get(ADDRESS).text)


def test_above_the_county_stand_the_sums_and_open_the_county(staff: SignsIn, clock: Clock) -> None:
    clock.move_to(at("2026-11-16"))
    card(cardKey="EM13:1", cardFacts="一", about="")
    card("ended", cardKey="EM04:2", cardFacts="二", cardColor="黄", cardDecision="保留")
    prefecture = staff("pref_office", WENSHAN)
    page = prefecture.get(ADDRESS).text
    row = re.search(rf"region={YANSHAN}.*?</tr>", page, re.S)
    assert row is not None
    assert re.findall(r"<td[^>]*>([^<]*)</td>", row[0]) == ["1", "1", "1"]
    assert "EM13 督办不回" in prefecture.get(f"{ADDRESS}?region={YANSHAN}").text


def test_only_those_who_supervise_or_audit_everything_in_the_region_look(staff: SignsIn) -> None:
    for role, place in (
        ("county_water_clerk", YANSHAN), ("county_water_reviewer", YANSHAN), ("pref_water_supervisor", WENSHAN),
        ("town_office", JIANGNA), ("town_leader", JIANGNA),
    ):  # fmt: skip
        assert staff(role, place).get(ADDRESS).status_code == 403, role
    assert staff("auditor").get(ADDRESS).status_code == 200
    assert staff("county_office").get(f"{ADDRESS}?region={WENSHAN}").status_code == 403
    assert staff("pref_office", WENSHAN).get(f"{ADDRESS}?region={HONGHE}").status_code == 403
    assert staff("county_office").get(f"{ADDRESS}?indicator=EM99").status_code == 200


def test_nobody_in_hardship_is_named(staff: SignsIn, clock: Clock) -> None:
    clock.move_to(at("2026-11-16"))
    with happened() as rows:
        rows.refused("不符合")
        rows.published(at("2026-11-11"), at("2026-11-12"), photos=0)
        assert rows.session.query(Case.applicant_name).distinct().all() == [("群众甲",)]
    office = staff("county_office")
    for code in ("EM04", "EM08", "EM12"):
        page = office.get(f"{ADDRESS}?indicator={code}").text
        assert "群众甲" not in page and "办件 " in page
    assert FRIDAY[:4] in office.get(ADDRESS).text
