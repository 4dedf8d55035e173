"""What the rows of a table say: results of a wrong type, and results that are none of the allowed ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Union

from engine.language import feel
from engine.language.decisions.analysis import cells, wording
from engine.language.decisions.analysis.budget import OPERATIONS
from engine.language.decisions.analysis.cells import NotPlain
from engine.language.decisions.analysis.declared import Declarations, Declared
from engine.language.decisions.analysis.flaws import Flaw, error, place
from engine.language.decisions.analysis.reading import Reader
from engine.language.decisions.analysis.sheets import Cell, Heading, Sheet
from engine.language.decisions.model import Model
from engine.language.decisions.source import Source
from engine.language.feel import Expression, FeelLimitExceeded, NamedType, Value, metered, syntax
from engine.language.feel.values import CHINESE_KINDS

_CONDITIONS = (
    syntax.Comparison,
    syntax.Between,
    syntax.Membership,
    syntax.InstanceOf,
    syntax.Quantified,
    syntax.Conjunction,
    syntax.Disjunction,
)


class Unknown:
    """Stands for a result that only deciding tells."""


UNKNOWN = Unknown()
Result = Union[Value, Unknown]  # noqa: UP007 — the alias of FEEL is written as text


@dataclass(frozen=True, slots=True)
class Results:
    """A result column. `said`: what each row says; `order`: its allowed values, most important first."""

    heading: Heading
    said: Sequence[Result]
    order: Sequence[Value]
    default: bool
    flaws: Sequence[Flaw]


def read(
    sheet: Sheet, number: int, reader: Reader, declarations: Declarations, source: Source, model: Model
) -> Results:
    """The result column of that number, from 0; the table must be complete."""
    heading = sheet.outputs[number]
    check = _Check(heading, declarations.of_output(heading, sheet), source, model)
    found, said = list(check.read_values(reader)), []
    with metered(OPERATIONS):
        for line in sheet.lines:
            cell = line.said[number]
            expression = reader.formula(cell)
            said.append(_result(cell, expression))
            if sentence := check.sentence(expression, said[-1]):
                found.append(error(cell.element, f"{place(line, heading)}{sentence}"))
    default = source.child(heading.element, "defaultOutputEntry")
    spoken = None if default is None else Cell(source.text(default), default)
    if spoken is not None and spoken.text:
        expression = reader.formula(spoken)
        if sentence := check.sentence(expression, _result(spoken, expression)):
            found.append(error(spoken.element, f"“{heading.label}”列的默认值{sentence}"))
    return Results(heading, said, check.order, spoken is not None and bool(spoken.text), found)


def _result(cell: Cell, expression: Expression | None) -> Result:
    if not cell.text:
        return None
    if expression is None or expression.names:
        return UNKNOWN
    try:
        return cells.plain(expression.tree)
    except NotPlain:
        return UNKNOWN


class _Check:
    """What a result column allows."""

    def __init__(self, heading: Heading, declared: Declared, source: Source, model: Model) -> None:
        self.heading, self.declared, self.types = heading, declared, model.types
        self.element = source.child(heading.element, "outputValues")
        self.values: Expression | None = None
        self.order: Sequence[Value] = ()

    def read_values(self, reader: Reader) -> Iterator[Flaw]:
        """Read the allowed values that the column itself lists."""
        if self.element is None or not self.heading.values:
            return
        self.values = reader.test(self.heading.values, self.element)
        if self.values is None:
            text = wording.shortened(self.heading.values)
            yield error(self.element, f"“{self.heading.label}”列的允许值不是正确的 FEEL：{text}")
            return
        listed = cells.read(self.values)
        self.order = listed.points if listed is not None else ()

    def sentence(self, expression: Expression | None, result: Result) -> str:
        """What is wrong with a result; "" if nothing is."""
        if isinstance(result, Unknown):
            return self._of_condition(expression)
        if result is None:
            return ""
        if self._is_strange(result):
            return wording.wrong_kind(self.declared.kind or "", result, name=self._wanted())
        if not self._is_allowed(result):
            return wording.not_allowed(result, self.heading.values)
        return ""

    def _of_condition(self, expression: Expression | None) -> str:
        """A condition is true or false, whatever stands in it."""
        wanted = self.declared.kind
        if wanted in (None, "boolean") or expression is None or not isinstance(expression.tree, _CONDITIONS):
            return ""
        return f"应为{self._wanted()}，写的却是条件 {wording.shortened(expression.text)}。请改正"

    def _is_strange(self, value: Value) -> bool:
        wanted = self.declared.type
        return wanted is not None and feel.coerced(value, wanted, self.types.table) is feel.MISSING

    def _is_allowed(self, value: Value) -> bool:
        items = value if isinstance(value, list) else [value]
        try:
            listed = self.values is None or all(self.values({"?": item}) is True for item in items)
            return listed and self.types.fitted(value, self.declared.type) is not None
        except FeelLimitExceeded:
            return True

    def _wanted(self) -> str:
        if self.declared.kind:
            return CHINESE_KINDS[self.declared.kind]
        return f"“{self.declared.type.name}”" if isinstance(self.declared.type, NamedType) else "声明的类型"
