"""Decision tables 决策表 as they are written: headings, rows and cells in the order in which an editor shows them.

The rule: nothing is understood here and nothing is lost; a table that cannot be decided has a sheet all the same.
"""

from collections import Counter
from dataclasses import dataclass, field

from lxml import etree

from engine.language import xml
from engine.language.decisions.source import Source

Element = etree._Element


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One entry of a row. `element` is its place in the file."""

    text: str
    element: Element = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Heading:
    """A column. `asks`: the expression that it looks at ("" for a result); `values`: its allowed values as written."""

    label: str
    asks: str
    values: str
    element: Element = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A rule. `number` counts from 1; `tested` and `said` are the cells of the inputs and of the outputs."""

    number: int
    tested: tuple[Cell, ...]
    said: tuple[Cell, ...]
    note: str
    element: Element = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A table. `name` is that of the decision or function in which it stands; `policy` is DMN's word."""

    name: str
    policy: str
    aggregation: str
    inputs: tuple[Heading, ...]
    outputs: tuple[Heading, ...]
    lines: tuple[Line, ...]
    element: Element = field(repr=False)

    @property
    def complete(self) -> bool:
        """Whether every row has as many cells as there are headings."""
        shape = len(self.inputs), len(self.outputs)
        return all((len(line.tested), len(line.said)) == shape for line in self.lines)


def sheets(source: Source) -> list[Sheet]:
    """All tables of a file, those inside functions and boxed expressions included."""
    return [_sheet(each, source) for each in source.root.iter(f"{{{xml.namespace(source.root)}}}decisionTable")]


def anchor(element: Element) -> str:
    """The id of an element, or of the nearest one around it that has an id; "" for the file."""
    while not element.get("id") and (parent := element.getparent()) is not None:
        element = parent
    return "" if element.getparent() is None else element.get("id", "")


def _sheet(element: Element, source: Source) -> Sheet:
    prefix = f"{{{xml.namespace(source.root)}}}"
    inputs = [_input(each, number, source) for number, each in enumerate(source.children(element, "input"), 1)]
    outputs = [_output(each, number, source) for number, each in enumerate(source.children(element, "output"), 1)]
    return Sheet(
        _owner(element),
        element.get("hitPolicy", "UNIQUE"),
        element.get("aggregation", ""),
        _told_apart(inputs),
        _told_apart(outputs),
        tuple(_line(each, number, prefix) for number, each in enumerate(element.iterchildren(f"{prefix}rule"), 1)),
        element,
    )


def _owner(element: Element) -> str:
    """The name of the decision or function around a table."""
    around = element.getparent()
    while around is not None and not around.get("name"):
        around = around.getparent()
    return "" if around is None else around.get("name", "")


def _input(element: Element, number: int, source: Source) -> Heading:
    asks = source.text(source.child(element, "inputExpression"))
    label = element.get("label") or asks or f"第 {number} 列"
    return Heading(label, asks, source.text(source.child(element, "inputValues")), element)


def _output(element: Element, number: int, source: Source) -> Heading:
    label = element.get("label") or element.get("name") or f"第 {number} 个结果"
    return Heading(label, "", source.text(source.child(element, "outputValues")), element)


def _told_apart(headings: list[Heading]) -> tuple[Heading, ...]:
    """Headings with the same label get the numbers of their columns."""
    times = Counter(heading.label for heading in headings)
    return tuple(
        heading
        if times[heading.label] == 1
        else Heading(f"{heading.label}（第 {number} 列）", heading.asks, heading.values, heading.element)
        for number, heading in enumerate(headings, 1)
    )


def _line(element: Element, number: int, prefix: str) -> Line:
    tested, said = (
        tuple(Cell(_text(each, prefix), each) for each in element.iterchildren(f"{prefix}{tag}"))
        for tag in ("inputEntry", "outputEntry")
    )
    notes = [element.findtext(f"{prefix}description", "").strip()]
    notes += [_text(each, prefix) for each in element.iterchildren(f"{prefix}annotationEntry")]
    return Line(number, tested, said, "；".join(note for note in notes if note), element)


def _text(element: Element, prefix: str) -> str:
    """What stands in the `<text>` of a cell; asked so often that the way round is too long."""
    inner = element.find(f"{prefix}text")
    return "" if inner is None else "".join(map(str, inner.itertext())).strip()
