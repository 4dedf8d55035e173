"""凭受理编号查询 on a phone and on a desk: a wrong pair is refused, the right one shows how far it is."""

import pytest

from tests.browser.conftest import Arrives
from tests.browser.person import SCREENS
from tests.processes.stage import Stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("screen", SCREENS, ids=lambda one: str(one.width)),
]


def test_a_case_is_found_by_its_number_without_signing_in(stage: Stage, visitor: Arrives) -> None:
    stage.bring_to("wt_town_take")
    anybody = visitor()
    anybody.open("/")
    anybody.press("查询办理进度")
    anybody.write("受理编号", stage.case().case_no)
    anybody.write("身份证号后四位", "0000")
    anybody.press("查询")
    anybody.reads("请核对受理编号和身份证号后四位")
    anybody.write("身份证号后四位", stage.people["citizen"].identity_number[-4:])
    anybody.press("查询")
    anybody.reads("承办部门：砚山县水务局", "办完")
    anybody.does_not_read(stage.people["citizen"].name)
