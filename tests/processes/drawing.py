"""The drawing of a diagram measured: boxes, lines and labels as a reader sees them, in pixels.

Lines are drawn straight up, down, left and right only, so that a line is a row of thin boxes.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from engine.language import xml

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
FONT = 12
LABEL_WIDTH = 90


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    def meets(self, other: "Box", *, by: float = 1) -> bool:
        """Whether the two share more than `by` pixels each way."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > by and down > by

    def holds(self, other: "Box") -> bool:
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


@dataclass
class Drawing:
    """What is drawn, by element id."""

    root: etree._Element
    shapes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    @cached_property
    def elements(self) -> dict[str, etree._Element]:
        return {one.get("id", ""): one for one in self.root.iter(f"{BPMN}*") if one.get("id")}

    @cached_property
    def flows(self) -> dict[str, tuple[str, str]]:
        """Sequence flow → its two ends."""
        found = self.root.iter(f"{BPMN}sequenceFlow")
        return {one.get("id", ""): (one.get("sourceRef", ""), one.get("targetRef", "")) for one in found}

    @cached_property
    def nodes(self) -> list[str]:
        """Events, activities and gateways."""
        endings = ("Event", "Task", "Gateway", "callActivity", "subProcess")
        return [key for key, one in self.elements.items() if str(one.tag).endswith(endings)]

    @cached_property
    def lanes(self) -> list[str]:
        return [one.get("id", "") for one in self.root.iter(f"{BPMN}lane")]

    def members(self, lane_id: str) -> list[str]:
        found = self.elements[lane_id].iter(f"{BPMN}flowNodeRef")
        return [(one.text or "").strip() for one in found]

    def around(self, element_id: str) -> set[str]:
        """The sub-processes in which an element is drawn."""
        above = self.elements[element_id].iterancestors(f"{BPMN}subProcess")
        return {one.get("id", "") for one in above}

    def host(self, element_id: str) -> str | None:
        """The task on whose border a boundary event sits."""
        return self.elements[element_id].get("attachedToRef")

    def name(self, element_id: str) -> str:
        return self.elements[element_id].get("name", "")

    def labelled(self) -> Iterator[tuple[str, Box]]:
        """Every label that stands outside its element, with the place it takes."""
        for key in [*self.nodes, *self.flows]:
            outside = str(self.elements[key].tag).endswith(("Event", "Gateway", "sequenceFlow"))
            if self.name(key) and outside:
                yield key, self.labels.get(key) or self._usual_place(key)

    def _usual_place(self, key: str) -> Box:
        """Where an editor puts a label that has no place of its own: below an event or gateway."""
        box, (width, height) = self.shapes[key], extent(self.name(key))
        return Box(box.left + (box.width - width) / 2, box.bottom + 3, width, height)


def extent(text: str) -> tuple[float, float]:
    """How wide and high a label is: Chinese characters are as wide as they are high, others half as wide."""
    wide = sum(1.0 if ord(one) > 0x2E7F else 0.55 for one in text) * FONT
    return min(wide, LABEL_WIDTH), math.ceil(wide / LABEL_WIDTH) * FONT * 1.2


def read(content: bytes) -> Drawing:
    """The drawing of a BPMN file."""
    found = Drawing(xml.parse(content))
    for shape in found.root.iter(f"{DI}BPMNShape"):
        key = shape.get("bpmnElement", "")
        found.shapes[key] = _box(shape)
        _take_label(found, key, shape)
    for edge in found.root.iter(f"{DI}BPMNEdge"):
        key = edge.get("bpmnElement", "")
        found.lines[key] = [(float(p.get("x", "")), float(p.get("y", ""))) for p in edge.iter(WAYPOINT)]
        _take_label(found, key, edge)
    return found


def _box(holder: etree._Element) -> Box:
    bounds = holder.find(f"{DC}Bounds")
    assert bounds is not None
    left, top, width, height = (float(bounds.get(name, "")) for name in ("x", "y", "width", "height"))
    return Box(left, top, width, height)


def _take_label(found: Drawing, key: str, drawn: etree._Element) -> None:
    label = drawn.find(f"{DI}BPMNLabel")
    if label is not None and label.find(f"{DC}Bounds") is not None:
        found.labels[key] = _box(label)


def thin_boxes(line: list[tuple[float, float]]) -> Iterator[Box]:
    """The pieces of a line, each two pixels thick."""
    for (x1, y1), (x2, y2) in itertools.pairwise(line):
        yield Box(min(x1, x2) - 1, min(y1, y2) - 1, abs(x1 - x2) + 2, abs(y1 - y2) + 2)
