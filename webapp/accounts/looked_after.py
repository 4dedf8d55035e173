"""管理的账号: the accounts that an administrator looks after, and their first or forgotten passwords.

The rule: which posts and people there are follows from 账号变更; here only a password is given, by whoever may fill all
posts of the account (A.3).
"""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import db
from engine.errors import Invalid
from engine.registry import accounts
from engine.registry.models import Account
from webapp import auth, form_fields
from webapp.accounts import questions
from webapp.accounts.blueprint import blueprint


@blueprint.get("/me/accounts")
def looked_after() -> ResponseReturnValue:
    """All accounts that this person looks after."""
    with db.reading() as session:
        return render_template("accounts/looked_after.html", rows=accounts.listing(session, auth.current_actor()))


@blueprint.route("/me/accounts/<key:account_id>/password", methods=["GET", "POST"])
def give_password(account_id: int) -> ResponseReturnValue:
    """设置密码 for one of them."""
    actor = auth.current_actor()
    if request.method == "GET":
        return _page(account_id)
    password = form_fields.read(questions.GIVEN_PASSWORD, request.form)["password"]
    try:
        with db.transaction() as session:
            accounts.set_password(session, account_id, password, by=actor)
    except Invalid as refusal:
        return _page(account_id, refusal), refusal.status
    flash("密码已设置，请当面告诉本人，并本人第一次登录时须先改掉它。")
    return redirect(url_for("accounts.looked_after"), 303)


def _page(account_id: int, refusal: Invalid | None = None) -> str:
    problems = {} if refusal is None else refusal.problems or {"": [refusal.notice]}
    with db.reading() as session:
        mine: list[Account] = accounts.listing(session, auth.current_actor())
        account = next((one for one in mine if one.id == account_id), None)
        auth.refuse_unknown(account)
        controls = form_fields.controls(session, questions.GIVEN_PASSWORD, {}, problems)
        summary = form_fields.summary(controls, problems)
        return render_template("accounts/give_password.html", account=account, controls=controls, summary=summary)
