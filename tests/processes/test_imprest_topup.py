"""补充备用金: a town whose fund runs low asks, the county agrees, the treasury pays, and there is more to give."""

import pytest

from tests.factories import JIANGNA
from tests.processes import household, paying, sentences
from tests.processes.stage import Stage

ITEM = PROCESS = "imprest_topup"
ASKED = {"topUpAsked": 6000, "topUpReason": "本月先行救助三户，余额不多"}


@pytest.fixture
def town(stage: Stage) -> Stage:
    household.employ(stage)
    stage.begin("town_civil_clerk", **ASKED)
    return stage


def test_what_the_treasury_paid_in_is_there_to_be_given(town: Stage) -> None:
    assert (town.case().variables["imprestLeft"], town.case().region_code) == (30000, JIANGNA)
    town.do("it_check")
    town.do("it_pay")
    assert town.case().outcome_text == "已补充备用金 5000 元"
    town.begin("town_civil_clerk", **ASKED)
    assert town.case().variables["imprestLeft"] == 35000


def test_the_county_may_refuse_with_a_reason(town: Stage) -> None:
    reason = "余额还够三户使用，暂不补充"
    town.do("it_check", topUpDecision="不同意", topUpAmount=None, topUpOpinion=reason)
    assert (town.case().outcome, town.case().outcome_text) == ("REJECTED", reason)
    told = sentences.said("T101", ITEM, reason=reason)
    assert town.told("town_civil_clerk", "T101") == [told]
    assert paying.payments() == []


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
