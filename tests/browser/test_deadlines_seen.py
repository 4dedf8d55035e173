"""Time passes, the worker sweeps, and everybody sees the same clock: blue, amber, red, purple, always with a word."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import water
from tests.browser.conftest import Arrives
from tests.browser.person import Person
from tests.processes.stage import Stage, at

pytestmark = pytest.mark.browser


def shows_clock(person: Person, case_no: str, kind: str, words: str) -> None:
    """The chip of the case in the list of the group has that look and those words."""
    comes_back(person)
    person.open("/inbox?scope=group")
    chip = person.page.get_by_role("row").filter(has_text=case_no).get_by_title(re.compile("^" + words))
    expect(chip).to_have_class(re.compile(f"clock-{kind}"))
    person.looks()


def comes_back(person: Person) -> None:
    """Sessions end when time jumps; whoever is still signed in is led on."""
    person.open("/staff/sign-in")
    if person.heading == "工作人员登录":
        person.signs_in_as_staff(person.login)


def test_the_clock_turns_amber_and_red_and_the_supervisors_count_it(stage: Stage, staff: Arrives) -> None:
    county, office = staff("county_water_clerk"), staff("county_office")
    stage.raise_hand()
    case_no = stage.case().case_no
    shows_clock(county, case_no, "in_time", "时限内")
    stage.let_pass(until=at("2026-11-17", "06:00"))
    shows_clock(county, case_no, "reminded", "即将到期")
    stage.let_pass(until=at("2026-11-17", "10:00"))
    shows_clock(county, case_no, "overdue", "已超时")
    county.press("消息")
    county.reads("超时")
    comes_back(office)
    office.open("/supervision?show=overdue")
    office.reads(case_no)


def test_a_supervision_order_is_opened_signed_answered_and_accepted(stage: Stage, staff: Arrives) -> None:
    office, reviewer = staff("county_office"), staff("county_water_reviewer")
    stage.bring_to("wt_verify")
    case_no = stage.case().case_no
    opens_an_order(office, case_no)
    order_no = stage.orders()[0].case_no
    signs(reviewer, order_no)
    answers(reviewer, order_no)
    accepts(office, order_no)
    office.open(f"/cases/{case_no}")
    office.does_not_read("督办中")


def opens_an_order(office: Person, case_no: str) -> None:
    office.open(f"/cases/{case_no}")
    office.press("发起督办")
    office.press("发起督办")
    office.is_told_what_is_wrong("请选择督办原因", "请填写督办要求", "请选择督办级别")
    office.choose("督办原因", "重大事项")
    office.write("督办要求", "请在三个工作日内解决停水问题")
    office.choose("督办级别", "重点")
    office.write("办理期限（工作日）", "3")
    office.press("发起督办")
    office.reads("督办单已发出", "督办中")
    office.open("/supervision?show=orders")
    office.reads("督办（农村饮水安全）")


def signs(reviewer: Person, order_no: str) -> None:
    water.claims(reviewer, order_no)
    assert reviewer.heading == "签收"
    reviewer.reads("请在三个工作日内解决停水问题")
    reviewer.write("办理打算", "由分管领导带队，明天到现场")
    water.hands_in(reviewer)


def answers(reviewer: Person, order_no: str) -> None:
    """What was done, and then the report on it."""
    water.claims(reviewer, order_no)
    assert reviewer.heading == "办理"
    reviewer.write("办理情况", "主管已经更换，全组恢复供水")
    water.hands_in(reviewer)
    water.claims(reviewer, order_no)
    assert reviewer.heading == "反馈"
    reviewer.choose("办理结果", "已解决")
    reviewer.write("超时或被督办的原因", "施工材料没有及时运到现场")
    reviewer.write("整改措施", "今后提前备足常用的管材")
    water.hands_in(reviewer)


def accepts(office: Person, order_no: str) -> None:
    water.claims(office, order_no)
    assert office.heading == "审核反馈"
    office.choose("审核结果", "满意：办结销号")
    water.hands_in(office)
    office.reads("已提交，办件办结。")
