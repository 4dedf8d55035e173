"""The saved state: small, flat, deterministic, without case data."""

import gc
import json
import tracemalloc
from time import process_time

import pytest

from engine.errors import Conflict
from engine.language.diagram import Process
from engine.workflow import Machine, definition, load, start
from tests.workflow.draw import drawing, end, exclusive, parallel, user
from tests.workflow.draw import start as begin
from tests.workflow.stage import Stage


def round_trip() -> Process:
    return drawing(
        begin(), exclusive("m"), user("a"), user("b"), exclusive("x", default="x_end"), end(),
        flows="start -> m -> a -> b -> x -> end; x -> m if again",
    )  # fmt: skip


def test_a_thousand_rounds_of_a_return_behave_as_the_first() -> None:
    stage = Stage(round_trip(), again=True)
    sizes, trails = set(), set()
    for _ in range(1000):
        for name in "ab":
            stage.reload()
            stage.complete(name)
        trails.add(tuple(stage.told()))
        sizes.add(len(stage.machine.save().replace(stage.task("a").token.encode(), b"")))
    assert len(trails) == 1 and len(sizes) == 1
    stage.reload()
    stage.complete("a")
    stage.complete("b", again=False)
    assert stage.ended


def test_a_thousand_rounds_in_memory_keep_no_history() -> None:
    stage = Stage(round_trip(), again=True)
    for _ in range(1000):
        stage.complete("a")
        stage.complete("b")
    assert len(stage.machine._case.tasks) == 2


def row(length: int) -> Process:
    names = [f"u{number}" for number in range(length)]
    flows = " -> ".join(["start", *names, "end"])
    return drawing(begin(), *(user(name) for name in names), end(), flows=flows)


def step_cost(length: int) -> float:
    """CPU seconds of six steps, each loaded and saved."""
    stage = Stage(row(length))
    begun = process_time()
    for _ in range(6):
        stage.reload()
        stage.machine.complete(stage.machine.user_tasks()[0].token)
        stage.machine.save()
    return process_time() - begun


def test_a_step_costs_the_same_in_a_row_of_six_and_of_six_hundred() -> None:
    short = min(step_cost(6) for _ in range(15))
    long = min(step_cost(600) for _ in range(15))
    assert long < 2 * short


def test_the_state_of_a_long_row_is_as_small_as_that_of_a_short_one() -> None:
    assert len(Stage(row(600)).machine.save()) == len(Stage(row(6)).machine.save()) < 200


def test_saving_twice_gives_the_same_bytes_and_loading_changes_nothing() -> None:
    stage = Stage(round_trip(), again=True)
    state = stage.machine.save()
    assert stage.machine.save() == state == load(stage.definition, state, stage.world).save()
    assert stage.machine.state_hash() == load(stage.definition, state, stage.world).state_hash()


def test_case_data_in_a_token_is_noticed_at_save() -> None:
    stage = Stage(round_trip(), again=True)
    next(iter(stage.machine._case.tasks.values())).data["leak"] = 1
    with pytest.raises(RuntimeError, match="leak"):
        stage.machine.save()


def test_no_variable_enters_the_state() -> None:
    stage = Stage(round_trip(), again=True, secret="刻意可寻的值")
    stage.complete("a")
    assert "刻意可寻" not in stage.machine.save().decode() and "secret" not in stage.machine.save().decode()


def test_the_state_of_another_process_is_refused() -> None:
    state = Stage(row(6)).machine.save()
    other = Stage(round_trip(), again=True)
    with pytest.raises(Conflict):
        load(other.definition, state, other.world)


def test_a_state_of_a_later_form_is_refused() -> None:
    stage = Stage(row(6))
    state = json.loads(stage.machine.save()) | {"form": 99}
    with pytest.raises(Conflict):
        load(stage.definition, json.dumps(state).encode(), stage.world)


def test_tokens_are_short_and_in_order() -> None:
    stage = Stage(drawing(begin(), parallel("f"), user("a"), user("b"), flows="start -> f -> a; f -> b"))
    tokens = [task.token for task in stage.machine.user_tasks()]
    assert tokens == sorted(tokens, key=int) and all(len(token) < 3 for token in tokens)


def test_two_cases_of_one_definition_do_not_touch_each_other() -> None:
    first = Stage(round_trip(), again=True)
    second = Stage(round_trip(), again=True)
    compiled = definition("shared", {"main": round_trip()}, "main")
    one: Machine = start(compiled, first.world)
    two: Machine = start(compiled, second.world)
    one.complete(one.user_tasks()[0].token)
    assert [task.element.id for task in one.user_tasks()] == ["b"]
    assert [task.element.id for task in two.user_tasks()] == ["a"]


def test_many_loads_leave_nothing_behind() -> None:
    stage = Stage(round_trip(), again=True)
    for _ in range(50):
        stage.reload()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.take_snapshot()
    for _ in range(300):
        stage.reload()
    gc.collect()
    grown = sum(line.size_diff for line in tracemalloc.take_snapshot().compare_to(before, "filename"))
    tracemalloc.stop()
    assert grown < 100_000
