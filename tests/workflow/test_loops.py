"""Loops without end: after a thousand rounds the state is that of the first, whatever lies in the loop.

Every round is saved and loaded between its acts; two states are the same when they differ in numbers alone.
"""

import re
from collections.abc import Callable

import pytest

from engine.language.diagram import Event, Process
from tests.workflow.draw import (
    boundary,
    call,
    catch,
    drawing,
    each,
    end,
    event_gateway,
    exclusive,
    inclusive,
    parallel,
    service,
    start,
    sub_process,
    user,
)
from tests.workflow.stage import Stage

ROUNDS = 1000
AGAIN = "start -> m; x -> m if again; x -> end;"
FRAME = (start(), exclusive("m"), exclusive("x", default="x_end"), end())
CALLED = drawing(start("ps"), user("a"), end("pe"), flows="ps -> a -> pe", id="part")
REMIND = sub_process("urged", start("us", event=Event("message", "URGE"), interrupting=False), service("remind"),
                     end("ue"), flows="us -> remind -> ue", triggered_by_event=True)  # fmt: skip


def inside() -> Process:
    part = sub_process("part", start("s"), user("a"), user("b"), end("e"), flows="s -> a -> b -> e")
    return drawing(*FRAME, part, flows=AGAIN + "m -> part -> x")


def branches() -> Process:
    return drawing(*FRAME, parallel("f"), user("a"), user("b"), parallel("j"),
                   flows=AGAIN + "m -> f -> a -> j; f -> b -> j -> x")  # fmt: skip


def some_branches() -> Process:
    return drawing(*FRAME, inclusive("f"), user("a"), user("b"), user("c"), inclusive("j"),
                   flows=AGAIN + "m -> f; f -> a if n > 0; f -> b if n > 1; f -> c if n > 2; a -> j; b -> j;"
                   "c -> j -> x")  # fmt: skip


def with_timers() -> Process:
    calm = boundary("tick", "a", "timeCycle", "R/P1D", interrupting=False)
    return drawing(*FRAME, user("a"), calm, boundary("late", "a", "timeDuration", "P9D"), service("remind"),
                   end("ticked"), flows=AGAIN + "m -> a -> x; tick -> remind -> ticked; late -> x")  # fmt: skip


def waiting() -> Process:
    return drawing(*FRAME, event_gateway("g"), catch("heard", "message", "paid"),
                   catch("wait", "timeDuration", "P1D"), exclusive("o"),
                   flows=AGAIN + "m -> g -> heard -> o; g -> wait -> o -> x")  # fmt: skip


def completing(*names: str) -> Callable[[Stage, int], None]:
    def act(stage: Stage, round_: int) -> None:
        for name in names if round_ % 2 else names[::-1]:
            stage.reload()
            stage.complete(name)

    return act


def in_order(*names: str) -> Callable[[Stage, int], None]:
    def act(stage: Stage, round_: int) -> None:
        completing(*names)(stage, 1)

    return act


def signing(stage: Stage, round_: int) -> None:
    for index in ((2, 0, 1), (0, 1, 2))[round_ % 2]:
        stage.reload()
        stage.complete("a", index)


def ticking(stage: Stage, round_: int) -> None:
    assert stage.wait(days=2) == ["tick", "tick"]
    stage.reload()
    if round_ % 3:
        stage.complete("a")
    else:
        assert stage.wait(days=8)[-1] == "late"


def hearing(stage: Stage, round_: int) -> None:
    assert stage.send("paid") if round_ % 2 else stage.wait(days=1) == ["wait"]


def urging(stage: Stage, round_: int) -> None:
    assert stage.send("URGE") and stage.send("URGE")
    stage.reload()
    stage.complete("a")


PLAIN = drawing(*FRAME, user("a"), flows=AGAIN + "m -> a -> x")
SIGNED = drawing(*FRAME, user("a", loop=each("people", "person", output_collection="said", output_element="person")),
                 flows=AGAIN + "m -> a -> x")  # fmt: skip
LOOPS: dict[str, tuple[Process, Callable[[Stage, int], None]]] = {
    "a task": (PLAIN, completing("a")),
    "a sub-process": (inside(), in_order("a", "b")),
    "a called process": (drawing(*FRAME, call("c", "part"), flows=AGAIN + "m -> c -> x"), completing("a")),
    "parallel branches": (branches(), completing("a", "b")),
    "inclusive branches": (some_branches(), completing("a", "b")),
    "several signers": (SIGNED, signing),
    "boundary timers": (with_timers(), ticking),
    "an event gateway": (waiting(), hearing),
    "an event sub-process": (drawing(*FRAME, user("a"), REMIND, flows=AGAIN + "m -> a -> x"), urging),
}


def without_numbers(stage: Stage) -> str:
    """The saved state, all numbers and moments made equal."""
    return re.sub(r"\d+", "0", stage.machine.save().decode())


@pytest.mark.parametrize("what", LOOPS)
def test_a_thousand_rounds_are_like_the_first(what: str) -> None:
    drawn, act = LOOPS[what]
    stage = Stage(drawn, CALLED, again=True, n=2, people=["甲", "乙", "丙"])
    begun, opened = without_numbers(stage), stage.open
    for round_ in range(ROUNDS):
        stage.reload()
        act(stage, round_)
        assert without_numbers(stage) == begun and stage.open == opened, f"round {round_}"
    stage.variables["again"] = False
    act(stage, 1)
    assert stage.ended
