"""The elements of BPMN 2.0 and their attributes and children, from the schema of the standard itself."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from lxml import etree

XSD = "{http://www.w3.org/2001/XMLSchema}"
SCHEMA = files("SpiffWorkflow.bpmn.parser") / "schema"
# Built-in types of attributes, and a value that is not what the standard takes when nothing is written.
SAMPLES = {"xsd:boolean": "true", "xsd:integer": "2", "xsd:int": "2"}


@cache
def _roots() -> tuple[etree._Element, ...]:
    names = ("BPMN20.xsd", "Semantic.xsd")
    return tuple(etree.fromstring((SCHEMA / name).read_bytes()) for name in names)


@cache
def _types() -> dict[str, etree._Element]:
    return {node.get("name", ""): node for root in _roots() for node in root.iterchildren(f"{XSD}complexType")}


@cache
def _choices() -> dict[str, list[str]]:
    """The values of each enumeration."""
    return {
        node.get("name", ""): [value.get("value", "") for value in node.iter(f"{XSD}enumeration")]
        for root in _roots()
        for node in root.iterchildren(f"{XSD}simpleType")
    }


@cache
def _globals() -> dict[str, etree._Element]:
    return {node.get("name", ""): node for root in _roots() for node in root.iterchildren(f"{XSD}element")}


def _plain(name: str | None) -> str:
    return (name or "").rpartition(":")[2]


def _stands_for(name: str) -> Iterator[str]:
    """The elements that may stand where the schema names this one."""
    if name not in _globals():
        return  # the drawing, which has a schema of its own
    if _globals()[name].get("abstract") != "true":
        yield name
    for other, node in _globals().items():
        if _plain(node.get("substitutionGroup")) == name:
            yield from _stands_for(other)


def _parts(type_name: str, kind: str) -> Iterator[etree._Element]:
    found = _types().get(type_name)
    if found is None:
        return
    for extension in found.iter(f"{XSD}extension"):
        yield from _parts(_plain(extension.get("base")), kind)
    yield from found.iter(f"{XSD}{kind}")


def type_of(name: str) -> str:
    """The type of a global element, or of the one local element of that name."""
    if name in _globals():
        found = _plain(_globals()[name].get("type"))
    else:
        nodes = (node for kind in _types() for node in _parts(kind, "element") if node.get("name") == name)
        local = {_plain(node.get("type")) for node in nodes}
        found = next((one for one in sorted(local) if one in _types()), "")
    # An expression that is executed says in which language it is written.
    return "tFormalExpression" if found == "tExpression" else found


def attributes(name: str) -> dict[str, list[str]]:
    """The attributes of an element, each with values to try."""
    found = {}
    for node in _parts(type_of(name), "attribute"):
        written = node.get("type", "")
        values = _choices().get(_plain(written)) or [SAMPLES.get(written, "x")]
        found[node.get("name", "")] = values
    return {key: values for key, values in found.items() if key}


def children(name: str) -> set[str]:
    """The elements that may stand inside an element."""
    found: set[str] = set()
    for node in _parts(type_of(name), "element"):
        if node.get("ref"):
            found.update(_stands_for(_plain(node.get("ref"))))
        else:
            found.add(node.get("name", ""))
    return found


@cache
def elements() -> set[str]:
    """All elements of the standard that a file may hold, down from its root."""
    found, ahead = set(), ["definitions"]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += children(name)
    return found


@cache
def _validator() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMA / "BPMN20.xsd")))


def is_valid(root: etree._Element) -> bool:
    """Whether a file is as the schema says."""
    _validator().assertValid(root)
    return True
