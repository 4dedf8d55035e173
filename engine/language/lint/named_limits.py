"""A limit that an element names is a row of `rules/deadlines.dmn`: the one that it shares with other steps (`within`),
and the longer one that a promise is extended to (header `limit` of `extend_promise`).

Without the row nothing would ever be due, and nobody would notice.
"""

from collections.abc import Iterator

from engine.language import schedule
from engine.language.diagram import Element
from engine.language.lint import limits_and_basis
from engine.language.lint.subject import Finding, Subject, named

EXTENDING = "extend_promise"


def check(subject: Subject) -> Iterator[Finding]:
    """Rows that are named and do not exist."""
    if schedule.DECISION not in subject.bundle.decisions:
        return
    for element in subject.elements():
        for key in _keys(element):
            if limits_and_basis.limit(subject, key) is None:
                yield Finding(element.id, f"{named(element)}写明的时限在办理时限表中没有：请添加“{key}”一行")


def _keys(element: Element) -> Iterator[str]:
    yield from schedule.shared_keys(element.properties)
    limit = element.headers.get("limit", "") if element.task_type == EXTENDING else ""
    if limit and not limit.startswith("="):
        yield limit
