"""A service or send task, or a thrown message, names a connector that there is."""

from collections.abc import Iterator

from engine.language.diagram import Element
from engine.language.lint.subject import Finding, Subject, named


def check(subject: Subject) -> Iterator[Finding]:
    """Work for a connector that is missing or unknown."""
    for element in subject.elements():
        if element.task_type is None:
            if _needs_connector(element):
                yield Finding(element.id, f"{named(element)}没有说明用哪个连接器（任务类型）")
        elif element.task_type not in subject.known.connectors:
            yield Finding(element.id, f"{named(element)}的连接器不存在：{element.task_type}")


def _needs_connector(element: Element) -> bool:
    if element.kind in ("serviceTask", "sendTask"):
        return True
    throws = element.kind in ("endEvent", "intermediateThrowEvent")
    return throws and element.event is not None and element.event.kind == "message"
