"""The variables that the cells of tables look at beside their columns.

The rule: names that the file itself declares, and those that the columns of the same table look at, are known; of the
others only the process knows whether somebody fills them in.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.language.decisions.analysis.flaws import place
from engine.language.decisions.analysis.opening import opened
from engine.language.decisions.analysis.reading import Reader
from engine.language.decisions.analysis.sheets import Cell, Sheet, anchor, sheets
from engine.language.decisions.model import Model
from engine.language.decisions.source import Source


@dataclass(frozen=True, slots=True)
class Use:
    """A cell that names variables. `where` is the cell as a sentence names it."""

    element_id: str
    where: str
    names: frozenset[str]


def uses(file: bytes, model: Model) -> list[Use]:
    """The cells of a file, read as `model`, that name what neither the file nor their table knows."""
    source = opened(file, model)
    reader = Reader(source, model)
    declared = source.names | set(model.decisions) | set(model.callables)
    return [
        Use(anchor(cell.element), where, names)
        for sheet in sheets(source)
        for cell, where, found in _cells(sheet, reader, source)
        if (names := found - declared - _looked_at(sheet, reader))
    ]


def _cells(sheet: Sheet, reader: Reader, source: Source) -> Iterator[tuple[Cell, str, frozenset[str]]]:
    for line in sheet.lines:
        for heading, cell in zip(sheet.inputs, line.tested, strict=False):
            test = reader.test(cell.text, cell.element) if cell.text else None
            yield cell, place(line, heading), test.names if test else frozenset()
        for heading, cell in zip(sheet.outputs, line.said, strict=False):
            formula = reader.formula(cell)
            yield cell, place(line, heading), formula.names if formula else frozenset()
    for heading in sheet.outputs:
        default = source.child(heading.element, "defaultOutputEntry")
        if default is not None:
            cell = Cell(source.text(default), default)
            formula = reader.formula(cell)
            yield cell, f"“{heading.label}”列的默认值", formula.names if formula else frozenset()


def _looked_at(sheet: Sheet, reader: Reader) -> frozenset[str]:
    """The variables of the columns themselves."""
    found = [reader.formula(Cell(heading.asks, heading.element)) for heading in sheet.inputs]
    return frozenset[str]().union(*(each.names for each in found if each is not None))
