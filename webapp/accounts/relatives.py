"""近亲属备案: whom a member of staff has to recuse for; told by themselves, and taken back by nobody.

The rule: what is declared here only keeps its owner away from tasks; nobody else reads it.
"""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import db
from engine.casework import segregation
from engine.errors import Invalid, NotAllowed
from engine.registry import masks
from engine.registry.actors import Actor
from webapp import auth, form_fields
from webapp.accounts import questions
from webapp.accounts.blueprint import blueprint


@blueprint.route("/me/relatives", methods=["GET", "POST"])
def relatives() -> ResponseReturnValue:
    actor = auth.current_actor()
    if not actor.is_staff:
        raise NotAllowed(f"Expected a member of staff, but got {actor.ref}", notice="近亲属备案只供工作人员使用")
    if request.method == "GET":
        return _page(actor)
    values = form_fields.read(questions.RELATIVE, request.form)
    try:
        with db.transaction() as session:
            number, relation = str(values["identity_number"] or ""), str(values["relation"] or "")
            segregation.declare(session, actor, identity_number=number, relation=relation)
    except Invalid as refusal:
        return _page(actor, values, refusal), refusal.status
    flash("已备案。与这位亲属有关的办件不再由您办理。")
    return redirect(url_for("accounts.relatives"), 303)


def _page(actor: Actor, values: dict[str, object] | None = None, refusal: Invalid | None = None) -> str:
    problems = {} if refusal is None else refusal.problems or {"": [refusal.notice]}
    with db.reading() as session:
        controls = form_fields.controls(session, questions.RELATIVE, values or {}, problems)
        declared = [
            (masks.identity(one.identity_number), one.relation, one.declared_at)
            for one in segregation.declared(session, actor)
        ]
        summary = form_fields.summary(controls, problems)
        return render_template("accounts/relatives.html", controls=controls, summary=summary, declared=declared)
