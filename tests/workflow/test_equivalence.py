"""Random walks: saving and loading after every act must make no difference, and equal acts must give equal states."""

import random
from collections.abc import Callable
from typing import Any

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
    rule,
    script,
    service,
    start,
    sub_process,
    user,
)
from tests.workflow.stage import Stage

PART = drawing(
    start("ps"), user("u1"), boundary("bt", "u1", "timeDuration", "P1D", interrupting=False), service("remind"),
    user("u2"), end("pe"), flows="ps -> u1 -> u2 -> pe; bt -> remind", id="part",
)  # fmt: skip
OTHER = drawing(start("os"), service("job"), user("u3"), flows="os -> job -> u3", id="other")

DRAWN: dict[str, tuple[Process, ...]] = {
    "a parallel section with a call, in a loop": (
        drawing(
            start(), exclusive("m"), parallel("f"), user("a"), call("c", "part"),
            boundary("late", "c", "timeDuration", "P3D", interrupting=False), service("note"), parallel("j"),
            user("z"), exclusive("x", default="x_end"), end(),
            flows="start -> m -> f -> a -> j; f -> c -> j -> z -> x -> end; x -> m if again; late -> note",
        ),
        PART,
    ),
    "an inclusive section in a loop": (
        drawing(
            start(), exclusive("m"), inclusive("f", default="f_c"), user("a"), user("b"), user("b2"), user("c"),
            inclusive("j"), user("z"), exclusive("x", default="x_end"), end(),
            flows="start -> m -> f; f -> a if v > 0; f -> b if v > 1; f -> c; a -> j; b -> b2 -> j; c -> j -> z -> x;"
            "x -> end; x -> m if again",
        ),
    ),
    "multi-instance beside each other and one after the other, in a loop": (
        drawing(
            start(), exclusive("m"),
            user("q", loop=each("xs", "x", output_collection="ys", output_element="v")),
            boundary("late", "q", "timeDuration", "P1D"),
            user("s", loop=each("xs", "x", sequential=True, completion="v = 2")),
            call("k", "part", loop=each("xs", "x")), exclusive("g", default="g_end"), end(),
            flows="start -> m -> q -> s -> k -> g -> end; g -> m if again; late -> s",
        ),
        PART,
    ),
    "a sub-process with interrupting events": (
        drawing(
            start(), exclusive("m"),
            sub_process("sp", start("s"), user("m1"), parallel("f"), user("m2"), user("m3"), end("e"),
                        flows="s -> m1 -> f -> m2 -> e; f -> m3 -> e"),
            boundary("bi", "sp", "timeDuration", "P2D"), boundary("bm", "sp", "message", "stop"),
            boundary("urge", "sp", "message", "urge", interrupting=False), service("note"), user("h"),
            exclusive("x", default="x_end"), end(),
            flows="start -> m -> sp -> x -> end; bi -> h -> x; bm -> h; urge -> note; x -> m if again",
        ),
    ),
    "an event gateway, timers and a cycle": (
        drawing(
            start(), user("a"), boundary("cy", "a", "timeCycle", "R3/P1D", interrupting=False), service("note"),
            event_gateway("g"), catch("ms", "message", "M1"), catch("tm", "timeDuration", "P2D"), user("b"),
            user("c"), exclusive("x", default="x_end"), end(),
            flows="start -> a -> g -> ms -> b -> x -> end; g -> tm -> c -> x -> a if again; cy -> note",
        ),
    ),
    "event sub-processes around the whole": (
        drawing(
            start(), exclusive("m"), user("a"), call("c", "part"), exclusive("x", default="x_end"), end(),
            sub_process("stop", start("s1", event=Event("message", "stop")), user("b"), end("e1"),
                        flows="s1 -> b -> e1", triggered_by_event=True),
            sub_process("urge", start("s2", event=Event("message", "urge"), interrupting=False), service("note"),
                        user("d"), flows="s2 -> note -> d", triggered_by_event=True),
            flows="start -> m -> a -> c -> x -> end; x -> m if again",
        ),
        PART,
    ),
    "calls by expression, jobs, rules and scripts": (
        drawing(
            start(), exclusive("m"), script("count", "if n = null then 1 else n + 1", "n"), rule("which", "w", "which"),
            call("c", "=which"), exclusive("x", default="x_end"), end(),
            flows="start -> m -> count -> which -> c -> x -> end; x -> m if again",
        ),
        PART,
        OTHER,
    ),
}  # fmt: skip


def begin(name: str, seed: int) -> Stage:
    choose = random.Random(seed)
    return Stage(
        *DRAWN[name], jobs=("job",), decisions={"w": lambda _: "part" if choose.random() < 0.5 else "other"},
        xs=["甲", "乙", "丙"], v=1, again=False,
    )  # fmt: skip


def act(stage: Stage, choose: random.Random, again: float) -> None:
    """One random act; its choices depend on the state only, so that two equal stages do the same."""
    machine, chance = stage.machine, choose.random()
    stage.variables.update(v=choose.randrange(3), again=choose.random() < again)
    waiting = [*machine.user_tasks(), *machine.jobs()]
    if chance < 0.15:
        stage.wait(days=choose.randrange(3), hours=1)
    elif chance < 0.3 and stage.messages:
        stage.send(choose.choice(stage.messages))
    elif waiting:
        one = choose.choice(waiting)
        if one in machine.jobs():
            machine.finish_job(one.token, {"done": True})
        else:
            machine.complete(one.token)
    else:
        stage.wait(days=1)


def walk(name: str, seed: int, between: Callable[[Stage], None]) -> list[Any]:
    stage, choose, seen = begin(name, seed), random.Random(seed), []
    for _ in range(25):
        if stage.ended:
            break
        before = len(stage.machine.trail)
        act(stage, choose, again=0.4)
        seen.append(
            [stage.machine.state_hash(), stage.open, stage.timers, stage.messages, dict(stage.variables),
             len(stage.performed), stage.machine.trail[before:]]
        )  # fmt: skip
        between(stage)
    return seen


@pytest.mark.parametrize("name", DRAWN)
def test_saving_and_loading_after_every_act_makes_no_difference(name: str) -> None:
    for seed in range(60):
        in_memory = walk(name, seed, lambda stage: None)
        saved = walk(name, seed, Stage.reload)
        assert in_memory == saved, f"seed {seed}"


@pytest.mark.parametrize("name", DRAWN)
def test_the_same_acts_give_the_same_hashes(name: str) -> None:
    for seed in range(5):
        assert walk(name, seed, lambda stage: None) == walk(name, seed, lambda stage: None)


@pytest.mark.parametrize("name", DRAWN)
def test_after_any_walk_the_case_can_still_finish(name: str) -> None:
    for seed in range(40):
        stage, choose = begin(name, seed), random.Random(seed)
        for _ in range(20):
            if not stage.ended:
                act(stage, choose, again=0.5)
                stage.reload()
        for _ in range(200):
            if not stage.ended:
                act(stage, choose, again=0)
        assert stage.ended, f"seed {seed}: {stage.open}"


@pytest.mark.parametrize("name", DRAWN)
def test_the_state_does_not_grow(name: str) -> None:
    stage, choose, sizes = begin(name, 1), random.Random(1), []
    while len(sizes) < 300:
        if stage.ended:
            stage = begin(name, len(sizes))
        act(stage, choose, again=1)
        stage.reload()
        sizes.append(len(stage.machine.save()))
    assert max(sizes[150:]) < 2000
