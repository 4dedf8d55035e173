"""Built-in functions over contexts, and the few that take any value: `not`, `is`, `get value` …

The rule: a context is never changed; putting an entry makes a new one.
"""

import datetime as dt
from collections.abc import Sequence

from .comparison import equals
from .functions import Library
from .limits import charge
from .temporal_text import write_temporal
from .values import FarMoment, FineTime, Value, kind

library = Library()
_CLOCKED = (dt.time, dt.datetime, FineTime, FarMoment)


@library.add("not", "negand: any")
def _not(value: Value) -> Value:
    return not value if isinstance(value, bool) else None


@library.add("is", "value1: any, value2: any")
def _is(left: Value, right: Value) -> Value:
    """The very same value: times must be written with the same zone, not only mean the same moment."""
    if kind(left) != kind(right):
        return False
    if isinstance(left, _CLOCKED) and isinstance(right, _CLOCKED):
        return write_temporal(left) == write_temporal(right)
    return equals(left, right)


@library.add("get value", "m: context, key: string", "context: context, key: string")
def _get_value(context: dict[str, Value], key: str) -> Value:
    return context.get(key)


@library.add("get value", "context: context, keys: list")
def _get_deep_value(context: dict[str, Value], keys: list[Value]) -> Value:
    value: Value = context if keys else None
    for key in keys:
        if not isinstance(value, dict) or not isinstance(key, str):
            return None
        value = value.get(key)
    return value


@library.add("get entries", "m: context", "context: context")
def _get_entries(context: dict[str, Value]) -> Value:
    charge(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@library.add("context", "entries: list")
def _context(entries: list[Value]) -> Value:
    made: dict[str, Value] = {}
    charge(len(entries))
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry:
            raise ValueError("Expected entries with key and value")
        key = entry.get("key")
        if not isinstance(key, str) or key in made:
            raise ValueError("Expected each key once")
        made[key] = entry["value"]
    return made


@library.add("context put", "context: context, key: string, value: any")
def _context_put(context: dict[str, Value], key: str, value: Value) -> Value:
    charge(len(context))
    return {**context, key: value}


@library.add("context put", "context: context, keys: list, value: any")
def _context_put_deep(context: dict[str, Value], keys: list[Value], value: Value) -> Value:
    return _put(context, keys, value)


def _put(context: Value, keys: Sequence[Value], value: Value) -> dict[str, Value]:
    if not keys or not isinstance(keys[0], str) or not isinstance(context, dict):
        raise ValueError("Expected keys that lead to a context")
    charge(len(context))
    inner = value if len(keys) == 1 else _put(context.get(keys[0]), keys[1:], value)
    return {**context, keys[0]: inner}


@library.add("context merge", "contexts: list")
def _context_merge(contexts: list[Value]) -> Value:
    merged: dict[str, Value] = {}
    for context in contexts:
        if not isinstance(context, dict):
            raise ValueError("Expected a list of contexts")
        charge(len(context))
        merged.update(context)
    return merged
