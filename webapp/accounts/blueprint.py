"""The blueprint of accounts. Most of its pages come before signing in; `own` guards those that do not."""

from flask import Blueprint

from webapp import auth

blueprint = Blueprint("accounts", __name__)
blueprint.before_request(auth.everyone)
