"""控辍保学, back at school (domain B8 #9 and #10): a place, and a look after 7 days, 30 days and at the end of term."""

import pytest

from engine.errors import Invalid
from tests.processes.stage import Stage, at

ITEM, PROCESS = "dropout", "dropout_return"


def test_a_returned_child_gets_a_place_within_three_working_days(stage: Stage) -> None:
    stage.bring_to("do_return")
    task = stage.task("do_return")
    assert (task.role_key, task.due_at) == ("county_edu_clerk", at("2026-11-19", "24:00"))
    with pytest.raises(Invalid) as refusal:
        stage.do("do_return", termEndsOn="2026-11-01", classForm=None)
    assert set(refusal.value.problems) == {"termEndsOn", "classForm"}


def test_the_school_looks_after_7_days_after_30_and_at_the_end_of_term(stage: Stage) -> None:
    stage.bring_to("do_return")
    stage.do("do_return")
    # Two working days each: the second time over a weekend, the third time from a Saturday on.
    due = {"2026-11-23": "2026-11-26", "2026-12-16": "2026-12-21", "2027-01-15": "2027-01-19"}
    for number, (day, last) in enumerate(due.items(), start=1):
        stage.let_pass(until=at(day, "23:59"))
        assert stage.open_tasks() == []
        stage.let_pass(until=at(day, "24:00"))
        task = stage.task("do_keep")
        assert (task.role_key, task.due_at) == ("school_staff", at(last, "24:00"))
        assert stage.case().variables["keepRound"] == number
        stage.do("do_keep")
    assert stage.open_tasks() == ["do_close"]


def test_a_child_who_leaves_again_ends_the_watch(stage: Stage) -> None:
    stage.bring_to("do_return")
    stage.do("do_return")
    stage.let_pass(until=at("2026-11-23", "24:00"))
    stage.do("do_keep", keepResult="再次失学", absentDays=5)
    assert stage.open_tasks() == ["do_s2"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
