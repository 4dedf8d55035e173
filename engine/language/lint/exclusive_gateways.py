"""A gateway that chooses always finds a way: each flow has a condition, and a default flow takes the rest."""

import re
from collections.abc import Iterator, Sequence

from engine.language.diagram import Element, Flow
from engine.language.lint.graph import leaving
from engine.language.lint.subject import Finding, Subject, named

CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})
_EQUALS = re.compile(r'(\w+)\s*=\s*(true|false|-?\d+|"[^"]*")')
_NOT = re.compile(r"not\s*\(\s*(\w+)\s*\)")


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
    if element.default is None and not _complete(subject, element, [flow.condition or "" for flow in flows]):
        yield Finding(element.id, f"网关{named(element)}没有默认流向：所有条件都不成立时事项会停下")


def _complete(subject: Subject, element: Element, conditions: Sequence[str]) -> bool:
    """Do the conditions compare one question with every answer that it offers?"""
    compared = [_compared(condition) for condition in conditions]
    names = {name for name, _ in compared}
    if element.kind != "exclusiveGateway" or len(names) != 1 or "" in names:
        return False
    answers = {answer for _, answer in compared}
    if answers == {"true", "false"}:
        return True
    name = next(iter(names))
    offered = [form.field(name).options for form in subject.bundle.forms.values() if name in form.keys]
    return bool(offered) and all({_literal(option.value) for option in options} == answers for options in offered)


def _compared(condition: str) -> tuple[str, str]:
    text = condition.strip()
    equals, negated = _EQUALS.fullmatch(text), _NOT.fullmatch(text)
    if equals is not None:
        return equals[1], equals[2]
    if negated is not None:
        return negated[1], "false"
    return (text, "true") if re.fullmatch(r"\w+", text) else ("", "")


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def _idle_conditions(element: Element, flows: Sequence[Flow]) -> Iterator[Finding]:
    for flow in flows:
        if flow.condition is not None:
            yield Finding(flow.id, f"{named(element)}不是排他网关或包容网关，它之后的条件不会起作用")
