"""A decision table 决策表, prepared so that deciding touches only the rows that can apply.

Cells with the same text are asked once per decision, and rows whose cell in the most telling column is a plain value
are found by that value. The rule: this is only speed; the answer is that of reading the table from top to bottom.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from engine.language.decisions import hit_policies
from engine.language.decisions.logic import Hit, Outcome, Scope, note
from engine.language.decisions.types import Types
from engine.language.feel import Expression, Type, Value

# Only of these does equality in a dictionary mean equality in FEEL, and only within one type: to Python, True is 1.
_FINDABLE = (str, Decimal, bool)
_Key = tuple[type, Value]


@dataclass(frozen=True, slots=True)
class Input:
    """A condition column: what it looks at, its different cells as tests of `?`, and the type that it declares."""

    label: str
    expression: Expression
    tests: tuple[Expression, ...]
    type: Type | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """A result column. `order`: its allowed values, most important first; `default`: what it says without any row.

    `type`: what it declares of each single answer.
    """

    name: str
    order: Sequence[Value] = ()
    default: Expression | None = None
    type: Type | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A rule. `cells`: pairs of column and test, without the cells that accept everything.

    `literals`: for each column the plain values its cell lists, or None where the cell is anything else.
    """

    number: int
    id: str
    cells: tuple[tuple[int, int], ...]
    literals: tuple[tuple[Value, ...] | None, ...]
    outputs: tuple[Expression, ...]
    note: str = ""


@dataclass(frozen=True)
class Table:
    """`policy` is DMN's word (UNIQUE, RULE ORDER …), `aggregation` that of COLLECT (SUM, COUNT, MIN, MAX) or ""."""

    name: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]
    policy: str = "UNIQUE"
    aggregation: str = ""
    types: Types = field(repr=False, default_factory=Types)
    _column: int = field(init=False, repr=False, default=0)
    _found: Mapping[_Key, tuple[int, ...]] = field(init=False, repr=False, default_factory=dict)
    _others: tuple[int, ...] = field(init=False, repr=False, default=())

    def __post_init__(self) -> None:
        column = _most_telling(self.rows, len(self.inputs))
        found: dict[_Key, list[int]] = {}
        others = []
        for index, row in enumerate(self.rows):
            values = row.literals[column] if row.literals else None
            if values is None:
                others.append(index)
                continue
            for key in dict.fromkeys((type(value), value) for value in values):
                found.setdefault(key, []).append(index)
        object.__setattr__(self, "_column", column)
        object.__setattr__(self, "_found", {key: tuple(rows) for key, rows in found.items()})
        object.__setattr__(self, "_others", tuple(others))

    @property
    def names(self) -> frozenset[str]:
        return frozenset[str]().union(*(expression.names for expression in self._expressions()))

    def decide(self, scope: Scope) -> Outcome:
        fit = self.types.converted
        values = [fit(column.expression(scope), column.type) for column in self.inputs]
        hits = tuple(self._hits(values, scope))
        seen = {column.label: value for column, value in zip(self.inputs, values, strict=True)}
        if not hits:
            return Outcome(self._without_hits(scope), seen)
        note(hits)
        return Outcome(self._combine(hits), seen)

    def _expressions(self) -> Iterator[Expression]:
        for column in self.inputs:
            yield column.expression
            yield from column.tests
        for output in self.outputs:
            if output.default:
                yield output.default
        for row in self.rows:
            yield from row.outputs

    def _hits(self, values: Sequence[Value], scope: Scope) -> Iterable[Hit]:
        contexts = [{**scope, "?": value} for value in values]
        verdicts: list[dict[int, bool]] = [{} for _ in values]
        for index in self._candidates(values):
            row = self.rows[index]
            if not self._applies(row, contexts, verdicts):
                continue
            yield Hit(row.number, row.id, self._says(row.outputs, scope), row.note, self.name)
            if self.policy == "FIRST":
                return

    def _candidates(self, values: Sequence[Value]) -> Iterable[int]:
        """The rows that can apply, in the order of the table."""
        value = values[self._column] if values else None
        if type(value) not in _FINDABLE:
            return range(len(self.rows))
        found = self._found.get((type(value), value), ())
        return sorted(found + self._others) if found and self._others else found or self._others

    def _applies(self, row: Row, contexts: Sequence[Scope], verdicts: Sequence[dict[int, bool]]) -> bool:
        for column, test in row.cells:
            verdict = verdicts[column].get(test)
            if verdict is None:
                verdict = self.inputs[column].tests[test](contexts[column]) is True
                verdicts[column][test] = verdict
            if not verdict:
                return False
        return True

    def _says(self, cells: Sequence[Expression | None], scope: Scope) -> Scope:
        """The value of each result column."""
        columns = zip(self.outputs, cells, strict=True)
        return {each.name: self.types.converted(cell(scope), each.type) if cell else None for each, cell in columns}

    def _combine(self, hits: Sequence[Hit]) -> Value:
        combine = (
            hit_policies.AGGREGATIONS.get(self.aggregation)
            or hit_policies.SINGLE.get(self.policy)
            or hit_policies.LISTS[self.policy]
        )
        return combine(self.name, hits, {column.name: column.order for column in self.outputs if column.order})

    def _without_hits(self, scope: Scope) -> Value:
        """The default outputs where there are any, else null; nothing counted is 0."""
        if self.aggregation == "COUNT":
            return Decimal(0)
        if not any(column.default for column in self.outputs):
            return None
        value = hit_policies.value_of(self._says([column.default for column in self.outputs], scope))
        return [value] if self.policy in hit_policies.LISTS and not self.aggregation else value


def _most_telling(rows: Sequence[Row], columns: int) -> int:
    """The column in which most rows list plain values, the leftmost of several."""
    if not columns:
        return 0
    return max(range(columns), key=lambda column: sum(row.literals[column] is not None for row in rows))
