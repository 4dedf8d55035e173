"""Names that are more than one word: `loan amount`, `a-b`, 人均 收入.

FEEL allows spaces and operators inside names, so what a text means depends on which names are known. The rule: the
longest known name wins; a word that begins no known name is a name by itself.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from .lexer import Token, read_tokens
from .notices import FeelSyntaxError

NAME_SYMBOLS = frozenset(".-/+*'")


@lru_cache(maxsize=8192)
def words_of(name: str) -> tuple[str, ...]:
    """The tokens that a name is written with; empty if it cannot be written as a name at all."""
    try:
        tokens = read_tokens(name).items[:-1]
    except FeelSyntaxError:
        return ()
    if not tokens or tokens[0].kind != "name":
        return ()
    if any(token.kind not in {"name", "number"} and token.text not in NAME_SYMBOLS for token in tokens):
        return ()
    return tuple(token.text for token in tokens)


def needs_knowing(name: str) -> bool:
    """Whether the parser must be told of this name, because it is not one plain word."""
    return not name.isidentifier() and len(words_of(name)) > 1


class NameTable:
    """The known names of a scope that are longer than one token."""

    __slots__ = ("_by_first",)

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        if not needs_knowing(name):
            return
        words = words_of(name)
        known = self._by_first.setdefault(words[0], [])
        known.append((words, name))
        known.sort(key=lambda entry: -len(entry[0]))

    def longest(self, tokens: Sequence[Token], start: int) -> tuple[str, int]:
        """The longest known name that stands at `start` and how many tokens it takes; ("", 0) if none does."""
        for words, name in self._by_first.get(tokens[start].text, ()):
            following = tokens[start : start + len(words)]
            if len(following) == len(words) and all(
                token.text == word for token, word in zip(following, words, strict=True)
            ):
                return name, len(words)
        return "", 0
