"""Behind an event-based gateway stand only events to wait for, at most one of them a timer."""

from collections.abc import Iterator

from engine.language.diagram import Element, Process
from engine.language.lint.graph import entering, leaving
from engine.language.lint.subject import Finding, Subject, named
from engine.language.lint.supported_elements import TIMERS


def check(subject: Subject) -> Iterator[Finding]:
    """Other things than catching events behind an event-based gateway, and more than one timer."""
    for level in subject.levels:
        here = {element.id: element for element in level.elements}
        for element in level.elements:
            if element.kind != "eventBasedGateway":
                continue
            behind = [here[flow.target] for flow in leaving(level, element) if flow.target in here]
            for follower in behind:
                if follower.kind not in ("intermediateCatchEvent", "receiveTask"):
                    yield Finding(follower.id, f"事件网关{named(element)}之后只能是等待的事件")
                elif follower.loop is not None or _is_reached_otherwise(level, follower):
                    yield Finding(follower.id, f"事件网关之后的{named(follower)}不能多实例、附着边界事件或另有来路")
            if {"receiveTask", "intermediateCatchEvent"} <= {_hears(follower) for follower in behind}:
                yield Finding(element.id, f"事件网关{named(element)}之后不能既有消息事件又有接收任务，请统一成一种")
            if sum(follower.event is not None and follower.event.kind in TIMERS for follower in behind) > 1:
                yield Finding(element.id, f"事件网关{named(element)}之后只能有一个定时事件")


def _hears(follower: Element) -> str:
    """The kind of the element that waits for a message; nothing for those that wait for something else."""
    return follower.kind if follower.event is not None and follower.event.kind == "message" else ""


def _is_reached_otherwise(level: Process, follower: Element) -> bool:
    attached = any(element.attached_to == follower.id for element in level.elements)
    return attached or len(entering(level, follower)) > 1
