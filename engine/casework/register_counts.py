"""核对统计: what each register said in the economic checks of a period: whether it answered, and found something (C3).

The rule: counted are the reports that were made, each with the answers it rests on; no person and no sum is told. A
register is of one institution and one kind of property, as rules/econ_check.dmn names it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework.act_models import Document
from engine.casework.measure_counts import HIT, REPORT_STEP, Period, variable
from engine.casework.models import Case
from engine.db import loads
from engine.registry import access

ANSWERS = "checkAnswers"


def counted(session: Session, prefix: str, period: Period) -> list[dict[str, Any]]:
    """`code`, `name`, `asked`, `answered`, `found` (it knew something) and `hits` (of these, the report is FAIL or
    DOUBT) of each register, in the order in which the reports ask them."""
    answers, result = (variable(session, Case.variables, name) for name in (ANSWERS, "checkResult"))
    made = select(Document.case_id).where(Document.element_id == REPORT_STEP, period.holds(Document.made_at))
    wanted = select(answers, result).where(
        Case.id.in_(made), access.lies_within(Case, prefix), Case.subject_id.is_(None), answers.is_not(None)
    )
    counts, names = dict[str, Counter[str]](), dict[str, str]()
    for said, outcome in session.execute(wanted.order_by(Case.id)):
        _add(counts, names, loads(said), is_hit=outcome in HIT)
    return [
        {"code": code, "name": names[code], **{key: mine[key] for key in ("asked", "answered", "found", "hits")}}
        for code, mine in counts.items()
    ]


def _add(
    counts: dict[str, Counter[str]], names: dict[str, str], answers: Iterable[Mapping[str, Any]], *, is_hit: bool
) -> None:
    for answer in answers:
        code, knew = str(answer["code"]), int(bool(answer.get("records")))
        names[code] = str(answer.get("name") or code)
        mine = counts.setdefault(code, Counter())
        mine.update(asked=1, answered=int(answer.get("answered") is True), found=knew, hits=knew * is_hit)
