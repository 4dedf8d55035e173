"""Events: what a start, catch, throw, boundary or end event waits for or throws, in one value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from engine.language import xml
from engine.language.diagram import tags
from engine.language.diagram.model import Event
from engine.language.diagram.tags import attribute, bpmn, feel

_SUFFIX = "EventDefinition"
_TIMES = ("timeDate", "timeDuration", "timeCycle")
_DURATION = re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?([\d.]+S)?)?")


@dataclass(frozen=True, slots=True)
class Declared:
    """Messages, errors, signals and escalations of a file by their ids."""

    values: Mapping[str, str]
    labels: Mapping[str, str]

    @classmethod
    def read(cls, root: etree._Element) -> "Declared":
        codes = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}
        found = [(node, codes[xml.local_name(node)]) for node in bpmn(root, *codes)]
        return cls(
            values={node.get("id", ""): node.get(code, "").strip() for node, code in found},
            labels={node.get("id", ""): node.get("name", "").strip() for node, _ in found},
        )

    def event(self, node: etree._Element, found: list[etree._Element]) -> Event | None:
        """The event of a node; a receive task waits for its message."""
        if xml.local_name(node) == "receiveTask":
            return self._referring("message", node)
        if not found:
            return None
        kind = xml.local_name(found[0]).removesuffix(_SUFFIX)
        return _timer(found[0]) if kind == "timer" else self._referring(kind, found[0])

    def _referring(self, kind: str, definition: etree._Element) -> Event:
        reference = attribute(definition, f"{kind}Ref") or ""
        label = self.labels.get(reference, "") if kind == "error" else ""
        return Event(kind, self.values.get(reference, ""), label)


def event_definitions(node: etree._Element) -> list[etree._Element]:
    """The event definitions inside a node."""
    return [child for child in node if xml.namespace(child) == tags.BPMN and xml.local_name(child).endswith(_SUFFIX)]


def _timer(definition: etree._Element) -> Event:
    moment = next(bpmn(definition, *_TIMES), None)
    if moment is None:
        return Event("timeDuration")
    kind, written = xml.local_name(moment), (moment.text or "").strip()
    return Event(kind, (feel(written) or "") if written.startswith("=") else _as_feel(kind, written))


def _as_feel(kind: str, literal: str) -> str:
    """A moment written without "=", as Camunda Modeler allows, becomes the FEEL literal that means the same."""
    if not literal:
        return ""
    if kind == "timeDuration" and _DURATION.fullmatch(literal):
        return f'duration("{literal}")'
    if kind == "timeDate" and '"' not in literal:
        return f'date and time("{literal}")'
    return f'"{literal}"' if kind == "timeCycle" and '"' not in literal else literal
