"""导出办件: the cases of the search as a file.

The rule: names stand in it as on the page, masked for whoever sees them masked there.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import cases, listed
from engine.db import reading
from engine.oversight import exports
from engine.oversight.sheets import Column
from engine.registry import items, regions
from webapp import case_lines, taking_out
from webapp.auth import current_actor
from webapp.case_lines import CaseLine
from webapp.inbox.blueprint import blueprint
from webapp.inbox.cases import STATES, question

COLUMNS = (
    Column("受理编号", 28), Column("办件", 22), Column("申请人", 10), Column("地点", 26), Column("状态", 14),
    Column("时限", 16), Column("期限", 16, "moment"), Column("提出时间", 16, "moment"),
)  # fmt: skip


@blueprint.post("/cases/export")
def take_cases() -> ResponseReturnValue:
    """办件列表."""
    asked = question()
    return taking_out.answer("办件列表", COLUMNS, lambda session: _rows(session, asked), _filters(asked))


def _rows(session: Session, asked: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    actor = current_actor()
    given = {key: value or None for key, value in asked.items() if key != "text"}
    keys = cases.keys(session, actor, text=asked["text"], **given, most=exports.MOST + 1)

    def read(part: Sequence[int]) -> list[CaseLine]:
        return case_lines.lines(session, actor, listed.in_order(session, part))

    return (_row(line) for line in exports.in_parts(keys, read))


def _row(line: CaseLine) -> tuple[Any, ...]:
    chip = line.chip
    return (
        line.case_no, line.item, line.applicant, line.place, line.status, chip.text, chip.due_at, line.started_at,
    )  # fmt: skip


def _filters(asked: dict[str, str]) -> list[tuple[str, str]]:
    """By what the search is narrowed, in the words of the page."""
    with reading() as session:
        names = {item.code: item.name for item in items.listing(session)}
        place = regions.get(session, asked["region"]).name if asked["region"] else ""
    return [
        (exports.WORDS, asked["text"]),
        ("事项", names.get(asked["item"], asked["item"])),
        ("办理情况", STATES.get(asked["state"], "")),
        ("地区", place),
    ]
