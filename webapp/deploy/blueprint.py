"""The blueprint of process versions, behind its guard."""

from flask import Blueprint

from webapp.auth import holders

blueprint = Blueprint("deploy", __name__)
blueprint.before_request(holders("policy_admin", "auditor", "discipline", "platform_ops"))
