"""The bundles that esbuild makes of webapp/frontend: their addresses with the version that the build gave them.

The rule: an address with a version may be cached for a year, because other contents have another version; and nobody
with a weak signal waits for what the build could make small before.
"""

import json
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Flask, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.security import safe_join

_STATIC = Path(__file__).resolve().parent / "static"
_YEAR = 365 * 24 * 3600


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """File name → version, as the build wrote them; empty before the first build."""
    manifest = _STATIC / "dist" / "manifest.json"
    return json.loads(manifest.read_text("utf-8")) if manifest.exists() else {}


def asset(name: str) -> str:
    """The address of a bundle: citizen.css, staff.js, viewer.js …"""
    return url_for("static", filename=f"dist/{name}", v=versions().get(name))


def install(app: Flask) -> None:
    """Let templates use `asset`, and browsers keep what has a version."""
    app.jinja_env.globals["asset"] = asset
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _YEAR
    app.before_request(_answer_small)


def _answer_small() -> ResponseReturnValue | None:
    """The bundle as the build compressed it, for a browser that can read that."""
    if request.endpoint != "static" or not request.accept_encodings.quality("gzip"):
        return None
    name = (request.view_args or {})["filename"]
    small = safe_join(str(_STATIC), f"{name}.gz")
    if small is None or not Path(small).is_file():
        return None
    answer = send_file(small, mimetypes.guess_type(name)[0], conditional=True, max_age=_YEAR)
    answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    return answer
