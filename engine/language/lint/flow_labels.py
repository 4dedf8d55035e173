"""A gateway asks a question and each flow out of it is an answer: both have words."""

from collections.abc import Iterator

from engine.language.lint.graph import leaving
from engine.language.lint.subject import Finding, Subject, named


def check(subject: Subject) -> Iterator[Finding]:
    """Choosing gateways without a question, and flows out of them without an answer."""
    for level in subject.levels:
        for element in level.elements:
            flows = leaving(level, element)
            if element.kind not in ("exclusiveGateway", "inclusiveGateway") or len(flows) < 2:
                continue
            if not element.name:
                yield Finding(element.id, "网关没有名称：请写出它问的是什么", "warning")
            for flow in flows:
                if not flow.name:
                    yield Finding(flow.id, f"网关{named(element)}的流向没有文字：请写出在什么情况下走这里", "warning")
