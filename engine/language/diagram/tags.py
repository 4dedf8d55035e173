"""Names of BPMN 2.0 and zeebe, and the few ways of looking into an element that the reading of diagrams shares."""

from collections.abc import Iterator

from lxml import etree

from engine.language import xml

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"

SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
FLOW_NODES = SUB_PROCESSES | frozenset(
    {
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "complexGateway",
    }
)


def bpmn(parent: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Children of the BPMN namespace with one of these names, in document order."""
    return parent.iterchildren(*(f"{{{BPMN}}}{name}" for name in names))


def zeebe(element: etree._Element, name: str) -> etree._Element | None:
    """The first zeebe extension of that name."""
    return element.find(f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}{name}")


def attribute(element: etree._Element | None, name: str) -> str | None:
    """The attribute, trimmed; None where it is missing or empty."""
    if element is None:
        return None
    return (element.get(name) or "").strip() or None


def flag(element: etree._Element, name: str, *, default: bool = False) -> bool:
    """The attribute as XML writes truth: true or 1, false or 0."""
    written = attribute(element, name)
    return default if written is None else written in ("true", "1")


def text(element: etree._Element | None) -> str:
    """All text inside, trimmed."""
    return "" if element is None else "".join(str(part) for part in element.itertext()).strip()


def feel(expression: str | None) -> str | None:
    """The expression without the "=" that marks it as FEEL; None where there is none."""
    if expression is None:
        return None
    return expression.strip().removeprefix("=").strip() or None


def is_bpmn(element: etree._Element, name: str) -> bool:
    """Is this a BPMN element of that name?"""
    return xml.namespace(element) == BPMN and xml.local_name(element) == name


def line_of(element: etree._Element) -> int:
    """The line of the file on which the element begins."""
    return int(str(element.sourceline))
