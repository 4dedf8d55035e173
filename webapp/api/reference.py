"""The API's own description: OpenAPI for programs, one plain page of the same for people.

The rule: both are made from the code that answers, so they cannot say anything else.
"""

from typing import Any

from flask import Blueprint as PlainBlueprint
from flask import Flask, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_smorest import Api, Blueprint

from webapp import auth
from webapp.api.answers import ErrorSchema

TITLE = "举手 政府救助平台 JSON API"
PREFIX = "/api/v1"
BEARER = {"bearer": {"type": "http", "scheme": "bearer", "description": "jushou token ACCOUNT"}}

blueprint = PlainBlueprint("api_reference", __name__, url_prefix=PREFIX)
blueprint.before_request(auth.everyone)


class DescribedApi(Api):
    """Describes errors as they are; they are answered by the one table of the web, so none is registered here."""

    ERROR_SCHEMA = ErrorSchema

    def _register_error_handlers(self) -> None:
        """Nothing: see the class."""


def describe(app: Flask, described: Blueprint) -> None:
    """Register the API's blueprint and read its description from the views."""
    api = DescribedApi()
    api.init_app(
        app,
        spec_kwargs={
            "title": TITLE,
            "version": "1",
            "openapi_version": "3.1.0",
            "components": {"securitySchemes": BEARER},
            "security": [{"bearer": []}],
        },
    )
    api.register_blueprint(described)
    app.extensions["jushou-api"] = api


def description() -> dict[str, Any]:
    """The OpenAPI document of this app."""
    found: dict[str, Any] = current_app.extensions["jushou-api"].spec.to_dict()
    return found


@blueprint.get("/openapi.json")
def openapi() -> ResponseReturnValue:
    """For programs."""
    return description()


@blueprint.get("/")
def page() -> ResponseReturnValue:
    """For people."""
    whole = description()
    operations = [
        {"path": path, "method": method.upper(), **operation}
        for path, methods in whole["paths"].items()
        for method, operation in methods.items()
        if method in ("get", "post")
    ]
    return render_template("api/reference.html", whole=whole, operations=operations)
