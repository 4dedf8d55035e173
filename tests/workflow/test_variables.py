"""What expressions can read: one scope of variables, items, and what the world knows besides."""

from datetime import timedelta

import pytest

from engine.errors import ExecutionFailed
from engine.language.feel import make_function
from engine.workflow import World
from tests.workflow.draw import boundary, catch, drawing, exclusive, script, start, user
from tests.workflow.stage import BEGIN, Stage


def test_a_form_s_answer_decides_the_next_way() -> None:
    drawn = drawing(start(), user("ask"), exclusive("x", default="x_no"), user("yes"), user("no"),
                    flows='start -> ask -> x -> no; x -> yes if answer = "yes"')  # fmt: skip
    stage = Stage(drawn, answer="no")
    stage.complete("ask", answer="yes")
    assert stage.open == ["yes"]


def test_chinese_names_can_be_read() -> None:
    drawn = drawing(start(), exclusive("x", default="x_b"), user("a"), user("b"),
                    flows="start -> x -> b; x -> a if 申请人.年龄 >= 60 and 人均收入 < 700")  # fmt: skip
    assert Stage(drawn, 申请人={"年龄": 61}, 人均收入=699.5).open == ["a"]


def test_expressions_may_read_what_the_world_knows_but_it_never_becomes_a_variable() -> None:
    drawn = drawing(start(), user("a"), script("s", "twice(n)", "m"), user("b"), flows="start -> a -> s -> b")
    stage = Stage(drawn, n=4)
    stage.world.known = {"twice": make_function("twice", ["value"], lambda value: value * 2)}
    stage.complete("a")
    assert stage.variables == {"n": 4, "m": 8}
    assert stage.machine.evaluate("twice(m) + 1") == 17


def test_a_variable_of_the_case_goes_before_what_the_world_knows() -> None:
    stage = Stage(drawing(start(), user("a"), flows="start -> a"), n=4)
    stage.world.known = {"n": 5}
    assert stage.machine.evaluate("n") == 4


def test_without_a_deadline_a_timer_reads_due_at_as_a_variable() -> None:
    stage = Stage(drawing(start(), catch("wait", "timeDate", "dueAt"), flows="start -> wait"),
                  dueAt="2026-03-05T09:00:00+08:00")  # fmt: skip
    assert stage.timers["wait"].due_at == BEGIN + timedelta(days=3)


def test_the_deadline_of_a_timer_goes_before_a_variable_of_that_name() -> None:
    drawn = drawing(start(), user("first"), user("a"), boundary("late", "a", "timeDate", "dueAt"), user("b"),
                    flows="start -> first -> a; late -> b")  # fmt: skip
    stage = Stage(drawn, dueAt="2020-01-01T00:00:00Z")
    stage.world.due = lambda element, path: BEGIN + timedelta(days=1 if element.id == "late" else 9)
    stage.complete("first")
    assert stage.timers["late"].due_at == BEGIN + timedelta(days=1)


def test_values_are_read_anew_after_every_act() -> None:
    drawn = drawing(start(), user("a"), script("s", "n + 1", "n"), exclusive("m"), user("b"),
                    flows="start -> m -> a -> s -> b -> m")  # fmt: skip
    stage = Stage(drawn, n=1)
    stage.complete("a")
    stage.variables["n"] = 10
    stage.complete("b")
    stage.complete("a")
    assert stage.variables["n"] == 11


def test_a_world_needs_no_more_than_its_four_parts() -> None:
    world = World(BEGIN, {}, lambda element, variables: {}, lambda element, decision, variables: None)
    assert world.known == {} and world.variables == {}


def test_a_filter_reads_the_item_s_entries_and_the_case_s_variables() -> None:
    drawn = drawing(start(), script("s", "people[age > limit].name", "old"), flows="start -> s")
    people = [{"name": "甲", "age": 71}, {"name": "乙", "age": 18}]
    assert Stage(drawn, people=people, limit=60).variables["old"] == ["甲"]


def test_a_variable_may_have_the_name_of_a_built_in_function() -> None:
    drawn = drawing(start(), script("s", "count + 1", "n"), flows="start -> s")
    assert Stage(drawn, count=3).variables["n"] == 4


@pytest.mark.parametrize(
    ("feel", "kept"),
    [('duration("P1DT2H")', "P1DT2H"), ('date("2026-03-05")', "2026-03-05"), ('{"a": [1, null]}', {"a": [1, None]})],
)
def test_every_value_is_kept_as_json(feel: str, kept: object) -> None:
    assert Stage(drawing(start(), script("s", feel, "x"), flows="start -> s")).variables["x"] == kept


@pytest.mark.parametrize("feel", ["[1..3]", "function(a) a", "{a: [1..3]}"])
def test_what_a_case_cannot_keep_stops_it_at_the_element(feel: str) -> None:
    with pytest.raises(ExecutionFailed) as failed:
        Stage(drawing(start(), script("s", feel, "x"), flows="start -> s"))
    assert failed.value.element_id == "s"
