"""A decision table means what it says: no rows that contradict each other, none that is never used, no wrong types.

Gaps are only told: that a table answers nothing for some values may be meant so.
"""

from collections.abc import Iterator

from engine.language.lint import tables
from engine.language.lint.subject import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """What is wrong with the tables of the bundle, each at its cell, row, column or table."""
    for path in tables.files(subject.bundle):
        for flaw in tables.read(subject.bundle, path).flaws:
            yield Finding(flaw.element_id, flaw.sentence, flaw.severity, path)
