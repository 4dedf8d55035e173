"""Stepping through a case's history on its diagram, and executing it again.

The rule: every step has an address of its own, so that it can be named in a report and works without any script.
"""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import cases, history
from engine.casework.models import Case
from engine.db import reading
from engine.errors import NotFound
from engine.oversight import replay
from engine.oversight.replay import Replayed, Step
from engine.registry.actors import Actor
from webapp import addresses, case_lines, drawings
from webapp.audit.blueprint import blueprint
from webapp.auth import current_actor


@blueprint.get("/audit/cases")
def search() -> ResponseReturnValue:
    """The cases this person may look into."""
    actor, text = current_actor(), request.args.get("text", "").strip()[:60]
    with reading() as session:
        found = cases.search(session, actor, text=text, page=request.args.get("page", 1, type=int))
        return render_template(
            "audit/cases.html",
            page=found.with_rows(case_lines.lines(session, actor, found.rows)),
            text=text,
            address=lambda page: url_for("audit.search", text=text or None, page=page),
            open=addresses.each("audit.replay_page", "case_no"),
        )


@blueprint.get("/audit/cases/<case_no>")
def replay_page(case_no: str) -> ResponseReturnValue:
    """One step of the history, the first if none is named."""
    actor = current_actor()
    with reading() as session:
        case = cases.get(session, case_no, actor)
        return page(session, case, actor, request.args.get("step", 1, type=int), None)


@blueprint.post("/audit/cases/<case_no>/check")
def check(case_no: str) -> ResponseReturnValue:
    """重放核对: execute the recorded inputs again. Nothing is written."""
    actor = current_actor()
    with reading() as session:
        case = cases.get(session, case_no, actor)
        return page(session, case, actor, request.form.get("step", 1, type=int), replay.replay(session, case_no))


def page(session: Session, case: Case, actor: Actor, number: int, outcome: Replayed | None) -> str:
    """The history at one step, and what executing it again gave."""
    steps = replay.steps(session, case, actor)
    if not steps:
        raise NotFound(f"Expected case {case.case_no} to have a history, but it has none", notice="这个办件没有流水")
    number = min(max(number, 1), len(steps))
    return render_template(
        "audit/replay.html",
        case=case,
        glance=case_lines.glance(session, actor, case),
        steps=steps,
        number=number,
        step=steps[number - 1],
        marks=marks(steps[number - 1]),
        element_names=drawings.element_names(session, case),
        drawings=drawings.drawings(session, case),
        broken=history.verify(session, case.id),
        outcome=outcome,
    )


def marks(step: Step) -> dict[str, Any]:
    """The diagram as it stood right after the step."""
    return {
        "current": [{"element": element_id} for element_id in step.current],
        "passed": list(step.passed),
        "flows_passed": list(step.flows),
        "focus": step.element_id,
        "centre": step.element_id or next(iter(step.current), None),
    }
