"""What follows once an act is through: companions, cases of their own, an ending that no end event draws.

The rule: an act only says what shall follow; whoever saves the case sees to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class OpenStep(NamedTuple):
    """What a message says of an open step, and what it takes to know whose it is."""

    name: str
    kind: str
    role_key: str
    region_code: str
    assignee_id: int | None
    owner_id: int | None


@dataclass(frozen=True)
class Companion:
    """A companion that shall begin beside a case once the act is through: which message starts it, with what.
    `beside`: the open steps of which it speaks, where they are known already."""

    message: str
    variables: Mapping[str, Any]
    task_id: int | None = None
    beside: Sequence[OpenStep] | None = None


@dataclass(frozen=True)
class Apart:
    """A case of its own that shall begin once the act is through: of which process, where, about whom, with what."""

    process_key: str
    region_code: str
    name: str
    identity_number: str
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class Ending:
    """How a case ends that no end event of its diagram ends: outcome, what people are told, and the kind of reason."""

    outcome: str
    text: str
    code: str | None = None
