"""A gateway either splits or joins, and only gateways split: then a reader sees what waits for what."""

from collections.abc import Iterator

from engine.language.lint.graph import entering, leaving
from engine.language.lint.subject import Finding, Subject, named
from engine.language.lint.supported_elements import GATEWAYS


def check(subject: Subject) -> Iterator[Finding]:
    """Gateways with several flows in and out, tasks and events with several flows out, idle gateways."""
    for level in subject.levels:
        for element in level.elements:
            into, out = len(entering(level, element)), len(leaving(level, element))
            if element.kind not in GATEWAYS:
                if out > 1:
                    yield Finding(element.id, f"{named(element)}之后有 {out} 个流向：请用网关说明是选一个还是同时办")
            elif into > 1 and out > 1:
                yield Finding(element.id, f"网关{named(element)}不能既汇合又分开，请画成两个网关")
            elif into <= 1 and out <= 1:
                yield Finding(element.id, f"网关{named(element)}只有一进一出，没有作用", "warning")
