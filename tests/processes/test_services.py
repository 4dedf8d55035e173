"""What the inline services of the shipped diagrams write, and how messages name the step that waits."""

from tests.processes.stage import Stage, at

PROCESS = "rating"


def test_the_stars_become_those_of_the_case(stage: Stage) -> None:
    stage.bring_to("rt_rate")
    assert stage.case().stars is None
    stage.do("rt_rate", stars=5, anonymous=True)
    assert stage.case().stars == 5
    given = [event.payload for event in stage.journal() if event.kind == "rating_given"]
    assert [(payload["stars"], payload["anonymous"]) for payload in given] == [(5, True)]


def test_a_second_rating_replaces_the_first(stage: Stage) -> None:
    stage.bring_to("rt_rerate")
    assert stage.case().stars == 1
    stage.do("rt_rerate", stars=4)
    assert stage.case().stars == 4
    given = [event.payload for event in stage.journal() if event.kind == "rating_given"]
    assert [(payload["stars"], payload["anonymous"]) for payload in given] == [(1, False), (4, False)]


def test_a_case_that_nobody_rated_has_no_stars(stage: Stage) -> None:
    stage.bring_to("rt_rate")
    stage.let_pass(until=at("2026-12-01", "24:00"))
    assert (stage.case().stars, stage.companion("rating").outcome_text) == (None, "默认未评价")


def test_a_clerk_who_is_urged_reads_which_step_waits(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.urge()
    assert [text.split("，")[2] for text in stage.told("town_water_clerk", "T06")] == ["现场核实"]
