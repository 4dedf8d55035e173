"""政务微信 / 企业微信: a text message to a member of staff, through the application's HTTP API.

The access token is kept until it expires; when the server knows it no longer (40014, 42001), a fresh one is got once.
"""

import hashlib
import re
import threading
import time
from collections.abc import Mapping
from typing import Any

from engine.connectors import http
from engine.connectors.outcome import Delivered, Rejected, Unreachable
from engine.connectors.settings import Settings
from engine.db import dumps, loads

TOKEN_GONE = (40014, 42001)
BUSY = (-1, 45009, 45011, 45033)
LONGEST_TEXT = 2048

# A user id begins with a letter or digit; "@all" would write to everybody.
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
_BEFORE_EXPIRY = 60

_tokens: dict[str, tuple[str, float]] = {}
_lock = threading.Lock()


def configured(settings: Settings) -> bool:
    """Whether corporation, application and secret are known."""
    return bool(settings.wechat_work_corp and settings.wechat_work_agent and settings.wechat_work_secret)


def send(settings: Settings, recipient: str, body: Mapping[str, Any], *, key: str) -> Delivered:
    """Send `body["text"]` to the user id `recipient`; the server drops a repeated text within 30 minutes."""
    if not _USER.fullmatch(recipient):
        raise Rejected(f"Expected the id of one user, but got {recipient!r}")
    message = {
        "touser": recipient,
        "msgtype": "text",
        "agentid": _agent(settings),
        "text": {"content": _cut(str(body.get("text", "")))},
        "safe": 0,
        "enable_duplicate_check": 1,
        "duplicate_check_interval": 1800,
    }
    said = _post(settings, message, _token(settings))
    if said.get("errcode") in TOKEN_GONE:
        forget_token(settings)
        said = _post(settings, message, _token(settings))
    _refuse_errors(said, "message/send")
    if recipient in str(said.get("invaliduser", "")).split("|"):
        raise Rejected(f"Expected {recipient!r} to be a user of the application, but the server does not know it")
    return Delivered(str(said.get("msgid") or key))


def forget_token(settings: Settings) -> None:
    """Fetch a fresh access token at the next message."""
    with _lock:
        _tokens.pop(_name(settings), None)


def _token(settings: Settings) -> str:
    with _lock:
        kept, until = _tokens.get(_name(settings), ("", 0.0))
        if kept and time.monotonic() < until:
            return kept
        params = {"corpid": settings.wechat_work_corp, "corpsecret": settings.wechat_work_secret}
        said = _read(http.exchange("GET", f"{settings.wechat_work_url}/cgi-bin/gettoken", params=params))
        _refuse_errors(said, "gettoken")
        fresh = str(said.get("access_token") or "")
        if not fresh:
            raise Unreachable("Expected an access token of gettoken, but there is none in the answer")
        lasts = said.get("expires_in")
        if isinstance(lasts, int):
            _tokens[_name(settings)] = (fresh, time.monotonic() + lasts - _BEFORE_EXPIRY)
        return fresh


def _post(settings: Settings, message: Mapping[str, Any], token: str) -> dict[str, Any]:
    url = f"{settings.wechat_work_url}/cgi-bin/message/send"
    headers = {"Content-Type": "application/json"}
    answer = http.exchange(
        "POST", url, params={"access_token": token}, headers=headers, content=dumps(message).encode()
    )
    return _read(answer)


def _read(answer: http.Answer) -> dict[str, Any]:
    try:
        said = loads(answer.body)
    except ValueError as error:
        raise Unreachable("Expected JSON of the server, but got something else") from error
    if not isinstance(said, dict):
        raise Unreachable("Expected a JSON object of the server, but got something else")
    return said


def _refuse_errors(said: Mapping[str, Any], call: str) -> None:
    code = said.get("errcode", 0)
    if code == 0:
        return
    reason = f"Expected {call} to succeed, but the server said {code}: {str(said.get('errmsg', ''))[:200]}"
    raise Unreachable(reason) if code in (*BUSY, *TOKEN_GONE) else Rejected(reason)


def _agent(settings: Settings) -> int:
    if not settings.wechat_work_agent.isdecimal():
        raise Rejected("Expected JUSHOU_WECHAT_WORK_AGENT to be a number, but it is not")
    return int(settings.wechat_work_agent)


def _cut(text: str) -> str:
    """At most as many bytes as the server takes, without half a character at the end."""
    return text.encode()[:LONGEST_TEXT].decode(errors="ignore")


def _name(settings: Settings) -> str:
    """Under what the token is kept: another secret is another token."""
    parts = (settings.wechat_work_url, settings.wechat_work_corp, settings.wechat_work_secret)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
