"""What decision tables answer for a case, and the trace of it in the journal: what they saw and which rows applied.

Traced is what decides: business rule tasks, the limits of steps, timers and the whole, the thresholds of supervision.
Not traced are the texts of messages: each message keeps its key and the very text that was sent.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from engine.db import dumps
from engine.errors import ExecutionFailed
from engine.language import feel
from engine.language.bundle import Bundle
from engine.language.decisions import Decided, Hit
from engine.language.diagram import Element
from engine.language.feel import Value
from engine.workflow.conditions import to_json

if TYPE_CHECKING:
    from engine.casework.running import Running

# A trace tells what was seen; it is no second place to keep long values in.
_LONGEST_VALUE = 2_000
_KEPT_OF_LONG = 200
_CHECKSUM = 16
_ASKS_THE_TIME = re.compile(rb"\b(?:today|now)\b")


def decide(running: "Running", element: Element, decision: str, variables: Mapping[str, Any]) -> Value:
    """The value of a business rule task. Raises ExecutionFailed when there is no such decision, or rows contradict."""
    for bundle in (running.plan.bundle_of(element.id), running.plan.main):
        if decision in bundle.decisions:
            return Tables(running, bundle, element.id).decide(decision, variables)
    raise ExecutionFailed(f'Expected a decision "{decision}", but the version holds none', element_id=element.id)


@dataclass(frozen=True)
class Tables:
    """The decisions of a bundle, asked for one element of a case ("" = for the whole); each answer is noted for the
    journal's next event. `even_nothing`: also that no row applies."""

    running: "Running"
    bundle: Bundle
    element_id: str
    even_nothing: bool = True

    def decide(self, name_or_id: str, inputs: Mapping[str, object]) -> Value:
        try:
            value, told = _answer(self.bundle, name_or_id, inputs)
        except ExecutionFailed as failure:
            failure.element_id = failure.element_id or self.element_id
            raise
        if self.even_nothing or value is not None:
            self.running.note("decisions", [self.element_id, told])
        return value


def _answer(bundle: Bundle, name_or_id: str, inputs: Mapping[str, object]) -> tuple[Value, dict[str, Any]]:
    """The value of a decision and its trace. The limits of steps are asked for again and again."""
    if all(isinstance(value, str) for value in inputs.values()) and _is_timeless(bundle, name_or_id):
        return _known(bundle, name_or_id, tuple(inputs.items()))
    decided = bundle.decisions[name_or_id].evaluate(name_or_id, inputs)
    return decided.value, trace(decided, bundle)


@lru_cache(maxsize=2048)
def _known(bundle: Bundle, name_or_id: str, inputs: tuple[tuple[str, object], ...]) -> tuple[Value, dict[str, Any]]:
    decided = bundle.decisions[name_or_id].evaluate(name_or_id, dict(inputs))
    return decided.value, trace(decided, bundle)


@lru_cache(maxsize=1024)
def _is_timeless(bundle: Bundle, name_or_id: str) -> bool:
    """Whether the same inputs will always have the same answer: nothing in the file can ask what day it is."""
    model = bundle.decisions[name_or_id]
    path = bundle.paths[next(iter(model.decisions))]
    return not model.imports and not _ASKS_THE_TIME.search(bundle.files[path])


def trace(decided: Decided, bundle: Bundle) -> dict[str, Any]:
    """A decision as the journal keeps it: its table's file and checksum, inputs, rows that applied, the value, and the
    decisions that it asked, told in the same way. What would be empty is left out."""
    return {**_trace(decided), **_file_of(bundle, decided.decision_id), "value": to_json(decided.value)}


@lru_cache(maxsize=1024)
def _file_of(bundle: Bundle, decision_id: str) -> dict[str, str]:
    """The file of the table and the beginning of its SHA-256, by which two versions of it can be told apart."""
    path = bundle.paths[decision_id]
    return {"file": path, "checksum": hashlib.sha256(bundle.files[path]).hexdigest()[:_CHECKSUM]}


def _trace(decided: Decided) -> dict[str, Any]:
    told = {
        "decision": decided.decision_id,
        "name": decided.name if decided.name != decided.decision_id else "",
        "inputs": _values(decided.inputs),
        "rows": [_row(hit, decided) for hit in decided.hits],
        "asked": [{**_trace(each), "value": _kept(each.value)} for each in decided.required],
    }
    return {key: value for key, value in told.items() if value or key in ("decision", "inputs", "rows")}


def _row(hit: Hit, decided: Decided) -> dict[str, Any]:
    """A row that applied. Where it is the only one of the decision's own table, the value tells what it says."""
    elsewhere = hit.table not in ("", decided.name, decided.decision_id)
    told = {
        "row": hit.row,
        "id": hit.rule_id,
        "note": hit.note,
        "table": hit.table if elsewhere else "",
        "outputs": _values(hit.outputs) if elsewhere or len(decided.hits) > 1 else {},
    }
    return {key: value for key, value in told.items() if value}


def _values(values: Mapping[str, Value]) -> dict[str, Any]:
    return {key: _kept(value) for key, value in values.items()}


def _kept(value: Value) -> Any:
    """A value as JSON; what JSON cannot hold as FEEL writes it, what is long by its beginning."""
    try:
        found = to_json(value)
        if isinstance(found, bool | int | float | None) or len(dumps(found)) <= _LONGEST_VALUE:
            return found
        text = dumps(found)
    except ExecutionFailed:
        text = _written(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_KEPT_OF_LONG]}…"


def _written(value: Value) -> str:
    try:
        return feel.write(value) or ""
    except feel.FeelLimitExceeded:
        return "…"
