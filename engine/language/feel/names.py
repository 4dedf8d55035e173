"""Names that are more than one word: `loan amount`, `a-b`, 人均 收入.

FEEL allows spaces and operators inside names, so what a text means depends on which names are known. The rule: the
longest known name wins; a word that begins no known name is a name by itself.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from .lexer import Token, read_tokens
from .notices import FeelSyntaxError

NAME_SYMBOLS = frozenset(".-/+*'")
# Nobody writes a longer name; reading tries them at every word, so their length must be bounded.
MOST_WORDS = 60


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
    return not name.isidentifier() and 1 < len(words_of(name)) <= MOST_WORDS


class NameTable:
    """The known names of a scope that are longer than one token: a tree of their words."""

    __slots__ = ("_roots",)

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._roots: dict[str, _Branch] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        if not needs_knowing(name):
            return
        branches = self._roots
        for word in words_of(name):
            branch = branches.setdefault(word, _Branch())
            branches = branch.following
        branch.name = name

    def longest(self, tokens: Sequence[Token], start: int) -> tuple[str, int]:
        """The longest known name that stands at `start` and how many tokens it takes; ("", 0) if none does."""
        best, length, branches = "", 0, self._roots
        for index in range(start, len(tokens)):
            branch = branches.get(tokens[index].text)
            if branch is None:
                break
            if branch.name:
                best, length = branch.name, index - start + 1
            branches = branch.following
        return best, length


class _Branch:
    """A word of known names: the name that ends with it, and the words that may follow."""

    __slots__ = ("following", "name")

    def __init__(self) -> None:
        self.name = ""
        self.following: dict[str, _Branch] = {}
