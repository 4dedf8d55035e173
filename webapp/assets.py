"""The bundles that esbuild makes of webapp/frontend: their addresses with the version that the build gave them.

The rule: an address with a version may be cached for a year, because other contents have another version.
"""

import json
from functools import lru_cache
from pathlib import Path

from flask import Flask, url_for

_DIST = Path(__file__).resolve().parent / "static" / "dist"


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """File name → version, as the build wrote them; empty before the first build."""
    manifest = _DIST / "manifest.json"
    return json.loads(manifest.read_text("utf-8")) if manifest.exists() else {}


def asset(name: str) -> str:
    """The address of a bundle: citizen.css, staff.js, viewer.js …"""
    return url_for("static", filename=f"dist/{name}", v=versions().get(name))


def install(app: Flask) -> None:
    """Let templates use `asset`, and browsers keep what has a version."""
    app.jinja_env.globals["asset"] = asset
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 365 * 24 * 3600
