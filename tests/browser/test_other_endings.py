"""The other ways a case can go: refused, sent back for more, withdrawn, urged, raised by somebody else."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser import water
from tests.browser.conftest import Arrives
from tests.browser.person import PHONE, Person
from tests.factories import JIANGNA

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("screen", [PHONE], ids=["phone"])]


def test_the_citizen_reads_why_the_case_was_refused(citizen: Arrives, staff: Arrives) -> None:
    applicant, county = citizen(), staff("county_water_clerk")
    case_no = water.raises_hand(applicant)
    water.claims(county, case_no)
    county.choose("是否属于受理范围", "否：不予受理，将告知申请人，案件结束")
    county.select("不予受理的类别", "不属于本事项受理范围")
    county.write("拒绝理由", water.REASON)
    county.write("依据", water.BASIS)
    water.hands_in(county)
    applicant.open(f"/my/cases/{case_no}")
    applicant.reads("办理结果", water.REASON, "原因类别：不属于本事项受理范围", water.BASIS)


def test_the_citizen_supplements_what_is_missing(citizen: Arrives, staff: Arrives, tmp_path: Path) -> None:
    applicant, county = citizen(), staff("county_water_clerk")
    case_no = water.raises_hand(applicant)
    water.claims(county, case_no)
    county.choose("是否属于受理范围", "是：受理，并向乡镇派单")
    county.tick("需要申请人补正")
    county.write("补正清单", "请说明停水的是几组几号")
    water.hands_in(county)
    applicant.open("/my/cases")
    applicant.press(case_no)
    applicant.press("补充材料")
    applicant.reads("请说明停水的是几组几号")
    applicant.attach("补充图片", water.photo(tmp_path, "水管.jpg"))
    applicant.press("提交")
    applicant.is_told_what_is_wrong("请填写补充说明")
    applicant.write("补充说明", "二组一号到九号")
    applicant.press("提交")
    applicant.reads("已提交，谢谢。", "县水务局正在决定是否接单")
    water.finds(county, case_no)
    county.reads("二组一号到九号", "水管.jpg")


def test_the_citizen_withdraws(citizen: Arrives) -> None:
    applicant = citizen()
    case_no = water.raises_hand(applicant)
    applicant.open(f"/my/cases/{case_no}")
    applicant.press("撤回申请")
    applicant.write("撤回的原因", "字" * 301)
    applicant.press("确定撤回")
    applicant.is_told_what_is_wrong("撤回的原因：最多写 300 个字，现在是 301 个")
    applicant.write("撤回的原因", "水已经来了")
    applicant.press("确定撤回")
    applicant.open("/my/cases?tab=ended")
    applicant.reads(case_no, "撤回")


def test_urging_is_offered_again_after_a_day_and_says_so(citizen: Arrives) -> None:
    applicant = citizen()
    case_no = water.raises_hand(applicant)
    applicant.open(f"/my/cases/{case_no}")
    applicant.press("催办")
    applicant.reads("已催办", "以后可以再次催办")
    expect(applicant.page.get_by_role("button", name="催办")).to_have_count(0)


def test_a_neighbour_raises_a_hand_and_the_applicant_agrees(citizen: Arrives, staff: Arrives) -> None:
    neighbour, county = citizen(), staff("county_water_clerk")
    applicant_no = factories.identity_number(501)
    applicant = citizen(identity_number=applicant_no, name="群众乙")
    case_no = raises_a_hand_for(neighbour, "群众乙", applicant_no)
    neighbour.reads("请告诉 群*")
    county.open("/inbox?scope=group")
    county.does_not_read(case_no)
    applicant.open("/my/cases")
    applicant.press("等您确认")
    applicant.reads("您同意吗", "水管断了三天")
    applicant.press("我同意")
    applicant.reads("您已同意，申请继续办理。")
    water.finds(county, case_no)
    county.reads("是否属于受理范围")


def raises_a_hand_for(neighbour: Person, name: str, identity_number: str) -> str:
    """The way of somebody who helps: the other person's facts, then one's own, which are known already."""
    neighbour.open("/apply/water")
    neighbour.press("替他人举手")
    neighbour.tick("我已认真阅读以上内容")
    neighbour.press("下一步")
    neighbour.write("姓名", name)
    neighbour.write("身份证号码", identity_number)
    neighbour.write("联系电话", "13912345678")
    neighbour.press("下一步")
    neighbour.write("居住地址", "五组 3 号")
    expect(neighbour.field("乡镇（街道）")).to_have_value(JIANGNA)
    neighbour.press("下一步")
    water.describes(neighbour)
    neighbour.press("下一步")
    neighbour.press("下一步")
    assert neighbour.heading == "代办人信息"
    neighbour.press("下一步")
    neighbour.is_told_what_is_wrong("请选择与申请人的关系", "请选择代办原因")
    neighbour.choose("与申请人的关系", "邻居")
    neighbour.choose("代办原因", "没有手机或不会使用")
    neighbour.press("下一步")
    neighbour.choose("同意方式", "短信或微信确认")
    neighbour.press("下一步")
    neighbour.press("提交")
    return water.number_on(neighbour)
