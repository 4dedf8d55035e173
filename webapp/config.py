"""How the web is set: from the installation's settings and a few of its own variables (`JUSHOU_…`).

The rule: nothing secret is written in code; the key that signs cookies is made on the first start, in the folder.
"""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from engine import db
from engine.settings import Settings

MEGABYTE = 1024 * 1024
# Nine photos of ten megabytes each fit into one post, with room for what stands around them.
MAX_POST = 120 * MEGABYTE
STAFF_IDLE = timedelta(minutes=30)
CITIZEN_IDLE = timedelta(hours=2)
LONGEST_SESSION = timedelta(hours=8)


def configuration(settings: Settings, *, testing: bool) -> dict[str, Any]:
    """Flask's configuration for this installation."""
    https = os.environ.get("JUSHOU_HTTPS", "") == "1"
    hosts = [host for host in os.environ.get("JUSHOU_HOSTS", "").split(",") if host]
    return {
        "TESTING": testing,
        "SECRET_KEY": secret_key(settings.folder),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": db.options(settings.database_url),
        "MAX_CONTENT_LENGTH": MAX_POST,
        "MAX_FORM_MEMORY_SIZE": 2 * MEGABYTE,
        "MAX_FORM_PARTS": 1000,
        "TRUSTED_HOSTS": hosts or None,
        "SESSION_COOKIE_NAME": "__Host-jushou" if https else "jushou",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": LONGEST_SESSION,
        # The token lives as long as the session, so a slow typist never meets an expired one.
        "WTF_CSRF_TIME_LIMIT": None,
        # Our pages send no Referer, so it cannot be asked for; the token and SameSite cookies stand in its place.
        "WTF_CSRF_SSL_STRICT": False,
        "WTF_CSRF_ENABLED": not testing,
        "RATELIMIT_STORAGE_URI": "memory://",
        "RATELIMIT_ENABLED": not testing,
        "JUSHOU_HTTPS": https,
        "JUSHOU_PROXIES": int(os.environ.get("JUSHOU_PROXIES", "0")),
        "JUSHOU_DEMO": settings.demo,
    }


def secret_key(folder: Path) -> bytes:
    """The key that signs cookies, readable by its owner only. Made on the first start."""
    path = folder / "secret.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # Linked into place whole, so that two processes starting together agree on one key.
        fresh = folder / f"secret.{os.getpid()}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()
