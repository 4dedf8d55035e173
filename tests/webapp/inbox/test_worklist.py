"""The inbox shows what may be done at one's post and place, and keeps its filters in the address."""

import pytest

from engine import clock as engine_clock
from tests.factories import JIANGNA
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")


def test_nobody_sees_the_inbox_without_signing_in(client):
    answer = client.get("/inbox")
    assert answer.status_code == 303
    assert "/staff/sign-in" in answer.location


def test_a_citizen_is_turned_away(citizen: SignsIn):
    assert citizen().get("/inbox").status_code == 403


def test_the_group_sees_a_fresh_case_with_its_clock_and_place(staff: SignsIn):
    case_no = staff_work.raise_hand()
    page = staff("county_water_clerk").get("/inbox?scope=group").text
    assert case_no in page
    assert "是否接单" in page
    assert "clock-in_time" in page
    assert "砚山县江那镇" in page


def test_a_case_of_another_county_is_not_listed(staff: SignsIn):
    case_no = staff_work.raise_hand()
    assert case_no not in staff("county_water_clerk", staff_work.ELSEWHERE).get("/inbox?scope=group").text


def test_a_task_of_another_post_is_not_listed(staff: SignsIn):
    case_no = staff_work.raise_hand()
    assert case_no not in staff("town_water_clerk", staff_work.JIANGNA).get("/inbox?scope=group").text


def test_whoever_holds_nothing_lands_on_the_list_of_the_group(staff: SignsIn):
    case_no = staff_work.raise_hand()
    clerk = staff("county_water_clerk")
    assert clerk.get("/staff").location == "/inbox"
    assert case_no in clerk.get("/inbox").text
    assert case_no not in clerk.get("/inbox?scope=mine").text
    staff_work.claim(staff_work.task(case_no).id, clerk.id)
    staff_work.raise_hand()
    assert "<h1>我的任务</h1>" in clerk.get("/inbox").text


@pytest.mark.parametrize(
    ("role", "place", "page"),
    [
        ("policy_admin", "530000", "/versions"),
        ("auditor", "530000", "/audit/cases"),
        ("platform_ops", "530000", "/audit/incidents"),
    ],
)
def test_whoever_has_no_tasks_by_post_lands_on_their_own_page(staff: SignsIn, role: str, place: str, page: str):
    person = staff(role, place)
    assert person.get("/staff").location == page
    assert person.get(page).status_code == 200


def test_the_list_is_narrowed_to_one_step(staff: SignsIn):
    first, second = staff_work.raise_hand(), staff_work.raise_hand()
    clerk = staff("county_water_clerk")
    staff_work.complete(staff_work.task(first).id, clerk.id, staff_work.TAKE)
    page = clerk.get("/inbox?scope=group&step=是否接单").text
    assert "<option selected>是否接单</option>" in page
    assert second in page
    assert first not in page
    assert second not in clerk.get("/inbox?scope=group&step=回访确认解决").text


def test_what_waits_for_others_names_them_and_is_not_offered_to_be_claimed(staff: SignsIn):
    case_no = staff_work.raise_hand()
    clerk = staff("county_water_clerk")
    staff_work.complete(staff_work.task(case_no).id, clerk.id, staff_work.TAKE)
    page = clerk.get("/inbox?scope=waiting").text
    assert case_no in page
    assert "data-claim" not in page
    assert "未认领" not in page
    assert "江那镇 " in page


def test_a_step_of_others_is_a_link_only_for_who_may_open_it(staff: SignsIn):
    case_no = staff_work.raise_hand()
    clerk, town = staff("county_water_clerk"), staff("town_water_clerk", JIANGNA)
    staff_work.complete(staff_work.task(case_no).id, clerk.id, staff_work.TAKE)
    staff_work.complete(
        staff_work.task(case_no).id, town.id, {"townAccept": False, "wrongTownReason": "该村属平远镇管辖"}
    )
    waits = f'href="/tasks/{staff_work.task(case_no).id}"'
    page = town.get("/inbox?scope=waiting").text
    assert case_no in page and "重新派单" in page
    assert waits not in page
    assert waits in clerk.get("/inbox?scope=group").text


def test_search_finds_by_number_and_by_name(staff: SignsIn):
    first, second = staff_work.raise_hand(), staff_work.raise_hand()
    clerk = staff("county_water_clerk")
    page = clerk.get(f"/inbox?scope=group&text={first}").text
    assert first in page
    assert second not in page
    name = staff_work.case(second).applicant_name
    assert second in clerk.get(f"/inbox?scope=group&text={name}").text


def test_filters_by_item_due_and_region_stay_in_the_address(staff: SignsIn, clock: engine_clock.Clock):
    case_no = staff_work.raise_hand()
    clerk = staff("county_water_clerk")
    assert case_no not in clerk.get("/inbox?scope=group&due=overdue").text
    clock.advance(days=3)
    clerk = staff("county_water_clerk")
    page = clerk.get("/inbox?scope=group&due=overdue&item=water&sort=newest").text
    assert case_no in page
    assert '<option value="overdue" selected>' in page
    assert '<option value="water" selected>' in page


def test_what_the_address_asks_wrongly_counts_as_not_asked(staff: SignsIn):
    answer = staff("county_water_clerk").get("/inbox?scope=all&due=never&region=x&sort=y&page=-3")
    assert answer.status_code == 200
    assert "我的任务" in answer.text


def test_long_lists_have_pages_that_keep_the_filters(staff: SignsIn):
    with staff_work.factories.committed():
        for _ in range(32):
            staff_work.factories.UserTaskFactory(case__version_id=1)
    page = staff("county_water_clerk").get("/inbox?scope=group&sort=newest").text
    assert "第 1 / 2 页" in page
    assert "sort=newest&amp;page=2" in page


def test_an_empty_list_says_what_to_do(staff: SignsIn):
    assert "可以到" in staff("county_water_clerk").get("/inbox?scope=mine").text
    assert "清除筛选条件" in staff("county_water_clerk").get("/inbox?text=abc").text
