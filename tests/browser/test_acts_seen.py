"""委派, 加签, 抄送, 催办, 挂起 and 终止 as people meet them, on a phone and on a desk; every page is inspected."""

import os
from pathlib import Path

import pytest

from tests.browser import water
from tests.browser.conftest import Arrives
from tests.browser.person import SCREENS, Person
from tests.factories import JIANGNA
from tests.processes.stage import Stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("screen", SCREENS, ids=lambda one: str(one.width)),
]
WHY = "请从水源可靠性的角度看一看"


def keep(person: Person, name: str) -> None:
    """A picture for whoever wants to look: JUSHOU_PICTURES names the folder."""
    folder = os.environ.get("JUSHOU_PICTURES")
    if folder:
        width = (person.page.viewport_size or {"width": 0})["width"]
        person.page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def test_the_acts_beside_a_task(stage: Stage, staff: Arrives) -> None:
    stage.raise_hand()
    task = stage.task("wt_take").id
    clerk, office = staff("county_water_clerk"), staff("county_office")
    clerk.open(f"/tasks/{task}")
    keep(clerk, "task")
    clerk.press("委派")
    keep(clerk, "delegate")
    clerk.press("委派给这位同事")
    clerk.is_told_what_is_wrong("请写 2 至 500 个字，现在是 0 个字")
    clerk.open(f"/tasks/{task}/cosign")
    clerk.choose("什么时候签", "前加签：对方签署意见后，我才能提交")
    clerk.page.get_by_label("请谁签署").select_option(index=1)
    clerk.write("请对方看什么", WHY)
    keep(clerk, "cosign")
    clerk.press("请对方加签")
    clerk.reads("等待前加签", "减签")
    keep(clerk, "cosigned")
    clerk.press("减签")
    keep(clerk, "remove")
    clerk.open(f"/tasks/{task}/copy")
    keep(clerk, "copy")
    office.open(f"/tasks/{task}")
    office.press("催办")
    office.press("催办", within=office.page.get_by_role("main"))
    office.reads("已催办 1 次")
    keep(office, "urged")


def test_colleagues_answer_and_sign(stage: Stage, staff: Arrives) -> None:
    stage.raise_hand()
    task = stage.task("wt_take").id
    clerk, adviser = staff("county_water_clerk"), staff("town_water_clerk", JIANGNA)
    clerk.open(f"/tasks/{task}/delegate")
    clerk.page.get_by_label("委派给谁").select_option(label=f"工作人员{adviser.login}")
    clerk.write("请对方做什么", WHY)
    clerk.press("委派给这位同事")
    adviser.open(f"/tasks/{task}")
    adviser.press("答复")
    keep(adviser, "answer")
    adviser.write("您的意见", "水源可靠，可以接单")
    adviser.press("答复", within=adviser.page.get_by_role("main"))
    clerk.open(f"/tasks/{task}/cosign")
    clerk.choose("什么时候签", "前加签：对方签署意见后，我才能提交")
    clerk.page.get_by_label("请谁签署").select_option(label=f"工作人员{adviser.login}")
    clerk.write("请对方看什么", WHY)
    clerk.press("请对方加签")
    water.finds(adviser, stage.case().case_no, scope="我的任务")
    adviser.press("签署")
    keep(adviser, "sign")
    adviser.press("签署", within=adviser.page.get_by_role("main"))
    adviser.is_told_what_is_wrong("请选择同意或不同意")
    adviser.choose("您的意见", "同意")
    adviser.press("签署", within=adviser.page.get_by_role("main"))
    clerk.open(f"/tasks/{task}")
    clerk.reads("水源可靠，可以接单")


def test_stopping_a_case(stage: Stage, staff: Arrives) -> None:
    stage.raise_hand()
    number = stage.case().case_no
    reviewer, clerk = staff("county_water_reviewer"), staff("county_water_clerk")
    reviewer.open(f"/cases/{number}")
    keep(reviewer, "case")
    reviewer.press("挂起")
    reviewer.write("挂起的原因", "等待水质检测单位出具报告")
    keep(reviewer, "suspend")
    reviewer.press("挂起，并告知申请人")
    reviewer.reads("等待水质检测单位出具报告", "恢复办理")
    keep(reviewer, "suspended")
    clerk.open(f"/tasks/{stage.task('wt_take').id}")
    clerk.reads("办件已经挂起")
    keep(clerk, "suspended-task")
    reviewer.press("恢复办理")
    reviewer.press("终止")
    keep(reviewer, "terminate")
    reviewer.choose("终止的原因", "申请人已迁出")
    reviewer.write("具体情况", "全家已经迁往外省居住")
    reviewer.press("终止，并告知申请人")
    assert stage.case().outcome == "TERMINATED"
