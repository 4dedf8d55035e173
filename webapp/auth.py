"""Who is asking: sessions of staff and citizens, and the guards that stand before every blueprint.

The rule: a session names a person and the version of their session; whoever signs out, changes the password or is
switched off loses all sessions at once, in every process and wherever a cookie was copied to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from engine import clock, db
from engine.errors import NotAllowed, NotFound
from engine.registry import accounts, actors, citizens
from engine.registry.actors import Actor
from engine.registry.models import Account, Citizen
from webapp import config, kept

Guard = Callable[[], ResponseReturnValue | None]
_KINDS = ("staff", "citizen")
_MUST_CHANGE = "must_change_password"
# What is there for whoever has to change the password first.
_OPEN_BEFORE = ("accounts.password", "accounts.sign_out", "static")
# Where Flask-Login keeps what `SignedIn.get_id` gave.
_IDENTITY = "_user_id"


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """The person of this session, for Flask-Login."""

    actor: Actor
    session_version: int

    def get_id(self) -> str:
        return f"{self.actor.kind}:{self.actor.id}:{self.session_version}"


def install(app: Flask) -> None:
    """Let Flask-Login find the person of each request."""
    login = LoginManager(app)
    login.session_protection = (
        None  # A phone changes its address and browser string too often to bind sessions to them.
    )
    login.user_loader(_load)
    app.before_request(_own_password_first)


def _own_password_first() -> ResponseReturnValue | None:
    """Whoever came in with a password that has to be changed sees that page, and no other. The session knows, because a
    password that somebody gives ends all sessions before it."""
    if not session.get(_MUST_CHANGE) or request.endpoint in _OPEN_BEFORE:
        return None
    where = url_for("accounts.password")
    if request.headers.get("HX-Request"):
        return "", 403, {"HX-Redirect": where}
    return redirect(where, 303)


def _load(identity: str) -> SignedIn | None:
    kind, number, version = identity.split(":")
    if kind not in _KINDS or _too_old(kind):
        return None
    with db.reading() as rows:
        of_session = actors.staff_of_session if kind == "staff" else actors.citizen_of_session
        found = of_session(rows, int(number))
    return SignedIn(*found) if found is not None and found[1] == int(version) else None


def _too_old(kind: str) -> bool:
    """Idle or simply long: the server decides, whatever the cookie says. Moves the moment last seen."""
    now = clock.now().timestamp()
    idle = config.STAFF_IDLE if kind == "staff" else config.CITIZEN_IDLE
    started, seen = session.get("started_at", 0.0), session.get("seen_at", 0.0)
    if now - seen > idle / timedelta(seconds=1) or now - started > config.LONGEST_SESSION / timedelta(seconds=1):
        return True
    # Rewriting the cookie once a minute is often enough to know who is idle.
    if now - seen > 60:
        session["seen_at"] = now
    return False


def sign_in(person: Account | Citizen) -> None:
    """Begin a new session for this person; nothing of the old one is kept but the size of the letters."""
    with db.reading() as rows:
        actor = actors.acting(rows, person)
    large = session.get("large_type", False) or (isinstance(person, Citizen) and person.large_type)
    session.clear()
    session.permanent = True
    session["large_type"] = large
    session["started_at"] = session["seen_at"] = clock.now().timestamp()
    session[_MUST_CHANGE] = isinstance(person, Account) and accounts.must_change_password(person)
    login_user(SignedIn(actor, person.session_version))


def sign_out() -> None:
    """End this session and all copies of its cookie, those that were idle too long included."""
    identity = session.get(_IDENTITY)
    if identity:
        kind, number, version = identity.split(":")
        end = accounts.sign_out if kind == "staff" else citizens.sign_out
        with db.transaction() as rows:
            end(rows, int(number), session_version=int(version))
    logout_user()
    session.clear()


def current_actor() -> Actor:
    """The person of this request. Raises NotAllowed when nobody is signed in."""
    if not current_user.is_authenticated:
        raise NotAllowed("Expected somebody signed in, but nobody is", notice="请先登录")
    actor: Actor = current_user.actor
    return actor


def own_id() -> int:
    """The key of that person. Raises NotAllowed when nobody is signed in."""
    return current_actor().id or 0


def someone() -> Actor | None:
    """The person of this request, or None."""
    return current_user.actor if current_user.is_authenticated else None


def everyone() -> ResponseReturnValue | None:
    """Guard of pages that are open to all."""
    return None


def signed_in_only() -> ResponseReturnValue | None:
    """Guard of pages for anybody who is signed in."""
    return None if current_user.is_authenticated else _ask_to_sign_in("accounts.sign_in")


def citizens_only() -> ResponseReturnValue | None:
    """Guard of the citizens' pages."""
    if not current_user.is_authenticated:
        return _ask_to_sign_in("accounts.sign_in")
    if not current_actor().is_citizen:
        raise NotAllowed("Expected a citizen, but this is staff", notice="这里是群众端，请用群众账号登录")
    return None


def staff_only() -> ResponseReturnValue | None:
    """Guard of the staff's pages."""
    if not current_user.is_authenticated:
        return _ask_to_sign_in("accounts.staff_sign_in")
    if not current_actor().is_staff:
        raise NotAllowed("Expected staff, but this is a citizen", notice="这里是政府端，只有工作人员可以进入")
    return None


def holders(*names: str) -> Guard:
    """Guard of pages for staff who hold a role of one of these kinds, or one of these role keys."""

    def guard() -> ResponseReturnValue | None:
        answer = staff_only()
        if answer is not None:
            return answer
        actor = current_actor()
        if not any(actor.is_(name) or actor.holds(name) for name in names):
            raise NotAllowed(f"Expected a holder of {names}, but {actor.ref} is none")
        return None

    return guard


def destination(default: str) -> str:
    """Where to go after signing in: the page that was asked for, if it is one of ours."""
    return kept.safe_path(request.values.get("next", "")) or default


def refuse_unknown(found: object) -> None:
    """Raise NotFound when there is nothing."""
    if not found:
        raise NotFound("Expected a page here, but there is none")


def _ask_to_sign_in(endpoint: str) -> ResponseReturnValue:
    """To the sign-in page; what was typed into a form travels along and can be sent again afterwards."""
    if request.headers.get("HX-Request"):
        return "", 401, {"HX-Redirect": url_for(endpoint)}
    if request.method != "POST":
        return redirect(url_for(endpoint, next=request.full_path.removesuffix("?")), 303)
    page = "accounts/staff_sign_in.html" if endpoint.endswith("staff_sign_in") else "accounts/sign_in.html"
    carried = kept.as_hidden(kept.typed())
    return render_template(page, kept=carried, target=request.path, expired=True, problems={}, summary=[]), 401


def must_change_password() -> bool:
    """Did this person come in with a password that has to be changed?"""
    return bool(session.get(_MUST_CHANGE))


def large_type() -> bool:
    """Large letters: as the citizen chose, or as this browser did before anybody signed in."""
    chosen: bool = session.get("large_type", False)
    return chosen
