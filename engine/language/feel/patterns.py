"""Regular expressions: the syntax of XPath that FEEL prescribes, run by RE2.

The rule: RE2 takes time proportional to the text, so that no pattern can run away; what it cannot do (back-references,
looking around) is refused, which in FEEL means null.
"""

import re
from functools import lru_cache
from typing import Protocol, cast

import re2

LONGEST_PATTERN = 2_000
_FLAGS = frozenset("smixq")


class Match(Protocol):
    def group(self, index: int = 0) -> str | None: ...
    def groups(self) -> tuple[str | None, ...]: ...
    def start(self) -> int: ...
    def end(self) -> int: ...


class Pattern(Protocol):
    groups: int

    def search(self, text: str) -> Match | None: ...
    def finditer(self, text: str) -> "list[Match]": ...
    def sub(self, replacement: object, text: str) -> str: ...


@lru_cache(maxsize=512)
def compiled_pattern(pattern: str, flags: str) -> Pattern:
    """The pattern, ready to run. Raises ValueError for one that cannot be run or for unknown flags."""
    if len(pattern) > LONGEST_PATTERN or not _FLAGS.issuperset(flags):
        raise ValueError("Expected a pattern that can be run")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    options.literal = "q" in flags
    options.case_sensitive = "i" not in flags
    options.dot_nl = "s" in flags
    options.never_nl = False
    if "x" in flags and "q" not in flags:
        pattern = _without_spaces(pattern)
    if "m" in flags and "q" not in flags:
        pattern = f"(?m){pattern}"
    try:
        return cast(Pattern, re2.compile(pattern, options))
    except re2.error:
        raise ValueError("Expected a pattern that can be run") from None


def _without_spaces(pattern: str) -> str:
    """The flag x: spaces outside of character classes mean nothing."""
    kept: list[str] = []
    depth = 0
    for piece in re.findall(r"\\.|.", pattern, re.DOTALL):
        depth += (piece == "[") - (piece == "]" and depth > 0)
        if depth or not piece.isspace():
            kept.append(piece)
    return "".join(kept)


def replacement_text(match: Match, replacement: str, *, literal: bool) -> str:
    """The replacement with $1 … $9 filled in."""
    if literal:
        return replacement
    groups = match.groups()

    def fill(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0][1:]
        number = int(found[1])
        if number == 0:
            return match.group(0) or ""
        return (groups[number - 1] or "") if number <= len(groups) else ""

    return re.sub(r"\$(\d)|\\[\\$]", fill, replacement)
