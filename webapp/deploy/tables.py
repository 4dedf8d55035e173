"""Decision tables as the page draws them: as in an editor, with each problem at its cell.

The rule: a table is drawn only for its problems; rows far from any are counted, not shown.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.errors import Invalid, TooLarge
from engine.language import decisions
from engine.language.bundle import table_model
from engine.language.decisions import analysis
from engine.language.decisions.analysis import Element, Sheet
from engine.language.lint import Problem

# Rows shown before and after one that has a problem.
_AROUND = 1
# A table of so few rows is shown whole.
_FEW = 12
POLICIES = {
    "UNIQUE": "UNIQUE：只能有一行适用",
    "ANY": "ANY：同时适用的各行结果必须相同",
    "FIRST": "FIRST：取最先适用的一行",
    "PRIORITY": "PRIORITY：取结果最优先的一行",
    "RULE ORDER": "RULE ORDER：取适用的各行，按行的次序",
    "OUTPUT ORDER": "OUTPUT ORDER：取适用的各行，按结果的优先次序",
    "COLLECT": "COLLECT：取适用的各行",
}
_ROWS = re.compile(r"第 (\d+(?:、\d+)*) 行")
# What cannot be read has this rule.
READING = "reading"
_Place = tuple[int, int]
# Rows count from 1 and columns from 1: row 0 is the head, column 0 the number of a row.
_TABLE: _Place = (0, 0)


@dataclass(frozen=True)
class Numbered:
    """A problem with its number in the list of all."""

    number: int
    problem: Problem


@dataclass(frozen=True)
class Square:
    """A cell or a heading. `under`: what stands in small print below the label of a column."""

    text: str
    problems: Sequence[Numbered]
    is_result: bool = False
    under: str = ""


@dataclass(frozen=True)
class Row:
    """A row of the table; `left_out`: how many rows before it are not shown."""

    number: int
    squares: Sequence[Square]
    problems: Sequence[Numbered]
    left_out: int = 0

    @property
    def all_problems(self) -> list[Numbered]:
        """Those of the row and of its cells."""
        found = {each.number: each for square in self.squares for each in square.problems}
        return sorted({**found, **{each.number: each for each in self.problems}}.values(), key=lambda each: each.number)


@dataclass(frozen=True)
class Drawn:
    """A table with at least one problem. `problems`: those of the table as a whole; `left_out`: rows after the last."""

    path: str
    name: str
    policy: str
    head: Sequence[Square]
    rows: Sequence[Row]
    problems: Sequence[Numbered]
    left_out: int = 0

    @property
    def of_head(self) -> list[Numbered]:
        return [each for square in self.head for each in square.problems]


def problems(files: Mapping[str, bytes]) -> list[Problem]:
    """What is wrong with the decision files as far as they can be read, each at its cell."""
    found: list[Problem] = []
    for path, content in files.items():
        if not path.endswith(".dmn"):
            continue
        try:
            model = table_model(files, path, read=decisions.read)
        except (Invalid, TooLarge):
            continue
        found += [Problem(READING, path, key, line) for key, lines in model.problems.items() for line in lines]
        flaws = analysis.find(content, model)
        found += [Problem("decision_tables", path, flaw.element_id, flaw.sentence, flaw.severity) for flaw in flaws]
    return found


def draw(files: Mapping[str, bytes], found: Sequence[Problem]) -> list[Drawn]:
    """The tables that have problems; `found` are all problems in the order of their numbers."""
    drawn: list[Drawn] = []
    for path in dict.fromkeys(problem.file for problem in found if problem.file.endswith(".dmn")):
        numbered = [Numbered(number, each) for number, each in enumerate(found, 1) if each.file == path]
        try:
            content = files[path]
            sheets = analysis.sheets(analysis.opened(content, table_model(files, path, read=decisions.read)))
        except (KeyError, Invalid, TooLarge):
            continue
        drawn += [table for sheet in sheets for table in _drawn(path, sheet, numbered)]
    return drawn


@dataclass
class _Marks:
    """The problems of a table by their places."""

    by_place: dict[_Place, list[Numbered]] = field(default_factory=dict)

    def at(self, row: int, column: int) -> list[Numbered]:
        return self.by_place.get((row, column), [])

    def rows(self) -> set[int]:
        """The rows that have a problem, and those of which the problems of the table speak."""
        told = [each.problem.message for found in self.by_place.values() for each in found]
        named = {int(number) for line in told for rows in _ROWS.findall(line) for number in rows.split("、")}
        return named | {row for row, _ in self.by_place}


def _drawn(path: str, sheet: Sheet, numbered: Sequence[Numbered]) -> Iterator[Drawn]:
    """The table, if any of the problems is its own."""
    places = dict(_places(sheet))
    marks = _Marks()
    for each in numbered:
        if each.problem.element_id in places:
            marks.by_place.setdefault(places[each.problem.element_id], []).append(each)
    if not marks.by_place:
        return
    rows = list(_rows(sheet, marks))
    left_out = len(sheet.lines) - (rows[-1].number if rows else 0)
    policy = POLICIES.get(sheet.policy, sheet.policy)
    yield Drawn(path, sheet.name, policy, _head(sheet, marks), rows, marks.at(*_TABLE), left_out)


def _places(sheet: Sheet) -> Iterator[tuple[str, _Place]]:
    """The ids of a table with the places that they mean, the wider places first."""
    yield from ((each, _TABLE) for each in _ids(sheet.element))
    for column, heading in enumerate((*sheet.inputs, *sheet.outputs), 1):
        yield from ((each, (0, column)) for each in _ids(heading.element))
    for line in sheet.lines:
        yield from ((each, (line.number, 0)) for each in _ids(line.element))
        for cells, before in ((line.tested, 0), (line.said, len(sheet.inputs))):
            for column, cell in enumerate(cells, before + 1):
                yield from ((each, (line.number, column)) for each in _ids(cell.element))


def _ids(element: Element) -> list[str]:
    return [key for each in element.iter() if (key := each.get("id"))]


def _head(sheet: Sheet, marks: _Marks) -> list[Square]:
    headings = [*((each, False) for each in sheet.inputs), *((each, True) for each in sheet.outputs)]
    return [
        Square(
            heading.label,
            marks.at(0, column),
            is_result,
            "，".join(part for part in (heading.asks if heading.asks != heading.label else "", heading.values) if part),
        )
        for column, (heading, is_result) in enumerate(headings, 1)
    ]


def _rows(sheet: Sheet, marks: _Marks) -> Iterator[Row]:
    """The rows with problems and those next to them."""
    wanted = {
        number + step
        for number in (range(1, len(sheet.lines) + 1) if len(sheet.lines) <= _FEW else marks.rows() - {0})
        for step in range(-_AROUND, _AROUND + 1)
    }
    before = 0
    for line in sheet.lines:
        if line.number not in wanted:
            continue
        cells = [*((each, False) for each in line.tested), *((each, True) for each in line.said)]
        squares = [
            Square(cell.text, marks.at(line.number, column), is_result)
            for column, (cell, is_result) in enumerate(cells, 1)
        ]
        yield Row(line.number, squares, marks.at(line.number, 0), line.number - before - 1)
        before = line.number
