"""政府托举, whom the county watches over: signed, compared, appraised, and published once for five days."""

import pytest

from tests.demo.registers import Simulator
from tests.processes import lifting
from tests.processes.lifting import do, found
from tests.processes.stage import Stage, at

ITEM, PROCESS = "gov_lift", "gov_lift_monitor"


@pytest.fixture(autouse=True)
def employed(stage: Stage) -> None:
    lifting.employ(stage)


def signed(stage: Stage) -> None:
    found(stage, "拟纳入监测")
    lifting.signed(stage)


def test_who_will_not_apply_is_left(stage: Stage) -> None:
    found(stage, "拟纳入监测")
    do(stage, "gl_apply", **lifting.UNWILLING)
    assert stage.case().outcome_text == "拟纳入监测，监测对象：不愿申请"


def test_it_is_signed_within_the_days_of_the_visit_and_compared_within_four(stage: Stage) -> None:
    found(stage, "拟纳入监测")
    assert stage.task("gl_apply").due_at == at("2026-11-19", "24:00")
    lifting.signed(stage)
    assert stage.task("ec_accept").role_key == "county_check_clerk"


def test_who_will_not_authorise_is_not_watched(stage: Stage) -> None:
    signed(stage)
    stage.complete(
        "county_check_clerk", "ec_accept", authSigned=False, authFits=True, authInDate=True,
        authReturnList="还有一名成年家庭成员没有签字",
    )  # fmt: skip
    stage.complete("town_office", "ec_request", checkWanted=False, checkDeclined="一名成年家庭成员拒绝签字授权")
    assert stage.case().outcome_text == "拟纳入监测，监测对象：不愿申请"


def test_what_the_registers_or_the_village_contradict_is_visited_again(stage: Stage, registers: Simulator) -> None:
    signed(stage)
    lifting.compared(stage, registers, cars=True)
    do(stage, "gl_verify", verifyResult="拟纳入监测")
    lifting.signed(stage)
    lifting.compared(stage, registers)
    do(stage, "gl_village", appraisalResult="需再查")
    assert stage.open_tasks() == ["gl_verify"]


def test_an_objection_leads_to_another_visit_and_is_not_published_again(stage: Stage, registers: Simulator) -> None:
    signed(stage)
    lifting.compared(stage, registers)
    do(stage, "gl_village")
    stage.do("pb_post")
    shown = lifting.notice(stage)
    assert shown.until_at == at("2026-11-21", "24:00")
    assert stage.people["citizen"].identity_number not in str(shown.lines)
    lifting.objected(stage)
    assert stage.open_tasks() == ["gl_verify"]
    do(stage, "gl_verify", verifyResult="拟纳入监测")
    lifting.signed(stage)
    lifting.compared(stage, registers)
    do(stage, "gl_village")
    assert stage.open_tasks() == ["gl_town"]


def test_nobody_objects_and_the_town_goes_on(stage: Stage, registers: Simulator) -> None:
    signed(stage)
    lifting.compared(stage, registers)
    do(stage, "gl_village")
    lifting.published(stage)
    do(stage, "gl_town", townDecision="不同意", townOpinion="收入高于监测线，不同意纳入")
    assert stage.case().outcome_text == "拟纳入监测，监测对象：不纳入"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
