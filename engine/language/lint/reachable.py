"""Every element can be reached from the start, and from every element an end can be reached."""

from collections.abc import Iterator

from engine.language.diagram import Process
from engine.language.lint.graph import edges, reached, reversed_edges
from engine.language.lint.subject import Finding, Subject, named


def check(subject: Subject) -> Iterator[Finding]:
    """Elements that no case ever comes to, and elements where a case would be stuck."""
    for level in subject.levels:
        yield from _check_level(level)


def _check_level(level: Process) -> Iterator[Finding]:
    forward = edges(level)
    # An event sub-process is entered by its event and left by its own end.
    apart = [element.id for element in level.elements if element.triggered_by_event]
    begun = [element.id for element in level.elements if element.kind == "startEvent"]
    ended = [element.id for element in level.elements if element.kind == "endEvent"]
    from_start = reached(forward, begun + apart)
    to_end = reached(reversed_edges(forward), ended + apart)
    for element in level.elements:
        if element.id not in from_start:
            yield Finding(element.id, f"从开始事件走不到{named(element)}")
        if element.id not in to_end:
            yield Finding(element.id, f"从{named(element)}走不到结束事件，事项会停在这里")
