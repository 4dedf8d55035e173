"""Every flow leads from an element to an element of the same level, and boundary events sit on an activity."""

from collections.abc import Iterator

from engine.language.diagram import Element, Flow, Process
from engine.language.lint.subject import Finding, Subject, named
from engine.language.lint.supported_elements import ACTIVITIES


def check(subject: Subject) -> Iterator[Finding]:
    """Loose flows, flows across the border of a sub-process, into starts and out of ends; loose boundary events."""
    everywhere = {element.id for element in subject.elements()}
    for level in subject.levels:
        here = {element.id: element for element in level.elements}
        for flow in level.flows:
            yield from _loose(flow, here, everywhere)
        for element in level.elements:
            if element.kind == "boundaryEvent":
                yield from _unattached(element, level)


def _loose(flow: Flow, here: dict[str, Element], everywhere: set[str]) -> Iterator[Finding]:
    for end, side in ((flow.source, "起点"), (flow.target, "终点")):
        if end in everywhere and end not in here:
            yield Finding(flow.id, f"流向不能跨越子流程的边界：{side}“{end}”在别处")
        elif end not in here:
            yield Finding(flow.id, f"流向的{side}不存在：{end or '（空）'}")
    source, target = here.get(flow.source), here.get(flow.target)
    for touched in (source, target):
        if touched is not None and touched.triggered_by_event:
            yield Finding(flow.id, f"事件子流程{named(touched)}由事件启动，不能有流向进出")
    if source is not None and source.kind == "endEvent":
        yield Finding(flow.id, f"结束事件{named(source)}之后不能再有流向")
    if target is not None and target.kind in ("startEvent", "boundaryEvent"):
        yield Finding(flow.id, f"流向不能进入{named(target)}：它由事件触发")


def _unattached(element: Element, level: Process) -> Iterator[Finding]:
    host = next((host for host in level.elements if host.id == element.attached_to), None)
    if host is None or host.kind not in ACTIVITIES or host.triggered_by_event:
        yield Finding(element.id, f"边界事件{named(element)}必须附着在一个任务或子流程上")
    elif element.event is None:
        yield Finding(element.id, f"边界事件{named(element)}没有说明等待什么")
    elif element.event.kind in ("error", "escalation") and host.kind not in ("subProcess", "callActivity"):
        yield Finding(element.id, f"{named(element)}只能附着在子流程或调用活动上：错误和升级由里面抛出")
    elif element.event.kind == "timeCycle" and element.interrupting:
        yield Finding(element.id, f"{named(element)}按周期重复，不能中断任务：请设为不中断")
    elif element.event.kind == "error" and not element.interrupting:
        yield Finding(element.id, f"{named(element)}等待错误，必须中断：请设为中断")
