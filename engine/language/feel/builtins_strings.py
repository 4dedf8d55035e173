"""Built-in functions over strings, with patterns run by RE2, whose time grows only with the length of the text.

The rule: positions count characters from 1, and from the end if negative.
"""

from decimal import Decimal

from .builtins_numbers import whole
from .functions import Library
from .limits import MATCH, charge, check_list, check_string
from .patterns import Match, filled, pattern_for, replacement_parts
from .text import write
from .values import Value

library = Library()


@library.add("string", "from: any")
def _string(value: Value) -> Value:
    return write(value)


@library.add("string length", "string: string")
def _string_length(text: str) -> Value:
    return Decimal(len(text))


@library.add("upper case", "string: string")
def _upper_case(text: str) -> Value:
    return text.upper()


@library.add("lower case", "string: string")
def _lower_case(text: str) -> Value:
    return text.lower()


@library.add("substring", "string: string, start position: number, length?: number")
def _substring(text: str, position: Decimal, length: Decimal | None) -> Value:
    start = start_index(whole(position), len(text))
    if length is None:
        return text[start:]
    if whole(length) < 1:
        raise ValueError("Expected a length of at least 1")
    return text[start : start + whole(length)]


def start_index(position: int, length: int) -> int:
    """Where counting from 1, or from the end, begins; raises ValueError outside of the text or list."""
    if position == 0 or abs(position) > length:
        raise ValueError("Expected a position inside")
    return position - 1 if position > 0 else length + position


@library.add("substring before", "string: string, match: string")
def _substring_before(text: str, match: str) -> Value:
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


@library.add("substring after", "string: string, match: string")
def _substring_after(text: str, match: str) -> Value:
    return text.partition(match)[2] if match else text


@library.add("contains", "string: string, match: string")
def _contains(text: str, match: str) -> Value:
    return match in text


@library.add("starts with", "string: string, match: string")
def _starts_with(text: str, match: str) -> Value:
    return text.startswith(match)


@library.add("ends with", "string: string, match: string")
def _ends_with(text: str, match: str) -> Value:
    return text.endswith(match)


@library.add("matches", "input: string, pattern: string, flags?: string")
def _matches(text: str, pattern: str, flags: str | None) -> Value:
    return pattern_for(text, pattern, flags or "").search(text) is not None


@library.add("replace", "input: string, pattern: string, replacement: string, flags?: string")
def _replace(text: str, pattern: str, replacement: str, flags: str | None) -> Value:
    matches = _matches_in(text, pattern, flags or "")
    groups = len(matches[0].groups()) if matches else 0
    parts = [replacement] if "q" in (flags or "") else replacement_parts(replacement, groups)
    pieces: list[str] = []
    start = length = 0
    for match in matches:
        pieces += [text[start : match.start()], filled(match, parts)]
        start = match.end()
        length += len(pieces[-1])
        check_string(length)
    return "".join([*pieces, text[start:]])


@library.add("split", "string: string, delimiter: string")
def _split(text: str, delimiter: str) -> Value:
    pieces: list[Value] = []
    start = 0
    for match in _matches_in(text, delimiter, ""):
        pieces.append(text[start : match.start()])
        start = match.end()
    return [*pieces, text[start:]]


@library.add("extract", "input: string, pattern: string, flags?: string")
def _extract(text: str, pattern: str, flags: str | None) -> Value:
    return [match.group(0) for match in _matches_in(text, pattern, flags or "")]


def _matches_in(text: str, pattern: str, flags: str) -> list[Match]:
    """All matches, one after the other. A pattern that matches nothing at all is an error in XPath."""
    expression = pattern_for(text, pattern, flags)
    if expression.search("") is not None:
        raise ValueError("Expected a pattern that does not match nothing")
    charge(MATCH)
    matches: list[Match] = []
    for match in expression.finditer(text):
        charge(MATCH)
        matches.append(match)
    check_list(len(matches))
    return matches


@library.add("string join", "list: list, delimiter?: string")
def _string_join(items: list[Value], delimiter: str | None) -> Value:
    charge(len(items))
    if not all(item is None or isinstance(item, str) for item in items):
        raise ValueError("Expected a list of strings")
    texts = [item for item in items if isinstance(item, str)]
    check_string(sum(map(len, texts)) + len(texts) * len(delimiter or ""))
    return (delimiter or "").join(texts)
