"""What a node says in zeebe's words: form, decision, script, connector, deadlines, properties, multi-instance."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from lxml import etree

from engine.language.diagram.model import NOTHING, Loop
from engine.language.diagram.tags import BPMN, ZEEBE, attribute, bpmn, feel, flag, zeebe


class Extensions(TypedDict):
    """The attributes of an Element that come from zeebe extensions."""

    form: str | None
    called: str | None
    decision: str | None
    script: str | None
    result_variable: str | None
    task_type: str | None
    headers: Mapping[str, str]
    due: str | None
    follow_up: str | None
    candidate_groups: str | None
    assignee: str | None
    properties: Mapping[str, str]
    loop: Loop | None


def read_extensions(node: etree._Element) -> Extensions:
    """All zeebe extensions of a node."""
    script, decision = zeebe(node, "script"), zeebe(node, "calledDecision")
    schedule, assignment = zeebe(node, "taskSchedule"), zeebe(node, "assignmentDefinition")
    return Extensions(
        form=attribute(zeebe(node, "formDefinition"), "formId"),
        called=attribute(zeebe(node, "calledElement"), "processId") or attribute(node, "calledElement"),
        decision=attribute(decision, "decisionId"),
        script=feel(attribute(script, "expression")),
        result_variable=attribute(script, "resultVariable") or attribute(decision, "resultVariable"),
        task_type=_task_type(node),
        headers=_pairs(zeebe(node, "taskHeaders"), "header", "key"),
        due=attribute(schedule, "dueDate"),
        follow_up=attribute(schedule, "followUpDate"),
        candidate_groups=attribute(assignment, "candidateGroups"),
        assignee=attribute(assignment, "assignee"),
        properties=read_properties(node),
        loop=_loop(node),
    )


def read_properties(node: etree._Element) -> Mapping[str, str]:
    """zeebe:properties of a node, a process or a message."""
    return _pairs(zeebe(node, "properties"), "property", "name")


def _task_type(node: etree._Element) -> str | None:
    own = attribute(zeebe(node, "taskDefinition"), "type")
    message = next(bpmn(node, "messageEventDefinition"), None)
    # Camunda Modeler writes the connector of a message throw event into its event definition.
    return own if own or message is None else attribute(zeebe(message, "taskDefinition"), "type")


def _pairs(parent: etree._Element | None, child: str, key: str) -> Mapping[str, str]:
    if parent is None:
        return NOTHING
    items = parent.iterchildren(f"{{{ZEEBE}}}{child}")
    pairs = {item.get(key, "").strip(): item.get("value", "").strip() for item in items}
    return MappingProxyType({name: value for name, value in pairs.items() if name})


def _loop(node: etree._Element) -> Loop | None:
    marker = next(bpmn(node, "multiInstanceLoopCharacteristics"), None)
    if marker is None:
        return None
    settings = zeebe(marker, "loopCharacteristics")
    condition = marker.find(f"{{{BPMN}}}completionCondition")
    return Loop(
        collection=feel(attribute(settings, "inputCollection")) or "",
        item=attribute(settings, "inputElement") or "",
        sequential=flag(marker, "isSequential"),
        completion=None if condition is None else feel(condition.text),
        output_collection=attribute(settings, "outputCollection"),
        output_element=feel(attribute(settings, "outputElement")),
    )
