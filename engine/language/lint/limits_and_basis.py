"""A user task says by when (a row of `rules/deadlines.dmn`, or a moment of its own) and on which legal basis 法律依据.

A step without a basis is refused. One without a deadline of its own may be meant so, and is warned of.
The rule binds where a table of deadlines belongs to the process, as every shipped one does. What people do for
themselves (fill in, rate) need not be limited: deadlines bind the offices.
"""

from collections.abc import Iterator

from engine.errors import ExecutionFailed
from engine.language import schedule
from engine.language.diagram import Element
from engine.language.lint.subject import Finding, Subject, named
from engine.language.schedule import Limit

LEGAL_BASIS = "legalBasis"
_PEOPLE = frozenset({"citizen", "proxy", "guardian"})


def check(subject: Subject) -> Iterator[Finding]:
    """User tasks without a deadline, and those without a legal basis."""
    if schedule.DECISION not in subject.bundle.decisions:
        return
    for element in subject.elements("userTask"):
        limited = element.due is not None or limit(subject, key(subject, element)) is not None
        if element.lane not in _PEOPLE and not limited and not schedule.shared_keys(element.properties):
            row = key(subject, element)
            sentence = f"用户任务{named(element)}没有办理时限：请在办理时限表中添加“{row}”一行"
            yield Finding(element.id, sentence, "warning")
        if not element.properties.get(LEGAL_BASIS):
            yield Finding(element.id, f"用户任务{named(element)}没有写明法律依据（{LEGAL_BASIS}）")


def key(subject: Subject, element: Element) -> str:
    """The key of the element's row in the table of deadlines."""
    return element.properties.get("slaKey") or f"{subject.process.id}.{element.id}"


def limit(subject: Subject, sla_key: str) -> Limit | None:
    """The row of that key for all counties; None without one, or with one that makes no sense."""
    tables = subject.bundle.decisions.get(schedule.DECISION)
    if tables is None:
        return None
    try:
        return schedule.limit(tables, item="", element="", region="", sla_key=sla_key)
    except ExecutionFailed:
        return None
