"""A water problem travels from a citizen's phone to closure and rating, and an auditor proves what happened."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser import water
from tests.browser.conftest import Arrives
from tests.browser.person import SCREENS, Person
from tests.factories import JIANGNA

pytestmark = pytest.mark.browser

BOTH = pytest.mark.parametrize("screen", SCREENS, ids=["phone", "desktop"])
PHONE_NUMBER = "13812345678"


@BOTH
def test_a_water_problem_is_reported_solved_rated_and_proven(visitor: Arrives, staff: Arrives, tmp_path: Path) -> None:
    citizen, county = visitor(), staff("county_water_clerk")
    town = staff("town_water_clerk", JIANGNA)
    registers(citizen)
    goes_to_the_form(citizen)
    case_no = reports(citizen, tmp_path)
    looks_at_the_case(citizen, case_no)
    is_refused_for_a_short_reason_then_sends_it_on(county, case_no)
    water.town_takes(town, case_no)
    water.verifies(town, case_no)
    solves_with_a_draft_and_a_file(town, case_no, tmp_path)
    water.confirms(county, case_no)
    county.reads("办结")
    rates(citizen, case_no)
    proves(staff("auditor"), case_no)


def registers(citizen: Person) -> None:
    """With a wrong check digit first: the mistake is explained, and what was typed stays."""
    citizen.open("/")
    citizen.page.get_by_role("banner").get_by_role("link", name="登录").click()
    citizen.press("实名注册")
    number = factories.identity_number(17)
    citizen.write("姓名", "群众甲")
    citizen.write("身份证号码", number[:-1] + ("0" if number[-1] != "0" else "1"))
    citizen.write("手机号码", PHONE_NUMBER)
    chooses_the_village(citizen)
    citizen.write("详细地址", "三组 12 号")
    citizen.write("设置密码", factories.PASSWORD)
    citizen.press("注册")
    citizen.is_told_what_is_wrong("身份证号码的校验位不正确，请逐位核对")
    expect(citizen.field("手机号码")).to_have_value(PHONE_NUMBER)
    citizen.write("身份证号码", number)
    citizen.write("设置密码", factories.PASSWORD)
    citizen.press("注册")
    assert citizen.heading == "有困难，请举手"
    citizen.page.get_by_role("link", name="个人中心").click()
    citizen.press("退出登录")
    citizen.signs_in_as_citizen(PHONE_NUMBER)


def chooses_the_village(citizen: Person) -> None:
    """Five levels, each opened by the one above it."""
    for level, name in (
        ("州（市）", "文山壮族苗族自治州"),
        ("县（市、区）", "砚山县"),
        ("乡镇（街道）", "江那镇"),
    ):
        citizen.select(level, name)
    citizen.field("村（社区）").select_option(index=1)


def goes_to_the_form(citizen: Person) -> None:
    """Home, introduction, for whom, and the notice that must be ticked."""
    citizen.open("/")
    citizen.press("农村饮水安全")
    citizen.press("我要反馈")
    citizen.press("我自己举手")
    assert citizen.heading == "申请须知"
    citizen.press("下一步")
    citizen.is_told_what_is_wrong("请勾选“我已认真阅读以上内容，并同意以上条款”")
    citizen.tick("我已认真阅读以上内容")
    citizen.press("下一步")


def reports(citizen: Person, folder: Path) -> str:
    """Each page with a mistake first, then as it should be."""
    gives_the_name(citizen)
    gives_the_address(citizen)
    describes_the_problem(citizen)
    adds_photos(citizen, folder)
    return checks_and_submits(citizen)


def gives_the_name(citizen: Person) -> None:
    expect(citizen.field("姓名")).to_have_value("群众甲")
    citizen.write("联系电话", "1381234")
    citizen.press("下一步")
    citizen.is_told_what_is_wrong("联系电话：请填写 11 位手机号码")
    expect(citizen.field("联系电话")).to_have_value("1381234")
    citizen.write("联系电话", PHONE_NUMBER)
    citizen.press("下一步")


def gives_the_address(citizen: Person) -> None:
    citizen.write("居住地址", "")
    citizen.select("乡镇（街道）", "请选择")
    citizen.press("下一步")
    citizen.is_told_what_is_wrong("请填写居住地址", "问题所在地：请从列表中选择地区")
    citizen.write("居住地址", "三组 12 号")
    citizen.select("乡镇（街道）", "江那镇")
    citizen.field("村（社区）").select_option(index=1)
    citizen.press("下一步")


def describes_the_problem(citizen: Person) -> None:
    explanation = citizen.page.get_by_text("水龙头不出水，或供水中断")
    expect(explanation).to_be_hidden()
    citizen.choose("饮水安全问题", "停水", "浑浊")
    expect(explanation).to_be_visible()
    citizen.write("具体问题描述", "没水")
    citizen.press("下一步")
    citizen.is_told_what_is_wrong("具体问题描述：至少写 5 个字，现在是 2 个")
    expect(citizen.field("具体问题描述")).to_have_value("没水")
    citizen.write("具体问题描述", "水管断了三天，全组没有水喝")
    citizen.press("下一步")


def adds_photos(citizen: Person, folder: Path) -> None:
    fake = folder / "假照片.jpg"
    fake.write_bytes(b"<svg onload=alert(1)>")
    citizen.attach("佐证图片", fake)
    citizen.press("下一步")
    citizen.is_told_what_is_wrong("佐证图片“假照片.jpg”：这不是能打开的照片，请上传 JPG、PNG 或 PDF 文件")
    citizen.attach("佐证图片", water.photo(folder, "一.jpg"), water.photo(folder, "二.jpg", "peru"))
    citizen.press("下一步")


def checks_and_submits(citizen: Person) -> str:
    assert citizen.heading == "核对填写的内容"
    citizen.reads("停水、浑浊", "云南省文山壮族苗族自治州砚山县江那镇")
    expect(citizen.page.get_by_role("img", name="张图片")).to_have_count(2)
    citizen.press("修改 具体问题描述")
    citizen.write("具体问题描述", "水管断了三天，两个组没有水喝")
    citizen.press("保存，返回核对")
    citizen.reads("两个组没有水喝")
    citizen.press("提交")
    case_no = water.number_on(citizen)
    citizen.reads("12345", "前办结")
    return case_no


def looks_at_the_case(citizen: Person, case_no: str) -> None:
    """Progress in plain words; nothing of the machine."""
    citizen.press("查看办理进度")
    citizen.reads("县水务局正在决定是否接单", case_no)
    citizen.open("/my/cases")
    citizen.reads(case_no, "处理中")


def is_refused_for_a_short_reason_then_sends_it_on(county: Person, case_no: str) -> None:
    water.claims(county, case_no)
    county.choose("是否属于受理范围", "否：不予受理，将告知申请人，案件结束")
    county.select("不予受理的类别", "不属于本事项受理范围")
    county.write("拒绝理由", "不归我管")
    county.write("依据", water.BASIS)
    water.hands_in(county)
    county.is_told_what_is_wrong("拒绝理由：至少写 10 个字，现在是 4 个")
    expect(county.field("拒绝理由")).to_have_value("不归我管")
    county.choose("是否属于受理范围", "是：受理，并向乡镇派单")
    expect(county.field("派往乡镇")).to_have_value(JIANGNA)
    county.choose("紧急程度", "一般")
    water.hands_in(county)
    county.reads("已提交，办件进入下一步。")


def solves_with_a_draft_and_a_file(town: Person, case_no: str, folder: Path) -> None:
    water.claims(town, case_no)
    town.choose("采取的措施", "维修供水设施")
    town.write("措施说明", "更换了主管的一段")
    town.press("先存草稿")
    town.reads("草稿已保存")
    expect(town.field("措施说明")).to_have_value("更换了主管的一段")
    town.attach("添加附件（图片或 PDF，每个不超过 10 MB）", water.photo(folder, "验收单.jpg"))
    town.press("上传，并保留已填内容")
    town.reads("验收单.jpg")
    expect(town.field("措施说明")).to_have_value("更换了主管的一段")
    water.answers_how_it_was_solved(town)
    town.attach("处理后的照片", water.photo(folder, "修好了.jpg"))
    water.hands_in(town)


def rates(citizen: Person, case_no: str) -> None:
    """A red dot leads to what was told; then it is done, and the citizen gives stars."""
    citizen.open("/")
    dot = citizen.page.get_by_role("link", name="未读消息")
    expect(dot).to_be_visible()
    citizen.open("/my/messages")
    citizen.reads("县水务局")
    citizen.open("/")
    expect(dot).to_have_count(0)
    citizen.open("/my/cases?tab=ended")
    citizen.press(case_no)
    citizen.reads("办理结果")
    citizen.press("评价")
    citizen.choose("您对这次办理满意吗", "★★★★★ 非常满意")
    citizen.choose("主要因为", "速度")
    citizen.press("提交")
    citizen.reads("已提交，谢谢。")


def proves(auditor: Person, case_no: str) -> None:
    """The auditor steps through the history on the diagram and lets it be executed again."""
    auditor.open("/audit/cases")
    auditor.write("受理编号、姓名或身份证号", case_no)
    auditor.press("查询")
    auditor.press("农村饮水安全")
    expect(auditor.page.get_by_role("heading", name="第 1 /")).to_be_visible()
    auditor.page.get_by_role("link", name="下一步 →").click()
    expect(auditor.page.get_by_role("heading", name="第 2 /")).to_be_visible()
    auditor.press("重放核对")
    auditor.reads("重放核对一致", "流水链完整")
