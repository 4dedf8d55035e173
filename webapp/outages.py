"""What becomes of a request that the database did not answer: it is done again once the database is back, when that is
safe; else it is answered in time, with what was typed.

The rule: nothing is done twice. A request is repeated when it only looks, when it left nothing behind, or when the same
request again is known to be the same (it carries a key).
"""

import threading
import time

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from engine import db
from engine.errors import Refusal, Unavailable
from webapp import kept

# So long a person waits rather than reads of trouble; and so many of a process's threads may wait, so that the others
# can go on to answer.
PATIENCE = 8.0
_SEATS = threading.BoundedSemaphore(5)
RETRY_AFTER = 5
_LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})
# Posts without a key that are the same when they come twice.
_SAME_TWICE = frozenset(
    {"accounts.sign_in", "accounts.staff_sign_in", "api.approve_version", "api.claim_task", "apply.begin",
     "apply.fill", "apply.submit", "deploy.approve", "inbox.claim", "inbox.save_draft"}
)  # fmt: skip


def install(app: Flask) -> None:
    """Note when each request began, and what its thread had committed before."""
    app.before_request(_begin)


def _begin() -> None:
    g.setdefault("began", time.monotonic())
    g.setdefault("commits_before", db.commits())


def is_known() -> bool:
    """Whether the same request again would be known to be the same."""
    return bool(request.form.get("key") or request.headers.get("Idempotency-Key") or request.endpoint in _SAME_TWICE)


def may_have_acted(refusal: Unavailable) -> bool:
    """Whether something of this request may have been kept."""
    return request.method not in _LOOKS and (refusal.uncertain or db.commits() > g.get("commits_before", 0))


def repeated(refusal: Unavailable) -> ResponseReturnValue:
    """The answer of the request, done again. Raises Unavailable when it must not be, or the database stays away."""
    if not _SEATS.acquire(blocking=False):
        raise refusal
    try:
        while _is_back_for(refusal):
            try:
                return _again()
            except Unavailable as away:
                refusal = away
        raise refusal
    finally:
        _SEATS.release()


def _is_back_for(refusal: Unavailable) -> bool:
    left = PATIENCE - (time.monotonic() - g.get("began", 0.0))
    safe = is_known() or not may_have_acted(refusal)
    return refusal.passing and safe and left > 0 and db.is_back_within(left)


def _again() -> ResponseReturnValue:
    """The whole request, guards included, as if it had come now."""
    g.pop("_login_user", None)
    for _, files in request.files.lists():
        for file in files:
            file.stream.seek(0)
    try:
        answer = current_app.preprocess_request()
        return current_app.dispatch_request() if answer is None else answer
    except Unavailable:
        raise
    except (Refusal, HTTPException) as error:
        answered: ResponseReturnValue = current_app.handle_user_exception(error)
        return answered


def page(refusal: Unavailable, number: str) -> str:
    """Why there is no answer, what is known of the deed, and what was typed, to be sent again. Asks no database."""
    pairs = kept.typed() if request.method == "POST" else []
    return shown(
        "errors/away.html",
        number=number,
        target=request.full_path.removesuffix("?"),
        sends=request.method == "POST",
        may_have_acted=may_have_acted(refusal),
        is_known=is_known(),
        pairs=pairs,
        readable=kept.readable(pairs),
        lost_files=bool(request.files),
        retry_after=RETRY_AFTER,
    )


def shown(template: str, **values: object) -> str:
    """A template by itself: what templates get otherwise includes the person, whom only the database knows."""
    return current_app.jinja_env.get_template(template).render(values)
