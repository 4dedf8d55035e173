"""How long a file may be looked at: questions about many columns at once can take for ever, an upload may not.

The rule: what is not found within the budget is not claimed, neither as an error nor as its absence.
"""

from collections.abc import Iterator
from contextlib import contextmanager

# Measured: about a second of work.
STEPS = 600_000
# What asking for allowed values may cost in one column, in the operations of FEEL; few of them count anything.
OPERATIONS = 100_000


class Exhausted(Exception):
    """The budget is used up."""


class Budget:
    """The steps that are left for all tables of a file. `unfinished`: that some question of a table was given up."""

    __slots__ = ("left", "unfinished")

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps
        self.unfinished = False

    def spend(self, steps: int) -> None:
        """Raises Exhausted when nothing is left."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted

    @contextmanager
    def question(self, steps: int) -> Iterator[None]:
        """One question, which may take so many steps of what is left and is given up after that."""
        kept = max(self.left - steps, 0)
        self.left -= kept
        try:
            yield
        except Exhausted:
            self.unfinished = True
        finally:
            self.left = max(self.left, 0) + kept
