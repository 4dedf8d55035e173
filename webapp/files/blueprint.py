"""The blueprint of attachments, with its guard."""

from flask import Blueprint

from webapp import auth

blueprint = Blueprint("files", __name__)
blueprint.before_request(auth.signed_in_only)
