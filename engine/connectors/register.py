"""Register query: asks a register of another department (登记信息) whether it knows somebody, and hears what it says.

One address serves all registers: `{JUSHOU_REGISTER_URL}/{register}` is posted the questions as a JSON object and
answers `{"found": true or false, "records": [ … ]}`. A register that needs time answers 202 and says in `Retry-After`
when to ask again. Where no register is connected nobody answers, and the diagram says who looks then.
"""

import re
from collections.abc import Mapping
from datetime import UTC, timedelta
from email.utils import format_datetime
from typing import Any

from engine import clock
from engine.connectors import http
from engine.connectors.outcome import NotYet, Rejected, Unreachable
from engine.connectors.settings import Settings
from engine.db import dumps, loads

UNANSWERED: Mapping[str, Any] = {"answered": False, "found": False, "records": []}
MOST_RECORDS = 50
PENDING = 202
SOONEST, USUAL, LATEST = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_REGISTER = re.compile(r"[a-z][a-z0-9_]{0,63}")


def configured(settings: Settings) -> bool:
    """Whether there is an address and a token to ask with."""
    return bool(settings.register_url and settings.register_token)


def ask(settings: Settings, question: Mapping[str, Any], *, key: str) -> dict[str, Any]:
    """`question["register"]` names the register, all else is asked of it. Gives `answered`, `found` and `records`.

    Raises NotYet when the register wants to be asked again, Unreachable when it is silent, or Rejected when it will not
    take such a question.
    """
    name = str(question.get("register") or "")
    if not _REGISTER.fullmatch(name):
        raise Rejected(f"Expected the name of a register, but got {name!r}")
    if not configured(settings):
        return dict(UNANSWERED)
    asked = {field: value for field, value in question.items() if field != "register"}
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {settings.register_token}",
        "Idempotency-Key": key,
        "Date": format_datetime(clock.now().astimezone(UTC), usegmt=True),
    }
    answer = http.exchange("POST", f"{settings.register_url}/{name}", headers=headers, content=dumps(asked).encode())
    if answer.status == PENDING:
        raise NotYet(f"Expected an answer of register {name}, but it needs time", again_in=_pause(answer.headers))
    return {"answered": True, **_read(answer.body)}


def _pause(headers: Mapping[str, str]) -> timedelta:
    """How long the register wants to be left alone; it cannot make us forget it, nor ask it all the time."""
    said = headers.get("retry-after", "")
    wanted = timedelta(seconds=int(said)) if re.fullmatch(r"[0-9]{1,7}", said) else USUAL
    return min(max(wanted, SOONEST), LATEST)


def _read(body: bytes) -> dict[str, Any]:
    try:
        said = loads(body)
    except ValueError as error:
        raise Unreachable("Expected JSON of the register, but got something else") from error
    records = said.get("records", []) if isinstance(said, dict) else None
    good = isinstance(records, list) and len(records) <= MOST_RECORDS and all(isinstance(r, dict) for r in records)
    if not good or not isinstance(said.get("found"), bool):
        raise Unreachable(f"Expected found and at most {MOST_RECORDS} records of the register, but got something else")
    return {"found": said["found"], "records": records}
