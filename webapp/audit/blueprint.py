"""The blueprint of audit, behind its guard: auditors, supervisors, and the operators who mend what broke."""

from flask import Blueprint

from webapp.auth import holders

blueprint = Blueprint("audit", __name__)
blueprint.before_request(holders("auditor", "supervisor", "platform_ops"))
