"""Where branches split and join again, both gateways stand on the same side of a circle: in it, or outside."""

from collections.abc import Iterator

from engine.language.diagram import Process
from engine.language.lint.graph import circles, edges, entering, leaving, meeting
from engine.language.lint.subject import Finding, Subject, named

_PARALLEL = frozenset({"parallelGateway", "inclusiveGateway"})


def check(subject: Subject) -> Iterator[Finding]:
    """Splits whose join lies on the other side: it would wait for branches that never come, or come twice."""
    for level in subject.levels:
        yield from _check_level(level)


def _check_level(level: Process) -> Iterator[Finding]:
    forward = edges(level)
    groups = circles(forward)
    parallel = [element for element in level.elements if element.kind in _PARALLEL]
    joins = [element.id for element in parallel if len(entering(level, element)) > 1]
    for split in parallel:
        if len(leaving(level, split)) < 2:
            continue
        join = meeting(forward, split.id, joins)
        if join is None:
            continue
        inside = [group for group in groups if split.id in group or join in group]
        if any(not {split.id, join} <= group for group in inside):
            yield Finding(split.id, f"网关{named(split)}分开的分支要在循环的同一侧汇合，汇合网关：{join}")
