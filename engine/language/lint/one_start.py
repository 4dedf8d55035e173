"""Every process and sub-process begins at exactly one start event; only event sub-processes begin with an event."""

from collections.abc import Iterator

from engine.language.diagram import Element, Process
from engine.language.lint.subject import Finding, Subject, named


def check(subject: Subject) -> Iterator[Finding]:
    """Levels without a start event, with several, or with one of the wrong kind."""
    yield from _starts(subject.process, subject.process.id, None)
    for element in subject.elements():
        if element.process is not None:
            yield from _starts(element.process, element.id, element)


def _starts(level: Process, level_id: str, owner: Element | None) -> Iterator[Finding]:
    starts = [element for element in level.elements if element.kind == "startEvent"]
    if len(starts) != 1:
        where = "流程" if owner is None else named(owner)
        yield Finding(level_id, f"{where}必须有且只有一个开始事件，现有 {len(starts)} 个")
        return
    event = starts[0].event
    waits = event is not None
    if owner is not None and owner.triggered_by_event and not waits:
        yield Finding(starts[0].id, f"事件子流程{named(owner)}的开始事件必须说明由什么触发")
    if owner is not None and owner.triggered_by_event and event is not None:
        yield from _interrupting(starts[0], event.kind)
    if owner is not None and not owner.triggered_by_event and waits:
        yield Finding(starts[0].id, f"子流程{named(owner)}由流向进入，开始事件不能再等待别的")


def _interrupting(start: Element, kind: str) -> Iterator[Finding]:
    if kind == "error" and not start.interrupting:
        yield Finding(start.id, f"{named(start)}等待错误，必须中断：请设为中断")
    if kind == "timeCycle" and start.interrupting:
        yield Finding(start.id, f"{named(start)}按周期重复，不能中断：请设为不中断")
