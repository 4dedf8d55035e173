"""One's own page 个人中心 and the change of the password.

The rule: changing the password ends all other sessions of the person.
"""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import db
from engine.errors import Invalid
from engine.language.forms import Shown
from engine.registry import accounts, citizens
from engine.registry.actors import Actor
from engine.registry.models import Account, Citizen
from webapp import auth, form_fields
from webapp.accounts import questions
from webapp.accounts.blueprint import blueprint


@blueprint.before_request
def guard() -> ResponseReturnValue | None:
    """`/me` and all below it are for those who are signed in."""
    return auth.signed_in_only() if request.path.startswith("/me") else None


@blueprint.get("/me")
def me() -> ResponseReturnValue:
    actor = auth.current_actor()
    if actor.is_staff:
        return redirect(url_for("accounts.password"), 303)
    with db.reading() as session:
        return render_template("accounts/me.html", citizen=session.get_one(Citizen, actor.id))


@blueprint.route("/me/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    actor = auth.current_actor()
    asked = questions.STAFF_PASSWORD_CHANGE if actor.is_staff else questions.CITIZEN_PASSWORD_CHANGE
    if request.method == "GET":
        return _password_page(asked)
    values = form_fields.read(asked, request.form)
    try:
        with db.transaction() as session:
            person = _change_password(session, actor, values["current"], values["password"])
    except Invalid as refusal:
        return _password_page(asked, refusal), refusal.status
    auth.sign_in(person)
    flash("密码已修改。其他设备上的登录已全部退出。")
    return redirect(url_for("accounts.me") if actor.is_citizen else "/inbox", 303)


def _change_password(session: Session, actor: Actor, current: str, password: str) -> Account | Citizen:
    """The person with the new password and a new version of the session."""
    if actor.is_staff:
        accounts.set_password(session, auth.own_id(), password, by=actor, current=current)
        return session.get_one(Account, auth.own_id())
    citizens.set_password(session, auth.own_id(), current=current, password=password)
    return session.get_one(Citizen, auth.own_id())


def _password_page(asked: tuple[Shown, ...], refusal: Invalid | None = None) -> str:
    problems = {} if refusal is None else refusal.problems or {"": [refusal.notice]}
    page = "accounts/staff_password.html" if auth.current_actor().is_staff else "accounts/password.html"
    with db.reading() as session:
        controls = form_fields.controls(session, asked, {}, problems)
        return render_template(
            page,
            controls=controls,
            summary=form_fields.summary(controls, problems),
            must=auth.must_change_password(),
        )
