"""What may stand inside a decision, a function or another box, and what it answers.

The rule: whoever decides says what it looked at, and tables note their rows, so that every answer can be explained.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from engine.language.feel import Value

Scope = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that applied. `row` counts from 1, as editors show it; `note` is its remark; `outputs` go by column.

    `table` is the decision, function or entry in which the table stands.
    """

    row: int
    rule_id: str
    outputs: Mapping[str, Value]
    note: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a table or another box answers, and what it looked at."""

    value: Value
    seen: Mapping[str, Value]


class Logic(Protocol):
    """What stands inside a decision: a table, a literal expression, a boxed expression."""

    @property
    def names(self) -> frozenset[str]:
        """The variables that it reads."""
        ...

    def decide(self, scope: Scope) -> Outcome: ...


_NOTED: ContextVar[list[Hit] | None] = ContextVar("decision_hits", default=None)


def note(hits: Sequence[Hit]) -> None:
    """Keep rows that applied for the trace of the decision that is being made, functions that it calls included."""
    noted = _NOTED.get()
    if noted is not None:
        noted.extend(hits)


@contextmanager
def noting() -> Iterator[list[Hit]]:
    """The rows that apply inside; those of a decision asked meanwhile are its own."""
    hits: list[Hit] = []
    token = _NOTED.set(hits)
    try:
        yield hits
    finally:
        _NOTED.reset(token)
