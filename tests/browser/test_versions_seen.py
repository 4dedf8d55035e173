"""A changed diagram is uploaded, refused or kept, approved by a second person, activated; running cases keep theirs."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from engine.settings import ROOT
from tests.browser import water
from tests.browser.conftest import Arrives
from tests.browser.person import Person
from tests.processes.stage import Stage

pytestmark = pytest.mark.browser

WATER = (ROOT / "processes" / "water.bpmn").read_text("utf-8")
OLD, NEW = "不属实反馈", "电话告知不属实"


def uploads(admin: Person, folder: Path, content: str, remark: str) -> None:
    path = folder / "water.bpmn"
    path.write_text(content, "utf-8")
    admin.open("/versions/upload")
    admin.attach("改动过的文件：流程图（.bpmn）、表单（.form）、决策表（.dmn）", path)
    admin.write("改动说明", remark)
    admin.press("检查，看看改了什么")


def test_problems_are_drawn_at_their_elements(staff: Arrives, tmp_path: Path) -> None:
    admin = staff("policy_admin")
    uploads(admin, tmp_path, WATER.replace('formId="water_take"', 'formId="nowhere"'), "换一个表单")
    assert admin.status == 422
    assert admin.heading == "上传的文件有问题，没有保存"
    badge = admin.page.get_by_role("figure").get_by_role("button", name="问题 1")
    expect(badge).to_be_visible()
    admin.reads("nowhere", "wt_take")
    expect(admin.field("改动说明")).to_have_value("换一个表单")


def test_what_is_no_diagram_is_refused_with_a_sentence(staff: Arrives, tmp_path: Path) -> None:
    admin = staff("policy_admin")
    uploads(admin, tmp_path, '<!DOCTYPE x [<!ENTITY a "b">]>' + WATER.split("?>", 1)[1], "带实体声明")
    assert admin.status == 422
    uploads(admin, tmp_path, "不是流程图", "写错了")
    assert admin.status == 422
    uploads(admin, tmp_path, WATER + " " * 5 * 1024 * 1024, "太大了")
    assert admin.status == 413
    admin.reads("超过 5 MB")


def test_a_changed_diagram_is_approved_by_a_second_person_and_activated(
    stage: Stage, staff: Arrives, citizen: Arrives, tmp_path: Path
) -> None:
    first, second, county = staff("policy_admin"), staff("policy_admin"), staff("county_water_clerk")
    stage.bring_to("wt_not_true")
    running = stage.case().case_no
    uploads(first, tmp_path, WATER.replace(f'name="{OLD}"', f'name="{NEW}"'), "写明用电话")
    assert first.heading == "核对改动：农村饮水安全"
    first.reads("检查通过，还没有保存", "与现行第 1 版相比", NEW)
    expect(first.field("改动说明")).to_have_value("写明用电话")
    first.press("保存为草稿，送审")
    assert first.heading == "农村饮水安全 第 2 版"
    first.reads("草稿，待审批", "须由另一位政策配置人员审批", NEW)
    assert approves_by_hand(first) == 403
    approves_and_activates(second)
    finishes(county, running, OLD)
    water.raises_hand(citizen())
    second.open("/versions")
    expect(second.page.get_by_role("row").filter(has_text="已启用").filter(has_text="第 2 版")).to_have_count(1)


def approves_by_hand(uploader: Person) -> int:
    """The page offers no button to whoever uploaded the version; whoever sends the form all the same is refused."""
    expect(uploader.page.get_by_role("button", name="批准这个版本")).to_have_count(0)
    token = uploader.page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    answer = uploader.page.request.post(f"{uploader.page.url}/approve", form={"csrf_token": token})
    return answer.status


def approves_and_activates(admin: Person) -> None:
    admin.open("/versions")
    admin.press("第 2 版")
    admin.press("退回上传人")
    assert admin.status == 422
    admin.press("批准这个版本")
    admin.tick("云南省")
    admin.press("启用这个版本")
    admin.reads("已启用")


def finishes(county: Person, case_no: str, step: str) -> None:
    """A case that was under way ends on the version it began with."""
    water.claims(county, case_no)
    assert county.heading == step
    county.write("核实情况说明", "现场核实供水正常，当日为计划检修停水")
    water.hands_in(county)
    county.reads("已提交，办件办结。")
