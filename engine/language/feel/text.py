"""Values as text: what `string()` answers, and what people read."""

import re
from decimal import Decimal

from .limits import charge, check_string
from .temporal_text import write_temporal
from .values import TEMPORAL, Function, Range, Value

_PLAIN_KEY = re.compile(r"[^\W\d]\w*(?: \w+)*")


def write(value: Value) -> str | None:
    """`string(value)`: strings as they are, null as null, everything else as one would write it in FEEL."""
    if value is None or isinstance(value, str):
        return value
    return write_inside(value)


def write_inside(value: Value) -> str:
    """The same for a part of a list or context, where strings stand in quotation marks."""
    charge(5)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return write_number(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, TEMPORAL):
        return write_temporal(value)
    return _write_collection(value)


def write_number(number: Decimal) -> str:
    """Without exponent and without zeros at the end of a fraction."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _write_collection(value: Value) -> str:
    if isinstance(value, list):
        text = "[" + ", ".join([write_inside(item) for item in value]) + "]"
    elif isinstance(value, dict):
        text = "{" + ", ".join([f"{_write_key(key)}: {write_inside(item)}" for key, item in value.items()]) + "}"
    elif isinstance(value, Range):
        if value.unary:
            return _write_unary(value)
        ends = f"{write_inside(value.low)}..{write_inside(value.high)}"
        text = ("[" if value.low_included else "(") + ends + ("]" if value.high_included else ")")
    else:
        assert isinstance(value, Function)
        text = f"function({', '.join(value.parameters)})"
    check_string(len(text))
    return text


def _write_unary(span: Range) -> str:
    if span.low is not None and span.high is not None:
        return f"({'=' if span.low_included else '!='} {write_inside(span.low)})"
    if span.low is None:
        return f"({'<=' if span.high_included else '<'} {write_inside(span.high)})"
    return f"({'>=' if span.low_included else '>'} {write_inside(span.low)})"


def _write_key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else write_inside(key)
