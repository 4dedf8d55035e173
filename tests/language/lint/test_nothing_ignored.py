"""What the engine would pass over in silence is refused where it stands: words of zeebe and of other engines.

The words of BPMN itself are all tried in tests/workflow/conformance.
"""

import pytest

from tests.language.drawing import connector, end, flow, message, node, properties, row, rule, script, start, user
from tests.language.lint.linting import found, lint_of

RULE = "nothing_ignored"
DECLARED = '<bpmn:message id="m1" name="PAID"/>'


def alone(element: str, **settings: object) -> set[tuple[str, str]]:
    return found(start(), element, end(), row("begin", "x", "done"), **settings)


@pytest.mark.parametrize(
    "element",
    [
        user("x", zeebe='<zeebe:priorityDefinition priority="50"/>'),
        user("x", zeebe='<zeebe:assignmentDefinition candidateUsers="a"/>'),
        user("x", zeebe='<zeebe:taskDefinition type="sms"/>'),
        user("x", zeebe='<zeebe:formDefinition formKey="embedded"/>'),
        connector("x", "sms", zeebe='<zeebe:formDefinition formId="ask"/>'),
        node("serviceTask", "x", zeebe='<zeebe:taskDefinition type="sms" retries="9"/>'),
        node("callActivity", "x", zeebe='<zeebe:calledElement processId="intake" propagateAllChildVariables="false"/>'),
        node("userTask", "x", zeebe='<zeebe:formDefinition formId="ask" bindingType="latest"/>'),
        node("task", "x", zeebe='<zeebe:script expression="=1" resultVariable="y"/>'),
        connector("x", "sms", zeebe='<zeebe:taskHeaders><zeebe:heading key="a" value="b"/></zeebe:taskHeaders>'),
    ],
)
def test_what_zeebe_knows_and_the_engine_does_not_read(element: str) -> None:
    assert (RULE, "x") in alone(element)


@pytest.mark.parametrize(
    "element",
    [
        user("x", zeebe='<zeebe:userTask/><zeebe:taskSchedule dueDate="=acceptedAt"/>' + properties({"slaKey": "a.b"})),
        node("userTask", "x", zeebe='<zeebe:formDefinition formId="ask" bindingType="deployment"/>'),
        connector("x", "sms", zeebe='<zeebe:taskHeaders><zeebe:header key="to" value="b"/></zeebe:taskHeaders>'),
        rule("x", "grade"),
        script("x", "1"),
        node("callActivity", "x", zeebe='<zeebe:calledElement processId="intake" propagateAllChildVariables="true"/>'),
    ],
)
def test_what_the_engine_reads_is_left_alone(element: str) -> None:
    assert alone(element) == set()


@pytest.mark.parametrize("space", ["camunda.org/schema/1.0/bpmn", "flowable.org/bpmn", "activiti.org/bpmn"])
def test_what_other_engines_would_execute(space: str) -> None:
    attribute = f'<bpmn:task id="x" name="x" xmlns:o="http://{space}" o:async="true"/>'
    inside = f'<o:executionListener xmlns:o="http://{space}" event="start"/>'
    assert (RULE, "x") in alone(attribute) and (RULE, "x") in alone(node("task", "x", zeebe=inside))


def test_colours_and_other_marks_of_editors_are_left_alone() -> None:
    coloured = (
        '<bpmn:task id="x" name="x" xmlns:c="http://www.omg.org/spec/BPMN/non-normative/color/1.0" c:fill="red"/>'
    )
    assert alone(coloured) == set()


def test_messages_find_their_case_by_its_number_only() -> None:
    def keyed(key: str) -> set[tuple[str, str]]:
        said = f'<bpmn:extensionElements><zeebe:subscription correlationKey="{key}"/></bpmn:extensionElements>'
        declared = f'<bpmn:message id="m1" name="PAID">{said}</bpmn:message>'
        return alone(node("intermediateCatchEvent", "x", message("m1")), declared=declared)

    assert keyed("=caseNo") == keyed("= caseNo") == set()
    assert keyed("=orderNo") == {(RULE, "m1")}


def test_a_condition_in_another_language_is_refused_at_its_flow() -> None:
    gateway = node("exclusiveGateway", "x", default="x_done")
    ways = (row("begin", "x"), flow("x", "done", name="否"), flow("x", "other", "=inScope"), end("other"))
    form = user("a"), row("begin", "a", "done")
    spoken = [part.replace("<bpmn:conditionExpression", '<bpmn:conditionExpression language="groovy"') for part in ways]
    assert (RULE, "x_other") in found(start(), gateway, *spoken, end(), *form)
    assert (RULE, "x_other") not in found(start(), gateway, *ways, end(), *form)


def test_a_timer_says_one_thing() -> None:
    both = (
        "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration>"
        "<bpmn:timeDate>2026-11-22T08:00:00+08:00</bpmn:timeDate></bpmn:timerEventDefinition>"
    )
    assert (RULE, "x") in alone(node("intermediateCatchEvent", "x", both))


def test_the_words_of_a_drawing_that_nobody_executes_are_left_alone() -> None:
    aside = '<bpmn:process id="aside" isExecutable="false"><bpmn:ioSpecification id="spec"/></bpmn:process>'
    assert alone(node("task", "x"), declared=aside) == set()


def test_the_problem_is_told_in_words() -> None:
    odd = node("task", "x", "<bpmn:potentialOwner id='who'/>", startQuantity="2")
    said = [problem.message for problem in lint_of(start(), odd, end(), row("begin", "x", "done"))]
    assert said == [
        "不支持属性 startQuantity=“2”：平台不会照它执行，请删去",
        "不支持办理人声明（请用泳道或候选岗位）：平台不会执行它，请删去",
    ]


class TestEventSubProcesses:
    BODY = (end("e"), row("s", "e"))

    def problems(self, begin: str, *more: str, **attributes: str) -> set[tuple[str, str]]:
        reacting = node("subProcess", "r", begin, *self.BODY, triggeredByEvent="true", **attributes)
        return found(start(), user("a"), end(), row("begin", "a", "done"), reacting, *more, declared=DECLARED)

    def test_no_flow_leads_in_or_out_and_nothing_is_attached(self) -> None:
        begin = start("s", message("m1"))
        assert self.problems(begin) == set()
        assert ("connected_flows", "a_r") in self.problems(begin, row("a", "r"))
        late = node("boundaryEvent", "b", message("m1"), attachedToRef="r"), row("b", "done")
        assert ("connected_flows", "b") in self.problems(begin, *late)

    def test_an_error_interrupts_and_a_cycle_does_not(self) -> None:
        error = start("s", "<bpmn:errorEventDefinition/>", isInterrupting="false")
        cycle = "<bpmn:timerEventDefinition><bpmn:timeCycle>R/P1D</bpmn:timeCycle></bpmn:timerEventDefinition>"
        assert ("one_start", "s") in self.problems(error)
        assert ("one_start", "s") in self.problems(start("s", cycle))
        assert self.problems(start("s", cycle, isInterrupting="false")) == set()
