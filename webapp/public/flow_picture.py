"""流程图: the usual way of an item as a picture, one box below the other, beside the same steps in words.

The rule: it is drawn from the steps of the introduction, so it changes with them; sizes are those of a phone's width.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from webapp.public.introduction import Guide

WIDTH = 340
MARGIN, INNER = 10, 14
# Half widths: an ideograph counts two, a letter one.
LINE = 38
LINE_HEIGHT, GAP = 22, 30
BEGINS, ENDS = "您提交", "办结，把结果告诉您"


@dataclass(frozen=True)
class Text:
    """A line in a box. `kind`: who, what or limit."""

    y: int
    said: str
    kind: str


@dataclass(frozen=True)
class Box:
    """A step; `is_end`: where the way begins or ends."""

    y: int
    height: int
    lines: tuple[Text, ...]
    is_end: bool


@dataclass(frozen=True)
class Picture:
    """All boxes from the top; an arrow leads from each to the next."""

    height: int
    boxes: tuple[Box, ...]


def draw(guide: Guide) -> Picture:
    """The picture of the steps, from handing in to the end."""
    boxes: list[Box] = []
    y = MARGIN
    for lines in ([(BEGINS, "what")], *(list(_of(step.who, step.text, step.limit)) for step in guide.steps)):
        boxes.append(_box(y, lines, is_end=not boxes))
        y += boxes[-1].height + GAP
    boxes.append(_box(y, [(ENDS, "what")], is_end=True))
    return Picture(y + boxes[-1].height + MARGIN, tuple(boxes))


def _of(who: str, text: str, limit: str) -> Iterator[tuple[str, str]]:
    yield from ((line, "who") for line in wrapped(who))
    yield from ((line, "what") for line in wrapped(text))
    yield from ((line, "limit") for line in wrapped(f"{limit}内" if limit else ""))


def _box(y: int, lines: Iterable[tuple[str, str]], *, is_end: bool) -> Box:
    texts = tuple(
        Text(y + INNER + LINE_HEIGHT * number - 6, said, kind) for number, (said, kind) in enumerate(lines, 1)
    )
    return Box(y, 2 * INNER + LINE_HEIGHT * len(texts) - 4, texts, is_end)


def wrapped(text: str) -> Iterator[str]:
    """The text in lines that fit into a box; a mark of punctuation begins none."""
    line, width = "", 0
    for letter in text:
        size = 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if width + size > LINE and letter not in "，。；、：）”":
            yield line
            line, width = "", 0
        line, width = line + letter, width + size
    if line:
        yield line
