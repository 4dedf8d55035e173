"""A timer says a moment, a span or a cycle; a span that is written out is at least ten seconds."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from engine.language import feel
from engine.language.diagram import Element
from engine.language.feel import YearsMonths
from engine.language.lint.subject import Finding, Subject, named
from engine.language.lint.supported_elements import TIMERS

SHORTEST = timedelta(seconds=10)
_ASKS_THE_CLOCK = re.compile(r"\b(now|today)\s*\(")
_CYCLE = re.compile(r"R\d*/(?:[^/P][^/]*/)?(?P<span>P.+)")


def check(subject: Subject) -> Iterator[Finding]:
    """Timers that say nothing, the wrong thing, or fire too often."""
    for element in subject.elements():
        if element.event is not None and element.event.kind in TIMERS:
            yield from _check_timer(element, element.event.kind, element.event.value)


def _check_timer(element: Element, kind: str, text: str) -> Iterator[Finding]:
    if not text:
        yield Finding(element.id, f"定时事件{named(element)}没有写时间")
        return
    try:
        expression = feel.compile(text)
    except (feel.FeelSyntaxError, feel.FeelLimitExceeded):
        return
    if expression.names or _ASKS_THE_CLOCK.search(text):
        return
    span = _span(kind, expression({}))
    if span is None:
        wanted = "时刻" if kind == "timeDate" else "时间长度，例如 PT24H"
        yield Finding(element.id, f"定时事件{named(element)}写的不是{wanted}：{text}")
    elif span < SHORTEST:
        yield Finding(element.id, f"定时事件{named(element)}的间隔太短：至少 10 秒")


def _span(kind: str, value: object) -> timedelta | None:
    """The length of what is written; a date counts as long enough."""
    if kind == "timeDate":
        return SHORTEST if isinstance(value, date | datetime) else None
    if kind == "timeCycle" and isinstance(value, str):
        cycle = _CYCLE.fullmatch(value)
        value = None if cycle is None else feel.evaluate(f'duration("{cycle["span"]}")')
    if isinstance(value, YearsMonths):
        return timedelta(days=28 * value.months)
    return value if isinstance(value, timedelta) else None
