"""撤回: one act taken back, exactly, and only while what it led to still stands."""

import json
from random import Random
from typing import Any

import pytest

from engine.errors import Conflict
from engine.language.diagram import Process
from engine.workflow import load
from tests.workflow.draw import boundary, drawing, each, end, parallel, start, sub_process, user
from tests.workflow.stage import Stage
from tests.workflow.test_regions import Walk


def completed(stage: Stage, element_id: str, index: int | None = None) -> Any:
    """Complete a task; what that did."""
    before = stage.machine.save()
    stage.complete(element_id, index)
    return stage.machine.difference(before)


def tokens(state: bytes) -> Any:
    kept = json.loads(state)
    return sorted(kept["tokens"]), sorted([host, name, sorted(rows)] for host, name, rows in kept["inside"])


def section() -> Process:
    part = sub_process("part", start("s"), user("b"), end("e"), flows="s -> b -> e")
    return drawing(
        start(), parallel("f"), user("a"), boundary("late", "a", "timeDuration", "PT1H"), part, parallel("j"),
        user("z"), end(), end("x"), flows="start -> f -> a -> j; f -> part -> j -> z -> end; late -> x",
    )  # fmt: skip


def test_the_task_comes_back_with_its_number_and_its_timer() -> None:
    stage = Stage(section())
    before, due = stage.machine.save(), stage.timers["late"]
    undo = completed(stage, "a")
    stage.wait(minutes=5)
    stage.machine.take_back(undo)
    assert tokens(stage.machine.save()) == tokens(before)
    assert stage.timers["late"] == due
    stage.reload()
    assert stage.wait(hours=2) == ["late"]


def test_a_join_that_had_fired_waits_again_and_an_ended_sub_process_runs_again() -> None:
    stage = Stage(section())
    stage.complete("a")
    before = stage.machine.save()
    undo = completed(stage, "b")
    assert stage.open == ["z"]
    stage.reload()
    stage.machine.take_back(undo)
    assert tokens(stage.machine.save()) == tokens(before)
    assert stage.told() == ["canceled z", "entered part", "entered b"]
    stage.complete("b")
    assert stage.open == ["z"]


def test_others_may_have_moved_on_meanwhile() -> None:
    stage = Stage(section())
    undo = completed(stage, "a")
    stage.machine.take_back(undo)
    undo = completed(stage, "b")
    stage.wait(minutes=1)
    assert stage.machine.may_take_back(undo)
    stage.complete("a")
    assert not stage.machine.may_take_back(undo)
    with pytest.raises(Conflict):
        stage.machine.take_back(undo)


@pytest.mark.parametrize("sequential", [False, True])
def test_an_instance_comes_back_among_the_others(sequential: bool) -> None:
    loop = each("people", "person", sequential=sequential)
    stage = Stage(drawing(start(), user("sign", loop=loop), end(), flows="start -> sign -> end"), people=[1, 2, 3])
    undo = completed(stage, "sign", 0)
    stage.machine.take_back(undo)
    assert stage.task("sign", 0)
    assert len(stage.open) == (1 if sequential else 3)
    stage.reload()
    for _ in range(3):
        stage.complete("sign")
    assert stage.ended


def test_signers_whose_signature_was_no_longer_needed_are_asked_again() -> None:
    loop = each("people", "person", completion="numberOfCompletedInstances = 1")
    stage = Stage(drawing(start(), user("sign", loop=loop), user("z"), flows="start -> sign -> z"), people=[1, 2, 3])
    undo = completed(stage, "sign", 1)
    assert stage.open == ["z"]
    stage.machine.take_back(undo)
    assert sorted(task.index or 0 for task in stage.machine.user_tasks()) == [0, 1, 2]


@pytest.mark.parametrize("part", range(3))
def test_taking_back_gives_what_would_be_if_it_had_never_happened(part: int) -> None:
    """Complete one task and then another; taking the first back leaves what completing only the second leads to."""
    for seed in range(part * 25, part * 25 + 25):
        walk, choose = Walk(seed), Random(seed)
        for _ in range(15):
            if not walk.stage.ended:
                walk.act()
        if not walk.stage.ended:
            check(walk, choose)


def check(walk: Walk, choose: Random) -> None:
    stage, before = walk.stage, walk.stage.machine.save()
    waiting = sorted(walk.waiting().items())
    (_, token), (_, other) = choose.choice(waiting), choose.choice(waiting)
    stage.machine.complete(token)
    if stage.ended:
        return
    undo = json.loads(json.dumps(stage.machine.difference(before)))
    if other != token and other in walk.waiting().values():
        stage.machine.complete(other)
    else:
        other = token
    stage.reload()
    if not stage.machine.may_take_back(undo):
        assert other != token
        return
    stage.machine.take_back(undo)
    stage.reload()
    left = sorted(walk.waiting())
    stage.machine = load(stage.definition, before, stage.world)
    if other != token:
        stage.machine.complete(other)
    assert left == sorted(walk.waiting())
