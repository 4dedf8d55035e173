"""导出督办列表: the cases behind a number as a file.

The rule: a file lists what its number counts, neither more nor less.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework.listed import Listed
from engine.oversight import attention
from engine.oversight.sheets import Column
from webapp import taking_out
from webapp.auth import current_actor
from webapp.supervise.attention import NUMBERS, Watched, watched
from webapp.supervise.blueprint import blueprint

COLUMNS = (
    Column("受理编号", 28), Column("办件", 22), Column("申请人", 10), Column("地点", 26),
    Column("在哪一步，在谁手里", 34), Column("时限", 16), Column("期限", 16, "moment"), Column("原因", 30),
    Column("提出时间", 16, "moment"),
)  # fmt: skip


@blueprint.post("/supervision/export")
def take_numbers() -> ResponseReturnValue:
    """今天到期, 已超时 …: the list that is shown."""
    chosen = request.args.get("show", "")
    chosen = chosen if chosen in NUMBERS else "overdue"
    return taking_out.answer(f"督办：{NUMBERS[chosen].name}", COLUMNS, lambda session: _rows(session, chosen))


def _rows(session: Session, chosen: str) -> Iterator[tuple[Any, ...]]:
    actor = current_actor()

    def read(found: Sequence[Listed]) -> list[Watched]:
        return watched(session, actor, found)

    return (_row(row) for row in attention.every(session, actor, chosen, read))


def _row(row: Watched) -> tuple[Any, ...]:
    line = row.line
    waits = "；".join(f"{step} {holder}" for step, holder in row.waits)
    return (
        line.case_no, line.item, line.applicant, line.place, waits, line.chip.text, line.chip.due_at,
        "；".join(row.reasons), line.started_at,
    )  # fmt: skip
