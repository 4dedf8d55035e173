"""The expressions of a table's cells, compiled once: those that the model has read already are taken from it.

The rule: what could not be read was told by the reading; here it is unknown, and nothing more is said of it.
"""

from collections.abc import Callable, Iterator

from lxml import etree

from engine.language import feel
from engine.language.decisions.analysis.sheets import Cell
from engine.language.decisions.boxed import Typed
from engine.language.decisions.logic import Logic
from engine.language.decisions.model import Model
from engine.language.decisions.source import Source
from engine.language.decisions.tables import Table
from engine.language.feel import Expression, FeelLimitExceeded, FeelSyntaxError

# What the reading puts in the place of text that is no FEEL.
_STAND_IN = "null"


class Reader:
    """Tests and formulas of one file."""

    def __init__(self, source: Source, model: Model) -> None:
        self._source = source
        self._tests: dict[str, Expression | None] = {}
        self._formulas: dict[str, Expression | None] = {}
        for table in _tables(model):
            for column in table.inputs:
                self._tests.update({test.text: test for test in column.tests if test.text != _STAND_IN})
            cells = [cell for row in table.rows for cell in row.outputs]
            self._formulas.update({cell.text: cell for cell in cells if cell.text != _STAND_IN})

    def test(self, text: str, element: etree._Element) -> Expression | None:
        """Unary tests; None for what is not FEEL."""
        if _is_foreign(element):
            return None
        if text not in self._tests:
            self._tests[text] = self._compiled(feel.unary_tests, text)
        return self._tests[text]

    def formula(self, cell: Cell) -> Expression | None:
        """The expression of a result; None for an empty one and for what is not FEEL."""
        if not cell.text or _is_foreign(cell.element):
            return None
        if cell.text not in self._formulas:
            self._formulas[cell.text] = self._compiled(feel.compile, cell.text)
        return self._formulas[cell.text]

    def _compiled(self, compile: Callable[..., Expression], text: str) -> Expression | None:
        source = self._source
        try:
            return compile(text, source.names, keys=source.keys, types=source.types.table)
        except (FeelSyntaxError, FeelLimitExceeded):
            return None


def _tables(model: Model) -> Iterator[Table]:
    """The tables that are the whole content of a decision."""
    for decision_id in model.decisions:
        decision = model.decision(decision_id)
        logic: Logic | None = decision.logic if decision is not None else None
        while isinstance(logic, Typed):
            logic = logic.logic
        if isinstance(logic, Table):
            yield logic


def _is_foreign(element: etree._Element) -> bool:
    language = element.get("expressionLanguage", "")
    return bool(language) and "feel" not in language.lower()
