"""The stretches of a column: the values that its cells mention, each alone, and what lies between them.

The rule: within a stretch no cell changes its answer, so the answer for one value that lies in it, given by FEEL
itself, is the answer for all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from engine.language.decisions.analysis.cells import Test
from engine.language.decisions.analysis.scales import Key, Scale
from engine.language.feel import Value

Run = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """`low` = `high`: that value alone; else all between the two, None: without end. The one without sample is null."""

    low: Key | None
    high: Key | None
    sample: Value

    @property
    def is_point(self) -> bool:
        return self.low is not None and self.low == self.high

    @property
    def is_null(self) -> bool:
        return self.sample is None


class Line:
    """All stretches of a column in order, null last. Between some neighbours there is nothing."""

    def __init__(self, scale: Scale, values: Iterable[Value]) -> None:
        self.scale = scale
        self.keys: list[Key] = sorted({*scale.always, *map(scale.key, values)})
        self._number = {key: number for number, key in enumerate(self.keys)}
        found = [self._between(None, self.keys[0] if self.keys else None)]
        for key, following in zip(self.keys, [*self.keys, None][1:], strict=True):
            found += [Stretch(key, key, scale.value(key)), self._between(key, following)]
        self.stretches = [each for each in found if each is not None] + [Stretch(None, None, None)]
        # Of a place among all possible stretches: how many of those before it exist.
        self._before = [0, *accumulate(each is not None for each in found)]

    def runs(self, test: Test) -> list[Run]:
        """Where a cell applies, as ranges of stretches."""
        own = sorted({self._number[self.scale.key(value)] for value in test.values})
        places = [0]
        for number in own:
            places += [2 * number + 1, 2 * number + 2]
        ends = [self._before[place] for place in [*places, 2 * len(self.keys) + 1]]
        null = len(self.stretches) - 1
        parts = [*pairwise(ends), (null, null + 1)]
        return _joined([(first, end) for first, end in parts if first < end and test.accepts(self.sample(first))])

    @property
    def all(self) -> list[Run]:
        return [(0, len(self.stretches))]

    def sample(self, number: int) -> Value:
        return self.stretches[number].sample

    def _between(self, low: Key | None, high: Key | None) -> Stretch | None:
        try:
            key = self.scale.between(low, high)
            return None if key is None else Stretch(low, high, self.scale.value(key))
        except (ArithmeticError, ValueError):
            # Beyond the farthest year there is nothing.
            return None


def _joined(runs: Sequence[Run]) -> list[Run]:
    found: list[Run] = []
    for first, end in runs:
        if found and found[-1][1] == first:
            first = found.pop()[0]
        found.append((first, end))
    return found
