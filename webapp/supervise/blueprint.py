"""The blueprint of supervision, behind its guard: those who read cases because they lead, supervise or audit."""

from flask import Blueprint

from webapp.auth import holders

blueprint = Blueprint("supervise", __name__)
blueprint.before_request(holders("supervisor", "leader", "auditor"))
