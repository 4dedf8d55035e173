"""Event sub-processes (事件子流程) as boundary events of one sub-process around everything beside them.

The standard lets an event sub-process listen as long as its process runs. That is just what a boundary event of a
sub-process around the whole does, so the diagram stays flat with its lanes, and the machine knows one mechanism.
"""

from dataclasses import replace

from engine.errors import Invalid
from engine.language.diagram import Element, Flow, Process

ADDED = {"added": "true"}


def is_added(element: Element) -> bool:
    """Whether the element stands in no diagram."""
    return element.properties.get("added") == "true"


def surrounded(process: Process) -> Process:
    """The process with its event sub-processes, and those of its sub-processes, turned into boundary events."""
    elements = tuple(
        replace(element, process=surrounded(element.process)) if element.process is not None else element
        for element in process.elements
    )
    reacting = [element for element in elements if element.triggered_by_event]
    if not reacting:
        return replace(process, elements=elements, _index={})
    name = f"{process.id}.whole"
    inside = tuple(_plain_start(element) for element in elements if not element.triggered_by_event)
    whole = Element(
        id=name,
        kind="subProcess",
        name=process.name,
        process=Process(id=name, name=process.name, elements=inside, flows=process.flows),
        properties=ADDED,
    )
    outside, flows = _bracket(process.id, whole)
    for element in reacting:
        more, leading = _listening(element, whole.id)
        outside += more
        flows += leading
    return replace(process, elements=tuple(outside), flows=tuple(flows), _index={})


def _plain_start(element: Element) -> Element:
    return replace(element, event=None) if element.kind == "startEvent" else element


def _bracket(key: str, whole: Element) -> tuple[list[Element], list[Flow]]:
    start = Element(id=f"{key}.start", kind="startEvent", properties=ADDED)
    end = Element(id=f"{key}.end", kind="endEvent", properties=ADDED)
    return [start, whole, end], [
        Flow(id=f"{key}.in", source=start.id, target=whole.id),
        Flow(id=f"{key}.out", source=whole.id, target=end.id),
    ]


def _listening(element: Element, host: str) -> tuple[list[Element], list[Flow]]:
    """The boundary event that stands for the start event, and the sub-process that it leads to."""
    inner = element.process
    start = next((one for one in inner.elements if one.kind == "startEvent"), None) if inner else None
    if inner is None or start is None or start.event is None:
        raise Invalid(
            f"Expected {element.id} to begin with an event, but it does not",
            problems={element.id: [f"事件子流程“{element.name or element.id}”的开始事件必须说明等待什么"]},
        )
    begin = replace(start, id=f"{element.id}.begin", event=None, properties=ADDED)
    body = replace(
        element,
        triggered_by_event=False,
        process=replace(
            inner,
            elements=tuple(begin if one is start else one for one in inner.elements),
            flows=tuple(replace(flow, source=begin.id) if flow.source == start.id else flow for flow in inner.flows),
            _index={},
        ),
    )
    listener = replace(start, kind="boundaryEvent", attached_to=host)
    end = Element(id=f"{element.id}.end", kind="endEvent", properties=ADDED)
    return [listener, body, end], [
        Flow(id=f"{element.id}.in", source=listener.id, target=body.id),
        Flow(id=f"{element.id}.out", source=body.id, target=end.id),
    ]
