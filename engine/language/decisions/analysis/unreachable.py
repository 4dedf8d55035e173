"""Rows that never decide: whenever they apply, a row that counts more applies as well.

Under FIRST the earlier row counts, under PRIORITY the one whose result stands first among the allowed values, of equal
ones the earlier (DMN 1.5, section 8.2.10).
"""

from collections.abc import Iterator, Sequence

from engine.language.decisions.analysis.boxes import Boxes
from engine.language.decisions.analysis.columns import bits
from engine.language.decisions.analysis.flaws import Flaw, error
from engine.language.decisions.analysis.results import Results, Unknown
from engine.language.decisions.analysis.sheets import Sheet
from engine.language.decisions.analysis.sweeps import Axis, Sweep

_MOST_NAMED = 5
# So that one row whose question is hard leaves the others something.
_STEPS = 20_000


def first(sheet: Sheet, boxes: Boxes) -> Iterator[Flaw]:
    """Rows that earlier rows mask."""
    for row, line in enumerate(sheet.lines):
        masking = _asked(boxes, row, (1 << row) - 1)
        if masking:
            advice = "请调整行的次序、修改条件，或删去这一行"
            yield error(line.element, f"第 {row + 1} 行永远用不到：{_told(masking, '前面的')}。{advice}")


def priority(sheet: Sheet, boxes: Boxes, results: Sequence[Results]) -> Iterator[Flaw]:
    """Rows that rows of higher rank mask."""
    ranks = [_rank(results, row) for row in range(len(sheet.lines))]
    ordered = sorted((rank, row) for row, rank in enumerate(ranks) if rank is not None)
    before = 0
    for _, row in ordered:
        masking = _asked(boxes, row, before)
        before |= 1 << row
        if masking:
            advice = "请修改条件、结果或允许值的次序，或删去这一行"
            yield error(sheet.lines[row].element, f"第 {row + 1} 行永远用不到：{_told(masking, '优先的')}。{advice}")


def _asked(boxes: Boxes, row: int, stronger: int) -> int:
    """The same within a budget of its own; 0 where it was not found out."""
    found = 0
    with boxes.budget.question(_STEPS):
        found = _masking(boxes, row, stronger)
    return found  # noqa: RET504 — the question may end without an answer


def _masking(boxes: Boxes, row: int, stronger: int) -> int:
    """Rows that together apply whenever this one does; 0 where there are none."""
    if not stronger or boxes.is_empty(row):
        return 0
    stronger &= boxes.comparable(row)
    around = boxes.around(row, stronger)
    if around:
        return around & -around
    meeting = boxes.together(row, stronger, certainly=False)
    if meeting.bit_count() < 2 or _too_few(boxes, row, meeting):
        return 0
    axes = sorted((axis for axis in _axes(boxes, row) if meeting & ~axis.holding), key=lambda axis: len(axis.classes))
    return meeting if Sweep(axes, boxes.budget).left(meeting) is None else 0


def _axes(boxes: Boxes, row: int) -> list[Axis]:
    """The columns, each restricted to what the row covers."""
    return [
        Axis(
            [each for each in column.covered(text) if column.possible >> each & 1],
            column.rows,
            boxes.holding(number, text),
        )
        for number, column in enumerate(boxes.columns)
        if (text := boxes.texts[row][number]) not in column.unknown
    ]


def _too_few(boxes: Boxes, row: int, meeting: int) -> bool:
    """Whether the rows, even side by side, cover fewer combinations of classes than the row has."""
    boxes.budget.spend(meeting.bit_count())
    own = [boxes.mask(row, number) & column.possible for number, column in enumerate(boxes.columns)]
    return sum(_size(boxes, other, own) for other in bits(meeting)) < _size(boxes, row, own)


def _size(boxes: Boxes, row: int, within: Sequence[int]) -> int:
    size = 1
    for number, mask in enumerate(within):
        size *= (boxes.mask(row, number) & mask).bit_count()
    return size


def _rank(results: Sequence[Results], row: int) -> tuple[int, ...] | None:
    """The place of a row's results among the allowed values; None where a result is known only by deciding."""
    ranked = [column for column in results if column.order]
    rank = []
    for column in ranked:
        value = column.said[row]
        if isinstance(value, Unknown):
            return None
        rank.append(column.order.index(value) if value in column.order else len(column.order))
    return tuple(rank)


def _told(masking: int, which: str) -> str:
    rows = [row + 1 for row in bits(masking)]
    if len(rows) == 1:
        return f"{which}第 {rows[0]} 行已包含它的全部条件"
    if len(rows) > _MOST_NAMED:
        return f"{which}几行合起来已包含它的全部条件"
    return f"{which}第 {'、'.join(map(str, rows))} 行合起来已包含它的全部条件"
