"""政策与须知: what the offices have published, open to everybody.

The rule: it says what the public pages say, and nothing of the cases behind them.
"""

from typing import Any

from flask.typing import ResponseReturnValue

from engine.casework import public_pages
from engine.casework.models import PublicPage
from engine.db import reading
from webapp.api.answers import PolicySchema, WholePolicySchema
from webapp.api.blueprint import blueprint, refuses
from webapp.api.requests import PolicyQuerySchema


@blueprint.get("/policies")
@blueprint.arguments(PolicyQuerySchema, location="query")
@blueprint.response(200, PolicySchema(many=True))
@blueprint.doc(security=[])
def list_policies(asked: dict[str, Any]) -> ResponseReturnValue:
    """What holds now, newest first, twenty a page."""
    with reading() as session:
        found = public_pages.current(session, category=asked["category"] or None, page=asked["page"])
        return [told(page) for page in found.rows]


@blueprint.get("/policies/<key:number>")
@blueprint.response(200, WholePolicySchema)
@blueprint.doc(security=[])
@refuses(404, "No such page, or it was taken down")
def show_policy(number: int) -> ResponseReturnValue:
    """One version of a page, with all others of it."""
    with reading() as session:
        page = public_pages.get(session, number)
        versions = [told(one) for one in public_pages.versions(session, page)]
        return told(page) | {"text": page.text, "basis": page.basis, "versions": versions}


def told(page: PublicPage) -> dict[str, Any]:
    """What a list says of a page."""
    keys = ("id", "number", "category", "title", "unit", "region_code", "effective_on", "state", "published_at")
    return {key: getattr(page, key) for key in keys}
