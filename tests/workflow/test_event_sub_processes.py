"""Event sub-processes listen as long as their process runs, interrupting or not."""

from datetime import timedelta

from engine.language.diagram import Element, Event
from engine.workflow import load
from tests.workflow.draw import boundary, drawing, end, service, start, sub_process, user
from tests.workflow.stage import Stage


def reacting(id: str, message: str, *inside: Element, flows: str, interrupting: bool) -> Element:
    begin = start(f"{id}_start", event=Event("message", message), interrupting=interrupting)
    return sub_process(id, begin, *inside, flows=flows, triggered_by_event=True)


def asked_and_withdrawn() -> Stage:
    return Stage(
        drawing(
            start(),
            user("handle"),
            end(),
            reacting(
                "withdraw", "WITHDRAW", end("withdrawn", properties={"outcome": "WITHDRAWN"}),
                flows="withdraw_start -> withdrawn", interrupting=True,
            ),
            reacting(
                "urge", "URGE", service("remind"), end("reminded"),
                flows="urge_start -> remind -> reminded", interrupting=False,
            ),
            flows="start -> handle -> end",
        )
    )  # fmt: skip


def test_an_interrupting_one_ends_the_main_flow() -> None:
    stage = asked_and_withdrawn()
    assert stage.machine.send("WITHDRAW")
    assert stage.machine.ended
    assert stage.machine.user_tasks() == []
    assert [element.id for element in stage.machine.end_events] == ["withdrawn"]


def test_a_non_interrupting_one_is_heard_again_and_again() -> None:
    stage = asked_and_withdrawn()
    for _ in range(3):
        assert stage.machine.send("URGE")
    assert [id for id, _ in stage.performed] == ["remind"] * 3
    assert [task.element.id for task in stage.machine.user_tasks()] == ["handle"]


def test_it_is_deaf_when_the_main_flow_has_ended() -> None:
    stage = asked_and_withdrawn()
    stage.complete("handle")
    assert stage.machine.ended
    assert stage.machine.messages() == []


def test_nothing_added_to_the_diagram_shows_in_the_trail() -> None:
    stage = asked_and_withdrawn()
    stage.machine.send("URGE")
    stage.complete("handle")
    drawn = {element.id for process in stage.definition.processes.values() for element in process.walk()}
    assert {step.element_id for step in stage.machine.trail} <= drawn


def test_it_still_listens_after_saving_and_loading() -> None:
    stage = asked_and_withdrawn()
    machine = load(stage.definition, stage.machine.save(), stage.world)
    assert [name for name, _ in machine.messages()] == ["WITHDRAW", "URGE"]
    assert machine.send("WITHDRAW")
    assert machine.ended


def test_a_drawn_timer_reads_the_due_moment_of_the_deadlines_table() -> None:
    stage = Stage(
        drawing(
            start(), user("first"), user("wait"), end(), boundary("late", "wait", "timeDate", "dueAt"), end("expired"),
            flows="start -> first -> wait -> end; late -> expired",
        )
    )  # fmt: skip
    due = stage.world.now + timedelta(days=3)
    stage.world.due = lambda element, path: due
    stage.complete("first")
    assert [(timer.element.id, timer.due_at) for timer in stage.machine.timers()] == [("late", due)]
