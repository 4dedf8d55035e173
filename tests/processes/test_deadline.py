"""办理时限: what happens beside a task when its time runs out."""

from tests.processes.stage import Stage, at

PROCESS = "deadline"


def test_nothing_stands_beside_a_task_that_is_done_in_time(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-16", "20:00"))
    stage.complete("county_water_clerk", "wt_take", inScope=True, town="532622101", urgency="一般")
    assert stage.companions("deadline") == []
    assert stage.told("county_water_clerk", "T02") == []


def test_the_clerk_is_reminded_four_hours_before_the_24_hours_are_over(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "05:00"))
    assert stage.told("county_water_clerk", "T02") == ["x"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
