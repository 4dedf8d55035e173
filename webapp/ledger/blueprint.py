"""The blueprint of the ledger, behind its guard: staff to whom the ledger says anything."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from engine.errors import NotAllowed
from engine.registry import access
from webapp.auth import current_actor, staff_only


def readers_only() -> ResponseReturnValue | None:
    """Guard of the ledger's pages."""
    answer = staff_only()
    if answer is None and not access.may_read_ledger(current_actor()):
        raise NotAllowed("Expected somebody whose post concerns money, but this one does not")
    return answer


blueprint = Blueprint("ledger", __name__)
blueprint.before_request(readers_only)
