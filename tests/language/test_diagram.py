"""A BPMN file is read into small values, with everything the engine needs to know of each element."""

import pytest

from engine.errors import Invalid, TooLarge
from engine.language import diagram
from engine.language.diagram import Event, Lane, Loop
from tests.language.drawing import (
    boundary,
    call,
    connector,
    draw,
    end,
    flow,
    lane,
    message,
    node,
    properties,
    row,
    rule,
    script,
    start,
    timer,
    user,
)


def problems_of(data: bytes) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refusal:
        diagram.read(data)
    return refusal.value.problems


def test_elements_and_flows_keep_the_order_of_the_file() -> None:
    process = diagram.read(draw(start(), user("take"), end(), row("begin", "take", "done")))
    assert [element.id for element in process.elements] == ["begin", "take", "done"]
    assert [(found.source, found.target) for found in process.flows] == [("begin", "take"), ("take", "done")]
    assert (process.id, process.name) == ("water", "water")


def test_a_user_task_carries_form_schedule_assignment_and_properties() -> None:
    said = (
        '<zeebe:taskSchedule dueDate="=now() + duration(&quot;PT24H&quot;)" followUpDate="2026-11-22T08:00:00+08:00"/>'
        '<zeebe:assignmentDefinition assignee="=opener" candidateGroups="county_office"/>'
        + properties({"slaKey": "water.wt_take", "publishToCitizen": "true", "": "x"})
    )
    task = diagram.read(draw(user("wt_take", form="water_take", zeebe=said))).element("wt_take")
    assert task.form == "water_take"
    assert (task.due, task.follow_up) == ('=now() + duration("PT24H")', "2026-11-22T08:00:00+08:00")
    assert (task.assignee, task.candidate_groups) == ("=opener", "county_office")
    assert task.properties == {"slaKey": "water.wt_take", "publishToCitizen": "true"}


def test_scripts_decisions_calls_and_connectors_are_read() -> None:
    headers = '<zeebe:taskHeaders><zeebe:header key="messageKey" value="M05"/></zeebe:taskHeaders>'
    process = diagram.read(
        draw(
            script("sum", "1 + 1", "total"),
            rule("grade", "grades", "grade"),
            call("enter", "intake"),
            node("callActivity", "leave", calledElement="rating"),
            connector("tell", "sms", "sendTask", zeebe=headers),
            node(
                "intermediateThrowEvent",
                "say",
                f"<bpmn:messageEventDefinition>{_task_definition('webhook')}</bpmn:messageEventDefinition>",
            ),
        )
    )
    assert (process.element("sum").script, process.element("sum").result_variable) == ("1 + 1", "total")
    assert (process.element("grade").decision, process.element("grade").result_variable) == ("grades", "grade")
    assert (process.element("enter").called, process.element("leave").called) == ("intake", "rating")
    assert (process.element("tell").task_type, process.element("tell").headers) == ("sms", {"messageKey": "M05"})
    assert process.element("say").task_type == "webhook"


def _task_definition(task_type: str) -> str:
    return f'<bpmn:extensionElements><zeebe:taskDefinition type="{task_type}"/></bpmn:extensionElements>'


def test_a_condition_loses_its_equals_sign_and_keeps_its_text() -> None:
    process = diagram.read(draw(flow("a", "b", '= inScope = false and x < "3"'), flow("b", "c")))
    assert [found.condition for found in process.flows] == ['inScope = false and x < "3"', None]


def test_a_multi_instance_marker_is_read() -> None:
    marker = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:extensionElements>'
        '<zeebe:loopCharacteristics inputCollection="=members" inputElement="member" outputCollection="answers" '
        'outputElement="=answer"/></bpmn:extensionElements><bpmn:completionCondition>=enough'
        "</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics>"
    )
    task = diagram.read(draw(user("ask", marker))).element("ask")
    assert task.loop == Loop("members", "member", True, "enough", "answers", "answer")


@pytest.mark.parametrize(
    ("written", "kind", "expected"),
    [
        ('=duration("PT24H")', "timeDuration", 'duration("PT24H")'),
        ("PT24H", "timeDuration", 'duration("PT24H")'),
        ("P1DT2H", "timeDuration", 'duration("P1DT2H")'),
        ("2026-11-22T08:00:00+08:00", "timeDate", 'date and time("2026-11-22T08:00:00+08:00")'),
        ("=acceptedAt + days", "timeDate", "acceptedAt + days"),
        ("R3/P1D", "timeCycle", '"R3/P1D"'),
        ("", "timeDuration", ""),
    ],
)
def test_timers_are_feel_whichever_way_they_are_written(written: str, kind: str, expected: str) -> None:
    process = diagram.read(draw(node("intermediateCatchEvent", "wait", timer(written, kind))))
    assert process.element("wait").event == Event(kind, expected)


def test_events_name_what_they_wait_for_or_throw() -> None:
    declared = (
        '<bpmn:message id="m1" name="CITIZEN_WITHDRAW"/><bpmn:error id="e1" name="账号错误" errorCode="BAD_ACCOUNT"/>'
        '<bpmn:signal id="s1" name="PERSON_DECEASED"/><bpmn:escalation id="x1" name="升级" escalationCode="LATE"/>'
    )
    process = diagram.read(
        draw(
            user("take"),
            boundary("withdrawn", "take", message("m1")),
            boundary("failed", "take", '<bpmn:errorEventDefinition errorRef="e1"/>'),
            boundary("died", "take", '<bpmn:signalEventDefinition signalRef="s1"/>'),
            boundary("late", "take", '<bpmn:escalationEventDefinition escalationRef="x1"/>', interrupting=False),
            boundary("any", "take", "<bpmn:errorEventDefinition/>"),
            node("receiveTask", "receive", messageRef="m1"),
            end("stop", "<bpmn:terminateEventDefinition/>"),
            declared=declared,
        )
    )
    events = {element.id: element.event for element in process.elements if element.event is not None}
    assert events == {
        "withdrawn": Event("message", "CITIZEN_WITHDRAW"),
        "failed": Event("error", "BAD_ACCOUNT", "账号错误"),
        "died": Event("signal", "PERSON_DECEASED"),
        "late": Event("escalation", "LATE"),
        "any": Event("error", ""),
        "receive": Event("message", "CITIZEN_WITHDRAW"),
        "stop": Event("terminate", ""),
    }
    assert process.element("withdrawn").attached_to == "take"
    assert process.element("withdrawn").interrupting
    assert not process.element("late").interrupting


def test_the_innermost_lane_is_the_responsibility() -> None:
    lanes = lane("county", "a", "b", inside=lane("county_water_clerk", "a") + lane("county_office", "b"))
    process = diagram.read(draw(user("a"), user("b"), user("c"), lanes=lanes + lane("citizen", "c")))
    assert [element.lane for element in process.elements] == ["county_water_clerk", "county_office", "citizen"]
    assert process.lanes == tuple(Lane(i, i) for i in ("county_water_clerk", "county_office", "citizen"))


def test_a_sub_process_lends_its_lane_to_what_it_holds_unless_that_has_its_own() -> None:
    inner = node("subProcess", "part", start("in"), user("own"), user("lent"), boundary("bound", "own", timer("P1D")))
    process = diagram.read(draw(inner, lanes=lane("citizen", "part") + lane("town_office", "own")))
    lanes = {element.id: element.lane for element in process.walk()}
    assert [lanes[i] for i in ("part", "in", "lent")] == ["citizen"] * 3
    assert [lanes[i] for i in ("own", "bound")] == ["town_office"] * 2


def test_an_event_sub_process_and_its_start_say_what_interrupts() -> None:
    inner = node("subProcess", "urged", start("heard", message("m1"), isInterrupting="false"), triggeredByEvent="true")
    process = diagram.read(draw(inner, declared='<bpmn:message id="m1" name="CITIZEN_URGE"/>'))
    assert process.element("urged").triggered_by_event
    assert not process.element("heard").interrupting


def test_a_pool_and_remarks_are_only_drawing() -> None:
    pool = '<bpmn:collaboration id="c"><bpmn:participant id="pool" processRef="water"/></bpmn:collaboration>'
    process = diagram.read(draw(start(), '<bpmn:textAnnotation id="note"/>', declared=pool))
    assert [element.id for element in process.elements] == ["begin"]


def test_the_line_of_each_element_is_known() -> None:
    process = diagram.read(draw(start(), "\n\n" + user("take")))
    assert process.element("take").line == process.element("begin").line + 2


def test_a_file_without_an_executable_process_is_refused() -> None:
    assert problems_of(draw(start(), executable=False)) == {
        "": ["流程图中没有可执行的流程：请勾选“可执行”（isExecutable）"]
    }


def test_a_second_executable_process_is_refused() -> None:
    data = draw(start()).replace(
        b"<bpmndi:BPMNDiagram>", b'<bpmn:process id="p2" isExecutable="true"/><bpmndi:BPMNDiagram>'
    )
    assert problems_of(data) == {"p2": ["一个文件只能有一个可执行的流程"]}


def test_a_file_that_is_no_bpmn_is_refused() -> None:
    assert problems_of(b"<definitions/>") == {"": ["这不是 BPMN 2.0 流程图"]}


def test_all_problems_of_a_file_are_told_at_once() -> None:
    two = "<bpmn:terminateEventDefinition/><bpmn:signalEventDefinition/>"
    data = draw(end("stop", two), '<bpmn:choreographyTask id="dance"/>', "<bpmn:userTask/>")
    problems = problems_of(data)
    assert problems["stop"] == ["一个事件只能有一种触发方式"]
    assert problems["dance"] == ["不支持的 BPMN 元素：choreographyTask"]
    assert "没有编号" in problems[""][0]


def test_too_many_elements_are_refused() -> None:
    assert problems_of(draw(*(user(f"t{n}") for n in range(301)))) == {
        "": ["流程元素太多：最多 300 个，现有 301 个，请拆分成几个流程"]
    }


def test_too_many_flows_are_refused() -> None:
    flows = [flow("a", "b", flow_id=f"f{n}") for n in range(1001)]
    assert problems_of(draw(user("a"), user("b"), *flows)) == {
        "": ["流向太多：最多 1000 个，现有 1001 个，请拆分成几个流程"]
    }


def test_too_deep_nesting_is_refused_at_the_sub_process_that_goes_too_far() -> None:
    inner = user("task")
    for level in range(11, 0, -1):
        inner = node("subProcess", f"s{level}", inner)
    assert problems_of(draw(inner)) == {"s11": ["子流程嵌套太深：最多 10 层"]}


def test_a_huge_file_is_refused_with_its_own_status() -> None:
    with pytest.raises(TooLarge):
        diagram.read(b"x" * (5 * 1024 * 1024 + 1))
