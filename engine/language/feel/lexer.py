"""The text of an expression cut into tokens: numbers, strings, @-literals, names and symbols.

The rule: a name token is one unbroken word (Chinese included); which words belong together to one name is not known
here, only to the parser, because it depends on the names of the scope.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from .hints import hint
from .limits import TEXT_LENGTH, FeelLimitExceeded
from .notices import FeelSyntaxError, Position

# What DMN counts as space and as letters beyond what Python does: marks of Tibetan and Thai, emoji, the dot in names.
_SPACE = r"\s\u180e\u200b\ufeff"
_LETTERS = (
    r"\u0370-\u037d\u037f-\u167f\u1681-\u180d\u180f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef\U00010000-\U000effff"
)
_MARKS = r"\u00b7\u0300-\u036f\u203f\u2040"
_TOKEN = re.compile(
    rf"""(?P<space>[{_SPACE}]+)
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<at>@\s*"(?:[^"\\]|\\.)*")
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<name>(?:[^\W\d]|[{_LETTERS}])[\w{_LETTERS}{_MARKS}]*|\?)
    |(?P<symbol>\*\*|\.\.|<=|>=|!=|->|[-+*/=<>()\[\]{{}},:.'])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{6}|\\.", re.DOTALL)
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}
_FULL_WIDTH = dict(
    zip(
        "，：（）【】［］｛｝＜＞＝＋－＊／“”‘’；。？０１２３４５６７８９",
        ",:()[][]{}<>=+-*/\"\"'';.?0123456789",
        strict=True,
    )
)


class Token(NamedTuple):
    """`kind` is number, at, string, name, symbol or end; `text` is what stands in the source."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text, ended by one of kind "end"."""

    text: str
    items: tuple[Token, ...]
    lines: tuple[int, ...]

    def position(self, offset: int) -> Position:
        line = bisect_right(self.lines, offset)
        return Position(line, offset - self.lines[line - 1] + 1)


def read_tokens(text: str) -> Tokens:
    """Cut `text`. Raises FeelSyntaxError at the first character that belongs to no token, FeelLimitExceeded if long."""
    if len(text) > TEXT_LENGTH:
        raise FeelLimitExceeded(f"Expected an expression of at most {TEXT_LENGTH} characters, but got {len(text)}")
    lines = (0, *(match.end() for match in re.finditer("\n", text)))
    found: list[Token] = []
    tokens = Tokens(text, (), lines)
    offset = 0
    while offset < len(text):
        end = _comment_end(tokens, offset)
        if end is None:
            match = _TOKEN.match(text, offset)
            if match is None:
                raise _unreadable(tokens, offset)
            kind, end = match.lastgroup or "", match.end()
            if kind != "space":
                found.append(Token(kind, match[0], offset, end))
        offset = end
    found.append(Token("end", "", len(text), len(text)))
    return Tokens(text, tuple(found), lines)


def _comment_end(tokens: Tokens, offset: int) -> int | None:
    """Where the comment that begins here ends, or None if none begins here."""
    text = tokens.text
    if text.startswith("//", offset):
        end = text.find("\n", offset)
        return len(text) if end < 0 else end
    if not text.startswith("/*", offset):
        return None
    end = text.find("*/", offset + 2)
    if end < 0:
        raise FeelSyntaxError(
            tokens.position(offset), "注释没有结束，缺少“*/”", "the comment has no end, “*/” is missing"
        )
    return end + 2


def _unreadable(tokens: Tokens, offset: int) -> FeelSyntaxError:
    at, character = tokens.position(offset), tokens.text[offset]
    if character in '"@':
        return FeelSyntaxError(at, '文字没有结束，缺少引号“"”', "the string has no end, a quotation mark is missing")
    if character in _FULL_WIDTH:
        plain = _FULL_WIDTH[character]
        return FeelSyntaxError(
            at,
            f"“{character}”是全角符号，请改用半角的“{plain}”",
            f"“{character}” is full-width, write “{plain}” instead",
        )
    chinese, english = hint(character)
    return FeelSyntaxError(
        at, f"不认识的符号“{character}”{chinese}", f"the character “{character}” has no meaning here{english}"
    )


def unescape(quoted: str) -> str:
    """The string that a literal with its quotation marks stands for; a backslash that begins no escape is itself."""
    inner = quoted[1:-1]
    if "\\" not in inner:
        return inner
    plain = _ESCAPE.sub(_replacement, inner)
    # Two \u escapes may be the halves of one character beyond the basic plane; a lone half is no character at all.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _replacement(match: re.Match[str]) -> str:
    escape = match[0]
    if escape[1] in "uU" and len(escape) > 2:
        code = int(escape[2:], 16)
        return chr(code) if code <= 0x10FFFF else "\ufffd"
    return _SHORT.get(escape[1], escape)
