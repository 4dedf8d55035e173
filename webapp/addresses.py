"""Addresses: the keys of rows in them, and the letters that neither an address nor a form may hold.

The rule: what a database cannot even be asked for is refused before any view runs.
"""

from collections.abc import Callable
from urllib.parse import quote

from flask import Flask, abort, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter, Map

# Whatever has so few digits fits into 63 bits, as keys do.
MOST_DIGITS = 18
# A key, or the text of one, that stands for all.
_ANY = 10**MOST_DIGITS - 1


class KeyConverter(IntegerConverter):
    """`<key:task_id>`: the key of a row. Zero, or a number longer than any key, is the address of nothing, hence 404.

    The pattern says all of it: a number that matches and is refused afterwards would answer 405 to some methods.
    """

    regex = f"[1-9][0-9]{{0,{MOST_DIGITS - 1}}}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, min=1, max=10**MOST_DIGITS - 1)


def each(endpoint: str, name: str) -> Callable[[object], str]:
    """The addresses of an endpoint that differ in the part of this name, for the rows of a list: what they have in
    common is made once, because to make one takes as long as to show its row."""
    before, _, after = url_for(endpoint, **{name: _ANY}).partition(str(_ANY))
    return lambda value: f"{before}{quote(str(value), safe='')}{after}"


def install(app: Flask) -> None:
    """Teach the app its addresses. To be called before any blueprint is registered."""
    app.url_map.converters["key"] = KeyConverter
    app.jinja_env.globals["url_for_each"] = each
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    """No key or text that people write holds the letter NUL, and PostgreSQL keeps no text that does."""
    if "\0" in request.path or _holds_nul(request.args):
        abort(404)
    # The API reads its bodies itself, under a limit of its own.
    if request.blueprint != "api" and _holds_nul(request.form):
        abort(400)


def _holds_nul(sent: MultiDict[str, str]) -> bool:
    return any("\0" in text for key, values in sent.lists() for text in (key, *values))
