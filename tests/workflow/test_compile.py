"""Compiling: what is refused, by its element; and one compiled definition for all."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from engine.errors import Invalid
from engine.language.diagram import Element, Event, Process
from engine.workflow import definition
from tests.workflow.draw import (
    boundary,
    call,
    catch,
    drawing,
    each,
    element,
    end,
    event_gateway,
    exclusive,
    script,
    start,
    sub_process,
    user,
)
from tests.workflow.stage import Stage


def alone(odd: Element) -> Process:
    return drawing(start(), odd, flows=f"start -> {odd.id}")


def beside(odd: Element) -> Process:
    return drawing(start(), user("a"), odd, flows="start -> a")


REFUSED: dict[str, Callable[[], Process]] = {
    "an unknown element": lambda: alone(element("complexGateway", "odd")),
    "a transaction": lambda: alone(element("transaction", "odd")),
    "an ad-hoc sub-process": lambda: alone(element("adHocSubProcess", "odd")),
    "a service task without a type": lambda: alone(element("serviceTask", "odd")),
    "a script without FEEL": lambda: alone(element("scriptTask", "odd")),
    "a script that is no FEEL": lambda: alone(script("odd", "1 +", "x")),
    "a decision without a result": lambda: alone(element("businessRuleTask", "odd", decision="d")),
    "a call of nothing": lambda: alone(call("odd", "missing")),
    "a call of broken FEEL": lambda: alone(call("odd", "=1 +")),
    "a sub-process without an inside": lambda: alone(element("subProcess", "odd")),
    "a conditional event": lambda: alone(catch("odd", "conditional", "x")),
    "a catch event without a definition": lambda: alone(element("intermediateCatchEvent", "odd")),
    "a message without a name": lambda: alone(catch("odd", "message", "")),
    "a cycle on the way": lambda: alone(catch("odd", "timeCycle", "R3/P1D")),
    "a timer that is no FEEL": lambda: alone(catch("odd", "timeDuration", "1 +")),
    "an interrupting cycle": lambda: beside(boundary("odd", "a", "timeCycle", "R3/P1D")),
    "a compensation": lambda: beside(boundary("odd", "a", "compensation")),
    "an error at a user task": lambda: beside(boundary("odd", "a", "error", "x")),
    "a boundary event on nothing": lambda: beside(boundary("odd", "missing", "message", "x")),
    "a boundary event on a gateway": lambda: drawing(
        start(), exclusive("g"), boundary("odd", "g", "message", "x"), user("a"), flows="start -> g -> a"
    ),
    "a message end that nobody sends": lambda: alone(element("endEvent", "odd", event=Event("message", "x"))),
    "a link": lambda: alone(element("intermediateThrowEvent", "odd", event=Event("link", "x"))),
    "a loop on a gateway": lambda: alone(element("exclusiveGateway", "odd", loop=each("xs", "x"))),
    "a loop over broken FEEL": lambda: alone(user("odd", loop=each("1 +", "x"))),
    "a flow to nowhere": lambda: drawing(start(), user("odd"), flows="start -> odd -> missing"),
    "a flow out of an end": lambda: drawing(start(), end("odd"), user("a"), flows="start -> odd -> a"),
    "a flow into a start": lambda: drawing(start("odd"), user("a"), flows="odd -> a -> odd"),
    "a condition behind a task": lambda: drawing(
        start(), user("odd"), user("b"), flows="start -> odd; odd -> b if x"
    ),
    "a way without a condition": lambda: drawing(
        start(), exclusive("odd"), user("a"), user("b"), flows="start -> odd -> a; odd -> b if x"
    ),
    "a condition that is no FEEL": lambda: drawing(
        start(), exclusive("odd", default="odd_b"), user("a"), user("b"), flows="start -> odd -> b; odd -> a if 1 +"
    ),
    "a task behind an event gateway": lambda: drawing(
        start(), event_gateway("g"), user("odd"), flows="start -> g -> odd"
    ),
    "an exclusive gateway without a way out": lambda: alone(exclusive("odd")),
    "an event gateway without a way out": lambda: alone(event_gateway("odd")),
    "an id that occurs twice": lambda: drawing(start(), user("odd"), user("odd"), flows="start -> odd"),
    "a sub-process that begins with a timer": lambda: alone(
        sub_process("odd", start("s", event=Event("timeDuration", "P1D")), flows="")
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_engine_does_not_execute_is_refused_by_its_element(what: str) -> None:
    with pytest.raises(Invalid) as refused:
        Stage(REFUSED[what]())
    assert "odd" in refused.value.problems and all(refused.value.problems["odd"])


@pytest.mark.parametrize("starts", [0, 2])
def test_a_process_has_exactly_one_start(starts: int) -> None:
    elements = [start(f"s{number}") for number in range(starts)]
    with pytest.raises(Invalid) as refused:
        Stage(drawing(*elements, user("a"), flows=""))
    assert "main" in refused.value.problems


def test_a_message_start_is_where_the_process_begins() -> None:
    stage = Stage(drawing(start(event=Event("message", "TASK_LATE")), user("a"), flows="start -> a"))
    assert stage.open == ["a"] and stage.messages == []


def test_a_main_process_that_is_missing_is_refused() -> None:
    with pytest.raises(Invalid):
        definition("without-main", {}, "main")


def test_a_definition_is_compiled_once_per_key() -> None:
    drawn = {"main": beside(user("b"))}
    assert definition("once", drawn, "main") is definition("once", drawn, "main")
    assert definition("once", drawn, "main") is not definition("twice", drawn, "main")


def test_many_threads_get_the_same_definition_and_run_their_own_cases() -> None:
    drawn = drawing(start(), user("a", loop=each("xs", "x")), exclusive("x"), user("b"), flows="start -> a -> x -> b")

    def run(number: int) -> Any:
        stage = Stage(drawn, xs=[1, 2, 3])
        for index in (2, 0, 1):
            stage.reload()
            stage.complete("a", index)
        return stage.machine.state_hash()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(run, range(60)))) == 1


def test_elements_are_found_in_the_main_process_first_and_inside_others_too() -> None:
    part = drawing(start(name_of := "ps"), user("u"), flows="ps -> u", id="part")
    inner = sub_process("sp", start("s"), user("deep"), flows="s -> deep")
    drawn = drawing(start(), call("do", "part"), inner, flows="start -> do -> sp")
    compiled = Stage(drawn, part).definition
    assert [compiled.element(id).id for id in ("do", "deep", "u", name_of)] == ["do", "deep", "u", name_of]
    with pytest.raises(KeyError):
        compiled.element("missing")


def test_equal_ids_in_two_processes_do_not_meet() -> None:
    part = drawing(start(), user("a", name="inside"), end(), flows="start -> a -> end", id="part")
    drawn = drawing(start(), call("do", "part"), user("a"), end(), flows="start -> do -> a -> end")
    stage = Stage(replace(drawn), part)
    assert stage.task("a").path == ("do",)
    stage.complete("a")
    assert stage.task("a").path == ()


def test_no_id_of_a_diagram_meets_a_name_of_the_engine() -> None:
    names = ["Start", "End", "Root", "main.EndJoin", "main"]
    drawn = drawing(start("begin"), *(user(name) for name in names), flows=" -> ".join(["begin", *names]))
    stage = Stage(drawn)
    for name in names:
        stage.reload()
        stage.complete(name)
    assert stage.ended
