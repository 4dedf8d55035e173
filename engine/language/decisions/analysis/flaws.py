"""What is wrong with a table: a sentence in Chinese, tied to the cell, row, column or table that must be changed.

The rule: a sentence names row and column as an editor shows them and says what to do; it claims nothing unproven.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from lxml import etree

from engine.language.decisions.analysis.sheets import Heading, Line, anchor

# Nobody puts more right at once.
MOST_ALIKE = 30


@dataclass(frozen=True, slots=True)
class Flaw:
    """`element_id` is that of the cell, rule, column or table; "" is the file."""

    element_id: str
    sentence: str
    severity: Literal["error", "warning"] = "error"


def error(element: etree._Element, sentence: str) -> Flaw:
    return Flaw(anchor(element), sentence)


def warning(element: etree._Element, sentence: str) -> Flaw:
    return Flaw(anchor(element), sentence, "warning")


def place(line: Line, heading: Heading) -> str:
    """A cell as a sentence names it."""
    return f"第 {line.number} 行“{heading.label}”列"


def some(flaws: Iterable[Flaw]) -> Iterator[Flaw]:
    """The first of many flaws of one sort."""
    return islice(flaws, MOST_ALIKE)
