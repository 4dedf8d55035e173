"""Tokens carried over to another version: what goes over, what does not, and that a case that went over can finish."""

import json
from dataclasses import replace
from typing import Any

import pytest

from engine.language.diagram import Element, Process
from engine.workflow import Moved, Passage, arrive, definition, load
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
from tests.workflow.test_regions import Walk

VERSIONS = iter(range(10**6))


def over(stage: Stage, *processes: Process, **mapping: str) -> Moved | list[str]:
    """Carry the case over; the ids of the elements where that is not possible."""
    new = definition(f"to-{next(VERSIONS)}", {process.id: process for process in processes}, processes[0].id)
    moved = Passage(stage.definition, new, mapping).move(stage.machine.save())
    if not isinstance(moved, Moved):
        return [misfit.element_id for misfit in moved]
    stage.definition, stage.machine = new, arrive(new, moved, stage.world)
    stage.reload()
    return moved


def finish(stage: Stage) -> list[str]:
    """Complete whatever is open until the case has ended; what was completed, in order."""
    done = []
    while not stage.ended:
        token = stage.machine.user_tasks()[0]
        stage.machine.complete(token.token)
        done.append(token.element.id)
        assert len(done) < 50, "the case comes to an end"
    return done


def row(*names: str, ahead: tuple[Element, ...] = (), more: str = "") -> Process:
    flows = " -> ".join(["start", *names, "end"])
    return drawing(start(), *(user(name) for name in names), *ahead, end(), flows=f"{flows};{more}")


def test_a_task_stays_where_it_is_and_the_rest_of_the_way_is_that_of_the_new_version() -> None:
    stage = Stage(row("a", "b"))
    before = stage.task("a").token
    moved = over(stage, row("a", "c", "b"))
    assert stage.task("a").token == before
    assert isinstance(moved, Moved) and moved.renamed == ()
    assert finish(stage) == ["a", "c", "b"]


def test_a_task_without_an_equal_needs_a_mapping() -> None:
    stage = Stage(row("a", "b"))
    assert over(stage, row("x", "b")) == ["a"]
    moved = over(stage, row("x", "b"), a="x")
    assert isinstance(moved, Moved) and moved.renamed == (("a", "x"),)
    assert finish(stage) == ["x", "b"]


def test_a_task_does_not_become_something_else() -> None:
    stage = Stage(row("a"))
    assert over(stage, drawing(start(), service("a"), end(), flows="start -> a -> end")) == ["a"]
    many = user("a", loop=each("items", "item"))
    assert over(stage, drawing(start(), many, end(), flows="start -> a -> end")) == ["a"]
    inside = sub_process("s", start("s1"), user("a"), end("s2"), flows="s1 -> a -> s2")
    assert over(stage, drawing(start(), inside, end(), flows="start -> s -> end")) == ["a"]


def branches(*names: str, ahead: str = "", gate: str = "fork", join: str = "join") -> Process:
    flows = ";".join(f"{gate} -> {name} -> {join}" for name in names)
    first = f"start -> {ahead} -> {gate}" if ahead else f"start -> {gate}"
    steps = [*names, *([ahead] if ahead else [])]
    return drawing(
        start(), parallel(gate), *(user(name) for name in steps), parallel(join), user("last"), end(),
        flows=f"{first}; {flows}; {join} -> last -> end",
    )  # fmt: skip


def test_branches_go_over_with_what_has_arrived_at_their_join() -> None:
    stage = Stage(branches("a", "b"))
    stage.complete("a")
    assert isinstance(over(stage, branches("b", "a")), Moved)
    assert finish(stage) == ["b", "last"]


def test_a_step_put_in_before_the_join_does_not_hide_what_has_arrived() -> None:
    stage = Stage(branches("a", "b"))
    stage.complete("a")
    changed = drawing(
        start(), parallel("fork"), user("a"), user("more"), user("b"), parallel("join"), user("last"), end(),
        flows="start -> fork; fork -> a -> more -> join; fork -> b -> join; join -> last -> end",
    )  # fmt: skip
    assert isinstance(over(stage, changed), Moved)
    assert finish(stage) == ["b", "last"]


@pytest.mark.parametrize("completed", [(), ("a",)])
def test_a_section_with_another_number_of_branches_takes_no_case_that_stands_in_it(completed: tuple[str, ...]) -> None:
    stage = Stage(branches("a", "b"))
    for name in completed:
        stage.complete(name)
    assert over(stage, branches("a", "b", "c")) != [] and not isinstance(over(stage, branches("a", "b", "c")), Moved)


def test_a_section_ahead_may_have_other_branches() -> None:
    stage = Stage(branches("a", "b", ahead="first"))
    assert isinstance(over(stage, branches("a", "b", "c", ahead="first")), Moved)
    assert finish(stage) == ["first", "a", "b", "c", "last"]


def test_a_single_task_does_not_go_into_one_branch_of_a_section() -> None:
    stage = Stage(row("a", "last"))
    assert over(stage, branches("a", "b")) == ["a"]


def test_two_branches_do_not_become_one() -> None:
    stage = Stage(branches("a", "b"))
    changed = drawing(
        start(), parallel("fork"), user("a"), user("b"), user("c"), parallel("join"), user("last"), end(),
        flows="start -> fork; fork -> a -> b -> join; fork -> c -> join; join -> last -> end",
    )  # fmt: skip
    assert not isinstance(over(stage, changed), Moved)


def test_a_renamed_gateway_needs_a_mapping_of_its_own() -> None:
    stage = Stage(branches("a", "b"))
    stage.complete("a")
    assert not isinstance(over(stage, branches("a", "b", gate="split", join="merge")), Moved)
    assert isinstance(over(stage, branches("a", "b", gate="split", join="merge"), fork="split", join="merge"), Moved)
    assert finish(stage) == ["b", "last"]


def test_an_inclusive_join_goes_on_when_nothing_can_come_any_more() -> None:
    def drawn(more: str) -> Process:
        return drawing(
            start(), inclusive("fork"), user("a"), user("b"), inclusive("join"), user("last"), end(),
            flows=f"start -> fork; fork -> a if true; a -> join; fork -> b if true; {more}; join -> last -> end",
        )  # fmt: skip

    stage = Stage(drawn("b -> join"))
    stage.complete("a")
    assert isinstance(over(stage, drawn("b -> join")), Moved)
    assert stage.open == ["b"]
    assert finish(stage) == ["b", "last"]


def test_instances_keep_their_numbers_and_what_is_done() -> None:
    def drawn(name: str, **loop: Any) -> Process:
        many = user(name, loop=each("items", "item", **loop))
        return drawing(start(), many, user("last"), end(), flows=f"start -> {name} -> last -> end")

    stage = Stage(drawn("a"), items=["甲", "乙", "丙"])
    stage.complete("a", 1)
    assert over(stage, drawn("a", sequential=True)) == ["a"]
    assert isinstance(over(stage, drawn("x"), a="x"), Moved)
    assert [(task.element.id, task.index) for task in stage.machine.user_tasks()] == [("x", 0), ("x", 2)]
    assert finish(stage) == ["x", "x", "last"]


def test_a_token_in_a_sub_process_stays_in_the_one_that_corresponds() -> None:
    def drawn(name: str, *steps: str) -> Process:
        flows = " -> ".join(["s1", *steps, "s2"])
        inside = sub_process(name, start("s1"), *(user(step) for step in steps), end("s2"), flows=flows)
        return drawing(start(), inside, user("last"), end(), flows=f"start -> {name} -> last -> end")

    stage = Stage(drawn("s", "a"))
    assert set(over(stage, drawn("t", "a"))) == {"s", "a"}  # type: ignore[arg-type]
    assert isinstance(over(stage, drawn("t", "a", "b"), s="t"), Moved)
    assert stage.task("a").path == ("t",)
    assert finish(stage) == ["a", "b", "last"]


def test_a_token_in_a_called_process_goes_over_with_it() -> None:
    main = drawing(start(), call("c", "other"), end(), flows="start -> c -> end")
    stage = Stage(main, replace(row("a"), id="other"))
    assert isinstance(over(stage, main, replace(row("a", "b"), id="other")), Moved)
    assert finish(stage) == ["a", "b"]


LATE = boundary("late", "a", "timeDuration", "P3D", interrupting=False)
SOON = boundary("soon", "a", "timeDuration", "PT1H")


def timed(*events: Element, name: str = "a") -> Process:
    more = ";".join(f"{event.id} -> x" for event in events)
    return row(name, "b", ahead=(*events, end("x")), more=more)


def test_a_timer_beside_a_task_keeps_its_moment() -> None:
    stage = Stage(timed(LATE))
    due = stage.timers["late"].due_at
    stage.wait(days=1)
    longer = boundary("late", "a", "timeDuration", "P9D", interrupting=False)
    moved = over(stage, timed(longer))
    assert isinstance(moved, Moved) and moved.lost == ()
    assert stage.timers["late"].due_at == due
    stage.wait(days=2)
    assert "fired late" in stage.told("fired")
    assert finish(stage) == ["a", "b"]


def test_what_only_the_new_version_listens_to_is_armed_and_what_it_does_not_is_no_more() -> None:
    stage = Stage(timed(LATE))
    moved = over(stage, timed(SOON))
    assert isinstance(moved, Moved) and moved.lost == ("late",)
    assert list(stage.timers) == ["soon"]
    stage.wait(hours=2)
    assert stage.ended


def test_a_timer_that_has_fired_is_not_armed_again() -> None:
    stage = Stage(timed(LATE))
    stage.wait(days=4)
    assert isinstance(over(stage, timed(LATE)), Moved)
    assert stage.timers == {}


def test_the_first_event_beside_a_task_is_armed_and_the_last_one_leaves() -> None:
    stage = Stage(row("a", "b"))
    assert isinstance(over(stage, timed(LATE)), Moved)
    assert list(stage.timers) == ["late"]
    assert isinstance(over(stage, row("a", "b")), Moved)
    assert stage.timers == {}
    assert json.loads(stage.machine.save())["tokens"][0][1] == 0, "nothing holds the task any more"
    assert finish(stage) == ["a", "b"]


def test_an_event_may_not_be_mapped_to_one_beside_another_step() -> None:
    stage = Stage(timed(LATE))
    other = boundary("other", "b", "timeDuration", "P3D", interrupting=False)
    assert over(stage, timed(other), late="other") == ["late"]


def test_what_is_armed_behind_a_gateway_goes_over_with_it() -> None:
    def drawn(*names: str) -> Process:
        catches = [catch(name, "message", name) for name in names]
        flows = ";".join(f"gate -> {name} -> end" for name in names)
        return drawing(start(), event_gateway("gate"), *catches, end(), flows=f"start -> gate; {flows}")

    stage = Stage(drawn("yes", "no"))
    assert over(stage, drawn("yes", "never")) == ["no"]
    assert isinstance(over(stage, drawn("yes", "no", "later")), Moved)
    assert sorted(stage.messages) == ["later", "no", "yes"]
    assert stage.send("later") and stage.ended


def test_a_job_under_way_keeps_its_token() -> None:
    drawn = drawing(start(), service("call"), user("b"), end(), flows="start -> call -> b -> end")
    stage = Stage(drawn, jobs=("call",))
    token = stage.machine.jobs()[0].token
    assert isinstance(over(stage, drawn), Moved)
    assert stage.machine.jobs()[0].token == token
    other = drawing(start(), service("call", task_type="other"), end(), flows="start -> call -> end")
    assert over(stage, other) == ["call"]


def test_a_version_that_listens_to_the_whole_case_is_no_place_for_one_that_did_not() -> None:
    reacting = sub_process(
        "gone", start("heard", event=catch("c", "message", "STOP").event), end("left"),
        flows="heard -> left", triggered_by_event=True,
    )  # fmt: skip
    stage = Stage(row("a"))
    changed = drawing(start(), user("a"), end(), reacting, flows="start -> a -> end")
    assert over(stage, changed) == ["a"]


def test_going_back_to_the_version_it_came_from_gives_the_same_state() -> None:
    drawn = drawing(
        start(), exclusive("x", default="x_a"), user("a"), user("b"), end(), flows="start -> x; x -> a -> b -> end"
    )
    stage = Stage(drawn)
    before, state = stage.definition, stage.machine.save()
    assert isinstance(over(stage, drawn), Moved)
    assert stage.machine.save() == state == load(before, state, stage.world).save()


# random walks


def renamed(process: Process) -> Process:
    """The same process in which every element has another id."""

    def new(element: Element) -> Element:
        inner = None if element.process is None else renamed(element.process)
        host = element.attached_to and f"{element.attached_to}~"
        ways = element.default and f"{element.default}~"
        return replace(element, id=f"{element.id}~", process=inner, attached_to=host, default=ways)

    flows = tuple(
        replace(flow, id=f"{flow.id}~", source=f"{flow.source}~", target=f"{flow.target}~") for flow in process.flows
    )
    return replace(process, elements=tuple(map(new, process.elements)), flows=flows, _index={})


@pytest.mark.parametrize("seeds", [range(n, n + 10) for n in range(0, 40, 10)], ids=lambda seeds: f"{seeds[0]} on")
def test_wherever_a_case_stands_it_goes_over_and_back_and_can_finish(seeds: range) -> None:
    for seed in seeds:
        walk = Walk(seed)
        there = definition(f"r-{seed}", {p.id: renamed(p) for p in walk.builder.processes()}, "main")
        ids = [element.id for process in walk.builder.processes() for element in process.walk()]
        away = Passage(walk.stage.definition, there, {key: f"{key}~" for key in ids})
        home = Passage(there, walk.stage.definition, {f"{key}~": key for key in ids})
        for _ in range(12):
            if walk.stage.ended:
                break
            walk.act()
            if not walk.stage.ended:
                goes_over(walk, away, home)


def goes_over(walk: Walk, away: Passage, home: Passage) -> None:
    """Over and back to the same bytes; and to the end over there, with the same tasks open at first."""
    state, world = walk.stage.machine.save(), walk.stage.world
    moved = away.move(state)
    assert isinstance(moved, Moved) and (moved.lost, moved.armed) == ((), ())
    back = home.move(moved.state)
    assert isinstance(back, Moved) and back.state == state
    elsewhere = replace(world, variables={**world.variables, **walk.choices(free=False)})
    machine = arrive(away.new, moved, elsewhere)
    here = [(f"{one.element.id}~", one.index) for one in walk.stage.machine.user_tasks()]
    assert [(one.element.id, one.index) for one in machine.user_tasks()] == here
    for _ in range(400):
        if machine.ended:
            return
        machine.complete(walk.random.choice(machine.user_tasks()).token)
    raise AssertionError("the case does not come to an end")
