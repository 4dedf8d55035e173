"""Everything that is wrong with the tables of one file, in the order of the file.

The rule: the reading tells what cannot be read; this tells what can be read and cannot be meant.
"""

from collections.abc import Iterator

from engine.language.decisions.analysis import conditions, flaws, gaps, overlaps, results, unreachable
from engine.language.decisions.analysis.boxes import Boxes
from engine.language.decisions.analysis.budget import Budget, Exhausted
from engine.language.decisions.analysis.columns import Column, TooLarge, build
from engine.language.decisions.analysis.conditions import Conditions
from engine.language.decisions.analysis.declared import Declarations
from engine.language.decisions.analysis.flaws import Flaw, warning
from engine.language.decisions.analysis.opening import opened
from engine.language.decisions.analysis.reading import Reader
from engine.language.decisions.analysis.sheets import Sheet, sheets
from engine.language.decisions.hit_policies import SINGLE
from engine.language.decisions.model import Model
from engine.language.decisions.source import Source

_MOST_ROWS = 5000
_MOST_COLUMNS = 60


def find(file: bytes, model: Model) -> list[Flaw]:
    """What is wrong with the tables of a file that was read as `model`. Raises what reading it raises."""
    source = opened(file, model)
    reader, declarations, budget = Reader(source, model), Declarations(source, model), Budget()
    found: list[Flaw] = []
    for sheet in sheets(source):
        if sheet.complete:
            found += _Look(sheet, reader, declarations, source, model, budget).flaws()
    return list(dict.fromkeys(found))


class _Look:
    """A table while it is looked at."""

    def __init__(
        self, sheet: Sheet, reader: Reader, declarations: Declarations, source: Source, model: Model, budget: Budget
    ) -> None:
        self.sheet, self.budget = sheet, budget
        self.conditions = [
            conditions.read(sheet, number, reader, declarations, source) for number in range(len(sheet.inputs))
        ]
        self.results = [
            results.read(sheet, number, reader, declarations, source, model) for number in range(len(sheet.outputs))
        ]

    def flaws(self) -> Iterator[Flaw]:
        columns = [self._column(each) for each in self.conditions]
        for number, (each, column) in enumerate(zip(self.conditions, columns, strict=True)):
            yield from flaws.some(conditions.flaws(self.sheet, number, each, column))
        for said in self.results:
            yield from flaws.some(said.flaws)
        whole = [column for column in columns if column is not None]
        if len(whole) < len(columns) or len(columns) > _MOST_COLUMNS or len(self.sheet.lines) > _MOST_ROWS:
            yield self._unfinished()
            return
        texts = [[cell.text for cell in line.tested] for line in self.sheet.lines]
        boxes = Boxes(whole, texts, self.budget)
        try:
            yield from flaws.some(self._contradictions(boxes))
            yield from self._gaps(boxes)
        except Exhausted:
            self.budget.unfinished = True
        if self.budget.unfinished:
            self.budget.unfinished = False
            yield self._unfinished()

    def _column(self, read: Conditions) -> Column | None:
        try:
            return build(read.asked)
        except TooLarge:
            return None

    def _contradictions(self, boxes: Boxes) -> Iterator[Flaw]:
        policy = self.sheet.policy
        if policy == "UNIQUE":
            yield from overlaps.unique(self.sheet, boxes)
        elif policy == "ANY":
            yield from overlaps.contradicting(self.sheet, boxes, self.results)
        elif policy == "FIRST":
            yield from unreachable.first(self.sheet, boxes)
        elif policy == "PRIORITY":
            yield from unreachable.priority(self.sheet, boxes, self.results)

    def _gaps(self, boxes: Boxes) -> Iterator[Flaw]:
        """A table whose answer is a list, or that has default results, answers without any row, too."""
        if self.sheet.policy in SINGLE and not any(said.default for said in self.results):
            yield from gaps.find(self.sheet, boxes)

    def _unfinished(self) -> Flaw:
        name = self.sheet.name
        sentence = f"决策表“{name}”太大或太复杂，重叠、遗漏和用不到的行未能查完。建议拆成几个表，再用决策引用连起来"
        return warning(self.sheet.element, sentence)
