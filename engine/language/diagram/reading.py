"""A BPMN file becomes a Process; reading refuses only what it cannot represent, whether it makes sense lint asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from lxml import etree

from engine.errors import Invalid
from engine.language import xml
from engine.language.diagram import events, tags
from engine.language.diagram.extensions import read_extensions, read_properties
from engine.language.diagram.model import NOTHING, Element, Event, Flow, Lane, Process
from engine.language.diagram.tags import attribute, bpmn, feel, flag, line_of, text

MAX_ELEMENTS = 300
MAX_FLOWS = 1000
MAX_DEPTH = 10
# What may stand in a process beside flow nodes: drawings and remarks, which nobody executes.
_BESIDE_NODES = frozenset(
    {
        "laneSet",
        "sequenceFlow",
        "textAnnotation",
        "association",
        "group",
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "ioSpecification",
        "property",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
    }
)


@lru_cache(maxsize=512)
def read(data: bytes) -> Process:
    """The one executable process of a file; the same file, which many ask for, is read once.

    Raises TooLarge, or Invalid with problems keyed by element id ("" = the whole file).
    """
    root = definitions(data)
    reader = _Reader(events.Declared.read(root))
    process = reader.process(executable(root))
    if reader.count > MAX_ELEMENTS:
        reader.refuse("", f"流程元素太多：最多 {MAX_ELEMENTS} 个，现有 {reader.count} 个，请拆分成几个流程")
    if reader.flows > MAX_FLOWS:
        reader.refuse("", f"流向太多：最多 {MAX_FLOWS} 个，现有 {reader.flows} 个，请拆分成几个流程")
    if reader.problems:
        raise _invalid(reader.problems)
    return process


def definitions(data: bytes) -> etree._Element:
    """The root of a BPMN file, read through the hardened parser."""
    root = xml.parse(data, what="流程图")
    if not tags.is_bpmn(root, "definitions"):
        raise _invalid({"": ["这不是 BPMN 2.0 流程图"]})
    return root


def executable(root: etree._Element) -> etree._Element:
    """The one process of the file that is marked as executable."""
    found = [node for node in bpmn(root, "process") if flag(node, "isExecutable")]
    if not found:
        raise _invalid({"": ["流程图中没有可执行的流程：请勾选“可执行”（isExecutable）"]})
    if len(found) > 1:
        raise _invalid({node.get("id", ""): ["一个文件只能有一个可执行的流程"] for node in found[1:]})
    return found[0]


def drawn(root: etree._Element) -> frozenset[str]:
    """Ids of the elements and flows that have a shape or an edge in the drawing."""
    planes = root.iter(f"{{{tags.BPMNDI}}}BPMNShape", f"{{{tags.BPMNDI}}}BPMNEdge")
    return frozenset(shape.get("bpmnElement", "") for shape in planes)


@dataclass
class _Reader:
    """Reads one file and collects all that stands in the way, so that an author sees it at once."""

    declared: events.Declared
    problems: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0
    flows: int = 0

    def refuse(self, element_id: str, sentence: str) -> None:
        self.problems.setdefault(element_id, []).append(sentence)

    def process(
        self, node: etree._Element, depth: int = 0, lane: str | None = None, around: Mapping[str, str] = NOTHING
    ) -> Process:
        if depth > MAX_DEPTH:
            self.refuse(node.get("id", ""), f"子流程嵌套太深：最多 {MAX_DEPTH} 层")
            return Process(id=node.get("id", ""), name="", elements=(), flows=())
        lanes, inside = _lanes(node)
        lane_of = {**around, **inside}
        elements = [self._element(child, depth, lane_of, lane) for child in self._nodes(node)]
        return Process(
            id=self._id(node),
            name=node.get("name", "").strip(),
            elements=tuple(_with_lanes_of_hosts(elements, lane_of)),
            flows=tuple(self._flow(child) for child in bpmn(node, "sequenceFlow")),
            lanes=lanes,
            documentation=text(next(bpmn(node, "documentation"), None)),
            properties=read_properties(node),
        )

    def _nodes(self, parent: etree._Element) -> list[etree._Element]:
        nodes = []
        for child in parent:
            name = xml.local_name(child)
            if xml.namespace(child) != tags.BPMN:
                continue
            if name in tags.FLOW_NODES:
                nodes.append(child)
            elif name not in _BESIDE_NODES:
                self.refuse(child.get("id", ""), f"不支持的 BPMN 元素：{name}")
        self.count += len(nodes)
        return nodes

    def _element(self, node: etree._Element, depth: int, lane_of: Mapping[str, str], outer_lane: str | None) -> Element:
        element_id, kind = self._id(node), xml.local_name(node)
        lane = lane_of.get(element_id, outer_lane)
        inner = self.process(node, depth + 1, lane, lane_of) if kind in tags.SUB_PROCESSES else None
        return Element(
            id=element_id,
            kind=kind,
            name=" ".join(node.get("name", "").split()),
            lane=lane,
            documentation=text(next(bpmn(node, "documentation"), None)),
            line=line_of(node),
            event=self._event(node),
            attached_to=attribute(node, "attachedToRef"),
            interrupting=flag(node, "cancelActivity", default=True) and flag(node, "isInterrupting", default=True),
            default=attribute(node, "default"),
            process=inner,
            triggered_by_event=flag(node, "triggeredByEvent"),
            **read_extensions(node),
        )

    def _event(self, node: etree._Element) -> Event | None:
        found = events.event_definitions(node)
        if len(found) > 1:
            self.refuse(node.get("id", ""), "一个事件只能有一种触发方式")
        return self.declared.event(node, found)

    def _flow(self, node: etree._Element) -> Flow:
        self.flows += 1
        condition = next(bpmn(node, "conditionExpression"), None)
        return Flow(
            id=self._id(node),
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
            name=" ".join(node.get("name", "").split()),
            condition=None if condition is None else feel(condition.text),
            line=line_of(node),
        )

    def _id(self, node: etree._Element) -> str:
        found = attribute(node, "id")
        if found is None:
            self.refuse("", f"第 {line_of(node)} 行的元素没有编号（id）")
        return found or ""


def _lanes(parent: etree._Element) -> tuple[tuple[Lane, ...], dict[str, str]]:
    """The innermost lanes of a process, and which element stands in which; of nested lanes the inner one wins."""
    lanes: dict[str, Lane] = {}
    lane_of: dict[str, str] = {}
    for node in parent.iterfind(f"{{{tags.BPMN}}}laneSet//{{{tags.BPMN}}}lane"):
        lane = Lane(id=node.get("id", ""), name=node.get("name", "").strip())
        inside = [text(reference) for reference in bpmn(node, "flowNodeRef")]
        # Document order: an outer lane comes before the lanes in it.
        lane_of.update(dict.fromkeys(inside, lane.id))
        if next(bpmn(node, "childLaneSet"), None) is None:
            lanes[lane.id] = lane
    return tuple(lanes.values()), lane_of


def _with_lanes_of_hosts(elements: list[Element], lane_of: Mapping[str, str]) -> list[Element]:
    """A boundary event that stands in no lane itself belongs to the lane of the activity it sits on."""
    hosts = {element.id: element.lane for element in elements}
    return [
        replace(element, lane=hosts.get(element.attached_to, element.lane))
        if element.attached_to is not None and element.id not in lane_of
        else element
        for element in elements
    ]


def _invalid(problems: dict[str, list[str]]) -> Invalid:
    first = next(iter(problems.values()))[0]
    return Invalid(f"Expected a readable BPMN diagram, but {problems}", problems=problems, notice=first)
