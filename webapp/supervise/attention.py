"""The first page of a supervisor: five numbers, each of which opens its cases.

The rule: a number without its list helps nobody, so both stand on one page and in one address.
"""

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.db import reading
from engine.oversight import attention
from webapp import case_lines
from webapp.auth import current_actor
from webapp.supervise.blueprint import blueprint


@dataclass(frozen=True)
class Number:
    """What a number is called and means; `alarm`: anything above zero is bad."""

    name: str
    meaning: str
    alarm: bool = False


NUMBERS = {
    "today": Number("今天到期", "有一步今天到期、还没有办完的办件。"),
    "overdue": Number("已超时", "有一步超过了办理时限的办件。", alarm=True),
    "week": Number("超过 7 天", "受理后超过 7 天还没有办结的办件，停表的时间不算。", alarm=True),
    "ten": Number("超过 10 天", "受理后超过 10 天还没有办结的办件，停表的时间不算。", alarm=True),
    "orders": Number("未销号督办单", "还在等人确认、签收、办理、反馈或审核的督办单。"),
}


@blueprint.get("/supervision")
def numbers() -> ResponseReturnValue:
    """The numbers and the cases behind the chosen one."""
    actor, chosen = current_actor(), request.args.get("show", "")
    chosen = chosen if chosen in NUMBERS else "overdue"
    with reading() as session:
        page = attention.listing(session, actor, chosen, page=request.args.get("page", 1, type=int))
        return render_template(
            "supervise/numbers.html",
            numbers=NUMBERS,
            counts=attention.counts(session, actor),
            chosen=chosen,
            page=page.with_rows(case_lines.lines(session, actor, page.rows)),
            address=lambda page: url_for("supervise.numbers", show=chosen, page=page),
            open=lambda case_no: url_for("inbox.case", case_no=case_no),
        )
