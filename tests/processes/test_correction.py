"""补正, as items of the county share it: one list, a clock that stands still, the leader from the third on."""

from typing import Any

import pytest

from engine.errors import Invalid
from tests.processes import sentences
from tests.processes.stage import Stage, at

ITEM, PROCESS = "training", "correction"
AGAIN = {"needCorrection": True, "correctionList": "请重拍身份证正面"}


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def asked_a_third_time(stage: Stage) -> None:
    stage.raise_hand()
    for _ in range(2):
        stage.do("tr_accept", **AGAIN)
        stage.do("co_correct")
    stage.do("tr_accept", **AGAIN)


def test_a_correction_is_asked_for_with_one_list_and_the_clock_stands_still(stage: Stage) -> None:
    stage.bring_to("co_correct")
    case = stage.case()
    assert (case.status, case.clock_stopped_at) == ("CORRECTION", at("2026-11-16"))
    assert stage.told("citizen", "M03") == [said("M03", list="请重拍身份证正面", date="11月30日")]
    stage.let_pass(until=at("2026-11-20", "09:00"))
    stage.do("co_correct")
    assert (stage.case().clock_stopped_at, stage.case().stopped_seconds) == (None, 4 * 86400)


def test_the_citizen_is_reminded_of_the_list_after_five_working_days(stage: Stage) -> None:
    stage.bring_to("co_correct")
    stage.let_pass(until=at("2026-11-24", "08:30"))
    assert stage.told("citizen", "M18") == [said("M18", date="11月30日", correctionList="请重拍身份证正面")]


def test_ten_working_days_without_an_answer_are_too_many(stage: Stage) -> None:
    stage.bring_to("co_correct")
    assert stage.task("co_correct").due_at == at("2026-11-30", "24:00")
    stage.let_pass(until=at("2026-11-30", "24:00"))
    assert (stage.task("co_correct").state, len(stage.told("citizen", "M17"))) == ("canceled", 1)
    assert stage.case().variables["correctionResult"] == "逾期"


def test_the_third_time_is_decided_by_the_leader_of_the_items_own_department(stage: Stage) -> None:
    asked_a_third_time(stage)
    task = stage.task("co_leader")
    assert (task.role_key, task.due_at) == ("county_hr_approver", at("2026-11-17", "24:00"))
    stage.do("co_leader")
    assert stage.open_tasks() == ["co_correct"]
    assert len(stage.told("citizen", "M03")) == 3


def test_without_the_leaders_consent_the_clerk_decides_on_what_there_is(stage: Stage) -> None:
    asked_a_third_time(stage)
    reason = "现有材料已经能够核对身份，请直接办理"
    with pytest.raises(Invalid) as refusal:
        stage.do("co_leader", correctionDecision="不同意", correctionOpinion="不必")
    assert set(refusal.value.problems) == {"correctionOpinion"}
    stage.do("co_leader", correctionDecision="不同意", correctionOpinion=reason)
    assert stage.open_tasks() == ["tr_accept"]
    assert stage.told("county_hr_clerk", "T05") == [said("T05", step="再次补正", reason=reason)]
    assert len(stage.told("citizen", "M03")) == 2


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
