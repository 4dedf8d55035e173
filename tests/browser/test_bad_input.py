"""What is wrong gets a clear page: nothing is saved, nothing that was typed is lost."""

from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, Route, expect

from engine.clock import Clock
from tests.browser import water
from tests.browser.conftest import Arrives
from tests.browser.person import SETTLED, Person
from tests.processes.stage import Stage
from tests.webapp.conftest import cases

pytestmark = pytest.mark.browser


def stands_at_the_address(citizen: Person) -> None:
    citizen.open("/apply/water")
    citizen.press("我自己举手")
    citizen.tick("我已认真阅读以上内容")
    citizen.press("下一步")
    citizen.press("下一步")
    citizen.write("居住地址", "刚刚写好的地址")


def test_a_stale_token_keeps_what_was_typed(citizen: Arrives) -> None:
    applicant = citizen()
    stands_at_the_address(applicant)
    applicant.page.locator("main input[name=csrf_token]").first.evaluate("(field) => { field.value = 'stale' }")
    applicant.press("下一步")
    assert applicant.status == 403
    applicant.reads("刚刚写好的地址")
    applicant.press("继续提交")
    assert applicant.heading == "饮水问题"


def test_a_session_that_ended_keeps_what_was_typed(citizen: Arrives, clock: Clock) -> None:
    applicant = citizen()
    stands_at_the_address(applicant)
    clock.advance(hours=3)
    applicant.press("下一步")
    assert applicant.status in (401, 403)
    sign_in_again(applicant)
    applicant.reads("刚刚写好的地址")
    applicant.press("继续提交")
    assert applicant.heading == "饮水问题"


def sign_in_again(person: Person) -> None:
    person.reads("登录已过期")
    person.write("手机号码或身份证号码", person.login)
    person.write("密码", "Jushou-2026")
    person.press("登录", within=person.page.get_by_role("main"))


def test_a_case_of_others_does_not_exist(stage: Stage, citizen: Arrives, staff: Arrives) -> None:
    stage.raise_hand()
    stranger, other_county = citizen(), staff("county_water_clerk", "532626")
    stranger.open(f"/my/cases/{stage.case().case_no}")
    assert (stranger.status, stranger.heading) == (404, "没有找到")
    other_county.open(f"/cases/{stage.case().case_no}")
    assert (other_county.status, other_county.heading) == (404, "没有找到")
    stranger.open("/inbox")
    assert stranger.status == 403
    other_county.open("/my/cases")
    assert other_county.status == 403


def test_a_colleague_was_faster(stage: Stage, staff: Arrives) -> None:
    county = staff("county_water_clerk")
    stage.raise_hand()
    water.finds(county, stage.case().case_no)
    county.choose("是否属于受理范围", "否：不予受理，将告知申请人，案件结束")
    county.select("不予受理的类别", "不属于本事项受理范围")
    county.write("拒绝理由", water.REASON)
    stage.do("wt_take")
    water.hands_in(county)
    assert county.status == 409
    county.reads("没有提交", "您填写的内容没有丢失")
    expect(county.field("拒绝理由")).to_have_value(water.REASON)


def test_on_a_slow_line_nothing_is_lost_while_questions_are_exchanged(stage: Stage, staff: Arrives) -> None:
    """The clerk chooses, and goes on writing and choosing before the server has answered."""
    county = staff("county_water_clerk")
    stage.raise_hand()
    water.finds(county, stage.case().case_no)
    county.choose("是否属于受理范围", "否：不予受理，将告知申请人，案件结束")
    held = holds_back(county)
    county.field("不予受理的类别").select_option(label="不属于本事项受理范围")
    county.write("拒绝理由", water.REASON)
    county.page.get_by_text("是：受理，并向乡镇派单").click()
    county.page.get_by_text("否：不予受理，将告知申请人，案件结束").click()
    county.write("拒绝理由", f"{water.REASON}。")
    lets_go(county, held)
    expect(county.field("拒绝理由")).to_have_value(f"{water.REASON}。")
    expect(county.field("否：不予受理，将告知申请人，案件结束")).to_be_checked()
    expect(county.field("不予受理的类别")).to_have_value("NR01")


def holds_back(person: Person) -> list[Route]:
    """From now on the line is so slow that no question comes back."""
    held: list[Route] = []
    person.page.route("**/complete", lambda route: held.append(route))
    return held


def lets_go(person: Person, held: list[Route]) -> None:
    """Now everything comes, in its order; what the page itself gave up is gone."""
    person.page.wait_for_timeout(300)
    person.page.unroute("**/complete")
    for route in held:
        with suppress(Error):
            route.continue_()
    person.page.wait_for_function(SETTLED)


def test_a_second_click_makes_no_second_case(citizen: Arrives, tmp_path: Path) -> None:
    applicant = citizen()
    applicant.open("/apply/water")
    applicant.press("我自己举手")
    applicant.tick("我已认真阅读以上内容")
    for _ in range(3):
        applicant.press("下一步")
    water.describes(applicant)
    applicant.press("下一步")
    huge = tmp_path / "很大.jpg"
    huge.write_bytes(b"\xff\xd8" + bytes(11 * 1024 * 1024))
    applicant.attach("佐证图片", huge)
    applicant.press("下一步")
    applicant.is_told_what_is_wrong("佐证图片“很大.jpg”：每个文件不能超过 10 MB")
    applicant.press("下一步")
    check = applicant.page.url
    applicant.page.get_by_role("button", name="提交").dblclick()
    expect(applicant.page.get_by_role("heading", name="已提交")).to_be_visible()
    applicant.open(check)
    assert applicant.heading == "已提交"
    assert cases() == 1
