"""Multi-instance activities: 会签, 或签 and one after the other."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from engine.errors import ExecutionFailed
from engine.language.diagram import Process
from tests.workflow.draw import boundary, call, drawing, each, end, exclusive, service, start, sub_process, user
from tests.workflow.stage import Stage

PEOPLE = ["甲", "乙", "丙"]


def votes(**loop: Any) -> Process:
    marker = each("people", "person", output_collection="votes", output_element="vote", **loop)
    return drawing(start(), user("sign", loop=marker), user("after"), flows="start -> sign -> after")


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("saved", [False, True])
def test_all_sign_beside_each_other_and_outputs_come_in_the_order_of_the_inputs(
    order: tuple[int, ...], saved: bool
) -> None:
    stage = Stage(votes(), people=PEOPLE)
    assert [task.index for task in stage.machine.user_tasks()] == [0, 1, 2]
    for index in order:
        assert stage.machine.local(stage.task("sign", index).token) == {"person": PEOPLE[index]}
        stage.complete("sign", index, vote=f"{index}!")
        if saved:
            stage.reload()
    assert stage.open == ["after"] and stage.variables["votes"] == ["0!", "1!", "2!"]


@pytest.mark.parametrize("saved", [False, True])
def test_one_signs_after_the_other(saved: bool) -> None:
    stage = Stage(votes(sequential=True), people=PEOPLE)
    for index in range(3):
        assert [task.index for task in stage.machine.user_tasks()] == [index]
        assert stage.machine.local(stage.task("sign").token) == {"person": PEOPLE[index]}
        stage.complete("sign", vote=index)
        if saved:
            stage.reload()
    assert stage.open == ["after"] and stage.variables["votes"] == [0, 1, 2]


@pytest.mark.parametrize("sequential", [False, True])
def test_nobody_to_ask_means_going_on(sequential: bool) -> None:
    stage = Stage(votes(sequential=sequential), people=[])
    assert stage.open == ["after"] and stage.variables["votes"] == []


@pytest.mark.parametrize("sequential", [False, True])
def test_one_veto_is_enough(sequential: bool) -> None:
    stage = Stage(votes(sequential=sequential, completion='vote = "no"'), people=PEOPLE)
    stage.complete("sign", 0, vote="yes")
    stage.complete("sign", 1, vote="no")
    assert stage.open == ["after"] and stage.variables["votes"] == ["yes", "no", None]


def test_a_share_of_the_votes_is_enough() -> None:
    share = "numberOfCompletedInstances / numberOfInstances >= 0.6"
    stage = Stage(votes(completion=share), people=PEOPLE)
    stage.complete("sign", 2, vote=1)
    assert sorted(stage.open) == ["sign", "sign"]
    stage.complete("sign", 0, vote=2)
    assert stage.open == ["after"]
    assert [line for line in stage.told() if "canceled" in line] == ["canceled sign"]


def test_a_completion_condition_must_be_true_or_false() -> None:
    stage = Stage(votes(completion="nothing"), people=PEOPLE)
    with pytest.raises(ExecutionFailed, match="true or false"):
        stage.complete("sign", 0, vote=1)


@pytest.mark.parametrize("people", [None, "甲", 3])
def test_what_is_no_list_stops_the_case(people: object) -> None:
    with pytest.raises(ExecutionFailed) as failed:
        Stage(votes(), people=people)
    assert failed.value.element_id == "sign"


def test_a_shortened_collection_is_noticed() -> None:
    stage = Stage(votes(), people=PEOPLE)
    token = stage.task("sign", 2).token
    stage.variables["people"] = PEOPLE[:1]
    with pytest.raises(ExecutionFailed, match="keep its items"):
        stage.machine.local(token)


def test_the_next_round_of_a_loop_starts_with_empty_outputs() -> None:
    marker = each("people", "person", output_collection="votes", output_element="vote")
    drawn = drawing(start(), user("sign", loop=marker), exclusive("x", default="x_end"), end(),
                    flows="start -> sign -> x -> end; x -> sign if again")  # fmt: skip
    stage = Stage(drawn, people=["甲", "乙"], again=True)
    stage.complete("sign", 1, vote=1)
    stage.complete("sign", 0, vote=2)
    assert stage.variables["votes"] == [None, None]
    stage.complete("sign", 1, vote=3, again=False)
    stage.complete("sign", 0, vote=4)
    assert stage.variables["votes"] == [4, 3] and stage.ended


@pytest.mark.parametrize("sequential", [False, True])
def test_a_service_is_asked_once_per_item_and_sees_it(sequential: bool) -> None:
    marker = each("people", "person", sequential=sequential, output_collection="found", output_element="answer")
    stage = Stage(drawing(start(), service("ask", loop=marker), user("after"), flows="start -> ask -> after"),
                  people=PEOPLE, answers={"ask": {"answer": 1}})  # fmt: skip
    assert [seen["person"] for _, seen in stage.performed] == PEOPLE
    assert stage.open == ["after"] and stage.variables["found"] == [1, 1, 1]


def test_jobs_of_a_multi_instance_wait_each_for_itself() -> None:
    marker = each("people", "person", output_collection="found", output_element="answer")
    stage = Stage(drawing(start(), service("ask", loop=marker), flows="start -> ask"), people=PEOPLE, jobs=("ask",))
    stage.reload()
    for job in reversed(stage.machine.jobs()):
        stage.machine.finish_job(job.token, {"answer": job.index})
    assert stage.ended and stage.variables["found"] == [0, 1, 2]


@pytest.mark.parametrize("sequential", [False, True])
def test_a_sub_process_per_item_knows_its_item_inside(sequential: bool) -> None:
    part = sub_process("part", start("s"), user("a"), user("b"), flows="s -> a -> b")
    marker = each("people", "person", sequential=sequential)
    drawn = drawing(start(), replace(part, loop=marker), user("after"), flows="start -> part -> after")
    stage = Stage(drawn, people=PEOPLE)
    seen = []
    while stage.open != ["after"]:
        task = stage.machine.user_tasks()[0]
        seen.append((task.element.id, stage.machine.local(task.token)["person"], task.path))
        stage.machine.complete(task.token)
        stage.reload()
    assert sorted(seen) == sorted((name, person, ("part",)) for person in PEOPLE for name in "ab")


def test_a_process_is_called_per_item_and_items_nest() -> None:
    inner = drawing(start(), user("ask", loop=each("person.questions", "question")), flows="start -> ask", id="inner")
    drawn = drawing(start(), call("do", "inner", loop=each("people", "person")), flows="start -> do")
    people = [{"name": "甲", "questions": ["p", "q"]}, {"name": "乙", "questions": ["r"]}]
    stage = Stage(drawn, inner, people=people)
    stage.reload()
    items = [stage.machine.local(task.token) for task in stage.machine.user_tasks()]
    assert [(item["person"]["name"], item["question"]) for item in items] == [("甲", "p"), ("甲", "q"), ("乙", "r")]
    for task in stage.machine.user_tasks():
        stage.machine.complete(task.token)
    assert stage.ended


def test_a_boundary_event_takes_all_instances_away() -> None:
    drawn = drawing(
        start(), user("sign", loop=each("people", "person")), boundary("late", "sign", "timeDuration", "PT1H"),
        user("after"), flows="start -> sign; late -> after",
    )  # fmt: skip
    stage = Stage(drawn, people=PEOPLE)
    stage.complete("sign", 1)
    stage.reload()
    stage.wait(hours=1)
    assert stage.open == ["after"] and stage.told("canceled") == ["canceled sign"] * 3


def test_items_never_enter_the_state() -> None:
    stage = Stage(votes(), people=["刻意可寻的名字"])
    assert "刻意可寻的名字" not in stage.machine.save().decode()
