"""问题清单: one list of what towns and departments have to put right, to be narrowed, opened and taken out.

The rule: what is a problem and what it is called the processes say themselves; here it is only shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import timeline
from engine.db import reading
from engine.oversight import case_facts, problems
from engine.oversight.problems import Narrowed, Problem
from engine.oversight.sheets import Column
from engine.registry import regions
from engine.registry.actors import Actor
from webapp import addresses, case_lines, taking_out
from webapp.auth import current_actor
from webapp.case_lines import CaseLine
from webapp.supervise.blueprint import blueprint

STATES = {"open": "没有解决的", "ended": "已经办结的", "all": "全部"}
COLUMNS = (
    Column("编号", 28), Column("类别", 16), Column("问题", 50), Column("责任地区", 26), Column("责任单位", 18),
    Column("提出时间", 16, "moment"), Column("在哪一步，在谁手里", 34), Column("时限", 16),
    Column("办结时间", 16, "moment"), Column("结果", 36),
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A problem with its line, and the steps that wait with who has them."""

    problem: Problem
    line: CaseLine
    waits: list[tuple[str, str]]


@blueprint.get("/supervision/problems")
def ledger() -> ResponseReturnValue:
    """The problems of the chosen kind, place and state."""
    actor, narrowed = current_actor(), _narrowed()
    with reading() as session:
        page = problems.listing(session, actor, narrowed, page=request.args.get("page", 1, type=int))
        return render_template(
            "supervise/problems.html",
            kinds=problems.kinds(session, actor),
            places=_places(session, actor),
            states=STATES,
            chosen=narrowed,
            page=page.with_rows(_shown(session, actor, page.rows)),
            address=lambda page: url_for("supervise.ledger", page=page, **asdict(narrowed)),
            open=addresses.each("inbox.case", "case_no"),
        )


@blueprint.post("/supervision/problems/export")
def take_problems() -> ResponseReturnValue:
    """The list that is shown, as a file."""
    return taking_out.answer("问题清单", COLUMNS, _rows)


def _rows(session: Session) -> Iterator[tuple[Any, ...]]:
    actor = current_actor()
    return problems.every(session, actor, _narrowed(), lambda part: [_row(one) for one in _shown(session, actor, part)])


def _row(shown: Shown) -> tuple[Any, ...]:
    problem, line = shown.problem, shown.line
    waits = "；".join(f"{step} {holder}" for step, holder in shown.waits)
    return (
        line.case_no, problem.kind, problem.text, line.place, problem.unit, line.started_at, waits, line.chip.text,
        problem.ended_at, problem.outcome,
    )  # fmt: skip


def _narrowed() -> Narrowed:
    state = request.args.get("state", "")
    return Narrowed(request.args.get("kind", ""), request.args.get("place", ""), state if state in STATES else "open")


def _places(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """The regions right below those that the actor watches over."""
    watched = sorted({post.region_code for post in actor.posts if post.reads})
    return [(one.code, one.name) for code in watched for one in regions.children(session, code)]


def _shown(session: Session, actor: Actor, found: Sequence[Problem]) -> list[Shown]:
    cases = [problem.case for problem in found]
    waiting = case_facts.waiting_of(session, cases)
    holders = timeline.holders(session, [task for tasks in waiting.values() for task in tasks])
    lines = case_lines.lines(session, actor, cases, waiting)
    return [
        Shown(problem, line, [(task.name, holders[task.id]) for task in waiting[problem.case.id]])
        for problem, line in zip(found, lines, strict=True)
    ]
