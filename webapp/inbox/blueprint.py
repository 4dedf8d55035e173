"""The blueprint of everyday work, behind its guard: any member of staff may come in, and sees only what is theirs."""

from flask import Blueprint

from webapp.auth import staff_only

blueprint = Blueprint("inbox", __name__)
blueprint.before_request(staff_only)
