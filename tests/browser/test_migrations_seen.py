"""迁移在办办件 as policy staff meet it, on a phone and on a desk: plan, second look, progress, one case back."""

import re

import pytest
from playwright.sync_api import expect

from engine.casework import deployments, jobs
from engine.db import transaction
from engine.registry.actors import SYSTEM
from tests.browser.conftest import Arrives
from tests.browser.person import SCREENS
from tests.browser.test_acts_seen import keep
from tests.processes.stage import Stage
from tests.webapp import staff_work
from tests.webapp.deploy.test_migrating import renamed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("screen", SCREENS, ids=lambda one: str(one.width)),
]
WHY = "新规定自本月起施行，在办件一并适用"


def newer() -> int:
    """A version in which one step has another id."""
    with transaction() as session:
        version = deployments.upload(session, {"processes/water.bpmn": renamed()}, actor=SYSTEM)
        version.state = "approved"
        return version.id


def test_running_cases_go_over_and_one_comes_back(stage: Stage, staff: Arrives) -> None:
    stage.bring_to("wt_verify")
    case_no, number = staff_work.raise_hand(), newer()
    admin, county = staff("policy_admin", "530000"), staff("county_water_clerk")
    admin.open(f"/versions/{number}")
    admin.press("把在办办件迁移到这个版本")
    admin.reads("在新版本里没有对应的元素", "可以迁移 1 件")
    keep(admin, "migrate")
    admin.select("“是否接单”对应新版本的哪一个", "是否接单（wt_accept）")
    admin.press("下一步，核对后开始")
    admin.is_told_what_is_wrong("请写 10 至 500 个字，现在是 0 个字")
    keep(admin, "migrate-wrong")
    admin.write("迁移的理由", WHY)
    admin.press("下一步，核对后开始")
    admin.reads("核对了 2 件，都可以迁移", WHY)
    keep(admin, "migrate-check")
    admin.press("返回修改")
    expect(admin.field("迁移的理由")).to_have_value(WHY)
    admin.press("下一步，核对后开始")
    admin.press("开始迁移")
    admin.reads("正在迁移", "0 / 2 件")
    keep(admin, "migration-running")
    jobs.drain()
    admin.reads("已完成", "2 / 2 件")  # the page looks by itself
    admin.does_not_read("停止迁移")
    admin.looks()
    keep(admin, "migration-done")
    admin.page.get_by_role("row").filter(has_text=case_no).get_by_role("link", name=re.compile("撤销")).click()
    admin.reads("流程状态与迁移前完全一样")
    admin.write("撤销的理由", WHY)
    keep(admin, "migration-undo")
    admin.press("撤销这个办件的迁移")
    admin.reads("已撤销")
    admin.press("撤销整批迁移")
    admin.reads("已迁移的 1 件办件逐件回到第 1 版")
    admin.press("撤销整批迁移")
    admin.is_told_what_is_wrong("请写 10 至 500 个字，现在是 0 个字")
    admin.write("撤销的理由", WHY)
    admin.looks()
    keep(admin, "migration-undo-all")
    admin.press("撤销整批迁移")
    admin.reads("正在撤销", "停止撤销")
    jobs.drain()
    admin.reads("撤销完成", "2 / 2 件")  # the page looks by itself
    admin.looks()
    keep(admin, "migration-undone")
    county.open(f"/cases/{case_no}")
    county.page.get_by_text("改按第 2 版流程办理").first.wait_for(state="attached")
    keep(county, "migrated-case")
