"""Gateways: which way a token goes, and when branches come together, also in loops."""

from itertools import permutations

import pytest

from engine.errors import ExecutionFailed
from engine.language.diagram import Process
from tests.workflow.draw import drawing, end, exclusive, inclusive, parallel, start, user
from tests.workflow.stage import Stage


def choice(default: str | None = "x_c") -> Process:
    return drawing(
        start(), exclusive("x", default=default), user("a"), user("b"), user("c"), end(),
        flows="start -> x; x -> a if v > 10; x -> b if v > 1; x -> c -> end; a -> end; b -> end"
        if default
        else "start -> x; x -> a if v > 10; x -> b if v > 1; a -> end; b -> end; c -> end",
    )  # fmt: skip


@pytest.mark.parametrize(("value", "taken"), [(20, "a"), (5, "b"), (0, "c")])
def test_an_exclusive_gateway_takes_the_first_flow_in_document_order_that_holds(value: int, taken: str) -> None:
    assert Stage(choice(), v=value).open == [taken]


def test_without_default_and_condition_the_case_stops() -> None:
    with pytest.raises(ExecutionFailed) as failed:
        Stage(choice(default=None), v=0)
    assert failed.value.element_id == "x"


@pytest.mark.parametrize("variables", [{}, {"v": None}, {"v": "many"}])
def test_a_condition_that_is_neither_true_nor_false_stops_the_case(variables: dict[str, object]) -> None:
    with pytest.raises(ExecutionFailed, match="true or false") as failed:
        Stage(choice(), **variables)
    assert failed.value.element_id == "x"


def fork_and_join(gateway: str) -> Process:
    make = {"parallel": parallel, "inclusive": inclusive}[gateway]
    return drawing(
        start(), exclusive("again"), make("fork"), user("a"), user("b"), user("c"), make("join"), user("check"),
        exclusive("x", default="x_end"), end(),
        flows="start -> again -> fork -> a -> join; fork -> b -> join; fork -> c -> join;"
        "join -> check -> x -> end; x -> again if redo"
        if gateway == "parallel"
        else "start -> again -> fork -> a if true; a -> join; fork -> b if v > 1; b -> join; fork -> c if v > 2;"
        "c -> join -> check -> x -> end; x -> again if redo",
    )  # fmt: skip


@pytest.mark.parametrize("first", list(permutations("abc")))
@pytest.mark.parametrize("second", list(permutations("abc")))
@pytest.mark.parametrize("saved", [False, True])
@pytest.mark.parametrize("gateway", ["parallel", "inclusive"])
def test_a_join_in_a_loop_waits_for_all_branches_in_every_round(
    gateway: str, saved: bool, first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    stage = Stage(fork_and_join(gateway), redo=True, v=3)
    for order in (first, second, first):
        for name in order:
            assert name in stage.open and "check" not in stage.open
            stage.complete(name)
            if saved:
                stage.reload()
        assert stage.open == ["check"]
        stage.complete("check")
    assert sorted(stage.open) == ["a", "b", "c"]


@pytest.mark.parametrize(("value", "taken"), [(0, ["a"]), (2, ["a", "b"]), (3, ["a", "b", "c"])])
def test_an_inclusive_gateway_takes_every_flow_that_holds_and_waits_for_just_these(
    value: int, taken: list[str]
) -> None:
    stage = Stage(fork_and_join("inclusive"), v=value, redo=False)
    assert stage.open == taken
    for name in taken:
        assert "check" not in stage.open
        stage.complete(name)
    assert stage.open == ["check"]


def test_an_inclusive_gateway_takes_its_default_when_nothing_holds() -> None:
    drawn = drawing(start(), inclusive("fork", default="fork_b"), user("a"), user("b"),
                    flows="start -> fork; fork -> a if v; fork -> b")  # fmt: skip
    assert Stage(drawn, v=False).open == ["b"]
    assert Stage(drawn, v=True).open == ["a"]


def test_an_inclusive_gateway_without_a_way_stops_the_case() -> None:
    drawn = drawing(start(), inclusive("fork"), user("a"), user("b"),
                    flows="start -> fork; fork -> a if v; fork -> b if v")  # fmt: skip
    with pytest.raises(ExecutionFailed) as failed:
        Stage(drawn, v=False)
    assert failed.value.element_id == "fork"


def test_an_inclusive_join_does_not_wait_for_a_branch_that_cannot_come_any_more() -> None:
    drawn = drawing(
        start(), parallel("fork"), user("a"), user("b"), exclusive("x", default="x_away"), inclusive("join"),
        user("after"), end("away"), end(),
        flows="start -> fork -> a -> join; fork -> b -> x -> away; x -> join if v; join -> after -> end",
    )  # fmt: skip
    stage = Stage(drawn, v=False)
    stage.complete("a")
    assert stage.open == ["b"]
    stage.complete("b")
    assert stage.open == ["after"]


def test_a_parallel_join_keeps_what_comes_twice_by_one_flow_for_the_next_round() -> None:
    drawn = drawing(
        start(), parallel("fork"), user("a"), user("b"), user("c"), exclusive("m"), parallel("join"), user("after"),
        flows="start -> fork -> a -> m; fork -> b -> m -> join; fork -> c -> join -> after",
    )  # fmt: skip
    stage = Stage(drawn)
    stage.complete("a")
    stage.complete("b")
    assert stage.open == ["c"]
    stage.complete("c")
    assert stage.open == ["after"]
    stage.complete("after")
    assert not stage.ended and stage.open == []


def test_several_flows_out_of_a_task_are_taken_all() -> None:
    stage = Stage(drawing(start(), user("a"), user("b"), user("c"), flows="start -> a -> b; a -> c"))
    stage.complete("a")
    assert stage.open == ["b", "c"]


def test_the_case_ends_only_when_the_last_branch_has_ended() -> None:
    drawn = drawing(start(), parallel("fork"), user("a"), user("b"), end("x"), end("y"),
                    flows="start -> fork -> a -> x; fork -> b -> y")  # fmt: skip
    stage = Stage(drawn)
    stage.complete("b")
    assert not stage.ended
    stage.complete("a")
    assert stage.ended and stage.ends == ["y", "x"]


def test_the_trail_enters_a_join_once() -> None:
    stage = Stage(fork_and_join("parallel"), redo=False)
    for name in "abc":
        stage.complete(name)
    assert stage.told().count("entered join") == stage.told().count("completed join") == 1
