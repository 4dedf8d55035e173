"""发起工作 by staff and 咨询与投诉 by citizens, as people meet them."""

import pytest

from engine.casework import deployments
from engine.db import transaction
from engine.registry.actors import SYSTEM
from tests.browser.conftest import Arrives
from tests.casework import errands
from tests.processes.stage import Stage

pytestmark = pytest.mark.browser
WISH = "请给新来的同事开账号"


@pytest.fixture(autouse=True)
def errand(stage: Stage) -> None:
    with transaction() as session:
        version = deployments.upload(session, errands.errand(), actor=SYSTEM)
        version.state = "approved"
        deployments.activate(session, version.id, actor=SYSTEM)


def test_staff_begin_what_nobody_applied_for(staff: Arrives) -> None:
    office = staff("county_office")
    office.open("/begin")
    office.page.get_by_role("link", name="杂事").click()
    office.page.get_by_role("button", name="发起杂事").last.click()
    office.looks()
    office.page.get_by_label("要办什么").fill(WISH)
    office.page.get_by_role("button", name="发起杂事").last.click()
    office.looks()
    assert "已发起“杂事”" in office.page.inner_text("main")


def test_a_citizen_speaks(citizen: Arrives) -> None:
    villager = citizen()
    villager.open("/voice")
    villager.page.get_by_role("link", name="杂事").click()
    villager.looks()
    villager.page.get_by_label("要办什么").fill(WISH)
    villager.page.get_by_role("button", name="提交").last.click()
    villager.looks()
    assert "errand-" in villager.page.inner_text("main")
