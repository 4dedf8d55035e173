"""The place where the parser stands in the tokens, the names it knows there, and how it complains.

The rule: nothing here knows FEEL's grammar; it only looks, advances, and says what was expected and what was found.
"""

from collections.abc import Iterable

from .hints import hint
from .lexer import Token, read_tokens
from .names import NAME_SYMBOLS, NameTable
from .notices import FeelSyntaxError, Position

RESERVED = frozenset(
    [
        "and",
        "or",
        "if",
        "then",
        "else",
        "for",
        "return",
        "in",
        "some",
        "every",
        "satisfies",
        "between",
        "instance",
        "of",
        "function",
        "true",
        "false",
        "null",
    ]
)
_DURATION_NAMES = ("time offset", "start included", "end included")


class Cursor:
    """Tokens, the position among them, and the names known at this position."""

    def __init__(self, text: str, names: Iterable[str], keys: Iterable[str], built_in: NameTable) -> None:
        self.tokens = read_tokens(text)
        self.index = 0
        self.scopes: list[NameTable] = [built_in, NameTable(names)]
        self.keys = NameTable([*_DURATION_NAMES, *names, *keys])
        self.filters = 0

    @property
    def token(self) -> Token:
        return self.tokens.items[self.index]

    def at(self) -> Position:
        return self.tokens.position(self.token.start)

    def sees(self, *texts: str) -> bool:
        """Whether one of these words or symbols comes next."""
        token = self.token
        return token.text in texts and token.kind in {"symbol", "name"}

    def follows(self, text: str) -> bool:
        """Whether this word or symbol comes after the next token."""
        after = self.tokens.items[min(self.index + 1, len(self.tokens.items) - 1)]
        return after.text == text and after.kind in {"symbol", "name"}

    def name_follows(self) -> bool:
        """Whether a known name of several words comes after the next token: `[in stock > 1]`."""
        return any(table.longest(self.tokens.items, self.index + 1)[1] for table in (*self.scopes, self.keys))

    def accept(self, text: str) -> bool:
        """Step over this word or symbol if it comes next."""
        if not self.sees(text):
            return False
        self.index += 1
        return True

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.error(f"这里应当是“{text}”", f"“{text}” was expected here")

    def error(self, chinese: str, english: str) -> FeelSyntaxError:
        """What was expected here, completed by what was found instead."""
        if self.token.kind == "end":
            return FeelSyntaxError(self.at(), f"{chinese}，表达式却已经结束", f"{english}, but the expression ended")
        found = self._doubled() or self.token.text
        meant_chinese, meant_english = hint(found)
        return FeelSyntaxError(
            self.at(),
            f"{chinese}，却是“{found}”{meant_chinese}",
            f"{english}, but “{found}” was found{meant_english}",
        )

    def _doubled(self) -> str:
        """A sign of other languages that FEEL reads as two: the second of `==` or `<>` is where reading fails."""
        before = self.tokens.items[self.index - 1]
        written = before.text + self.token.text
        return written if self.index and before.end == self.token.start and written in {"==", "<>"} else ""

    def known_name(self) -> str:
        """Step over the longest known name of several words that stands here; empty if there is none."""
        tables = [*self.scopes, self.keys] if self.filters else self.scopes
        return self._longest(tables)

    def known_type(self) -> str:
        """Step over the longest known name of a declared type that stands here; empty if there is none."""
        return self._longest([*self.scopes[1:], self.keys])

    def path_name(self) -> str:
        """Step over the name of an entry or property, after a dot."""
        name = self._longest([*self.scopes[1:], self.keys])
        if name:
            return name
        if self.token.kind != "name":
            raise self.error("这里应当是一个名称", "a name was expected here")
        self.index += 1
        return self.tokens.items[self.index - 1].text

    def _longest(self, tables: Iterable[NameTable]) -> str:
        items, best, length = self.tokens.items, "", 0
        for table in tables:
            name, size = table.longest(items, self.index)
            if size > length:
                best, length = name, size
        self.index += length
        return best

    def declared_name(self, *stops: str) -> str:
        """Step over a name that is declared here and ends before one of `stops`; spaces in it become single."""
        first = self.token
        if first.kind != "name" or (first.text in RESERVED and not self._name_goes_on(stops)):
            raise self.error("这里应当是一个名称", "a name was expected here")
        while not self.sees(*stops):
            if self.token.kind not in {"name", "number"} and self.token.text not in NAME_SYMBOLS:
                raise self.error(f"这里应当是“{stops[0]}”", f"“{stops[0]}” was expected here")
            self.index += 1
        last = self.tokens.items[self.index - 1]
        return " ".join(self.tokens.text[first.start : last.end].split())

    def _name_goes_on(self, stops: tuple[str, ...]) -> bool:
        return not any(self.follows(stop) for stop in stops) or ":" in stops

    def named_argument(self) -> bool:
        """Whether the words that follow are the name of an argument: words and then a colon."""
        index = self.index
        items = self.tokens.items
        while items[index].kind in {"name", "number"} or items[index].text in NAME_SYMBOLS:
            index += 1
        return index > self.index and items[index].kind == "symbol" and items[index].text == ":"
