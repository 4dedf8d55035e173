"""控辍保学, the third step (domain B8 #7): a penalty that needs a basis, a hearing, a review and a decision in time."""

import pytest

from engine.errors import Invalid
from tests.processes.stage import Stage, at

ITEM, PROCESS = "dropout", "dropout_penalty"
FILED = {"caseFiledOn": "2026-11-24", "penaltyNoticeOn": "2026-11-24"}
NO_BASIS = dict.fromkeys(["penaltyBasis", *FILED, "penaltyKind", "penaltyNoticeNo", "penaltyBy"])


@pytest.fixture
def third(stage: Stage) -> Stage:
    """The limit of the order is over on the night to 24 November, without the child."""
    stage.bring_to("do_s2")
    stage.do("do_s2")
    stage.let_pass(until=at("2026-11-23", "24:00"))
    stage.do("do_s2_2")
    return stage


def test_without_a_basis_nobody_is_fined_and_the_opinion_goes_to_the_lawyer(third: Stage) -> None:
    """Domain G.2 #19."""
    with pytest.raises(Invalid) as refusal:
        third.do("do_s3", **FILED, penaltyBasis=None)
    assert set(refusal.value.problems) == {"penaltyBasis"}
    third.do("do_s3", hasPenaltyBasis=False, **NO_BASIS, noBasisOpinion="本省没有罚款的规定，建议提起诉讼")
    assert third.open_tasks() == ["do_s4"]


def test_five_working_days_are_left_for_a_hearing(third: Stage) -> None:
    assert third.task("do_s3").due_at == at("2026-12-01", "24:00")
    third.do("do_s3", **FILED)
    # From the 24th, a Tuesday, over the weekend to the next Tuesday.
    third.let_pass(until=at("2026-12-01", "23:59"))
    assert third.open_tasks() == []
    third.let_pass(until=at("2026-12-01", "24:00"))
    assert third.open_tasks() == ["do_s3_2"]
    assert third.task("do_s3_2").role_key == "county_edu_reviewer"


@pytest.mark.parametrize(("by", "role"), [("县教体局", "county_edu_approver"), ("受委托的乡镇人民政府", "town_leader")])
def test_the_decision_is_made_within_ninety_days_of_filing(third: Stage, by: str, role: str) -> None:
    third.do("do_s3", **FILED, penaltyBy=by)
    third.let_pass(until=at("2026-12-01", "24:00"))
    third.do("do_s3_2")
    task = third.task("do_s3_3")
    assert (task.role_key, task.due_at) == (role, at("2027-02-22", "24:00"))


def test_a_review_may_send_the_case_back(third: Stage) -> None:
    third.do("do_s3", **FILED)
    third.let_pass(until=at("2026-12-01", "24:00"))
    third.do("do_s3_2", reviewDecision="退回", reviewOpinion="告知书没有写明听证的权利，请重新送达")
    assert third.open_tasks() == ["do_s3"]


def test_the_decision_is_served_within_seven_days_and_the_court_follows(third: Stage) -> None:
    third.do("do_s3", **FILED)
    third.let_pass(until=at("2026-12-01", "24:00"))
    third.do("do_s3_2")
    third.do("do_s3_3", penaltyOn="2026-12-02")
    # Calendar days over the weekend; the clock stands at midnight, the beginning of the 2nd.
    assert third.task("do_s3_4").due_at == at("2026-12-09", "24:00")
    third.do("do_s3_4", penaltyServedOn="2026-12-02")
    assert third.open_tasks() == ["do_s4"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
