"""The words of BPMN 2.0 and zeebe that mean something here: the attributes and children that each element may have.

Everything else in a diagram would be read by another engine and not by this one, so it is refused. A word stands here
because the engine executes it, because it is part of the drawing, or because it only describes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.language.diagram import tags

ANY: frozenset[str] = frozenset()
"""Any value of an attribute."""
FALSE = frozenset({"false", "0"})
EITHER = FALSE | {"true", "1"}
FEEL = frozenset({"feel", "http://www.omg.org/spec/feel/20140401", "https://www.omg.org/spec/dmn/20191111/feel/"})


@dataclass(frozen=True, slots=True)
class Word:
    """An element: its attributes with the values they may have, in small letters, and its children."""

    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    children: frozenset[str] = frozenset()


def _word(*attributes: str, children: Iterable[str] = (), **limited: frozenset[str]) -> Word:
    return Word({"id": ANY, **dict.fromkeys(attributes, ANY), **limited}, frozenset(children) | _DESCRIBING)


_DESCRIBING = frozenset({"documentation", "extensionElements"})
_ARTIFACTS = frozenset({"textAnnotation", "association", "group"})
_NODE = frozenset({"incoming", "outgoing", "categoryValueRef"})
_DEFINITIONS = frozenset(
    f"{kind}EventDefinition"
    for kind in (
        "cancel", "compensate", "conditional", "error", "escalation", "link", "message", "signal", "terminate", "timer",
    )
)  # fmt: skip
_LEVEL = tags.FLOW_NODES | _ARTIFACTS | {"laneSet", "sequenceFlow"}


def _activity(*attributes: str, children: Iterable[str] = (), **limited: frozenset[str]) -> Word:
    once = {"isForCompensation": FALSE, "startQuantity": frozenset({"1"}), "completionQuantity": frozenset({"1"})}
    marked = {*children, *_NODE, "multiInstanceLoopCharacteristics"}
    return _word("name", *attributes, children=marked, **once, **limited)


def _task(*attributes: str, children: Iterable[str] = (), **limited: frozenset[str]) -> Word:
    return _activity(
        *attributes, children=children, implementation=frozenset({"##unspecified", "##webservice"}), **limited
    )


def _event(*attributes: str, **limited: frozenset[str]) -> Word:
    return _word("name", *attributes, children=_NODE | _DEFINITIONS, **limited)


def _gateway(*attributes: str, **limited: frozenset[str]) -> Word:
    return _word("name", "gatewayDirection", *attributes, children=_NODE, **limited)


_EXPRESSION = Word({"id": ANY, "language": FEEL})

BPMN: Mapping[str, Word] = {
    # the file
    "definitions": Word(
        {**dict.fromkeys(("id", "name", "targetNamespace", "typeLanguage", "exporter", "exporterVersion"), ANY),
         "expressionLanguage": FEEL},
        frozenset({"process", "collaboration", "category", "message", "signal", "error", "escalation"}),
    ),
    "message": _word("name"),
    "signal": _word("name"),
    "error": _word("name", "errorCode"),
    "escalation": _word("name", "escalationCode"),
    # the process
    "process": _word("name", "processType", "isClosed", isExecutable=EITHER, children=_LEVEL),
    "sequenceFlow": _word("name", "sourceRef", "targetRef", children={"conditionExpression", "categoryValueRef"}),
    "conditionExpression": _EXPRESSION,
    "task": _activity(),
    "userTask": _task(),
    "serviceTask": _task(),
    "sendTask": _task(),
    "businessRuleTask": _task(),
    "receiveTask": _task("messageRef", instantiate=FALSE),
    "scriptTask": _activity(scriptFormat=FEEL, children={"script"}),
    "callActivity": _activity("calledElement"),
    "subProcess": _activity(children=_LEVEL, triggeredByEvent=EITHER),
    "multiInstanceLoopCharacteristics": _word(
        isSequential=EITHER, behavior=frozenset({"all"}), children={"completionCondition"}
    ),
    "completionCondition": _EXPRESSION,
    "exclusiveGateway": _gateway("default"),
    "inclusiveGateway": _gateway("default"),
    "parallelGateway": _gateway(),
    "eventBasedGateway": _gateway(instantiate=FALSE, eventGatewayType=frozenset({"exclusive"})),
    "startEvent": _event(isInterrupting=EITHER, parallelMultiple=FALSE),
    "intermediateCatchEvent": _event(parallelMultiple=FALSE),
    "boundaryEvent": _event("attachedToRef", cancelActivity=EITHER, parallelMultiple=FALSE),
    "intermediateThrowEvent": _event(),
    "endEvent": _event(),
    "messageEventDefinition": _word("messageRef"),
    "signalEventDefinition": _word("signalRef"),
    "errorEventDefinition": _word("errorRef"),
    "escalationEventDefinition": _word("escalationRef"),
    "terminateEventDefinition": _word(),
    "timerEventDefinition": _word(children={"timeDate", "timeDuration", "timeCycle"}),
    "timeDate": _EXPRESSION,
    "timeDuration": _EXPRESSION,
    "timeCycle": _EXPRESSION,
    # the drawing
    "laneSet": _word("name", children={"lane"}),
    "childLaneSet": _word("name", children={"lane"}),
    "lane": _word("name", children={"flowNodeRef", "childLaneSet"}),
    "collaboration": _word("name", "isClosed", children=_ARTIFACTS | {"participant", "messageFlow"}),
    "participant": _word("name", "processRef"),
    "messageFlow": _word("name", "sourceRef", "targetRef", "messageRef"),
    "textAnnotation": _word("textFormat", children={"text"}),
    "association": _word("sourceRef", "targetRef", "associationDirection"),
    "group": _word("categoryValueRef"),
    "category": _word("name", children={"categoryValue"}),
    "categoryValue": _word("value"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Extension:
    """A zeebe extension: the BPMN elements that it belongs to (none: any), its attributes, the extensions inside it."""

    owners: frozenset[str] = frozenset()
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    inside: str | None = None


def _extension(owners: str, *attributes: str, inside: str | None = None, **limited: frozenset[str]) -> Extension:
    return Extension(frozenset(owners.split()), {**dict.fromkeys(attributes, ANY), **limited}, inside)


_WORKING = "serviceTask sendTask scriptTask businessRuleTask intermediateThrowEvent endEvent messageEventDefinition"
_FROZEN = frozenset({"deployment"})

ZEEBE: Mapping[str, Extension] = {
    "formDefinition": _extension("userTask startEvent", "formId", bindingType=_FROZEN),
    "userTask": _extension("userTask"),
    "taskSchedule": _extension("userTask", "dueDate", "followUpDate"),
    "assignmentDefinition": _extension("userTask", "assignee", "candidateGroups"),
    "calledElement": _extension(
        "callActivity", "processId",
        propagateAllChildVariables=frozenset({"true"}), propagateAllParentVariables=frozenset({"true"}),
    ),
    "calledDecision": _extension("businessRuleTask", "decisionId", "resultVariable", bindingType=_FROZEN),
    "script": _extension("scriptTask", "expression", "resultVariable"),
    "taskDefinition": _extension(_WORKING, "type"),
    "taskHeaders": _extension(_WORKING, inside="header"),
    "header": _extension("", "key", "value"),
    "properties": _extension("", inside="property"),
    "property": _extension("", "name", "value"),
    "loopCharacteristics": _extension(
        "multiInstanceLoopCharacteristics", "inputCollection", "inputElement", "outputCollection", "outputElement"
    ),
    "subscription": _extension("message", correlationKey=frozenset({"=caseno"})),
}  # fmt: skip
