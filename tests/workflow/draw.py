"""A pencil for small diagrams: elements in a row of words, flows in a line of arrows.

drawing(start(), user("a"), end(), flows="start -> a -> end")
"""

from dataclasses import replace
from itertools import pairwise
from typing import Any

from engine.language.diagram import Element, Event, Flow, Loop, Process


def element(kind: str, id: str, **attributes: Any) -> Element:
    return Element(id=id, kind=kind, **{"name": id, **attributes})


def start(id: str = "start", **attributes: Any) -> Element:
    return element("startEvent", id, **attributes)


def end(id: str = "end", **attributes: Any) -> Element:
    return element("endEvent", id, **attributes)


def user(id: str, **attributes: Any) -> Element:
    return element("userTask", id, **attributes)


def service(id: str, **attributes: Any) -> Element:
    return element("serviceTask", id, **{"task_type": id, **attributes})


def script(id: str, feel: str, to: str, **attributes: Any) -> Element:
    return element("scriptTask", id, script=feel, result_variable=to, **attributes)


def rule(id: str, decision: str, to: str) -> Element:
    return element("businessRuleTask", id, decision=decision, result_variable=to)


def exclusive(id: str, default: str | None = None) -> Element:
    return element("exclusiveGateway", id, default=default)


def parallel(id: str) -> Element:
    return element("parallelGateway", id)


def inclusive(id: str, default: str | None = None) -> Element:
    return element("inclusiveGateway", id, default=default)


def event_gateway(id: str) -> Element:
    return element("eventBasedGateway", id)


def catch(id: str, kind: str, value: str) -> Element:
    return element("intermediateCatchEvent", id, event=Event(kind, value))


def boundary(id: str, on: str, kind: str, value: str = "", interrupting: bool = True) -> Element:
    return element("boundaryEvent", id, attached_to=on, event=Event(kind, value), interrupting=interrupting)


def each(collection: str, item: str, **attributes: Any) -> Loop:
    return Loop(collection, item, **attributes)


def sub_process(id: str, *elements: Element, flows: str, **attributes: Any) -> Element:
    return element("subProcess", id, process=drawing(*elements, flows=flows, id=id), **attributes)


def call(id: str, called: str, **attributes: Any) -> Element:
    return element("callActivity", id, called=called, **attributes)


def flows_of(text: str) -> tuple[Flow, ...]:
    """Chains of arrows, `a -> b -> c if x > 1; a -> d`; the condition is that of the last arrow. Ids: `a_b`."""
    flows = []
    for chain in filter(str.strip, text.split(";")):
        way, _, condition = chain.partition(" if ")
        ids = [part.strip() for part in way.split("->")]
        flows += [Flow(f"{source}_{target}", source, target) for source, target in pairwise(ids)]
        if condition:
            flows[-1] = replace(flows[-1], condition=condition.strip())
    return tuple(flows)


def drawing(*elements: Element, flows: str, id: str = "main") -> Process:
    return Process(id=id, name=id, elements=elements, flows=flows_of(flows))


def with_loop(drawn: Element, loop: Loop) -> Element:
    return replace(drawn, loop=loop)
