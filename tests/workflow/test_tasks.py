"""Tasks: those that wait for people, those that work, decide and calculate."""

import pytest

from engine.errors import Conflict, ExecutionFailed
from tests.workflow.draw import drawing, element, end, rule, script, service, start, user
from tests.workflow.stage import Stage


def test_a_user_task_waits_until_it_is_completed() -> None:
    stage = Stage(drawing(start(), user("a"), user("b"), end(), flows="start -> a -> b -> end"))
    assert stage.open == ["a"]
    stage.complete("a")
    assert stage.open == ["b"] and not stage.ended
    stage.complete("b")
    assert stage.open == [] and stage.ended


def test_a_manual_task_waits_for_a_person_too() -> None:
    stage = Stage(drawing(start(), element("manualTask", "a"), end(), flows="start -> a -> end"))
    assert stage.open == ["a"]


def test_a_task_without_a_type_is_passed() -> None:
    assert Stage(drawing(start(), element("task", "a"), end(), flows="start -> a -> end")).ended


def test_a_token_that_has_moved_on_is_refused_and_the_machine_stays_usable() -> None:
    stage = Stage(drawing(start(), user("a"), user("b"), end(), flows="start -> a -> b -> end"))
    gone = stage.task("a").token
    stage.complete("a")
    with pytest.raises(Conflict):
        stage.machine.complete(gone)
    stage.complete("b")
    assert stage.ended


def test_a_service_task_that_answers_at_once_writes_its_values() -> None:
    stage = Stage(drawing(start(), service("ask"), end(), flows="start -> ask -> end"), answers={"ask": {"found": 3}})
    assert stage.ended and stage.variables == {"found": 3}


def test_a_service_task_that_becomes_a_job_waits_for_its_result() -> None:
    drawn = drawing(start(), service("ask"), user("a"), end(), flows="start -> ask -> a -> end")
    stage = Stage(drawn, jobs=("ask",))
    assert [job.element.id for job in stage.machine.jobs()] == ["ask"]
    stage.reload()
    stage.finish("ask", found=3)
    assert stage.open == ["a"] and stage.variables == {"found": 3}


def test_a_job_is_no_user_task_and_a_user_task_no_job() -> None:
    drawn = drawing(start(), service("ask"), user("a"), end(), flows="start -> ask -> a -> end")
    stage = Stage(drawn, jobs=("ask",))
    with pytest.raises(Conflict):
        stage.machine.complete(stage.machine.jobs()[0].token)
    stage.finish("ask")
    with pytest.raises(Conflict):
        stage.machine.finish_job(stage.task("a").token, {})


def test_a_send_task_is_performed() -> None:
    drawn = drawing(start(), element("sendTask", "sms", task_type="sms"), end(), flows="start -> sms -> end")
    assert [performed for performed, _ in Stage(drawn).performed] == ["sms"]


def test_a_script_task_writes_the_value_of_its_expression_as_json() -> None:
    drawn = drawing(start(), script("add", "a + 0.5", "b"), script("twice", "[b, b]", "c"), end(),
                    flows="start -> add -> twice -> end")  # fmt: skip
    stage = Stage(drawn, a=1)
    assert stage.variables == {"a": 1, "b": 1.5, "c": [1.5, 1.5]}


def test_whole_numbers_stay_whole() -> None:
    stage = Stage(drawing(start(), script("add", "a + 1", "b"), end(), flows="start -> add -> end"), a=1)
    assert stage.variables["b"] == 2 and isinstance(stage.variables["b"], int)


def test_a_rule_task_writes_the_value_of_its_decision() -> None:
    drawn = drawing(start(), rule("judge", "limit", "days"), end(), flows="start -> judge -> end")
    assert Stage(drawn, decisions={"limit": lambda variables: variables["a"] * 2}, a=4).variables["days"] == 8


def test_a_rule_task_may_name_its_decision_by_an_expression() -> None:
    drawn = drawing(start(), rule("judge", "=which", "days"), end(), flows="start -> judge -> end")
    assert Stage(drawn, decisions={"limit": 8}, which="limit").variables["days"] == 8


def test_a_decision_without_a_name_stops_the_case() -> None:
    drawn = drawing(start(), rule("judge", "=which", "days"), end(), flows="start -> judge -> end")
    with pytest.raises(ExecutionFailed) as failed:
        Stage(drawn)
    assert failed.value.element_id == "judge"


def test_what_the_world_refuses_is_tied_to_the_element() -> None:
    def refuse(_: object) -> None:
        raise ExecutionFailed("Expected an answer, but the other side is down")

    drawn = drawing(start(), rule("judge", "limit", "days"), end(), flows="start -> judge -> end")
    with pytest.raises(ExecutionFailed) as failed:
        Stage(drawn, decisions={"limit": refuse})
    assert failed.value.element_id == "judge"


def test_after_a_failure_the_machine_refuses_to_be_used_or_saved() -> None:
    drawn = drawing(start(), user("a"), rule("judge", "=which", "days"), user("b"), flows="start -> a -> judge -> b")
    stage = Stage(drawn)
    with pytest.raises(ExecutionFailed):
        stage.complete("a")
    with pytest.raises(RuntimeError):
        stage.machine.save()
    with pytest.raises(RuntimeError):
        stage.machine.user_tasks()
    with pytest.raises(RuntimeError):
        stage.machine.wake()


def test_the_trail_tells_what_happened_in_order() -> None:
    stage = Stage(drawing(start(), user("a"), user("b"), end(), flows="start -> a -> b -> end"))
    assert stage.told() == ["entered start", "completed start", "entered a"]
    stage.reload()
    stage.complete("a")
    assert stage.told() == ["completed a", "entered b"]


def test_end_events_come_with_their_properties() -> None:
    drawn = drawing(start(), user("a"), end(properties={"outcome": "rejected"}), flows="start -> a -> end")
    stage = Stage(drawn)
    stage.complete("a")
    assert [dict(event.properties) for event in stage.machine.end_events] == [{"outcome": "rejected"}]


def test_canceling_ends_the_case_and_tells_what_was_taken_away() -> None:
    stage = Stage(drawing(start(), user("a"), end(), flows="start -> a -> end"))
    stage.machine.cancel()
    assert stage.told("canceled") == ["canceled a"]
    stage.reload()
    assert stage.ended and stage.open == []


def test_an_endless_act_is_stopped() -> None:
    drawn = drawing(start(), script("one", "1", "x"), script("two", "2", "x"), flows="start -> one -> two -> one")
    with pytest.raises(ExecutionFailed, match="come to rest"):
        Stage(drawn)
