"""Registration by real name 实名注册, and the page of the first administrator.

The rule: everything typed but the passwords comes back when something is wrong.
"""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import db
from engine.errors import Invalid
from engine.language.forms import Shown
from engine.registry import accounts, citizens
from webapp import auth, form_fields, limits
from webapp.accounts import questions
from webapp.accounts.blueprint import blueprint


@blueprint.route("/register", methods=["GET", "POST"])
@limits.attempts
def register() -> ResponseReturnValue:
    values = form_fields.read(questions.REGISTRATION, request.form)
    if request.method == "GET" or form_fields.asks_to_reload(request.form):
        return _page("accounts/register.html", questions.REGISTRATION, values)
    try:
        with db.transaction() as session:
            citizen = citizens.register(session, values)
    except Invalid as refusal:
        return _page("accounts/register.html", questions.REGISTRATION, values, refusal), refusal.status
    auth.sign_in(citizen)
    flash("实名注册成功，您可以申请了。")
    return redirect(auth.destination(url_for("public.home")), 303)


@blueprint.route("/setup", methods=["GET", "POST"])
@limits.attempts
def setup() -> ResponseReturnValue:
    values = form_fields.read(questions.SETUP, request.form)
    if request.method == "GET":
        return _page("accounts/setup.html", questions.SETUP, values)
    try:
        with db.transaction() as session:
            accounts.use_setup_token(session, **values)
    except Invalid as refusal:
        return _page("accounts/setup.html", questions.SETUP, values, refusal), refusal.status
    flash("第一个管理员已建立，请登录。")
    return redirect(url_for("accounts.staff_sign_in"), 303)


def _page(page: str, asked: tuple[Shown, ...], values: form_fields.Values, refusal: Invalid | None = None) -> str:
    problems = {} if refusal is None else refusal.problems or {"": [refusal.notice]}
    with db.reading() as session:
        controls = form_fields.controls(session, asked, values, problems)
        return render_template(page, controls=controls, summary=form_fields.summary(controls, problems))
