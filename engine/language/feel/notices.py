"""What an author is told: syntax errors, which stop an expression, and warnings, which explain why a result is null.

The rule: every sentence exists in Chinese and in English and points at a line and a column, both counted from 1.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import NamedTuple

from engine.errors import Invalid

from .values import Value


class Position(NamedTuple):
    """A place in the text of an expression, counted from 1."""

    line: int
    column: int


class FeelSyntaxError(Invalid):
    """The text is not FEEL. `chinese` and `english` are full sentences that name line and column."""

    def __init__(self, at: Position, chinese: str, english: str) -> None:
        self.line, self.column = at
        self.chinese = f"第{at.line}行第{at.column}列：{chinese}"
        self.english = f"Line {at.line}, column {at.column}: {english}"
        super().__init__(
            f"Expected to read a FEEL expression, but {self.english}",
            problems={"": [self.chinese]},
            notice=self.chinese,
        )


@dataclass(frozen=True, slots=True)
class FeelWarning:
    """Why a part of an expression became null."""

    line: int
    column: int
    chinese: str
    english: str


_WARNINGS: ContextVar[list[FeelWarning] | None] = ContextVar("feel_warnings", default=None)
MOST_WARNINGS = 100


@contextmanager
def collect_warnings() -> Iterator[list[FeelWarning]]:
    """Collect the warnings of all evaluations inside; at most the first hundred are kept."""
    collected: list[FeelWarning] = []
    token = _WARNINGS.set(collected)
    try:
        yield collected
    finally:
        _WARNINGS.reset(token)


def null_because(at: Position, chinese: str, english: str) -> Value:
    """Null, and a note for whoever collects warnings why the value at that place is null."""
    collected = _WARNINGS.get()
    if collected is not None and len(collected) < MOST_WARNINGS:
        collected.append(FeelWarning(at.line, at.column, chinese, english))
    return None


def warnings_wanted() -> bool:
    """Whether anybody collects warnings: costly sentences are only written then."""
    return _WARNINGS.get() is not None
