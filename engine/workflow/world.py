"""What a machine asks of the world while it acts, and what it tells of it: plain values, no SpiffWorkflow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from engine.errors import Invalid
from engine.language.diagram import Element

Happening = Literal["entered", "completed", "canceled", "fired"]
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass
class World:
    """The surroundings of one act.

    `now`: the moment of the act, aware. `variables`: JSON values, one scope per case; scripts, decisions, results of
    services and outputs of multi-instance activities are written into it. `perform(element, variables)`: a service or
    send task is reached; values → written and gone on, None → a job, the token waits for `finish_job`.
    `decide(element, decision id, variables)`: the value of a business rule task. Both see the item of a multi-instance
    activity among the variables. `known`: further FEEL values that expressions may read, functions among them; not part
    of the case. `due(element, path)`: the due moment by the deadlines table of a timer event, which it may read as
    `dueAt`; `path` are the ids of the activities around it, outermost first.
    `passed(element)`: a token has completed the element; what it gives is written before the token goes on.
    """

    now: datetime
    variables: dict[str, Any]
    perform: Callable[[Element, Mapping[str, Any]], Mapping[str, Any] | None]
    decide: Callable[[Element, str, Mapping[str, Any]], Any]
    known: Mapping[str, Any] = field(default_factory=dict)
    due: Callable[[Element, tuple[str, ...]], datetime | None] = lambda element, path: None
    passed: Callable[[Element], Mapping[str, Any]] = lambda element: NOTHING


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a token at an element."""

    what: Happening
    element_id: str
    token: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A token that waits for a person or for the result of a job.

    `index`: number of the multi-instance instance, from 0. `path`: ids of the activities around it, outermost first.
    """

    token: str
    element: Element
    index: int | None = None
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timer:
    """A token that waits for a moment (aware, UTC)."""

    token: str
    element: Element
    due_at: datetime


class Refused(Invalid):
    """An error end event was reached and nobody catches it: the act that led there must not happen.

    `code` and `label` are those of the error in the diagram; the label is what people read.
    """

    def __init__(self, code: str, label: str, *, element_id: str) -> None:
        super().__init__(
            f'Expected the act to be accepted, but the diagram refuses it with error "{code}" at {element_id}',
            problems={"": [label]} if label else None,
            notice=label or None,
        )
        self.code = code
        self.label = label
        self.element_id = element_id
