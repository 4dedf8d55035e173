"""本单位联系方式: how citizens reach the unit for which one answers.

The rule: what is put down here stands on a page for everybody, so no private number belongs there.
"""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import db
from engine.errors import Invalid, NotAllowed
from engine.registry import contacts
from engine.registry.actors import Actor
from webapp import auth, form_fields
from webapp.accounts import questions
from webapp.accounts.blueprint import blueprint


@blueprint.route("/me/contact", methods=["GET", "POST"])
def contact() -> ResponseReturnValue:
    """The form of one unit; of several, `unit` says which."""
    actor = auth.current_actor()
    if request.method == "GET":
        return _page(actor)
    values = form_fields.read(questions.CONTACT, request.form)
    try:
        with db.transaction() as session:
            unit = contacts.tell(session, actor, request.args.get("unit", ""), values)
    except Invalid as refusal:
        return _page(actor, values, refusal), refusal.status
    flash(f"已公布{unit.name}的联系方式。")
    return redirect(url_for("accounts.contact", unit=unit.key), 303)


def _page(actor: Actor, values: dict[str, object] | None = None, refusal: Invalid | None = None) -> str:
    with db.reading() as session:
        units = contacts.own(session, actor)
        if not units:
            raise NotAllowed(f"Expected {actor.ref} to answer for a unit, but it does not")
        chosen = next((one for one in units if one.key == request.args.get("unit")), units[0])
        kept = {name: getattr(chosen.contact, name, "") for name in contacts.FIELDS}
        problems = refusal.problems if refusal is not None else {}
        controls = form_fields.controls(session, questions.CONTACT, kept if values is None else values, problems)
        return render_template(
            "accounts/contact.html",
            units=units,
            chosen=chosen,
            controls=controls,
            summary=form_fields.summary(controls, problems),
        )
