"""A supervision order opened by hand is a companion of the case, and then ordinary work."""

import pytest
from sqlalchemy import select

from engine.casework.models import Case
from engine.db import transaction
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")
ORDER = {
    "kindOfSupervision": "重大",
    "orderDemand": "请三日内恢复供水并反馈处理结果",
    "orderLevel": "重点",
    "orderDueDays": "3",
}


def orders() -> list[Case]:
    with transaction() as session:
        return list(session.scalars(select(Case).where(Case.process_key == "supervise")))


def test_an_order_is_opened_and_counted_until_it_is_answered(staff: SignsIn):
    case_no = staff_work.raise_hand()
    office = staff("county_office")
    assert "督办要求" in office.get(f"/cases/{case_no}/supervision").text
    answer = office.post(f"/cases/{case_no}/supervision", ORDER)
    assert answer.status_code == 303
    assert [order.subject_id for order in orders()] == [staff_work.case(case_no).id]
    assert orders()[0].case_no in office.get(f"/cases/{case_no}").text
    assert orders()[0].case_no in office.get("/supervision?show=orders").text
    assert orders()[0].case_no not in staff("county_office", staff_work.ELSEWHERE).get("/supervision?show=orders").text


def test_the_order_is_work_in_the_inbox_of_who_has_to_answer(staff: SignsIn):
    case_no = staff_work.raise_hand()
    staff("county_office").post(f"/cases/{case_no}/supervision", ORDER)
    assert orders()[0].case_no in staff("county_water_reviewer").get("/inbox?scope=group").text


def test_the_order_says_what_it_demands_on_its_page_its_task_and_in_the_list(staff: SignsIn):
    case_no = staff_work.raise_hand()
    office, reviewer = staff("county_office"), staff("county_water_reviewer")
    office.post(f"/cases/{case_no}/supervision", ORDER)
    number = orders()[0].case_no
    for page in (office.get(f"/cases/{number}").text, reviewer.get(f"/tasks/{staff_work.task(number).id}").text):
        for said in ("督办原因</dt><dd>重大事项", "请三日内恢复供水并反馈处理结果", "督办级别</dt><dd>重点", "3"):
            assert said in page
    page = office.get("/supervision?show=orders").text
    assert "重大事项；请三日内恢复供水并反馈处理结果" in page
    assert "签收" in page


def test_a_clerk_may_not_open_an_order(staff: SignsIn):
    case_no = staff_work.raise_hand()
    clerk = staff("county_water_clerk")
    assert clerk.get(f"/cases/{case_no}/supervision").status_code == 403
    assert clerk.post(f"/cases/{case_no}/supervision", ORDER).status_code == 403
    assert orders() == []


def test_a_case_elsewhere_or_nowhere_is_not_found(staff: SignsIn):
    case_no = staff_work.raise_hand()
    assert staff("county_office", staff_work.ELSEWHERE).post(f"/cases/{case_no}/supervision", ORDER).status_code == 404
    assert staff("county_office").post("/cases/water-1/supervision", ORDER).status_code == 404


def test_an_ended_case_is_not_supervised(staff: SignsIn):
    case_no = staff_work.raise_hand()
    staff_work.complete(staff_work.task(case_no).id, staff_work.account("county_water_clerk"), staff_work.REFUSE)
    assert staff("county_office").post(f"/cases/{case_no}/supervision", ORDER).status_code == 409


def test_a_short_demand_is_refused_at_its_field_and_nothing_is_opened(staff: SignsIn):
    case_no = staff_work.raise_hand()
    answer = staff("county_office").post(f"/cases/{case_no}/supervision", {**ORDER, "orderDemand": "快办"})
    assert answer.status_code == 422
    assert 'href="#f-orderDemand"' in answer.text
    assert "快办</textarea>" in answer.text
    assert orders() == []
