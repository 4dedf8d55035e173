"""The blueprint of the citizens' applications, with its guard.

The rule: staff come here only to fill in the drafts that are their own (政府托举, 模拟办事), all else is for citizens.
"""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from webapp import auth

blueprint = Blueprint("apply", __name__)
FILLING_IN = frozenset(
    f"apply.{name}" for name in ("resume", "page", "fill", "check", "submit", "discard", "practise", "mock")
)


@blueprint.before_request
def guard() -> ResponseReturnValue | None:
    """Citizens; whoever is signed in for a draft, which opens to its owner only."""
    someone = auth.someone()
    if someone is not None and someone.is_staff and request.endpoint in FILLING_IN:
        return None
    return auth.citizens_only()
