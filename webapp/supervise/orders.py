"""Opening a supervision order 督办单 by hand, from a case page.

The rule: the form is that of the supervise diagram's start; once opened, an order is ordinary work in the inbox.
"""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import cases, listed
from engine.casework.models import Case
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid
from engine.language.forms import Form, Shown
from engine.registry import access
from engine.registry.actors import Actor
from webapp import case_lines, form_fields
from webapp.auth import current_actor
from webapp.supervise.blueprint import blueprint


@blueprint.get("/cases/<case_no>/supervision")
def open_form(case_no: str) -> ResponseReturnValue:
    """What the order shall say."""
    actor = current_actor()
    with reading() as session:
        return page(session, fetch(session, case_no, actor), actor, {}, {})


@blueprint.post("/cases/<case_no>/supervision")
def open_order(case_no: str) -> ResponseReturnValue:
    """发起督办."""
    actor = current_actor()
    with reading() as session:
        case = fetch(session, case_no, actor)
        form = cases.supervision_form(session, case.region_code)
        values = form_fields.read([Shown(field) for field in form.fields], request.form)
        if form_fields.asks_to_reload(request.form):
            return page(session, case, actor, values, {})
    try:
        with transaction() as session:
            cases.supervise(session, case_no, actor=actor, values=values)
    except Invalid as refusal:
        problems = refusal.problems or {"": [refusal.notice]}
        with reading() as session:
            return page(session, fetch(session, case_no, actor), actor, values, problems), 422
    flash("督办单已发出，等待签收。")
    return redirect(url_for("inbox.case", case_no=case_no), 303)


def fetch(session: Session, case_no: str, actor: Actor) -> Case:
    """The running case, for somebody who may supervise it."""
    case = cases.get(session, case_no, actor)
    access.supervising_post(actor, case)
    if case.state == "ended":
        raise Conflict(f"Expected case {case_no} to run, but it has ended", notice="该办件已经办结，不能再发起督办")
    return case


def page(
    session: Session, case: Case, actor: Actor, values: Mapping[str, Any], problems: Mapping[str, list[str]]
) -> str:
    """The form with what was typed and what is wrong with it."""
    shown = form_fields.controls(session, questions(session, case, values), values, problems)
    return render_template(
        "supervise/open.html",
        case=case,
        row=case_lines.lines(session, actor, [listed.of(session, [case.id])[case.id]])[0],
        controls=shown,
        summary=form_fields.summary(shown, problems),
    )


def questions(session: Session, case: Case, values: Mapping[str, Any]) -> list[Shown]:
    """The components of the order's form that are asked now."""
    form: Form = cases.supervision_form(session, case.region_code)
    return [item for part in form.visible(form.answered(values, case.variables)) for item in part.items]
