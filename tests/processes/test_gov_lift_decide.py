"""政府托举, the decision: the town in a day, the county in another; then the support begins."""

import pytest

from engine.db import reading
from engine.oversight import replay
from tests.demo.registers import Simulator
from tests.processes import lifting
from tests.processes.lifting import apart, do, found
from tests.processes.stage import Stage, at

ITEM, PROCESS = "gov_lift", "gov_lift_decide"


@pytest.fixture
def unopposed(stage: Stage, registers: Simulator) -> Stage:
    lifting.employ(stage)
    found(stage, "拟纳入监测")
    lifting.signed(stage)
    lifting.compared(stage, registers)
    do(stage, "gl_village")
    lifting.published(stage)
    return stage


def test_whom_the_county_takes_in_is_supported_from_then_on_within_the_fifteen_days(unopposed: Stage) -> None:
    assert unopposed.task("gl_town").due_at == at("2026-11-23", "24:00")
    do(unopposed, "gl_town")
    assert unopposed.task("gl_county").due_at == at("2026-11-23", "24:00")
    do(unopposed, "gl_county")
    do(unopposed, "gl_county_2")
    case = unopposed.case()
    assert (case.outcome, case.outcome_text) == ("COMPLETED", "拟纳入监测，监测对象：纳入")
    assert case.ended_at is not None and case.promised_at is not None and case.ended_at < case.promised_at
    assert len(unopposed.told("citizen", "M192")) == 1
    [support] = apart("gov_lift_support")
    assert support.variables["riskCode"] == "MEDICAL"
    assert (support.applicant_identity, support.variables["monitorKind"]) == (
        unopposed.people["citizen"].identity_number, "突发严重困难户",
    )  # fmt: skip
    with reading() as session:
        assert replay.replay(session, case.case_no).equal
        assert replay.replay(session, support.case_no).equal


def test_who_is_not_taken_in_is_told_why(unopposed: Stage) -> None:
    do(unopposed, "gl_town")
    do(unopposed, "gl_county", countyDecision="建议不纳入")
    do(unopposed, "gl_county_2", finalDecision="不纳入", finalOpinion="收入高于监测线，不纳入")
    assert "收入高于监测线，不纳入" in unopposed.told("citizen", "M191")[0]
    assert apart("gov_lift_support") == []


def test_the_town_may_say_no(unopposed: Stage) -> None:
    do(unopposed, "gl_town", townDecision="不同意", townOpinion="收入高于监测线，不同意")
    assert "收入高于监测线，不同意" in unopposed.told("citizen", "M191")[0]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
