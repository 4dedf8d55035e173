"""A column as classes of values: all stretches of values that the same rows accept count as one.

The rule: a cell that is unknown accepts everything here, so a value that no row accepts is a gap for certain; who wants
to prove that a row accepts a value leaves out the rows with unknown cells.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.language.decisions.analysis.budget import OPERATIONS
from engine.language.decisions.analysis.cells import Test
from engine.language.decisions.analysis.scales import Scale, scale_for
from engine.language.decisions.analysis.stretches import Line, Run, Stretch
from engine.language.feel import Expression, FeelLimitExceeded, Value, metered

# Cells without a condition.
EVERYTHING = frozenset({"", "-"})
# Bits that one column may take: rows by stretches.
_LARGEST = 60_000_000
_WITHOUT_KIND = "string"


class TooLarge(Exception):
    """The column mentions more values than can be looked at."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A column as it is written. `texts`: its cells from top to bottom; `tests`: what each text asks, None: unknown.

    `kind`: FEEL's word for its values, None where nothing says it; `allowed`: tests that values must pass, each with
    what is understood of it.
    """

    label: str
    texts: Sequence[str]
    tests: Mapping[str, Test | None]
    kind: str | None
    whole: bool = False
    allowed: Sequence[tuple[Expression, Test | None]] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """`classes`: for each the numbers of its stretches; `rows`: for each the rows that accept it, a bit each.

    `spans`: for each text, the ranges of classes that it covers, and `masks` the same as bits; `unknown`: texts that
    are not understood; `rows_with`: the rows that have a text. `allowed`: the classes of values that may occur, null
    left out; `exact`: the allowed values are understood, not only tried one by one. `ordered`: cells compare texts;
    `open`: texts of which nobody listed all.
    """

    label: str
    kind: str | None
    scale: Scale
    stretches: Sequence[Stretch]
    classes: Sequence[Sequence[int]]
    rows: list[int]
    spans: Mapping[str, Sequence[Run]]
    masks: Mapping[str, int]
    unknown: frozenset[str]
    rows_with: Mapping[str, int]
    allowed: int
    exact: bool
    ordered: bool
    open: bool

    @property
    def null(self) -> int:
        """The class of no value, as a bit: the last."""
        return 1 << (len(self.classes) - 1)

    @property
    def certain(self) -> int:
        """The classes of which a value may occur, or may be missing."""
        return self.allowed | self.null

    @property
    def possible(self) -> int:
        """The classes of which nothing says that they cannot occur."""
        return self.certain if self.exact else (self.null << 1) - 1

    def with_any(self, texts: frozenset[str]) -> int:
        """The rows whose cell is one of these texts."""
        found = 0
        for text in texts:
            found |= self.rows_with[text]
        return found

    def covered(self, text: str) -> Iterator[int]:
        """The numbers of the classes that a cell covers."""
        return (number for span in self.spans[text] for number in range(*span))


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def build(asked: Asked) -> Column:
    """Raises TooLarge."""
    tests = {text: test for text, test in asked.tests.items() if test is not None}
    understood = [test for _, test in asked.allowed if test is not None]
    values = [value for test in [*tests.values(), *understood] for value in test.values]
    scale = scale_for(asked.kind or _WITHOUT_KIND, values, whole=asked.whole)
    if scale is None:
        scale, tests, values = scale_for(_WITHOUT_KIND, ()), {}, []
        understood = []
    assert scale is not None
    line = Line(scale, values)
    if len(line.stretches) * len(asked.texts) > _LARGEST:
        raise TooLarge
    runs = {text: line.runs(tests[text]) if text in tests else line.all for text in asked.tests}
    runs.update(dict.fromkeys(EVERYTHING, line.all))
    return _classified(asked, line, runs, frozenset(asked.tests) - set(tests), len(understood) == len(asked.allowed))


def _classified(
    asked: Asked, line: Line, runs: Mapping[str, Sequence[Run]], unknown: frozenset[str], exact: bool
) -> Column:
    rows_with = _rows_with(asked.texts)
    with metered(OPERATIONS):
        allowed = [_allows(asked, each.sample) for each in line.stretches]
    classes: dict[tuple[int, bool, bool], list[int]] = {}
    for number, accepting in enumerate(_accepting(runs, rows_with, len(line.stretches))):
        classes.setdefault((accepting, allowed[number], line.stretches[number].is_null), []).append(number)
    firsts = [numbers[0] for numbers in classes.values()]
    spans = {
        text: [(bisect_left(firsts, first), bisect_left(firsts, end)) for first, end in found]
        for text, found in runs.items()
    }
    compares = [test for test in (*asked.tests.values(), *(each for _, each in asked.allowed)) if test is not None]
    between = [allowed[number] for number, each in enumerate(line.stretches) if not each.is_point and not each.is_null]
    is_text = asked.kind in (None, "string")
    return Column(
        asked.label,
        asked.kind,
        line.scale,
        line.stretches,
        tuple(classes.values()),
        [accepting for accepting, _, _ in classes],
        spans,
        {text: sum((1 << end) - (1 << first) for first, end in found) for text, found in spans.items()},
        unknown,
        rows_with,
        sum(1 << number for number, (_, may_be, is_null) in enumerate(classes) if may_be and not is_null),
        exact,
        is_text and any(test.ends for test in compares),
        is_text and (not exact or any(between)),
    )


def _rows_with(texts: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = dict.fromkeys(EVERYTHING, 0)
    for row, text in enumerate(texts):
        found[text] = found.get(text, 0) | 1 << row
    return found


def _accepting(runs: Mapping[str, Sequence[Run]], rows_with: Mapping[str, int], length: int) -> Iterator[int]:
    """For each stretch the rows whose cells accept it."""
    changes = [0] * (length + 1)
    for text, found in runs.items():
        for first, end in found:
            changes[first] ^= rows_with[text]
            changes[end] ^= rows_with[text]
    accepting = 0
    for change in changes[:length]:
        accepting ^= change
        yield accepting


def _allows(asked: Asked, value: Value) -> bool:
    """Whether a value passes the tests of the column; a value that is missing need not."""
    if value is None:
        return True
    try:
        return all(expression({"?": value}) is True for expression, _ in asked.allowed)
    except FeelLimitExceeded:
        return False
