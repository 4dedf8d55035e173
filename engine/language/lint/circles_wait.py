"""Every circle in the flow waits somewhere for a person, an event or time, or a case would run in it for ever."""

from collections.abc import Iterator

from engine.language.diagram import Process
from engine.language.lint.graph import WAITING, circles, edges
from engine.language.lint.subject import Finding, Subject
from engine.language.lint.supported_elements import GATEWAYS


def check(subject: Subject) -> Iterator[Finding]:
    """Circles without a way out are errors; circles that only a condition ends are warned of."""
    for level in subject.levels:
        yield from _check_level(level)


def _check_level(level: Process) -> Iterator[Finding]:
    forward = edges(level)
    order = [element.id for element in level.elements]
    waiting = {element.id for element in level.elements if element.kind in WAITING}
    gateways = {element.id for element in level.elements if element.kind in GATEWAYS}
    endless = circles(forward, without=waiting | gateways)
    for group in endless:
        yield Finding(min(group, key=order.index), "这里的循环没有等待也没有出口，会一直运行下去")
    for group in circles(forward, without=waiting):
        if not any(group & known for known in endless):
            yield Finding(
                min(group, key=order.index), "这里的循环中没有人工任务或等待：请确认循环条件会变化", "warning"
            )
