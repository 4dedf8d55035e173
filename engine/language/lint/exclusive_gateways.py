"""A gateway that chooses always finds one way: its conditions leave no situation out and do not meet in any.

The rule: each flow has a condition, a default flow takes the rest. Where two conditions can be true at once the engine
takes the earlier flow, as BPMN 2.0 says (13.4.2), and people are warned, because a reader of the drawing cannot see it.
"""

import itertools
from collections.abc import Iterator, Sequence

from engine.language import feel
from engine.language.diagram import Element, Flow
from engine.language.feel import Expression
from engine.language.lint import situations
from engine.language.lint.graph import leaving
from engine.language.lint.situations import Situation
from engine.language.lint.subject import Finding, Subject, named

CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})


def check(subject: Subject) -> Iterator[Finding]:
    """Missing conditions and default flows, conditions on default flows, conditions that nobody evaluates."""
    for level in subject.levels:
        for element in level.elements:
            flows = leaving(level, element)
            if element.kind in CHOOSING and len(flows) > 1:
                yield from _choosing(subject, element, flows)
            elif element.kind not in CHOOSING:
                yield from _idle_conditions(element, flows)


def _choosing(subject: Subject, element: Element, flows: Sequence[Flow]) -> Iterator[Finding]:
    if element.default is not None and element.default not in {flow.id for flow in flows}:
        yield Finding(element.id, f"网关{named(element)}的默认流向不是从它出发的")
        return
    for flow in flows:
        if flow.id == element.default and flow.condition is not None:
            yield Finding(flow.id, f"网关{named(element)}的默认流向上不能有条件")
        if flow.id != element.default and flow.condition is None:
            yield Finding(flow.id, f"网关{named(element)}的这个流向没有条件，也不是默认流向")
    asked = [flow for flow in flows if flow.condition is not None]
    conditions = situations.read([flow.condition or "" for flow in asked])
    if conditions is None:
        return
    found = situations.situations(subject, conditions)
    if element.default is None and not _complete(found, conditions):
        yield Finding(element.id, f"网关{named(element)}没有默认流向：所有条件都不成立时事项会停下")
    if element.kind == "exclusiveGateway":
        yield from _exclusive(element, found, list(zip(asked, conditions, strict=True)))


def _complete(found: Sequence[Situation], conditions: Sequence[Expression]) -> bool:
    """Is there a way in every situation? Where the situations cannot be counted up, nobody knows."""
    return bool(found) and all(any(condition(it) is True for condition in conditions) for it in found)


def _exclusive(
    element: Element, found: Sequence[Situation], asked: Sequence[tuple[Flow, Expression]]
) -> Iterator[Finding]:
    """Situations that could go two ways."""
    for (first, one), (second, other) in itertools.combinations(asked, 2):
        both = next((it for it in found if one(it) is True and other(it) is True), None)
        if both is not None:
            named_flows = f"“{first.name or first.id}”和“{second.name or second.id}”"
            example = "，".join(f"{name} = {feel.write(value)}" for name, value in both.items())
            sentence = f"网关{named(element)}的流向{named_flows}的条件会同时成立，例如 {example}；届时走前一个"
            yield Finding(second.id, sentence, "warning")


def _idle_conditions(element: Element, flows: Sequence[Flow]) -> Iterator[Finding]:
    for flow in flows:
        if flow.condition is not None:
            yield Finding(flow.id, f"{named(element)}不是排他网关或包容网关，它之后的条件不会起作用")
