"""找工作, the public post (domain B4 #9a): within ten working days, approved, and published for five days."""

import pytest

from engine.errors import Invalid
from tests.processes.stage import Stage, at

ITEM, PROCESS = "job", "job_post"
NO_POST = dict.fromkeys(["postName", "postUnit", "postPay", "postFrom", "postYears"])


@pytest.fixture
def jobless(stage: Stage) -> Stage:
    """A household without work after three rounds, all on Monday 16 November."""
    stage.raise_hand(householdJobless=True, workers=[{"workerName": "家人甲", "employed": False}])
    for step in ("jb_accept", "jb_zero", *["jb_push", "jb_choose", "jb_visit"] * 3):
        stage.do(step)
    return stage


def publish(stage: Stage) -> None:
    stage.do("jb_public_post")
    stage.do("jb_public_post_2")
    stage.do("pb_post")


def test_the_post_is_found_within_ten_working_days_and_runs_three_years_at_most(jobless: Stage) -> None:
    task = jobless.task("jb_public_post")
    assert (task.role_key, task.due_at) == ("county_hr_clerk", at("2026-11-30", "24:00"))
    with pytest.raises(Invalid) as refusal:
        jobless.do("jb_public_post", postYears=4)
    assert set(refusal.value.problems) == {"postYears"}


def test_without_a_vacancy_the_household_waits_thirty_days(jobless: Stage) -> None:
    jobless.do("jb_public_post", placementResult="没有空缺", **NO_POST)
    assert jobless.open_tasks() == []
    jobless.let_pass(until=at("2026-12-16", "24:00"))
    assert jobless.open_tasks() == ["jb_public_post"]


def test_who_refuses_is_not_placed(jobless: Stage) -> None:
    jobless.do("jb_public_post", placementResult="不接受", **NO_POST, refuseReason="想自己出去找活")
    assert jobless.open_tasks() == ["jb_close"]


def test_the_approver_may_send_it_back(jobless: Stage) -> None:
    jobless.do("jb_public_post")
    assert jobless.task("jb_public_post_2").role_key == "county_hr_approver"
    jobless.do("jb_public_post_2", postDecision="退回", postOpinion="请核对岗位是否还有空缺再报")
    assert jobless.open_tasks() == ["jb_public_post"]


def test_the_placement_is_published_for_five_days(jobless: Stage) -> None:
    publish(jobless)
    assert jobless.case().status == "PUBLICITY"
    assert len(jobless.told("citizen", "M06")) == 1
    jobless.let_pass(until=at("2026-11-21", "23:59"))
    assert jobless.open_tasks() == []
    jobless.let_pass(until=at("2026-11-21", "24:00"))
    jobless.do("pb_down")
    jobless.complete("village_leader", "pb_down_2", villageObjection=False)
    assert jobless.open_tasks() == ["jb_done"]


def test_an_objection_that_is_right_means_another_placement(jobless: Stage) -> None:
    publish(jobless)
    jobless.let_pass(until=at("2026-11-21", "24:00"))
    jobless.do("pb_down")
    jobless.complete("village_leader", "pb_down_2", villageObjection=True, villageObjectionText="这户的儿子在县城开店")
    jobless.complete("town_hr_clerk", "pb_object", objectionRelated=True)
    jobless.complete(
        "town_hr_clerk", "pb_check", objectionResult="成立", objectionFindings="到县城核实，儿子确实开店",
        objectionAnswer="经核实，反映的情况属实",
    )  # fmt: skip
    assert jobless.open_tasks() == ["jb_public_post"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
