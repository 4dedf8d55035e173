"""One HTTP exchange with a stranger: bounded in time and size, no redirects, no proxy, certificates verified.

Each step has its own time-out, and the whole has one too, because a server that sends a byte every four seconds never
exceeds the others.
"""

import asyncio
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import httpx

from engine.connectors.outcome import Rejected, Unreachable

STEP_SECONDS = 4.0
WHOLE_SECONDS = 5.0
LARGEST_ANSWER = 1_000_000

_LATER = {408, 425, 429}

# At level INFO httpx writes whole addresses into the log, and those of 企业微信 hold the secret and the token.
logging.getLogger("httpx").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: status 2xx and what was said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def exchange(
    method: str,
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
) -> Answer:
    """Send and listen. Raises Unreachable (no answer, 5xx, 408, 425, 429) or Rejected (any other that is no success).

    `params` are kept out of every message, because they may be secret.
    """
    place = url.split("?", maxsplit=1)[0]
    try:
        answer = asyncio.run(_exchange(method, url, params, headers, content))
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Rejected(f"Expected a web address, but {place} is none") from error
    except (httpx.TransportError, TimeoutError, OSError) as error:
        raise Unreachable(f"Expected an answer of {place}, but got {type(error).__name__}") from error
    if answer.status >= 500 or answer.status in _LATER:
        raise Unreachable(f"Expected {place} to take the message, but it answered {answer.status}")
    if not 200 <= answer.status < 300:
        raise Rejected(f"Expected {place} to take the message, but it answered {answer.status}")
    return answer


async def _exchange(
    method: str,
    url: str,
    params: Mapping[str, str] | None,
    headers: Mapping[str, str] | None,
    content: bytes | None,
) -> Answer:
    place = url.split("?", maxsplit=1)[0]
    async with (
        asyncio.timeout(WHOLE_SECONDS),
        httpx.AsyncClient(timeout=STEP_SECONDS, trust_env=False, verify=_trusted()) as client,
        client.stream(method, url, params=params, headers=headers, content=content) as response,
    ):
        return Answer(response.status_code, dict(response.headers), await _read(response, place))


@cache
def _trusted() -> ssl.SSLContext:
    """The public authorities and those of this machine, read once because that takes longer than the exchange."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


async def _read(response: httpx.Response, place: str) -> bytes:
    body = b""
    async for part in response.aiter_bytes():
        body += part
        if len(body) > LARGEST_ANSWER:
            raise Unreachable(f"Expected a short answer of {place}, but it sent more than {LARGEST_ANSWER} bytes")
    return body
