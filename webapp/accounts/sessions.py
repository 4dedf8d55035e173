"""Sign in and out, for citizens and for staff, on one page each.

The rule: whatever is wrong with a sign-in, the sentence is the same, and what was typed before travels along.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import db
from engine.errors import Invalid
from engine.registry import accounts, attempts, citizens
from engine.registry.models import Account, Citizen
from webapp import auth, errors, kept, limits
from webapp.accounts.blueprint import blueprint

SignIn = Callable[[Session, str, str], Account | Citizen | None]


@dataclass(frozen=True)
class Door:
    """One of the two ways in: its page, what it asks for and how it calls that in short, who is admitted, where it
    leads."""

    page: str
    login: str
    called: str
    admit: SignIn
    leads_to: str


@blueprint.route("/sign-in", methods=["GET", "POST"])
@limits.attempts
def sign_in() -> ResponseReturnValue:
    return _sign_in(
        Door("accounts/sign_in.html", "手机号码或身份证号码", "号码", citizens.sign_in, url_for("public.home"))
    )


@blueprint.route("/staff/sign-in", methods=["GET", "POST"])
@limits.attempts
def staff_sign_in() -> ResponseReturnValue:
    return _sign_in(Door("accounts/staff_sign_in.html", "登录名", "登录名", accounts.sign_in, "/staff"))


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    staff = auth.someone() is not None and auth.current_actor().is_staff
    auth.sign_out()
    flash("您已退出，其他设备上的登录也一并退出了。")
    answer = redirect(url_for("accounts.staff_sign_in" if staff else "public.home"), 303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _sign_in(door: Door) -> ResponseReturnValue:
    """The page, or the session and then where the person wanted to go."""
    if request.method == "GET":
        return _inside(door) or _page(door, {})
    login, password = request.form.get("login", ""), request.form.get("password", "")
    missing = _missing(door, login, password)
    if missing:
        return _page(door, missing), Invalid.status
    with db.transaction() as session:
        person = door.admit(session, login, password)
    if person is None:
        refusal = attempts.refusal(door.called)
        return _page(door, {"login": [refusal.notice]}), refusal.status
    auth.sign_in(person)
    if kept.target():
        return errors.resume(kept.target(), kept.carried())
    return redirect(auth.destination(door.leads_to), 303)


def _inside(door: Door) -> ResponseReturnValue | None:
    """Whoever came in by this door already goes on."""
    someone = auth.someone()
    if someone is None or someone.is_staff != (door.admit is accounts.sign_in):
        return None
    return redirect(auth.destination(door.leads_to), 303)


def _missing(door: Door, login: str, password: str) -> dict[str, list[str]]:
    asked = {"login": (login, door.login), "password": (password, "密码")}
    return {key: [f"请填写{label}"] for key, (typed, label) in asked.items() if not typed.strip()}


def _page(door: Door, problems: dict[str, list[str]]) -> str:
    """The page again, with what was carried along to it."""
    lines = [(f"f-{key}", line) for key, found in problems.items() for line in found]
    pairs = kept.as_hidden(kept.carried())
    return render_template(door.page, kept=pairs, target=kept.target(), expired=False, problems=problems, summary=lines)
