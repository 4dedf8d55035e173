"""Sending a token to another step: 退回 to an earlier one, and 直接提交 from there back to who sent it."""

import pytest

from engine.errors import Conflict, Invalid
from engine.language.diagram import Process
from tests.workflow.draw import (
    boundary,
    call,
    drawing,
    each,
    end,
    exclusive,
    inclusive,
    parallel,
    service,
    start,
    sub_process,
    user,
)
from tests.workflow.stage import Stage


def row() -> Process:
    return drawing(
        start(), user("a"), boundary("late", "a", "timeDuration", "PT1H", interrupting=False), user("b"), user("c"),
        end("x"), end(), flows="start -> a -> b -> c -> end; late -> x",
    )  # fmt: skip


def at(stage: Stage, *names: str) -> Stage:
    """The stage after these steps."""
    for name in names:
        stage.complete(name)
    return stage


@pytest.mark.parametrize("saved", [False, True])
def test_a_task_is_returned_to_an_earlier_one_whose_timer_starts_anew(saved: bool) -> None:
    stage = at(Stage(row()), "a", "b")
    if saved:
        stage.reload()
    stage.send_back("c", "a")
    assert stage.open == ["a"] and list(stage.timers) == ["late"]
    assert stage.told("canceled") == ["canceled c"]
    assert at(stage, "a", "b", "c").ended


def test_leaving_by_a_return_disarms_the_boundary_events() -> None:
    drawn = drawing(start(), user("a"), user("b"), boundary("late", "b", "timeDuration", "PT1H"), user("c"),
                    flows="start -> a -> b -> c; late -> c")  # fmt: skip
    stage = at(Stage(drawn), "a")
    stage.send_back("b", "a")
    assert stage.open == ["a"] and stage.timers == {}


@pytest.mark.parametrize("target", ["late", "nowhere", "inner", "part", "", "start", "end", "a+", "a", "/"])
def test_only_steps_of_people_on_the_way_can_be_reached(target: str) -> None:
    part = sub_process("part", start("s"), user("inner"), flows="s -> inner")
    drawn = drawing(
        start(), user("a"), boundary("late", "a", "message", "m"), part, end(), flows="start -> a -> part -> end"
    )
    stage = Stage(drawn)
    with pytest.raises(Invalid) as refusal:
        stage.send_back("a", target)
    assert refusal.value.problems == {"to": [refusal.value.notice]}
    assert stage.open == ["a"]
    assert at(stage, "a").open == ["inner"]


def test_a_later_step_is_no_target_unless_a_loop_leads_back_from_it() -> None:
    flows = "start -> a -> b -> x; x -> a if again; x -> end"
    stage = Stage(drawing(start(), user("a"), user("b"), exclusive("x", default="x_end"), end(), flows=flows))
    assert stage.machine.way_back(stage.task("a").token, "b") is not None
    stage = Stage(row())
    assert stage.machine.way_back(stage.task("a").token, "b") is None


def test_a_token_that_has_moved_on_cannot_be_sent() -> None:
    stage = Stage(row())
    token = stage.task("a").token
    stage.complete("a")
    with pytest.raises(Conflict):
        stage.machine.send_back(token, "a")


# sub-processes and instances


def test_a_return_out_of_a_sub_process_ends_it() -> None:
    part = sub_process("part", start("s"), parallel("f"), user("b"), user("c"), flows="s -> f -> b; f -> c")
    stage = at(Stage(drawing(start(), user("a"), part, end(), flows="start -> a -> part -> end")), "a")
    stage.send_back("b", "a")
    assert stage.open == ["a"] and sorted(stage.told("canceled")) == ["canceled b", "canceled c", "canceled part"]
    stage.reload()
    assert sorted(at(stage, "a").open) == ["b", "c"]


def test_a_return_may_end_a_called_process_but_never_reach_into_one() -> None:
    called = drawing(start("s"), user("b"), flows="s -> b", id="part")
    drawn = drawing(start(), user("a"), call("do", "part"), user("c"), flows="start -> a -> do -> c")
    stage = at(Stage(drawn, called), "a")
    stage.send_back("b", "a")
    assert stage.open == ["a"]
    at(stage, "a", "b")
    with pytest.raises(Invalid):
        stage.send_back("c", "b")


def test_a_return_within_an_instance_leaves_the_others_alone_and_one_before_takes_all() -> None:
    part = sub_process("part", start("s"), user("b"), user("c"), end("e"), flows="s -> b -> c -> e",
                       loop=each("people", "person"))  # fmt: skip
    stage = at(Stage(drawing(start(), user("a"), part, flows="start -> a -> part"), people=[1, 2, 3]), "a")
    at(stage, "b", "b")
    assert sorted(stage.open) == ["b", "c", "c"]
    stage.send_back("c", "b")
    assert sorted(stage.open) == ["b", "b", "c"]
    stage.send_back("c", "a")
    assert stage.open == ["a"]


def test_a_return_from_one_signer_takes_the_task_from_all() -> None:
    drawn = drawing(start(), user("a"), user("sign", loop=each("people", "person")), end(),
                    flows="start -> a -> sign -> end")  # fmt: skip
    stage = at(Stage(drawn, people=[1, 2, 3]), "a", "sign")
    stage.machine.send_back(stage.task("sign", 1).token, "a")
    assert stage.open == ["a"]
    assert len(at(stage, "a").open) == 3


# sections


def branches() -> Process:
    return drawing(
        start(), user("first"), parallel("f"), user("a"), user("b"), user("c"), parallel("j"), user("last"),
        flows="start -> first -> f -> a -> b -> j; f -> c -> j -> last",
    )  # fmt: skip


def test_within_a_branch_a_token_may_go_back_while_the_others_go_on() -> None:
    stage = at(Stage(branches()), "first", "a")
    stage.send_back("b", "a")
    assert sorted(stage.open) == ["a", "c"]
    assert at(stage, "c", "a", "b").open == ["last"]


def test_a_return_before_the_section_ends_all_branches_also_those_that_are_through() -> None:
    stage = at(Stage(branches()), "first", "c", "a")
    token = stage.task("b").token
    assert stage.machine.way_back(token, "first") == frozenset({"first", "f", "a", "b", "c"})
    stage.send_back("b", "first")
    assert stage.open == ["first"]
    assert sorted(at(stage, "first").open) == ["a", "c"]
    assert at(stage, "c", "a", "b").open == ["last"]
    assert stage.told("completed").count("completed j") == 1


@pytest.mark.parametrize("target", ["last", "c"])
def test_no_return_leads_into_another_branch_or_behind_the_section(target: str) -> None:
    stage = at(Stage(branches()), "first")
    with pytest.raises(Invalid):
        stage.send_back("a", target)
    assert sorted(stage.open) == ["a", "c"]


@pytest.mark.parametrize(("gateway", "target", "again"), [
    (parallel, "c", ["c"]), (parallel, "b", ["b"]), (inclusive, "a", ["a", "b"]),
])  # fmt: skip
def test_behind_the_section_one_branch_is_redone_and_the_others_keep_what_they_did(
    gateway: object, target: str, again: list[str]
) -> None:
    drawn = drawing(
        start(), user("first"), gateway("f"), user("a"), user("b"), user("c"), gateway("j"), user("last"), end(),  # type: ignore[operator]
        flows="start -> first -> f; f -> a if 1 = 1; a -> b -> j; f -> c if 1 = 1; c -> j -> last -> end"
        if gateway is inclusive else "start -> first -> f -> a -> b -> j; f -> c -> j -> last -> end",
    )  # fmt: skip
    stage = at(Stage(drawn), "first", "a", "b", "c")
    stage.send_back("last", target)
    assert stage.open == [target]
    stage.reload()
    assert at(stage, *again).open == ["last"]
    assert at(stage, "last").ended


def test_after_the_section_a_return_before_it_is_possible() -> None:
    stage = at(Stage(branches()), "first", "a", "b", "c")
    stage.send_back("last", "first")
    assert at(stage, "first", "a", "c", "b", "last").ended


def test_a_branch_that_may_end_everything_does_not_hide_its_section() -> None:
    drawn = drawing(
        start(), user("first"), parallel("f"), user("a"), exclusive("ok", default="ok_no"), user("b"), end("no"),
        user("c"), parallel("j"), user("last"),
        flows="start -> first -> f -> a -> ok; ok -> b if 1 = 1; ok -> no; b -> j; f -> c -> j -> last",
    )  # fmt: skip
    stage = at(Stage(drawn), "first", "a")
    stage.send_back("b", "a")
    assert sorted(stage.open) == ["a", "c"]
    at(stage, "a", "b", "c")
    stage.send_back("last", "a")
    assert stage.open == ["a"]
    assert at(stage, "a", "b").open == ["last"]


def test_what_an_event_has_begun_beside_an_earlier_step_stays_until_that_step_is_redone() -> None:
    drawn = drawing(
        start(), user("a"), user("b"), boundary("late", "b", "timeDuration", "PT1H", interrupting=False), user("look"),
        user("c"), user("d"), end("x"), end(), flows="start -> a -> b -> c -> d -> end; late -> look -> x",
    )  # fmt: skip
    stage = at(Stage(drawn), "a")
    stage.wait(hours=2)
    at(stage, "b", "c")
    stage.send_back("d", "c")
    assert sorted(stage.open) == ["c", "look"]
    stage.send_back("c", "b")
    assert stage.open == ["b"] and list(stage.timers) == ["late"]


# straight back


def test_a_redone_step_goes_straight_to_the_one_that_returned_it() -> None:
    stage = at(Stage(row()), "a", "b")
    stage.send_back("c", "a")
    stage.machine.send_on(stage.task("a").token, "c")
    assert stage.open == ["c"] and stage.timers == {}
    assert stage.told()[-2:] == ["completed a", "entered c"]
    assert at(stage, "c").ended


def test_straight_on_is_refused_where_branches_were_ended() -> None:
    stage = at(Stage(branches()), "first", "a")
    stage.send_back("b", "first")
    token = stage.task("first").token
    assert not stage.machine.may_send_on(token, "b") and stage.machine.may_send_on(token, "last")
    with pytest.raises(Invalid):
        stage.machine.send_on(token, "b")


def test_straight_on_passes_the_join_only_when_the_other_branches_are_through() -> None:
    stage = at(Stage(branches()), "first", "a", "b", "c")
    stage.send_back("last", "b")
    stage.machine.send_on(stage.task("b").token, "last")
    assert stage.open == ["last"]
    stage = at(Stage(branches()), "first", "a")
    assert not stage.machine.may_send_on(stage.task("b").token, "last")


def test_one_of_several_signers_cannot_go_straight_on() -> None:
    drawn = drawing(start(), user("sign", loop=each("people", "person")), user("a"), flows="start -> sign -> a")
    stage = at(Stage(drawn, people=[1, 2]), "sign", "sign")
    stage.send_back("a", "sign")
    assert not stage.machine.may_send_on(stage.task("sign", 0).token, "a")


# without end


def test_a_thousand_returns_are_like_the_first() -> None:
    """State and tokens of a round; the rounds lie in a section with a sub-process and a service, as cases do."""
    part = sub_process("part", start("s"), user("b"), boundary("late", "b", "timeDuration", "P1D"), user("c"),
                       end("e"), flows="s -> b -> c -> e; late -> c")  # fmt: skip
    drawn = drawing(start(), user("first"), parallel("f"), user("a"), service("tell"), part, user("other"),
                    parallel("j"), user("last"), end(),
                    flows="start -> first -> f -> a -> tell -> part -> j; f -> other -> j -> last -> end")  # fmt: skip
    stage, sizes = at(Stage(drawn), "first"), []
    for _ in range(1000):
        at(stage, "a", "b")
        stage.send_back("c", "a")
        stage.reload()
        sizes.append((len(stage.machine.user_tasks()), len(stage.machine.save()) - 4 * len(stage.task("a").token)))
    assert max(size for _, size in sizes) - min(size for _, size in sizes) < 20
    assert {count for count, _ in sizes} == {2}
    assert at(stage, "a", "b", "c", "other", "last").ended
