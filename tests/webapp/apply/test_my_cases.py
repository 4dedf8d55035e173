"""我的申请: looking, urging, withdrawing; works, wrong person, unknown, wrong state, bad values."""

import re

import pytest

from engine.clock import Clock
from tests import factories
from tests.factories import JIANGNA
from tests.processes import steps
from tests.webapp import conftest as web
from tests.webapp import staff_work
from tests.webapp.conftest import Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")

CORRECT = {"inScope": True, "needCorrection": True, "correctionList": "请拍一张水龙头的照片"}
PHONE = "13811112222"


def sign_in_again(person: Person) -> None:
    person.post("/sign-in", {"login": PHONE, "password": factories.PASSWORD})


def test_a_running_case_stands_under_processing(citizen: SignsIn) -> None:
    person = citizen()
    number = web.apply_for_water(person)
    assert number in person.get("/my/cases").text
    assert number not in person.get("/my/cases?tab=ended").text


def test_an_empty_list_says_what_to_do(citizen: SignsIn) -> None:
    assert "您没有正在办理的申请" in citizen().get("/my/cases").text
    assert "您还没有已经办结的申请" in citizen().get("/my/cases?tab=ended").text


def test_the_case_says_who_has_it_and_by_when(citizen: SignsIn) -> None:
    person = citizen()
    page = person.get(f"/my/cases/{web.apply_for_water(person)}").text
    assert "县水务局正在决定是否接单" in page
    assert "应在 <time" in page and "承办：砚山县水务局" in page
    assert "11月17日 周二 09:00" in page


def test_a_case_of_somebody_else_is_not_found(citizen: SignsIn) -> None:
    number = web.apply_for_water(citizen())
    assert citizen().get(f"/my/cases/{number}").status_code == 404


def test_looking_at_the_case_puts_out_the_red_dot(citizen: SignsIn) -> None:
    person = citizen()
    number = web.apply_for_water(person)
    assert "red-dot" in person.get("/").text
    person.get(f"/my/cases/{number}")
    assert "red-dot" not in person.get("/").text


def test_urging_tells_the_citizen_so(citizen: SignsIn) -> None:
    person = citizen()
    number = web.apply_for_water(person)
    answer = person.post(f"/my/cases/{number}/urge")
    assert (answer.status_code, answer.location) == (303, f"/my/cases/{number}")
    assert "已催办" in person.get(f"/my/cases/{number}").text
    assert web.case(number).urge_count == 1


def test_urging_twice_within_a_day_does_nothing_and_is_offered_no_more(citizen: SignsIn, clock: Clock) -> None:
    person = citizen(phone=PHONE)
    number = web.apply_for_water(person)
    assert f'action="/my/cases/{number}/urge"' in person.get(f"/my/cases/{number}").text
    person.post(f"/my/cases/{number}/urge")
    clock.advance(hours=1)
    answer = person.post(f"/my/cases/{number}/urge", follow_redirects=True)
    assert "24 小时内只能催办一次" in answer.text
    assert web.case(number).urge_count == 1
    assert f'action="/my/cases/{number}/urge"' not in answer.text
    assert "11月17日 周二 09:00</time> 以后可以再次催办" in answer.text
    clock.advance(hours=23)
    sign_in_again(person)
    assert f'action="/my/cases/{number}/urge"' in person.get(f"/my/cases/{number}").text


def test_nobody_urges_while_the_citizen_is_waited_for(citizen: SignsIn, staff: SignsIn) -> None:
    person, clerk = citizen(), staff()
    number = web.apply_for_water(person)
    staff_work.complete(staff_work.task(number).id, clerk.id, CORRECT)
    page = person.get(f"/my/cases/{number}").text
    assert "/urge" not in page
    assert "等待：您" in page and "承办：" not in page
    assert "办理时间现在暂停计算" in page and "</time> 前办结" not in page


def test_what_is_late_is_said_to_be_late(citizen: SignsIn, clock: Clock) -> None:
    person = citizen(phone=PHONE)
    number = web.apply_for_water(person)
    assert "还剩 1 天" in person.get(f"/my/cases/{number}").text
    clock.advance(days=4)
    sign_in_again(person)
    assert "已超时 3 天" in person.get(f"/my/cases/{number}").text


def test_a_draft_is_listed_filled_in_further_and_given_up(citizen: SignsIn) -> None:
    person = citizen()
    way = web.begin(person)
    way.fill({"noticeAccepted": "true"})
    page = person.get("/my/cases").text
    assert "还没有提交" in page and f'href="/apply/drafts/{way.key}"' in page
    assert person.get(f"/apply/drafts/{way.key}").location.endswith("/pages/water_apply.water_apply_problems")
    assert citizen().get(f"/apply/drafts/{way.key}").status_code == 404
    assert citizen().post(f"/apply/drafts/{way.key}/discard").status_code == 404
    assert person.post(f"/apply/drafts/{way.key}/discard").status_code == 303
    assert "还没有提交" not in person.get("/my/cases").text
    assert person.get(f"/apply/drafts/{way.key}").status_code == 404


def test_a_draft_with_all_answers_leads_to_the_last_look_at_them(citizen: SignsIn) -> None:
    way = web.walk_to_check(citizen())
    assert way.person.get(f"/apply/drafts/{way.key}").location == f"/apply/drafts/{way.key}/check"
    way.person.post(f"/apply/drafts/{way.key}/submit")
    assert way.person.get(f"/apply/drafts/{way.key}").location.endswith("/submitted")


def test_the_case_shows_what_was_filled_in_and_not_the_forms_of_the_office(citizen: SignsIn) -> None:
    person = citizen()
    number = web.apply_for_water(person)
    measures_begin(number)
    page = person.get(f"/my/cases/{number}").text
    assert "水管断了三天" in page
    assert "影响户数" not in page and "派往乡镇" not in page
    assert "工作人员已经核实了情况" in page


def test_nobody_urges_the_case_of_another(citizen: SignsIn, staff: SignsIn) -> None:
    number = web.apply_for_water(citizen())
    assert citizen().post(f"/my/cases/{number}/urge").status_code == 404
    assert staff().post(f"/my/cases/{number}/urge").status_code == 403
    assert citizen().post("/my/cases/water-532622-20261116-99999/urge").status_code == 404


def test_withdrawing_ends_the_case(citizen: SignsIn) -> None:
    person = citizen()
    number = web.apply_for_water(person)
    assert "确定要撤回吗" in person.get(f"/my/cases/{number}/withdraw").text
    assert person.post(f"/my/cases/{number}/withdraw", {"reason": "水来了"}).status_code == 303
    assert (web.case(number).state, web.case(number).status) == ("ended", "WITHDRAWN")
    assert number in person.get("/my/cases?tab=ended").text


def test_a_withdrawn_case_can_not_be_withdrawn_again(citizen: SignsIn) -> None:
    person = citizen()
    number = web.apply_for_water(person)
    person.post(f"/my/cases/{number}/withdraw")
    assert person.post(f"/my/cases/{number}/withdraw").status_code == 409


@pytest.mark.parametrize(("page", "act"), [("", "urge"), ("/withdraw", "withdraw")])
def test_a_page_that_is_sent_twice_has_one_effect(citizen: SignsIn, page: str, act: str) -> None:
    person = citizen()
    number = web.apply_for_water(person)
    key = re.findall(r'name="key" value="([^"]+)"', person.get(f"/my/cases/{number}{page}").text)[0]
    sent = [person.post(f"/my/cases/{number}/{act}", {"key": key}).status_code for _ in range(2)]
    assert sent == [303, 303]
    told = person.get(f"/my/cases/{number}").text
    assert "24 小时内只能催办一次" not in told and ("已催办" in told or "已撤回" in told)


def test_what_is_agreed_and_under_way_offers_no_withdrawal_and_refuses_it(citizen: SignsIn) -> None:
    person = citizen()
    number = web.apply_for_water(person)
    assert "撤回申请" in person.get(f"/my/cases/{number}").text
    measures_begin(number)
    assert "撤回申请" not in person.get(f"/my/cases/{number}").text
    answer = person.post(f"/my/cases/{number}/withdraw", {"reason": "水来了"})
    assert answer.status_code == 422
    assert "已经同意解决、正在落实，不能再撤回" in answer.text
    assert web.case(number).state == "active"


def measures_begin(number: str) -> None:
    """County and town work until the town begins to mend."""
    clerk = staff_work.account("county_water_clerk")
    town = staff_work.account("town_water_clerk", JIANGNA)
    for who, element_id in ((clerk, "wt_take"), (town, "wt_town_take"), (town, "wt_verify")):
        task = staff_work.task(number)
        assert task.element_id == element_id
        staff_work.complete(task.id, who, steps.USUAL[element_id][1])


def test_a_reason_that_is_too_long_comes_back(citizen: SignsIn) -> None:
    person = citizen()
    number = web.apply_for_water(person)
    answer = person.post(f"/my/cases/{number}/withdraw", {"reason": "水" * 301})
    assert answer.status_code == 422
    assert "水" * 301 in answer.text
    assert web.case(number).state == "active"


def test_nobody_withdraws_the_case_of_another(citizen: SignsIn, staff: SignsIn) -> None:
    number = web.apply_for_water(citizen())
    assert citizen().post(f"/my/cases/{number}/withdraw").status_code == 404
    assert staff().post(f"/my/cases/{number}/withdraw").status_code == 403
    assert citizen().post("/my/cases/water-532622-20261116-99999/withdraw").status_code == 404
    assert web.case(number).state == "active"


def test_messages_are_new_once(citizen: SignsIn) -> None:
    person = citizen()
    web.apply_for_water(person)
    assert "message_new" in person.get("/my/messages").text
    assert "message_new" not in person.get("/my/messages").text


def test_without_messages_the_page_says_so(citizen: SignsIn) -> None:
    assert "还没有消息" in citizen().get("/my/messages").text
