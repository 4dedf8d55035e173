"""撤回: one act taken back. What it took is put back as it was, what it made is taken away; the rest has moved on.

The tokens come back under their own numbers, with the moments their timers had. Possible as long as everything the act
made still stands where it came to.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import Conflict

from .state import plant, rows_of
from .tokens import LIVE, ROOT, Case, Inside, Token

Undo = Mapping[str, Any]
"""`made`: the numbers of tokens; `taken`: [the host's number, or 0 for the whole case; name of the scope; rows of
tokens] as `state.py` writes them."""
WHOLE = 0


def difference(before: bytes, case: Case) -> Undo:
    """What the acts since that state have taken and made."""
    kept = json.loads(before)
    was = [[WHOLE, None, kept["tokens"]], *kept["inside"]]
    now = {WHOLE: _numbered(case), **{host: _numbered(scope) for host, scope in case.subprocesses.items()}}
    old = {row[0] for _, _, rows in was for row in rows}
    taken = [[host, name, [row for row in rows if now.get(host, {}).get(row[0]) != row]] for host, name, rows in was]
    return {
        "made": sorted(number for rows in now.values() for number in rows if number not in old),
        "taken": [one for one in taken if one[2]],
    }


def _numbered(scope: Any) -> dict[int, list[Any]]:
    return {row[0]: row for row in rows_of(scope)}


def is_possible(case: Case, undo: Undo) -> bool:
    """Whether all that was made still stands, and there is room for all that was taken."""
    standing = {token.id for scope in case.scopes() for token in scope.tasks.values()}
    if not standing.issuperset(undo["made"]):
        return False
    standing = standing.union(row[0] for _, _, rows in undo["taken"] for row in rows)
    needed = {host for host, _, _ in undo["taken"]} | {row[1] for _, _, rows in undo["taken"] for row in rows}
    return needed <= standing | {WHOLE, ROOT}


def take_back(case: Case, undo: Undo) -> None:
    """Undo the act. Raises Conflict when the case has moved on."""
    if not is_possible(case, undo):
        raise Conflict("Expected what the act made to stand, but it has moved on", notice="流程已经继续向前，不能撤回")
    for token in [token for token in _tokens(case) if token.id in undo["made"]]:
        token.cancel()
    for host, name, rows in undo["taken"]:  # outer ones have lower numbers, so they come first
        _put_back(_scope(case, host, name), rows)


def _tokens(case: Case) -> Iterator[Token]:
    for scope in case.scopes():
        yield from scope.tasks.values()


def _scope(case: Case, host: int, name: str | None) -> Any:
    if host == WHOLE:
        return case
    if host not in case.subprocesses:
        case.subprocesses[host] = Inside(case.subprocess_specs[name], case.get_task_from_id(host), case)
    return case.subprocesses[host]


def _put_back(scope: Any, rows: list[list[Any]]) -> None:
    for number, _, state, _, *kept in rows:
        if number in scope.tasks:
            scope.tasks[number]._state = state
            scope.tasks[number].internal_data = dict(kept[0]) if kept else {}
    fresh = [row for row in rows if row[0] not in scope.tasks]
    plant(scope, fresh)
    for number, *_ in fresh:
        token = scope.tasks[number]
        if token.has_state(LIVE) and token.task_spec.reached(token):
            scope.script_engine.record("entered", token)
