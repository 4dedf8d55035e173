"""The state of a running case as bytes: its living tokens, by number, scope by scope; nothing of the specs, no data.

A few hundred bytes that do not grow with the history, and the same bytes for the same acts.
"""

import hashlib
import json
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.util.task import TaskState

from engine.errors import Conflict

from .tokens import ROOT, Case, Inside, Token

FORM = 1


def dump(case: Case) -> bytes:
    """The state of a case that rests. Raises RuntimeError when case data has got into a token."""
    for scope in case.scopes():
        for token in scope.tasks.values():
            if token.data:
                raise RuntimeError(f"Expected no case data in tokens, but found {sorted(token.data)} at {token}")
    state = {
        "form": FORM,
        "last": case.last_number,
        "done": case.completed,
        "tokens": rows_of(case),
        "inside": [[host, scope.spec.name, rows_of(scope)] for host, scope in sorted(case.subprocesses.items())],
    }
    return json.dumps(state, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def checksum(state: bytes) -> str:
    """SHA-256 of a state, in hexadecimal digits."""
    return hashlib.sha256(state).hexdigest()


def restore(case: Case, state: bytes) -> None:
    """Put the tokens of a saved state into a fresh case. Raises Conflict when it is the state of another process."""
    kept = json.loads(state)
    if kept["form"] != FORM:
        raise Conflict(f"Expected a state of form {FORM}, but it is of form {kept['form']}")
    case.last_number, case.completed = kept["last"], kept["done"]
    plant(case, kept["tokens"])
    for host, name, rows in kept["inside"]:  # outer ones have lower numbers, so they come first
        if name not in case.subprocess_specs:
            raise Conflict(f"Expected a state of this process version, but it stands in {name}")
        scope = case.subprocesses[host] = Inside(case.subprocess_specs[name], case.get_task_from_id(host), case)
        plant(scope, rows)


def rows_of(scope: Any) -> list[list[Any]]:
    """Number, parent, state and node of each token; what it keeps besides, if anything."""
    rows = []
    for token in scope.tasks.values():
        if token.id != ROOT:
            row = [token.id, token._parent, token._state, token.task_spec.name]
            rows.append([*row, token.internal_data] if token.internal_data else row)
    return rows


def plant(scope: Any, rows: list[list[Any]]) -> None:
    """Put tokens into a scope, from rows as `rows_of` gives them. Raises Conflict when they do not belong there."""
    specs, events = scope.spec.task_specs, scope.top_workflow.event_manager
    for number, parent, state, name, *kept in rows:
        if name not in specs:
            raise Conflict(f"Expected a state of this process version, but a token stands at {name}")
        token = Token(scope, specs[name], scope.tasks[parent], state, id=number)
        if kept:
            token.internal_data = kept[0]
        if state == TaskState.WAITING and isinstance(token.task_spec, CatchingEvent):
            events.add_task(token)
