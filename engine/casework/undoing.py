"""What a completion changed, kept in its event of the journal so that it can be taken back (撤回).

The rule: what was overwritten is kept as it was, and nothing else; personal data that stays is not written twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.casework.running import Running

ABSENT = object()


@dataclass(frozen=True)
class Before:
    """A case just before a step of it is completed."""

    state: bytes
    variables: dict[str, Any]
    status: str
    supervise_at: datetime | None
    promised_at: datetime | None


def before(running: Running) -> Before:
    """What the case is now. Values are not copied: a variable is replaced, and never changed inside."""
    case = running.case
    assert case.state_blob is not None
    return Before(case.state_blob, dict(case.variables), case.status, case.supervise_at, case.promised_at)


def undo(running: Running, was: Before) -> dict[str, Any]:
    """How to come back: tokens that were `made` and `taken`, variables overwritten (`values`) and new (`fresh`), and
    the case's own columns. Entries that would be empty are left out."""
    variables = running.case.variables
    found = {
        **running.machine.difference(was.state),
        "status": was.status,
        "supervise_at": was.supervise_at.isoformat() if was.supervise_at else None,
        "promised_at": _where_counted_anew(running, was),
        "values": {key: value for key, value in was.variables.items() if variables.get(key, ABSENT) != value},
        "fresh": sorted(variables.keys() - was.variables.keys()),
    }
    return {key: value for key, value in found.items() if value or key in ("made", "taken")}


def _where_counted_anew(running: Running, was: Before) -> str | None:
    """The promise before acceptance, where this completion is the acceptance."""
    if (
        was.promised_at is None
        or running.case.accepted_at != running.now
        or running.case.promised_at == was.promised_at
    ):
        return None
    return was.promised_at.isoformat()


def restore(variables: dict[str, Any], kept: Mapping[str, Any]) -> None:
    """Let the variables be what they were."""
    variables.update(kept.get("values", {}))
    for key in kept.get("fresh", ()):
        variables.pop(key, None)
