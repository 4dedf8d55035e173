"""退回, 直接提交 and 撤回 as people meet them, on a phone and on a desk; every page is inspected."""

import pytest
from sqlalchemy import select

from engine.db import reading
from engine.registry.models import Account
from tests.browser.conftest import Arrives
from tests.browser.person import SCREENS
from tests.browser.test_acts_seen import keep
from tests.factories import JIANGNA
from tests.processes.stage import Stage
from tests.webapp import staff_work

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("screen", SCREENS, ids=lambda one: str(one.width)),
]
WHY = "派单乡镇写错了，请重新核对地址"


def test_a_step_is_returned_redone_straight_and_taken_back(stage: Stage, staff: Arrives) -> None:
    stage.raise_hand()
    county, town = staff("county_water_clerk"), staff("town_water_clerk", JIANGNA)
    with reading() as session:
        number = session.scalars(select(Account.id).where(Account.login == county.login)).one()
    staff_work.complete(stage.task("wt_take").id, number, staff_work.TAKE)
    town.open(f"/tasks/{stage.task('wt_town_take').id}")
    keep(town, "town-task")
    town.press("退回")
    town.reads("退回以后", "整个办件的办结期限不变")
    keep(town, "return")
    town.press("退回到这一步")
    town.is_told_what_is_wrong("请写 10 至 500 个字，现在是 0 个字")
    keep(town, "return-wrong")
    town.write("退回的原因", WHY)
    town.press("退回到这一步")
    keep(town, "returned")
    county.open(f"/tasks/{stage.task('wt_take').id}")
    county.reads("退回重办", WHY, "按流程重新流转")
    keep(county, "came-back")
    county.choose("提交以后", "直接提交给退回人，回到“乡镇接单”")
    county.press("提交：是否接单")
    county.open("/inbox?scope=finished")
    keep(county, "finished")
    county.open(f"/cases/{stage.case().case_no}")
    county.reads("直接提交给“乡镇接单”", "撤回")
    keep(county, "case")
    county.press("撤回")
    county.reads("已撤回", "提交：是否接单")
    keep(county, "taken-back")
    assert stage.task("wt_take").state == "open"
