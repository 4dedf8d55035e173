"""监测帮扶: measures with people and days, a visit every month, and after six quiet months the end."""

import pytest

from engine import clock
from engine.db import reading
from engine.oversight import households, replay
from tests.processes import lifting
from tests.processes.lifting import do
from tests.processes.stage import Stage, at

ITEM = PROCESS = "gov_lift_support"


@pytest.fixture
def listed(stage: Stage) -> Stage:
    lifting.employ(stage)
    lifting.list_household(stage)
    return stage


def test_measures_are_agreed_within_ten_days_and_the_household_knows_whom_to_call(listed: Stage) -> None:
    assert listed.task("gl_measure").due_at == at("2026-11-26", "24:00")
    do(listed, "gl_measure")
    assert listed.task("gl_do").role_key == "county_hr_clerk"
    assert "联系人甲" in listed.told("citizen", "M193")[0]
    assert listed.case().status == "LONG_TERM"


def test_a_new_clue_about_the_household_comes_to_its_support(listed: Stage) -> None:
    number = listed.case().case_no
    listed.item = "gov_lift"
    made = lifting.clue(listed)
    assert made.outcome_text == f"同户已有线索，并入 {number}"
    assert len(listed.told("town_office", "T190")) == 1


def test_each_month_somebody_looks_and_a_new_risk_brings_new_measures(listed: Stage) -> None:
    do(listed, "gl_measure")
    lifting.next_month(listed, trackResult="风险没有消除")
    lifting.next_month(listed, trackResult="出现新风险", trackText="户主又住院，自付费用高")
    do(listed, "gl_measure", measures=lifting.measures(clock.now()))
    lifting.next_month(listed, trackResult="迁出或者死亡", trackText="整户迁到外县，户口已迁出")
    assert listed.case().outcome == "TERMINATED"
    assert {one.outcome for one in listed.companions("gov_lift_measure")} == {"TERMINATED"}


def test_after_six_quiet_months_it_may_be_cleared_and_if_not_goes_on(listed: Stage) -> None:
    do(listed, "gl_measure")
    for _ in range(6):
        lifting.next_month(listed)
    do(listed, "gl_clear", clearFound=False, clearText="收入还不稳定，暂不消除风险")
    lifting.next_month(listed)
    assert board(listed) == (1, 1, 0)
    lifting.cleared(listed)
    assert board(listed) == (0, 0, 1)
    case = listed.case()
    assert case.outcome_text == "风险已消除，标注后不再监测"
    assert len(listed.told("citizen", "M194")) == 1
    with reading() as session:
        assert replay.replay(session, case.case_no).equal


def board(stage: Stage) -> tuple[int, int, int]:
    """Households and persons that the county watches over, and whose risk was cleared lately."""
    with reading() as session:
        found = households.figures(session, stage.people["county_office"], clock.now())
    return found.households, found.persons, found.cleared


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
