"""监测帮扶, one measure: its department does it by the day that was agreed, and the town hears."""

import pytest

from tests.processes import lifting
from tests.processes.lifting import do
from tests.processes.stage import Stage, at

ITEM, PROCESS = "gov_lift_support", "gov_lift_measure"


@pytest.fixture(autouse=True)
def agreed(stage: Stage) -> None:
    lifting.employ(stage)
    lifting.list_household(stage)
    do(stage, "gl_measure")


def test_the_department_does_it_and_the_town_hears(stage: Stage) -> None:
    assert stage.task("gl_do").due_at == at("2026-12-15", "24:00")
    do(stage, "gl_do")
    assert stage.companion(PROCESS).outcome_text == "已安排村保洁员岗位"
    assert "已安排村保洁员岗位" in stage.told("town_office", "T192")[0]


def test_it_ends_with_the_support(stage: Stage) -> None:
    stage.let_pass(until=at("2026-12-17"))
    do(stage, "gl_track", trackResult="迁出或者死亡", trackText="整户迁到外县，户口已迁出")
    assert stage.companion(PROCESS).outcome == "TERMINATED"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
