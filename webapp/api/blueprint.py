"""The blueprint of the JSON API under /api/v1, behind its guard: a bearer token says who asks, and nothing else does.

The rule: the cookies of a browser are never looked at here, so no other site can make a browser act for somebody.
"""

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, g, request
from flask_smorest import Blueprint

from engine import db
from engine.errors import NotAllowed, Refusal
from engine.registry import tokens
from engine.registry.actors import Actor
from webapp import limits
from webapp.api.answers import ErrorSchema
from webapp.api.bodies import StrictParser
from webapp.config import MEGABYTE

PREFIX = "/api/v1"
LARGEST_JSON = MEGABYTE
# A version has at most 20 MB of files; the rest is what a multipart body puts around them.
LARGEST_UPLOAD = 21 * MEGABYTE
OPEN = frozenset({"api.list_items", "api.list_hospitals", "api.show_hospital", "api.list_policies", "api.show_policy"})


class NotSignedIn(Refusal):
    """Nobody can be told from the request."""

    status = 401
    notice = "请在 Authorization 头中提供有效的访问令牌"


class StrictBlueprint(Blueprint):
    """Bodies, queries and files are read strictly."""

    ARGUMENTS_PARSER = StrictParser()


blueprint = StrictBlueprint("api", __name__, url_prefix=PREFIX)
limits.limiter.limit(lambda: str(current_app.config["API_RATE"]))(blueprint)


def refuses(status: int, why: str) -> Callable[[Any], Any]:
    """Describe one way in which a view may refuse."""
    described: Callable[[Any], Any] = blueprint.alt_response(status, schema=ErrorSchema, description=why)
    return described


@blueprint.before_request
def guard() -> None:
    """Bound the body, and find out who asks."""
    is_upload = request.mimetype == "multipart/form-data"
    request.max_content_length = LARGEST_UPLOAD if is_upload else LARGEST_JSON
    if request.endpoint not in OPEN:
        g.api_actor = bearer(request.headers.get("Authorization", ""))


@blueprint.after_request
def say_how_to_sign_in(response: Response) -> Response:
    if response.status_code == NotSignedIn.status:
        response.headers["WWW-Authenticate"] = 'Bearer realm="jushou"'
    return response


def bearer(header: str) -> Actor:
    """The person whose token the header carries. Raises NotSignedIn."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn("Expected an Authorization header with a bearer token, but there is none")
    try:
        with db.reading() as session:
            return tokens.actor_of_token(session, token.strip())
    except NotAllowed as refusal:
        raise NotSignedIn(str(refusal), notice=refusal.notice) from refusal


def current_actor() -> Actor:
    """The person of this request."""
    actor: Actor = g.api_actor
    return actor
