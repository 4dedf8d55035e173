"""What somebody typed and could not be taken: it travels along until it can be sent again.

The rule: nothing typed is ever lost, but passwords and tokens are never written into a page.
"""

from urllib.parse import urlsplit

from flask import request
from werkzeug.datastructures import MultiDict

_PREFIX = "kept."
_TARGET = "kept-target"
_NEVER = frozenset({"csrf_token", _TARGET, "password", "password_again", "current", "token"})

# Fields of our own in forms, which say nothing to the person.
_UNSEEN = frozenset({"key", "next", "then", "route", "asked"})

Pairs = list[tuple[str, str]]


def typed() -> Pairs:
    """The fields of this post, in their order."""
    return [pair for pair in _pairs(request.form) if pair[0] not in _NEVER and not pair[0].startswith(_PREFIX)]


def carried() -> Pairs:
    """The fields of an earlier post that this post carries along (through the sign-in page)."""
    return [(key.removeprefix(_PREFIX), value) for key, value in _pairs(request.form) if key.startswith(_PREFIX)]


def readable(pairs: Pairs) -> list[str]:
    """Of these fields what the person would recognise."""
    return [value for key, value in pairs if value.strip() and "." not in key and key not in _UNSEEN]


def as_hidden(pairs: Pairs) -> Pairs:
    """The same under names that say they are carried along."""
    return [(_PREFIX + key, value) for key, value in pairs]


def target() -> str:
    """The address the carried fields belong to; "" where none."""
    return safe_path(request.form.get(_TARGET, ""))


def safe_path(address: str) -> str:
    """The address if it is a path of this site, else ""."""
    parts = urlsplit(address)
    plain = address.isprintable() and "\\" not in address
    inside = address.startswith("/") and not address.startswith("//") and not parts.scheme and not parts.netloc
    return address if plain and inside else ""


def _pairs(form: MultiDict[str, str]) -> Pairs:
    return [(key, value) for key, values in form.lists() for value in values]
