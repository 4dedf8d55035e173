"""The JSON API under /api/v1 for programs of departments and partners: the same acts as the pages, by bearer token.

The rule: each view calls the same function of the engine as the page does, so the API can do nothing more.
"""

from flask import Flask

from webapp.api import (
    acts,
    beginnings,
    cases,
    hospitals,
    items,
    messages,
    migrations,
    policies,
    reference,
    tasks,
    versions,
)
from webapp.api.blueprint import blueprint

__all__ = [
    "acts", "beginnings", "blueprint", "cases", "hospitals", "install", "items", "messages", "migrations", "policies",
    "reference",
    "tasks", "versions",
]  # fmt: skip


def install(app: Flask) -> None:
    """Put the API and its description into the app."""
    app.config.setdefault("API_RATE", "1200 per minute")
    # Chinese stays readable for people who look at answers with curl.
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    reference.describe(app, blueprint)
    app.register_blueprint(reference.blueprint)
