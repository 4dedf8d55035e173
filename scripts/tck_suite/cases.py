"""Reading `…-test-*.xml` of the TCK: which decision or function is asked with what, and what it must answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from lxml import etree

from engine.language import feel
from engine.language.feel import Value

_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_NUMBERS = frozenset({"decimal", "double", "integer", "int", "float", "long"})
# How FEEL itself reads what XML Schema writes.
_READERS = {
    "date": "date(text)",
    "time": "time(text)",
    "dateTime": "date and time(text)",
    "duration": "duration(text)",
    "dayTimeDuration": "duration(text)",
    "yearMonthDuration": "duration(text)",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One expected result. `function`: the knowledge model or service to call, "" to decide `name`."""

    suite: str
    case: str
    name: str
    function: str
    inputs: dict[str, Value]
    expected: Value
    model: Path


def questions(suite: Path) -> Iterator[Question]:
    """All expected results of one folder of the TCK."""
    for path in sorted(suite.glob("*-test-*.xml")):
        root = etree.parse(path).getroot()
        model = suite / _text(_child(root, "modelName"))
        for case in _children(root, "testCase"):
            yield from _of_case(suite.name, case, model)


def _of_case(suite: str, case: etree._Element, model: Path) -> Iterator[Question]:
    inputs = {node.get("name", ""): value(node) for node in _children(case, "inputNode")}
    kind = case.get("type", "decision")
    function = case.get("invocableName", "") if kind != "decision" else ""
    for result in _children(case, "resultNode"):
        expected = _child(result, "expected")
        answer = None if expected is None else value(expected)
        yield Question(suite, case.get("id", ""), result.get("name", ""), function, inputs, answer, model)


def value(node: etree._Element) -> Value:
    """The FEEL value of an input or of an expected result."""
    if node.get(_NIL) == "true":
        return None
    listed, single, components = _child(node, "list"), _child(node, "value"), _children(node, "component")
    if listed is not None:
        return None if listed.get(_NIL) == "true" else [value(item) for item in _children(listed, "item")]
    if components:
        return {each.get("name", ""): value(each) for each in components}
    return None if single is None or single.get(_NIL) == "true" else _single(single)


def _single(node: etree._Element) -> Value:
    kind, text = node.get(_TYPE, "xsd:string").rpartition(":")[2], _text(node)
    if kind == "boolean":
        return text.strip() == "true"
    if kind in _NUMBERS:
        return Decimal(text.strip())
    if kind in _READERS:
        return feel.evaluate(_READERS[kind], {"text": text.strip()})
    return text


def _children(parent: etree._Element, tag: str) -> list[etree._Element]:
    return [each for each in parent if isinstance(each.tag, str) and etree.QName(each).localname == tag]


def _child(parent: etree._Element, tag: str) -> etree._Element | None:
    return next(iter(_children(parent, tag)), None)


def _text(node: etree._Element | None) -> str:
    return "" if node is None else node.text or ""
