"""Builds small BPMN files for tests: elements by one function each, lanes and shapes added by `draw`."""

import re
from collections.abc import Mapping
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
)
BOX = '<dc:Bounds x="0" y="0" width="100" height="80"/>'


def node(kind: str, element_id: str, *inside: str, zeebe: str = "", **attributes: str) -> str:
    """Any BPMN element; `zeebe` goes into its extension elements."""
    written = "".join(f" {name}={quoteattr(value)}" for name, value in {"name": element_id, **attributes}.items())
    extensions = f"<bpmn:extensionElements>{zeebe}</bpmn:extensionElements>" if zeebe else ""
    return f'<bpmn:{kind} id="{element_id}"{written}>{extensions}{"".join(inside)}</bpmn:{kind}>'


def start(element_id: str = "begin", *inside: str, **attributes: str) -> str:
    return node("startEvent", element_id, *inside, **attributes)


def end(element_id: str = "done", *inside: str, **attributes: str) -> str:
    return node("endEvent", element_id, *inside, **attributes)


def user(element_id: str, *inside: str, form: str = "ask", zeebe: str = "", **attributes: str) -> str:
    definition = f"<zeebe:formDefinition formId={quoteattr(form)}/>" if form else ""
    return node("userTask", element_id, *inside, zeebe=definition + zeebe, **attributes)


def script(element_id: str, expression: str, result: str = "result") -> str:
    written = f"<zeebe:script expression={quoteattr('=' + expression)} resultVariable={quoteattr(result)}/>"
    return node("scriptTask", element_id, zeebe=written)


def connector(element_id: str, task_type: str, kind: str = "serviceTask", zeebe: str = "") -> str:
    return node(kind, element_id, zeebe=f"<zeebe:taskDefinition type={quoteattr(task_type)}/>{zeebe}")


def rule(element_id: str, decision: str, result: str = "verdict") -> str:
    return node(
        "businessRuleTask",
        element_id,
        zeebe=f"<zeebe:calledDecision decisionId={quoteattr(decision)} resultVariable={quoteattr(result)}/>",
    )


def call(element_id: str, process_id: str, zeebe: str = "") -> str:
    return node("callActivity", element_id, zeebe=f"<zeebe:calledElement processId={quoteattr(process_id)}/>{zeebe}")


def choose(element_id: str, default: str = "", kind: str = "exclusiveGateway") -> str:
    return node(kind, element_id, **({"default": default} if default else {}))


def both(element_id: str) -> str:
    return node("parallelGateway", element_id)


def boundary(element_id: str, attached_to: str, *inside: str, interrupting: bool = True) -> str:
    return node(
        "boundaryEvent", element_id, *inside, attachedToRef=attached_to, cancelActivity=str(interrupting).lower()
    )


def timer(value: str, kind: str = "timeDuration") -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(value)}</bpmn:{kind}></bpmn:timerEventDefinition>"


def message(reference: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{reference}"/>'


def properties(values: Mapping[str, str]) -> str:
    lines = "".join(f"<zeebe:property name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in values.items())
    return f"<zeebe:properties>{lines}</zeebe:properties>"


def flow(source: str, target: str, condition: str | None = None, *, name: str = "", flow_id: str = "") -> str:
    """A sequence flow with the id `source_target` unless told otherwise."""
    asked = "" if condition is None else f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>"
    label = name or ("是" if condition else "")
    return (
        f'<bpmn:sequenceFlow id="{flow_id or f"{source}_{target}"}" name={quoteattr(label)} '
        f'sourceRef="{source}" targetRef="{target}">{asked}</bpmn:sequenceFlow>'
    )


def row(*element_ids: str) -> str:
    """Flows from each of these elements to the next."""
    return "".join(flow(a, b) for a, b in pairwise(element_ids))


def lane(lane_id: str, *element_ids: str, inside: str = "") -> str:
    references = "".join(f"<bpmn:flowNodeRef>{element_id}</bpmn:flowNodeRef>" for element_id in element_ids)
    nested = f"<bpmn:childLaneSet>{inside}</bpmn:childLaneSet>" if inside else ""
    return f'<bpmn:lane id="{lane_id}" name="{lane_id}">{references}{nested}</bpmn:lane>'


def draw(
    *parts: str,
    process_id: str = "water",
    lanes: str | None = None,
    declared: str = "",
    shapes: bool = True,
    executable: bool = True,
) -> bytes:
    """A BPMN file. Without `lanes` everything stands in the lane `citizen`; every element gets a shape."""
    body = "".join(parts)
    ids = re.findall(r'<bpmn:(?!lane\b|laneSet\b)\w+ id="(\w+)"', body)
    laid = lane("citizen", *ids) if lanes is None else lanes
    di = "".join(
        f'<bpmndi:BPMNShape id="{i}_di{n}" bpmnElement="{i}">{BOX}</bpmndi:BPMNShape>' for n, i in enumerate(ids)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions {NAMESPACES}>{declared}'
        f'<bpmn:process id="{process_id}" name="{process_id}" isExecutable="{str(executable).lower()}">'
        f'<bpmn:laneSet id="lanes">{laid}</bpmn:laneSet>{body}</bpmn:process>'
        f"<bpmndi:BPMNDiagram><bpmndi:BPMNPlane>{di if shapes else ''}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
        f"</bpmn:definitions>"
    ).encode()
