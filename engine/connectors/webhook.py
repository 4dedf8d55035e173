"""Webhook: a signed JSON message to another system of the administration.

The receiver checks `X-Jushou-Signature` = "sha256=" + HMAC-SHA256 of `{X-Jushou-Timestamp}.{body}`, refuses old
moments, and knows a repeated message by its `Idempotency-Key`.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from engine import clock
from engine.connectors import http
from engine.connectors.outcome import Delivered, Rejected
from engine.connectors.settings import Settings
from engine.db import dumps


def configured(settings: Settings) -> bool:
    """Whether there is an address and a key to sign with."""
    return bool(settings.webhook_url and settings.webhook_secret)


def send(settings: Settings, recipient: str, body: Mapping[str, Any], *, key: str) -> Delivered:
    """Post `body` to `recipient`, a web address; an empty one means that of the settings."""
    url = recipient or settings.webhook_url
    _refuse_strange(settings, url)
    content = dumps(dict(body)).encode()
    timestamp = str(int(clock.now().timestamp()))
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "X-Jushou-Timestamp": timestamp,
        "X-Jushou-Signature": signature(settings.webhook_secret, timestamp, content),
    }
    answer = http.exchange("POST", url, headers=headers, content=content)
    return Delivered(answer.headers.get("x-request-id", "")[:100] or key)


def signature(secret: str, timestamp: str, content: bytes) -> str:
    """What proves to the receiver that the message is ours and of that moment."""
    return "sha256=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + content, hashlib.sha256).hexdigest()


def _refuse_strange(settings: Settings, url: str) -> None:
    """Only places of the settings are written to, so that no diagram can point the platform at its own network."""
    scheme, place = _place(url)
    own = scheme == "https" and place == _place(settings.webhook_url)[1]
    if scheme not in ("https", "http") or not (own or place in settings.webhook_hosts):
        raise Rejected(f"Expected https and a host of the settings, but got {scheme}://{place}")


def _place(url: str) -> tuple[str, str]:
    """Scheme and host:port, both in lower case."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Rejected("Expected a web address, but got something else") from error
    return parts.scheme, parts.netloc.lower()
