"""Beginning again at a step of a case that has ended."""

import pytest

from engine.errors import Invalid
from engine.language.diagram import Element, Process
from engine.workflow import reopen
from tests.workflow.draw import boundary, call, drawing, each, element, end, parallel, start, sub_process, user
from tests.workflow.stage import Stage


def case() -> tuple[Process, Process]:
    """A called process, a part with a boundary event and a loop, two branches beside each other, one step per item."""
    inside: tuple[Element, ...] = (start("s"), user("deep"), user("deeper"))
    main = drawing(
        start(), user("a"), call("called", "inner"), sub_process("part", start("ps"), user("b"), flows="ps -> b"),
        boundary("late", "part", "timeDuration", "PT1H", interrupting=False), end("x"), parallel("fork"), user("c"),
        user("d"), parallel("join"), user("many", loop=each("[1, 2]", "one")),
        sub_process("rounds", start("rs"), user("one_round"), flows="rs -> one_round", loop=each("[1, 2]", "one")),
        end(),
        flows="start -> a -> called -> part -> fork -> c -> join -> many -> rounds -> end; "
        "fork -> d -> join; late -> x",
    )  # fmt: skip
    return main, drawing(*inside, flows="s -> deep -> deeper", id="inner")


def again(stage: Stage, element_id: str) -> Stage:
    stage.machine = reopen(stage.definition, stage.world, element_id, after=500)
    return stage


def test_what_was_around_the_step_is_around_it_again() -> None:
    stage = again(Stage(*case()), "b")
    assert (stage.open, list(stage.timers)) == (["b"], ["late"])
    assert stage.told() == ["entered part", "entered b"]
    assert int(stage.task("b").token) > 500
    stage.reload()
    stage.complete("b")
    assert stage.open == ["c", "d"]


def test_a_called_process_goes_on_at_its_step_and_the_rest_follows_as_drawn() -> None:
    stage = again(Stage(*case()), "deeper")
    stage.complete("deeper")
    assert stage.open == ["b"]
    stage.complete("b")
    stage.complete("c")
    stage.complete("d")
    assert stage.open == ["many", "many"]


def test_a_step_for_each_item_begins_for_each() -> None:
    assert again(Stage(*case()), "many").open == ["many", "many"]


@pytest.mark.parametrize("target", ["c", "d", "one_round", "fork", "late", "x", "nowhere", ""])
def test_where_one_token_is_not_enough_no_case_begins_again(target: str) -> None:
    stage = Stage(*case())
    with pytest.raises(Invalid) as refusal:
        again(stage, target)
    assert refusal.value.notice is not None


def test_whole_case_events_are_heard_again() -> None:
    begin = element("startEvent", "heard", event=boundary("m", "a", "message", "STOP").event)
    react = element(
        "subProcess", "react", triggered_by_event=True,
        process=drawing(begin, end("stopped"), flows="heard -> stopped", id="react"),
    )  # fmt: skip
    stage = again(Stage(drawing(start(), user("a"), user("b"), end(), react, flows="start -> a -> b -> end")), "b")
    assert stage.messages == ["STOP"]
    stage.send("STOP")
    assert stage.ended
