"""What programs send, read strictly: JSON without doubt about its meaning, and no key that nobody declared.

The rule: whatever the database or another reader might take differently is refused here, with a clear message.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from flask import Request
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from engine.errors import Invalid, Refusal

DEEPEST = 20


class Malformed(Refusal):
    """The request cannot be read at all."""

    status = 400
    notice = "请求的内容无法读取"


class StrictParser(FlaskParser):
    """Reads the arguments of the API's views; what is wrong becomes a refusal of the engine's kind."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE, "files": RAISE}

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The JSON body; nothing at all is an empty object. Raises Malformed, or UnsupportedMediaType."""
        body = req.get_data(cache=True)
        if not body:
            return {}
        if not req.is_json:
            raise UnsupportedMediaType("Expected a body of type application/json, but got another")
        return read(body)

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        problems = by_key(error.messages)
        raise Invalid(f"Expected a well-formed request, but {sorted(problems)} are wrong", problems=problems)


def read(body: bytes) -> Any:
    """The value of a JSON text. Raises Malformed: not UTF-8, a key twice, NaN, too deep, not storable."""
    try:
        value = json.loads(
            body.decode("utf-8"), parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_each_key_once
        )
    except RecursionError as error:
        raise Malformed("Expected JSON, but it is nested too deeply") from error
    except ValueError as error:
        raise Malformed(f"Expected JSON in UTF-8, but {error}") from error
    _refuse_unstorable(value, DEEPEST)
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _refuse_unstorable(value: Any, depth: int) -> None:
    """Half a surrogate pair has no UTF-8, and NUL cannot be kept by every database."""
    if depth == 0:
        raise Malformed(f"Expected at most {DEEPEST} levels of nesting, but there are more")
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise Malformed("Expected text, but it holds characters that are none")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _refuse_unstorable(key, depth)
            _refuse_unstorable(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _refuse_unstorable(inner, depth - 1)


def by_key(messages: Any) -> dict[str, list[str]]:
    """marshmallow's messages, which stand under their location, as problems by key; "" is the whole."""
    found: dict[str, list[str]] = {}
    for place in messages.values() if isinstance(messages, dict) else [{"_schema": messages}]:
        for key, lines in place.items() if isinstance(place, dict) else [("_schema", place)]:
            found.setdefault("" if key == "_schema" else str(key), []).extend(_sentences(lines))
    return found


def _sentences(lines: Any) -> list[str]:
    if isinstance(lines, dict):
        return [f"{key}：{line}" for key, inner in lines.items() for line in _sentences(inner)]
    return [str(line) for line in lines] if isinstance(lines, list) else [str(lines)]
