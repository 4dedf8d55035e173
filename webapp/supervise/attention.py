"""The first page of a supervisor: six numbers, each of which opens its cases.

The rule: a number without its list helps nobody, so both stand on one page and in one address.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import timeline
from engine.casework.listed import Listed
from engine.casework.paging import MOST_COUNTED
from engine.db import reading
from engine.oversight import attention, case_facts
from engine.registry.actors import Actor
from webapp import addresses, case_lines
from webapp.auth import current_actor
from webapp.case_lines import CaseLine
from webapp.supervise.blueprint import blueprint


@dataclass(frozen=True)
class Number:
    """What a number is called and means; `alarm`: anything above zero is bad."""

    name: str
    meaning: str
    alarm: bool = False


LONG = (
    "从受理（还没有受理的，从提出）那天算起满 {days} 个自然日还没有办结的办件，计时暂停的时间不算。"
    "这与各步骤自己的期限无关，每一步都没有超时的也在内；工程措施推进中的另外统计。"
)
NUMBERS = {
    "today": Number("今天到期", "有一步今天到期、还没有办完的办件。"),
    "overdue": Number("已超时", "有一步超过了办理时限的办件。", alarm=True),
    "week": Number("办了 7 天以上", LONG.format(days=7), alarm=True),
    "ten": Number("办了 10 天以上", LONG.format(days=10), alarm=True),
    "works": Number("工程推进中", "方案已经告知群众、按月登记进展的办件，计入在办，不计入办了 7 天、10 天以上的。"),
    "orders": Number("未销号督办单", "还在等人确认、签收、办理、反馈或审核的督办单。"),
}


@dataclass(frozen=True)
class Watched:
    """A case in the list: the steps that wait, who has them, and why it stands there."""

    line: CaseLine
    waits: list[tuple[str, str]]
    reasons: list[str]


def watched(session: Session, actor: Actor, found: Sequence[Listed]) -> list[Watched]:
    """The rows of these cases."""
    waiting = case_facts.waiting_of(session, found)
    holders = timeline.holders(session, [task for tasks in waiting.values() for task in tasks])
    opened = case_facts.opened_with_of(session, found)
    return [
        Watched(line, [(task.name, holders[task.id]) for task in waiting[case.id]],
                reasons(case, [value for _, value in opened.get(case.id, ())]))
        for case, line in zip(found, case_lines.lines(session, actor, found, waiting), strict=True)
    ]  # fmt: skip


def reasons(case: Listed, opened: Sequence[str]) -> list[str]:
    """What stands against it already; of an order, what it was opened for."""
    told = {"超时 {} 次": case.overdue_count, "群众催办 {} 次": case.urge_count}
    counted = [text.format(times) for text, times in told.items() if times]
    return [*opened[:2], *counted, *(["督办中"] if case.supervised else [])]


@blueprint.get("/supervision")
def numbers() -> ResponseReturnValue:
    """The numbers and the cases behind the chosen one."""
    actor, chosen = current_actor(), request.args.get("show", "")
    chosen = chosen if chosen in NUMBERS else "overdue"
    with reading() as session:
        counts, number = attention.counts(session, actor), request.args.get("page", 1, type=int)
        page = attention.listing(session, actor, chosen, page=number, counted=counts)
        return render_template(
            "supervise/numbers.html",
            numbers=NUMBERS,
            counts=counts,
            most_counted=MOST_COUNTED,
            chosen=chosen,
            page=page.with_rows(watched(session, actor, page.rows)),
            address=lambda page: url_for("supervise.numbers", show=chosen, page=page),
            open=addresses.each("inbox.case", "case_no"),
        )
