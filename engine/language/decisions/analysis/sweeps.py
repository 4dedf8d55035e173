"""Looking for a combination of values to which none of some rows applies, column by column.

At each column the classes of values that leave the same rows are looked at once, and rows that were found to cover
everything from a column on are not looked at again. Where no two rows apply together, counting combinations tells
where one is left. The rule: what is found is left for certain, and None within the budget means that nothing is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.language.decisions.analysis.budget import Budget
from engine.language.decisions.analysis.columns import bits

# What a step of the search costs beside looking at classes.
_STEP = 8


@dataclass(slots=True)
class Axis:
    """A column while it is swept. `classes`: those to be covered, `rows`: for each class the rows that accept it.

    `holding`: the rows that accept all of them; `open`: that no row is left by this column alone is no gap; `sizes`:
    how many classes each row accepts, for counting.
    """

    classes: Sequence[int]
    rows: list[int]
    holding: int
    open: bool = False
    sizes: list[int] = field(default_factory=list)

    def add(self, row: int, classes: int) -> None:
        """One more row, which accepts these classes."""
        for number in bits(classes):
            self.rows[number] |= 1 << row
        self.sizes.append(classes.bit_count())
        if self.sizes[-1] == len(self.classes):
            self.holding |= 1 << row


class Sweep:
    """`apart`: no two of the rows apply together, so that combinations can be counted."""

    def __init__(self, axes: Sequence[Axis], budget: Budget, *, apart: bool = False) -> None:
        self.axes, self.budget, self.apart = axes, budget, apart
        self._covered: set[tuple[int, int]] = set()
        self._whole, self._holding = [1], [-1]
        for axis in reversed(axes):
            self._whole.append(self._whole[-1] * len(axis.classes))
            self._holding.append(self._holding[-1] & axis.holding)
        self._whole.reverse()
        self._holding.reverse()
        self._sizes = self._counted() if apart else []

    def left(self, rows: int) -> list[int] | None:
        """A class for each of the first columns; with them, no row applies whatever stands in the others."""
        return self._left(0, rows)

    def _left(self, depth: int, rows: int) -> list[int] | None:
        if not rows:
            return None if depth and self.axes[depth - 1].open else []
        if depth == len(self.axes) or rows & self._holding[depth] or (depth, rows) in self._covered:
            return None
        if not self.apart or self._count(depth, rows) < self._whole[depth]:
            for remaining, number in self._groups(depth, rows):
                found = self._left(depth + 1, remaining)
                if found is not None:
                    return [number, *found]
        self._covered.add((depth, rows))
        return None

    def _groups(self, depth: int, rows: int) -> list[tuple[int, int]]:
        """What the classes of a column leave of the rows, each with one such class, the fewest rows first."""
        axis = self.axes[depth]
        self.budget.spend(len(axis.classes) + _STEP)
        groups: dict[int, int] = {}
        for number in axis.classes:
            groups.setdefault(rows & axis.rows[number], number)
        return sorted(groups.items(), key=lambda group: group[0].bit_count())

    def _count(self, depth: int, rows: int) -> int:
        """How many combinations from a column on the rows cover, of which no two cover the same."""
        self.budget.spend(rows.bit_count() + _STEP)
        sizes = self._sizes[depth]
        return sum(sizes[row] for row in bits(rows))

    def _counted(self) -> list[list[int]]:
        """For each column, how many combinations from there on each row covers."""
        sizes = [1] * len(self.axes[0].sizes) if self.axes else []
        found = [sizes]
        for axis in reversed(self.axes):
            sizes = [one * own for one, own in zip(sizes, axis.sizes, strict=True)]
            found.append(sizes)
        return found[::-1]
