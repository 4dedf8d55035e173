"""控辍保学, the fourth step (domain B8 #8): a lawyer's opinion, a warning or a suit, and the court's answer."""

import pytest

from tests.processes.stage import Stage, at
from tests.processes.test_dropout_penalty import NO_BASIS

ITEM, PROCESS = "dropout", "dropout_court"


@pytest.fixture
def fourth(stage: Stage) -> Stage:
    """The third step had no basis; it is 24 November."""
    stage.bring_to("do_s2")
    stage.do("do_s2")
    stage.let_pass(until=at("2026-11-23", "24:00"))
    stage.do("do_s2_2")
    stage.do("do_s3", hasPenaltyBasis=False, **NO_BASIS, noBasisOpinion="本省没有罚款的规定，建议提起诉讼")
    return stage


def test_ten_days_after_the_warning_the_court_is_asked(fourth: Stage) -> None:
    task = fourth.task("do_s4")
    assert (task.role_key, task.due_at) == ("legal_adviser", at("2026-12-08", "24:00"))
    fourth.do("do_s4")
    assert fourth.task("do_s4_2").role_key == "county_edu_approver"
    fourth.do("do_s4_2")
    fourth.let_pass(until=at("2026-12-04", "23:59"))
    assert fourth.open_tasks() == []
    fourth.let_pass(until=at("2026-12-04", "24:00"))
    assert fourth.open_tasks() == ["do_s4_3"]
    assert fourth.task("do_s4_3").due_at == at("2027-03-05", "24:00")


def test_a_suit_needs_no_warning_and_is_followed_every_month(fourth: Stage) -> None:
    fourth.do("do_s4", courtPath="提起诉讼")
    fourth.do("do_s4_2")
    fourth.do("do_s4_3", courtResult="等待法院", courtNote="法院已立案")
    assert fourth.open_tasks() == []
    fourth.let_pass(until=at("2026-12-24", "24:00"))
    fourth.do("do_s4_3", courtResult="已返校", courtNote="开庭前返校")
    assert fourth.open_tasks() == ["do_return"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
