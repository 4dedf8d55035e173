"""Regular expressions in the syntax of XPath, which FEEL prescribes, run by RE2.

The rule: RE2 takes time proportional to the text, so that no pattern can run away. What it cannot do, such as referring
back to a group, is refused with a ValueError, which in FEEL means null.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Protocol, cast

import re2

from .limits import charge
from .unicode_blocks import BLOCKS

LONGEST_PATTERN = 2_000
_FLAGS = frozenset("smixq")
_PRICE = 300
_STEPS = 40
_LAST = 0x10FFFF

_ITSELF = frozenset("\\|.?*+(){}-[]^$/")
_TIMES = re.compile(r"\d+(?:,\d*)?\}", re.ASCII)
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
# What the letters mean inside of brackets, in the language of RE2.
_CLASSES = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "s": r"\t\n\r ",
    "S": r"\x00-\x08\x0b\x0c\x0e-\x1f!-\x{10ffff}",
    "w": r"\p{L}\p{M}\p{N}\p{S}",
    "W": r"\p{P}\p{Z}\p{C}",
    "i": r"\p{L}_:",
    "c": r"\p{L}\p{M}\p{N}_:.·\-",
}
_COMPLEMENTS = {"I": "i", "C": "c"}


class Match(Protocol):
    def group(self, index: int = 0) -> str | None: ...
    def groups(self) -> tuple[str | None, ...]: ...
    def start(self) -> int: ...
    def end(self) -> int: ...


class Pattern(Protocol):
    programsize: int

    def search(self, text: str) -> Match | None: ...
    def finditer(self, text: str) -> Iterator[Match]: ...


@lru_cache(maxsize=512)
def compiled_pattern(pattern: str, flags: str) -> Pattern:
    """The pattern, ready to run. Raises ValueError for one that cannot be run or for unknown flags."""
    if len(pattern) > LONGEST_PATTERN or not _FLAGS.issuperset(flags):
        raise ValueError("Expected a pattern that can be run")
    charge(_PRICE)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20
    options.literal = "q" in flags
    options.case_sensitive = "i" not in flags
    options.dot_nl = "s" in flags
    text = pattern if "q" in flags else _Translation(pattern, flags).text
    try:
        return cast(Pattern, re2.compile(text, options))
    except re2.error:
        raise ValueError("Expected a pattern that can be run") from None


def pattern_for(text: str, pattern: str, flags: str) -> Pattern:
    """The pattern, its search through that text paid for: at worst RE2 runs its whole program at each character."""
    ready = compiled_pattern(pattern, flags)
    charge(len(text) * ready.programsize // _STEPS)
    return ready


class _Translation:
    """Reads a pattern of XPath once and writes the same for RE2."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = _without_spaces(pattern) if "x" in flags else pattern
        self.flags = flags
        self.index = 0
        written = ["(?m)"] if "m" in flags else []
        while self.index < len(self.pattern):
            written.append(self.piece())
        self.text = "".join(written)

    def take(self) -> str:
        if self.index >= len(self.pattern):
            raise ValueError("Expected the pattern to go on")
        self.index += 1
        return self.pattern[self.index - 1]

    def follows(self, text: str) -> bool:
        return self.pattern.startswith(text, self.index)

    def piece(self) -> str:
        character = self.take()
        if character == "\\":
            return self.escape_outside()
        if character == "[":
            return self.brackets()
        if character == "(" and self.follows("?") and not self.follows("?:"):
            raise ValueError("Expected a plain group")
        if character in "]}" or (character == "{" and not _TIMES.match(self.pattern, self.index)):
            raise ValueError("Expected a backslash before brackets and braces that stand for themselves")
        if character == "{":
            return "{" + "".join(iter(self.take, "}")) + "}"
        if character == "." and "s" not in self.flags:
            return r"[^\n\r]"
        return character

    def escape_outside(self) -> str:
        written = self.escape()
        if isinstance(written, int):
            return _quoted(written)
        # A category means the letters as they are, whatever their case may be compared with.
        return f"(?-i:[{written}])"

    def escape(self) -> int | str:
        """After a backslash: one character, or the inside of brackets for many."""
        letter = self.take()
        if letter in _ITSELF or letter in _CONTROL:
            return ord(_CONTROL.get(letter, letter))
        if letter in _CLASSES:
            return _CLASSES[letter]
        if letter in _COMPLEMENTS:
            return f"^{_CLASSES[_COMPLEMENTS[letter]]}"
        if letter in "pP":
            return self.category(letter)
        raise ValueError("Expected an escape that XPath has")

    def category(self, letter: str) -> str:
        found = re.compile(r"\{([A-Za-z0-9-]+)\}").match(self.pattern, self.index)
        if found is None:
            raise ValueError("Expected the name of a category")
        self.index = found.end()
        name = found[1]
        if not name.startswith("Is"):
            return rf"\{letter}{{{name}}}"
        if name[2:] not in BLOCKS:
            raise ValueError("Expected a block of Unicode")
        ranges = [BLOCKS[name[2:]]]
        return _written(ranges if letter == "p" else _without([(0, _LAST)], ranges))

    def brackets(self) -> str:
        """After an opening bracket: characters, ranges and escapes, perhaps without those of inner brackets."""
        negated = self.follows("^")
        self.index += negated
        ranges: list[tuple[int, int]] = []
        classes: list[str] = []
        while not self.follows("]"):
            if self.follows("-[") and (ranges or classes):
                return self.difference(ranges, classes, negated=negated)
            self.member(ranges, classes)
        self.index += 1
        if (not ranges and not classes) or any(text.startswith("^") for text in classes):
            raise ValueError("Expected brackets that can be run")
        return f"[{'^' if negated else ''}{_written(ranges)}{''.join(classes)}]"

    def difference(self, ranges: list[tuple[int, int]], classes: list[str], *, negated: bool) -> str:
        self.index += 2
        inner = _inner_ranges(self)
        if classes or not self.follows("]"):
            raise ValueError("Expected brackets of plain characters")
        self.index += 1
        return f"[{_written(_without(_without([(0, _LAST)], ranges) if negated else ranges, inner))}]"

    def member(self, ranges: list[tuple[int, int]], classes: list[str]) -> None:
        first = self.one()
        if isinstance(first, str):
            classes.append(first)
            return
        last: int | str = first
        if self.follows("-") and not self.follows("-]") and not self.follows("-["):
            self.index += 1
            last = self.one()
        if isinstance(last, str) or last < first:
            raise ValueError("Expected a range of characters")
        ranges.append((first, last))

    def one(self) -> int | str:
        character = self.take()
        if character == "[":
            raise ValueError("Expected no brackets inside of brackets")
        return self.escape() if character == "\\" else ord(character)


def _without_spaces(pattern: str) -> str:
    """Spaces count in brackets only."""
    kept: list[str] = []
    depth, escaped = 0, False
    for character in pattern:
        if not depth and character in " \t\n\r":
            continue
        kept.append(character)
        if not escaped:
            depth += (character == "[") - (character == "]" and depth > 0)
        escaped = character == "\\" and not escaped
    return "".join(kept)


def _inner_ranges(reading: _Translation) -> list[tuple[int, int]]:
    """The characters of the brackets that are taken away."""
    negated = reading.follows("^")
    reading.index += negated
    ranges: list[tuple[int, int]] = []
    classes: list[str] = []
    while not reading.follows("]"):
        reading.member(ranges, classes)
    reading.index += 1
    if classes:
        raise ValueError("Expected brackets of plain characters")
    return _without([(0, _LAST)], ranges) if negated else ranges


def _without(ranges: list[tuple[int, int]], taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    for low, high in taken:
        left: list[tuple[int, int]] = []
        for first, last in ranges:
            if first < low:
                left.append((first, min(last, low - 1)))
            if last > high:
                left.append((max(first, high + 1), last))
        ranges = left
    return ranges


def _written(ranges: list[tuple[int, int]]) -> str:
    return "".join(_quoted(first) if first == last else f"{_quoted(first)}-{_quoted(last)}" for first, last in ranges)


def _quoted(code: int) -> str:
    return f"\\x{{{code:x}}}"


def replacement_parts(replacement: str, groups: int) -> list[str | int]:
    """The replacement of XPath as texts and numbers of groups. Raises ValueError for a stray $ or backslash."""
    parts: list[str | int] = []
    for found in re.finditer(r"\\([\\$])|\$(\d+)|[^\\$]+|.", replacement, re.DOTALL):
        if found[1]:
            parts.append(found[1])
        elif found[2]:
            parts.extend(_group_and_rest(found[2], groups))
        elif found[0] in {"\\", "$"}:
            raise ValueError("Expected a group's number after $")
        else:
            parts.append(found[0])
    return parts


def _group_and_rest(digits: str, groups: int) -> list[str | int]:
    """As many digits as make the number of a group; the rest is text."""
    length = len(digits)
    while length > 1 and int(digits[:length]) > groups:
        length -= 1
    return [int(digits[:length]), digits[length:]]


def filled(match: Match, parts: Sequence[str | int]) -> str:
    """What stands for one match."""
    groups = (match.group(0), *match.groups())
    texts = [part if isinstance(part, str) else groups[part] if part < len(groups) else "" for part in parts]
    return "".join(text or "" for text in texts)
