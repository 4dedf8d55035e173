"""The blueprint of the pages open to all, with its guard."""

from flask import Blueprint

from webapp import auth

blueprint = Blueprint("public", __name__)
blueprint.before_request(auth.everyone)
