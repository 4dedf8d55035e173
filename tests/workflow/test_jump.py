"""Sending a token to another element: 退回 and the like."""

import pytest

from engine.errors import Invalid
from engine.language.diagram import Process
from tests.workflow.draw import boundary, call, drawing, each, end, parallel, start, sub_process, user
from tests.workflow.stage import Stage


def row() -> Process:
    return drawing(
        start(), user("a"), boundary("late", "a", "timeDuration", "PT1H", interrupting=False), user("b"), user("c"),
        end("x"), end(), flows="start -> a -> b -> c -> end; late -> x",
    )  # fmt: skip


@pytest.mark.parametrize("saved", [False, True])
def test_a_task_is_returned_to_an_earlier_one_whose_timer_starts_anew(saved: bool) -> None:
    stage = Stage(row())
    stage.complete("a")
    stage.complete("b")
    if saved:
        stage.reload()
    stage.jump("c", "a")
    assert stage.open == ["a"] and list(stage.timers) == ["late"]
    assert stage.told("canceled") == ["canceled c"]
    for name in "abc":
        stage.complete(name)
    assert stage.ended


def test_leaving_by_a_jump_disarms_the_boundary_events() -> None:
    stage = Stage(row())
    stage.jump("a", "c")
    assert stage.open == ["c"] and stage.timers == {}


def test_forty_returns_leave_the_state_as_large_as_one() -> None:
    stage = Stage(row())
    sizes = set()
    for _ in range(40):
        stage.complete("a")
        stage.jump("b", "a")
        sizes.add(len(stage.machine.save()) - 4 * len(stage.task("a").token))
    assert max(sizes) - min(sizes) < 12


@pytest.mark.parametrize("target", ["late", "nowhere", "inner", "", "Start", "End", "a+"])
def test_some_targets_cannot_be_reached(target: str) -> None:
    part = sub_process("part", start("s"), user("inner"), flows="s -> inner")
    drawn = drawing(start(), user("a"), boundary("late", "a", "message", "m"), part, flows="start -> a -> part")
    stage = Stage(drawn)
    with pytest.raises(Invalid):
        stage.jump("a", target)
    assert stage.open == ["a"]
    stage.complete("a")
    assert stage.open == ["inner"]


def test_a_jump_out_of_a_sub_process_ends_it() -> None:
    part = sub_process("part", start("s"), parallel("f"), user("b"), user("c"), flows="s -> f -> b; f -> c")
    stage = Stage(drawing(start(), user("a"), part, end(), flows="start -> a -> part -> end"))
    stage.complete("a")
    stage.jump("b", "a")
    assert stage.open == ["a"] and sorted(stage.told("canceled")) == ["canceled b", "canceled c", "canceled part"]
    stage.reload()
    stage.complete("a")
    assert sorted(stage.open) == ["b", "c"]


def branches() -> Process:
    return drawing(
        start(), user("first"), parallel("f"), user("a"), user("b"), user("c"), parallel("j"), user("last"),
        flows="start -> first -> f -> a -> b -> j; f -> c -> j -> last",
    )  # fmt: skip


def test_within_a_branch_a_token_may_go_back_while_the_others_go_on() -> None:
    stage = Stage(branches())
    stage.complete("first")
    stage.complete("a")
    stage.jump("b", "a")
    assert sorted(stage.open) == ["a", "c"]
    for name in "cab":
        stage.complete(name)
    assert stage.open == ["last"]


@pytest.mark.parametrize("target", ["first", "last", "c"])
def test_a_jump_out_of_its_branch_is_refused_while_others_are_under_way(target: str) -> None:
    stage = Stage(branches())
    stage.complete("first")
    with pytest.raises(Invalid):
        stage.jump("a", target)
    assert sorted(stage.open) == ["a", "c"]


def test_after_the_join_a_jump_back_before_the_fork_is_possible() -> None:
    stage = Stage(branches())
    for name in ("first", "a", "b", "c"):
        stage.complete(name)
    stage.jump("last", "first")
    for name in ("first", "a", "c", "b", "last"):
        stage.complete(name)
    assert stage.ended


def test_a_jump_out_of_a_multi_instance_task_takes_all_instances() -> None:
    drawn = drawing(start(), user("a"), user("sign", loop=each("people", "person")), flows="start -> a -> sign")
    stage = Stage(drawn, people=[1, 2, 3])
    stage.complete("a")
    stage.machine.jump(stage.task("sign", 1).token, "a")
    assert stage.open == ["a"]


def test_a_jump_may_end_a_called_process() -> None:
    called = drawing(start("s"), user("b"), flows="s -> b", id="part")
    stage = Stage(drawing(start(), user("a"), call("do", "part"), flows="start -> a -> do"), called)
    stage.complete("a")
    stage.jump("b", "a")
    assert stage.open == ["a"]
