"""风险消除: looked at, appraised, published, and decided by town and county; any no means that the watching goes on."""

import pytest

from engine.errors import Invalid
from tests.processes import lifting
from tests.processes.lifting import do
from tests.processes.stage import Stage

ITEM, PROCESS = "gov_lift_support", "gov_lift_clear"


@pytest.fixture
def quiet(stage: Stage) -> Stage:
    """Six quiet months are over."""
    lifting.employ(stage)
    lifting.quiet_months(stage)
    return stage


def test_an_income_below_the_line_cannot_be_cleared(quiet: Stage) -> None:
    with pytest.raises(Invalid):
        do(quiet, "gl_clear", clearIncome=8000)


def test_all_agree_and_it_is_cleared(quiet: Stage) -> None:
    lifting.cleared(quiet)
    assert quiet.case().variables["clearResult"] == "已消除"


def test_each_may_say_no_and_the_watching_goes_on(quiet: Stage) -> None:
    do(quiet, "gl_clear", clearFound=False)
    for last in ("gl_clear_2", "pb_post", "gl_clear_3", "gl_clear_4"):
        lifting.next_month(quiet)
        refused_at(quiet, last)
        assert (quiet.case().variables["clearResult"], quiet.open_tasks()) == ("未消除", ["gl_do"])


def refused_at(stage: Stage, last: str) -> None:
    """All agree up to that step, which does not."""
    do(stage, "gl_clear")
    if last == "gl_clear_2":
        do(stage, last, appraisalResult="需再查")
        return
    do(stage, "gl_clear_2")
    if last == "pb_post":
        stage.do("pb_post")
        lifting.objected(stage)
        return
    lifting.published(stage)
    if last == "gl_clear_3":
        do(stage, last, townDecision="不同意")
        return
    do(stage, "gl_clear_3")
    do(stage, last, finalDecision="不批准")


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
