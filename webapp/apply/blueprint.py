"""The blueprint of the citizens' applications, with its guard."""

from flask import Blueprint

from webapp import auth

blueprint = Blueprint("apply", __name__)
blueprint.before_request(auth.citizens_only)
