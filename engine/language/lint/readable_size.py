"""A picture with more than 25 elements is not read at a glance: a part of it becomes a process of its own 子流程.

Counted is what stands in the drawing, the insides of embedded sub-processes with it. Events at the edge of a step
belong to that step, and whole-case event sub-processes 全程事件 stand beside the way: they are not counted. It is a
warning, so that a small amendment of a large process need not wait until the process is cut.
"""

from collections.abc import Iterator

from engine.language.diagram import Process
from engine.language.lint.subject import Finding, Subject

MOST = 25


def check(subject: Subject) -> Iterator[Finding]:
    """A process of more elements than a reader takes in."""
    count = elements(subject.process)
    if count > MOST:
        name = subject.process.name or subject.process.id
        yield Finding(
            "",
            f"流程“{name}”有 {count} 个元素，超过 {MOST} 个，一张图不易看懂："
            "请把其中的一段另画成一个流程，用调用活动引用",
            "warning",
        )


def elements(process: Process) -> int:
    """How many elements a reader sees on the way through a process."""
    own = [each for each in process.elements if each.kind != "boundaryEvent" and not each.triggered_by_event]
    return len(own) + sum(elements(each.process) for each in own if each.process is not None)
