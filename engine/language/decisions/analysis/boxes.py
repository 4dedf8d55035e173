"""Rows as boxes: a set of values in each column. Which rows apply together, and which lie wholly inside another.

Sets of rows are numbers with a bit for each row, so that a question about all rows is one operation. The rule: rows
with an unknown cell are left out of every proof, save where another row has the very same cell.
"""

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.language.decisions.analysis.budget import Budget
from engine.language.decisions.analysis.columns import EVERYTHING, Column, bits
from engine.language.decisions.analysis.ranges import Ranges

# From so few rows on, each is compared by itself.
_FEW = 16
# What one question to a column costs.
_QUESTION = 10


@dataclass
class Boxes:
    """`texts[row][column]`: the cells of the conditions."""

    columns: Sequence[Column]
    texts: Sequence[Sequence[str]]
    budget: Budget
    _trees: dict[tuple[int, str], Ranges] = field(default_factory=dict)
    _answers: dict[tuple[int, str, str], int] = field(default_factory=dict)

    @property
    def everything(self) -> int:
        """All rows."""
        return (1 << len(self.texts)) - 1

    def mask(self, row: int, column: int) -> int:
        """The classes that a cell covers."""
        return self.columns[column].masks[self.texts[row][column]]

    def known(self) -> int:
        """The rows without unknown cells."""
        lost = 0
        for column in self.columns:
            lost |= column.with_any(column.unknown)
        return self.everything & ~lost

    def is_empty(self, row: int) -> bool:
        """Whether a condition of the row can never hold."""
        return any(not self.mask(row, number) & column.possible for number, column in enumerate(self.columns))

    def comparable(self, row: int) -> int:
        """The rows of which the cells tell whether they apply whenever that row does."""
        found = self.everything
        for number, column in enumerate(self.columns):
            text = self.texts[row][number]
            if text in column.unknown:
                found &= column.rows_with[text] | column.with_any(EVERYTHING)
            else:
                found &= ~column.with_any(column.unknown)
        return found

    def together(self, row: int, others: int, *, certainly: bool = True) -> int:
        """Those of the other rows that apply together with this one for some values.

        `certainly`: for values that may occur; else for such of which nothing says that they cannot.
        """
        for number, column in enumerate(self.columns):
            text = self.texts[row][number]
            if not others:
                return 0
            if text in column.unknown:
                continue
            if others.bit_count() <= _FEW:
                self.budget.spend(_QUESTION)
                mask = column.masks[text] & (column.certain if certainly else column.possible)
                others = sum(1 << other for other in bits(others) if self.mask(other, number) & mask)
            else:
                others &= self._asked(number, text, "certain" if certainly else "possible")
        return others

    def around(self, row: int, others: int) -> int:
        """Those of the other rows that apply whenever this one does; they must be comparable."""
        for number in range(len(self.columns)):
            if not others:
                return 0
            others &= self.holding(number, self.texts[row][number])
        return others

    def holding(self, number: int, text: str) -> int:
        """The rows whose cell in a column covers all that a cell covers."""
        return self.everything if text in self.columns[number].unknown else self._asked(number, text, "holding")

    def shared(self, row: int, other: int) -> list[int]:
        """In each column, the classes of values for which two rows apply together."""
        return [
            self.mask(row, number) & self.mask(other, number) & column.certain
            for number, column in enumerate(self.columns)
        ]

    def _asked(self, number: int, text: str, what: str) -> int:
        """Rows that cover some ("certain", "possible") or all ("holding") of the classes of a cell."""
        key = (number, text, what)
        if key not in self._answers:
            self.budget.spend(_QUESTION)
            tree = self._tree(number, what)
            parts = [tree.over(*span) for span in self.columns[number].spans[text]]
            found = self.everything if what == "holding" else 0
            for part in parts:
                found = found & part if what == "holding" else found | part
            self._answers[key] = found
        return self._answers[key]

    def _tree(self, number: int, what: str) -> Ranges:
        if (number, what) not in self._trees:
            column = self.columns[number]
            self.budget.spend(len(column.classes))
            among = column.certain if what == "certain" else column.possible
            neutral = self.everything if what == "holding" else 0
            rows = [each if among >> place & 1 else neutral for place, each in enumerate(column.rows)]
            combine = operator.and_ if what == "holding" else operator.or_
            self._trees[number, what] = Ranges(rows, combine, neutral)
        return self._trees[number, what]
