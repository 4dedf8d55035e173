"""Messages, signals, errors, escalations and ends."""

import pytest

from engine.language.diagram import Event, Process
from engine.workflow import Refused
from tests.workflow.draw import (
    boundary,
    call,
    catch,
    drawing,
    element,
    end,
    event_gateway,
    exclusive,
    parallel,
    script,
    service,
    start,
    sub_process,
    user,
)
from tests.workflow.stage import Stage


def error_end(id: str, code: str, label: str = "") -> object:
    return element("endEvent", id, event=Event("error", code, label))


def test_a_message_is_heard_by_the_event_that_waits_for_it() -> None:
    drawn = drawing(start(), catch("wait", "message", "paid"), user("a"), flows="start -> wait -> a")
    stage = Stage(drawn)
    assert stage.open == [] and stage.messages == ["paid"]
    stage.reload()
    assert not stage.send("other")
    assert stage.send("paid")
    assert stage.open == ["a"] and stage.messages == []
    assert not stage.send("paid")


def test_a_receive_task_waits_for_its_message() -> None:
    drawn = drawing(start(), element("receiveTask", "wait", event=Event("message", "paid")), user("a"),
                    flows="start -> wait -> a")  # fmt: skip
    stage = Stage(drawn)
    assert stage.send("paid") and stage.open == ["a"]


def test_an_interrupting_boundary_message_ends_the_task() -> None:
    drawn = drawing(start(), user("a"), boundary("stop", "a", "message", "withdraw"), user("b"), end(),
                    flows="start -> a -> end; stop -> b -> end")  # fmt: skip
    stage = Stage(drawn)
    stage.reload()
    assert stage.send("withdraw")
    assert stage.open == ["b"]
    assert stage.told() == ["fired stop", "canceled a", "completed stop", "entered b"] or stage.told() == [
        "fired stop",
        "completed stop",
        "canceled a",
        "entered b",
    ]


def test_completing_a_task_disarms_its_boundary_events() -> None:
    drawn = drawing(start(), user("a"), boundary("stop", "a", "message", "withdraw"), user("b"), user("c"),
                    flows="start -> a -> c; stop -> b")  # fmt: skip
    stage = Stage(drawn)
    stage.complete("a")
    assert stage.messages == [] and not stage.send("withdraw") and stage.open == ["c"]


@pytest.mark.parametrize("saved", [False, True])
def test_a_non_interrupting_boundary_message_is_heard_again_and_again(saved: bool) -> None:
    drawn = drawing(
        start(), user("a"), boundary("urge", "a", "message", "urge", interrupting=False), service("note"), end(),
        flows="start -> a -> end; urge -> note",
    )  # fmt: skip
    stage = Stage(drawn)
    for times in range(1, 6):
        assert stage.send("urge")
        if saved:
            stage.reload()
        assert len(stage.performed) == times and stage.open == ["a"]
    stage.complete("a")
    assert stage.ended


def whole_case() -> Process:
    return drawing(
        start(),
        sub_process(
            "whole",
            start("s"), call("intake", "intake"), user("handle"), end("done", properties={"outcome": "done"}),
            flows="s -> intake -> handle -> done",
        ),
        boundary("withdraw", "whole", "message", "withdraw"),
        boundary("urge", "whole", "message", "urge", interrupting=False),
        service("sms"), service("note"), end("ok"), end("withdrawn", properties={"outcome": "withdrawn"}),
        flows="start -> whole -> ok; withdraw -> note -> withdrawn; urge -> sms",
    )  # fmt: skip


INTAKE = drawing(start(), user("accept"), end("accepted"), flows="start -> accept -> accepted", id="intake")


@pytest.mark.parametrize("step", ["accept", "handle"])
def test_a_whole_case_can_be_urged_and_withdrawn_at_every_step(step: str) -> None:
    stage = Stage(whole_case(), INTAKE)
    if step == "handle":
        stage.complete("accept")
    stage.reload()
    assert stage.send("urge") and stage.send("urge") and stage.open == [step]
    stage.reload()
    assert stage.send("withdraw")
    assert stage.ended and stage.ends == ["withdrawn"]
    assert f"canceled {step}" in stage.told() and "canceled whole" in stage.told()
    assert stage.performed[-1][0] == "note"


def test_end_events_inside_the_whole_count_and_those_of_called_processes_do_not() -> None:
    stage = Stage(whole_case(), INTAKE)
    stage.complete("accept")
    assert stage.ends == []
    stage.complete("handle")
    assert stage.ends == ["done", "ok"] and stage.ended


def test_the_first_event_behind_an_event_gateway_disarms_the_others() -> None:
    drawn = drawing(
        start(), event_gateway("g"), catch("m", "message", "paid"), catch("n", "message", "lost"), user("a"), user("b"),
        flows="start -> g -> m -> a; g -> n -> b",
    )  # fmt: skip
    stage = Stage(drawn)
    stage.reload()
    assert stage.messages == ["paid", "lost"]
    assert stage.send("lost")
    assert stage.open == ["b"] and stage.messages == []
    assert stage.told() == ["fired n", "completed n", "entered b"]


def test_an_error_nobody_catches_refuses_the_act() -> None:
    drawn = drawing(start(), user("a"), error_end("no", "too_late", "已过申请期限"), flows="start -> a -> no")
    stage = Stage(drawn)
    with pytest.raises(Refused) as refused:
        stage.complete("a")
    assert (refused.value.code, refused.value.label, refused.value.element_id) == ("too_late", "已过申请期限", "no")
    assert refused.value.notice == "已过申请期限" and refused.value.status == 422


@pytest.mark.parametrize("caught", ["broken", ""])
def test_an_error_is_caught_at_the_sub_process_around_it(caught: str) -> None:
    drawn = drawing(
        start(),
        sub_process("part", start("s"), parallel("f"), user("a"), user("b"), error_end("no", "broken"),
                    flows="s -> f -> a -> no; f -> b"),
        boundary("other", "part", "error", "other"), boundary("help", "part", "error", caught), user("c"), user("d"),
        end(), flows="start -> part -> end; help -> c; other -> d",
    )  # fmt: skip
    stage = Stage(drawn)
    stage.reload()
    stage.complete("a")
    assert stage.open == ["c"] and "canceled b" in stage.told()


def test_an_error_inside_a_called_process_is_caught_at_the_call() -> None:
    called = drawing(start(), user("a"), error_end("no", "broken"), flows="start -> a -> no", id="part")
    drawn = drawing(start(), call("do", "part"), boundary("help", "do", "error", "broken"), user("c"), end(),
                    flows="start -> do -> end; help -> c")  # fmt: skip
    stage = Stage(drawn, called)
    stage.complete("a")
    assert stage.open == ["c"]


def test_an_error_goes_on_outwards_until_it_is_caught() -> None:
    inner = sub_process("inner", start("s2"), user("a"), error_end("no", "broken"), flows="s2 -> a -> no")
    drawn = drawing(
        start(), sub_process("outer", start("s1"), inner, boundary("deaf", "inner", "error", "other"), user("x"),
                             flows="s1 -> inner; deaf -> x"),
        boundary("help", "outer", "error", "broken"), user("c"), flows="start -> outer; help -> c",
    )  # fmt: skip
    stage = Stage(drawn)
    stage.complete("a")
    assert stage.open == ["c"]


def test_an_error_beside_a_sub_process_is_not_caught_by_it() -> None:
    drawn = drawing(
        start(), parallel("f"), user("a"), error_end("no", "broken"),
        sub_process("part", start("s"), user("b"), flows="s -> b"), boundary("help", "part", "error", "broken"),
        user("c"), flows="start -> f -> a -> no; f -> part; help -> c",
    )  # fmt: skip
    with pytest.raises(Refused):
        Stage(drawn).complete("a")


def test_an_escalation_tells_the_outside_and_lets_the_inside_go_on() -> None:
    part = sub_process(
        "part", start("s"), user("a"), element("intermediateThrowEvent", "tell", event=Event("escalation", "late")),
        user("b"), flows="s -> a -> tell -> b",
    )  # fmt: skip
    drawn = drawing(start(), part, boundary("late", "part", "escalation", "late", interrupting=False), user("c"),
                    flows="start -> part; late -> c")  # fmt: skip
    stage = Stage(drawn)
    stage.complete("a")
    assert sorted(stage.open) == ["b", "c"]


def test_an_escalation_nobody_catches_is_passed() -> None:
    drawn = drawing(start(), element("intermediateThrowEvent", "tell", event=Event("escalation", "late")), user("b"),
                    flows="start -> tell -> b")  # fmt: skip
    assert Stage(drawn).open == ["b"]


def test_a_terminate_end_event_ends_its_process_with_all_branches() -> None:
    drawn = drawing(
        start(), parallel("f"), user("a"), user("b"), element("endEvent", "stop", event=Event("terminate")), end(),
        flows="start -> f -> a -> stop; f -> b -> end",
    )  # fmt: skip
    stage = Stage(drawn)
    stage.complete("a")
    assert stage.ended and stage.ends == ["stop"] and "canceled b" in stage.told()


def test_a_terminate_end_event_in_a_sub_process_ends_only_that() -> None:
    part = sub_process(
        "part", start("s"), parallel("f"), user("a"), user("b"),
        element("endEvent", "stop", event=Event("terminate")), flows="s -> f -> a -> stop; f -> b",
    )  # fmt: skip
    stage = Stage(drawing(start(), part, user("c"), flows="start -> part -> c"))
    stage.complete("a")
    assert stage.open == ["c"]


def test_a_signal_is_heard_by_all_that_wait_for_it() -> None:
    drawn = drawing(
        start(), parallel("f"), catch("one", "signal", "go"), catch("two", "signal", "go"), user("a"), user("b"),
        user("c"), element("intermediateThrowEvent", "shout", event=Event("signal", "go")),
        flows="start -> f -> one -> a; f -> two -> b; f -> c -> shout",
    )  # fmt: skip
    stage = Stage(drawn)
    stage.complete("c")
    assert stage.open == ["a", "b"]


def test_a_message_end_event_is_performed_and_counts_as_end() -> None:
    drawn = drawing(start(), element("endEvent", "tell", event=Event("message", "done"), task_type="webhook"),
                    flows="start -> tell")  # fmt: skip
    stage = Stage(drawn)
    assert stage.ended and stage.ends == ["tell"] and stage.performed[0][0] == "tell"


def test_a_message_end_event_that_becomes_a_job_ends_with_it() -> None:
    drawn = drawing(start(), element("endEvent", "tell", event=Event("message", "done"), task_type="webhook"),
                    flows="start -> tell")  # fmt: skip
    stage = Stage(drawn, jobs=("webhook",))
    assert not stage.ended and stage.ends == []
    stage.finish("tell")
    assert stage.ended and stage.ends == ["tell"]


def test_a_milestone_is_passed_and_told() -> None:
    drawn = drawing(start(), element("intermediateThrowEvent", "half"), user("a"), flows="start -> half -> a")
    stage = Stage(drawn)
    assert stage.open == ["a"] and "completed half" in stage.told()


def test_what_a_boundary_event_starts_goes_on_after_its_task_is_done() -> None:
    drawn = drawing(
        start(), user("a"), boundary("urge", "a", "message", "urge", interrupting=False), user("b"), end(),
        flows="start -> a -> end; urge -> b -> end",
    )  # fmt: skip
    stage = Stage(drawn)
    stage.send("urge")
    stage.send("urge")
    stage.complete("a")
    assert stage.open == ["b", "b"] and not stage.ended


def test_variables_written_inside_are_seen_outside() -> None:
    part = sub_process("part", start("s"), script("set", "1", "x"), flows="s -> set")
    drawn = drawing(start(), part, exclusive("g"), user("a"), user("b"),
                    flows="start -> part -> g; g -> a if x = 1; g -> b if x = 2")  # fmt: skip
    assert Stage(drawn).open == ["a"]
