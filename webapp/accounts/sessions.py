"""Sign in and out, for citizens and for staff, on one page each.

The rule: whatever is wrong with a sign-in, the sentence is the same, and what was typed before travels along.
"""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import db
from engine.registry import accounts, attempts, citizens
from engine.registry.models import Account, Citizen
from webapp import auth, errors, kept, limits
from webapp.accounts.blueprint import blueprint

SignIn = Callable[[Session, str, str], Account | Citizen | None]


@blueprint.route("/sign-in", methods=["GET", "POST"])
@limits.attempts
def sign_in() -> ResponseReturnValue:
    return _sign_in("accounts/sign_in.html", citizens.sign_in, url_for("public.home"))


@blueprint.route("/staff/sign-in", methods=["GET", "POST"])
@limits.attempts
def staff_sign_in() -> ResponseReturnValue:
    return _sign_in("accounts/staff_sign_in.html", accounts.sign_in, "/inbox")


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    staff = auth.someone() is not None and auth.current_actor().is_staff
    auth.sign_out()
    flash("您已退出，其他设备上的登录也一并退出了。")
    answer = redirect(url_for("accounts.staff_sign_in" if staff else "public.home"), 303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _sign_in(page: str, admit: SignIn, default: str) -> ResponseReturnValue:
    """The page, or the session and then where the person wanted to go."""
    if request.method == "GET":
        return render_template(page, kept=[], target="", expired=False, problems={})
    with db.transaction() as session:
        person = admit(session, request.form.get("login", ""), request.form.get("password", ""))
    if person is None:
        refusal, pairs = attempts.refusal(), kept.as_hidden(kept.carried())
        problems = {"login": [refusal.notice]}
        return render_template(page, kept=pairs, target=kept.target(), expired=False, problems=problems), refusal.status
    auth.sign_in(person)
    if kept.target():
        return errors.resume(kept.target(), kept.carried())
    return redirect(auth.destination(default), 303)
