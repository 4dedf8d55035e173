"""docs/diagrams.md, the page for policy staff: it names every property, service and word of the code, no others.

What the code reads is found in its source, so a property that somebody adds and does not explain fails here.
"""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.casework import services, vocabulary
from engine.connectors import registry
from engine.settings import ROOT

PAGE = Path(ROOT, "docs", "diagrams.md")
# Handed to every template as they are, so they may have any name.
ANY_HEADERS = frozenset({"notice", "webhook", "email", "wechat_work", "register_query"})


@cache
def table(heading: str) -> dict[str, str]:
    """The rows of the table below a heading: the name in the first column, and the whole row."""
    section = PAGE.read_text("utf-8").split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    return {name: line for line in rows for name in re.findall(r"`(\w+)`", line.split("|")[1])}


def trees() -> Iterator[ast.Module]:
    for folder in ("engine", "webapp"):
        sources = (file.read_text("utf-8") for file in Path(ROOT, folder).rglob("*.py"))
        yield from (ast.parse(source) for source in sources if "propert" in source)


def is_properties(node: ast.AST, names: set[str]) -> bool:
    """Does it stand for the properties of an element or field?"""
    if isinstance(node, ast.Attribute):
        return node.attr == "properties"
    return isinstance(node, ast.Name) and node.id in names


def keys_read(tree: ast.Module) -> Iterator[ast.expr]:
    """Whatever is asked of properties: by `get`, in brackets, with `in`, or by a reader that takes both."""
    assigned = (node for node in ast.walk(tree) if isinstance(node, ast.Assign) and is_properties(node.value, set()))
    names = {"properties"} | {str(one.id) for node in assigned for one in node.targets if isinstance(one, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and is_properties(node.value, names):
            yield node.slice
        elif isinstance(node, ast.Compare) and is_properties(node.comparators[0], names):
            yield node.left
        elif isinstance(node, ast.Call):
            asks = isinstance(node.func, ast.Attribute) and node.func.attr == "get"
            if asks and is_properties(node.func.value, names):  # type: ignore[attr-defined]
                yield node.args[0]
            yield from (b for a, b in zip(node.args, node.args[1:], strict=False) if is_properties(a, names))


@cache
def read_by_the_code() -> frozenset[str]:
    """The names; those that stand in a constant, or are handed to a function that asks, are looked up there."""
    modules = list(trees())
    constants: dict[str, set[str]] = defaultdict(set)
    for tree in modules:
        for node in tree.body:
            if isinstance(node, ast.Assign):
                for target, text in paired(node):
                    constants[target].add(text)
    found: set[str] = set()
    for key in (key for tree in modules for key in keys_read(tree)):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            found.add(key.value)
        elif isinstance(key, ast.Name) and key.id.isupper():
            found |= constants[key.id]
    return frozenset(found.union(*map(handed_over, modules)))


def handed_over(tree: ast.Module) -> set[str]:
    """The texts that a module hands to those of its functions that ask for the property they are told."""
    places: dict[str, int] = {}
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        asked = {key.id for key in keys_read(ast.Module([function], [])) if isinstance(key, ast.Name)}
        for n in (n for n, one in enumerate(function.args.args) if one.arg in asked):
            places[function.name] = n
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    given = (call.args[places[call.func.id]] for call in calls if call.func.id in places)  # type: ignore[attr-defined]
    return {str(one.value) for one in given if isinstance(one, ast.Constant)}


def paired(node: ast.Assign) -> Iterator[tuple[str, str]]:
    """Names and texts of `A = "a"` and of `A, B = "a", "b"`."""
    for target in node.targets:
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        for name, value in zip(names, values, strict=False):
            if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield name.id, value.value


@cache
def written() -> dict[str, set[str]]:
    """What the shipped diagrams write: properties of processes and other elements, headers by type of service."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in Path(ROOT, "processes").glob("*.bpmn"):
        root = etree.parse(file).getroot()
        for one in root.iter("{*}property"):
            of_process = one.getparent().getparent().getparent().tag.endswith("}process")
            found["process" if of_process else "element"].add(one.get("name"))
        for asked in root.iter("{*}taskDefinition"):
            found[f"type {asked.get('type')}"] |= {one.get("key") for one in asked.getparent().iter("{*}header")}
    return found


def written_in_forms() -> set[str]:
    """The properties of fields in the shipped forms."""

    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            yield from node.get("properties", ())
        for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from walk(inner)

    return {name for file in Path(ROOT, "forms").glob("*.form") for name in walk(json.loads(file.read_text("utf-8")))}


def test_every_property_is_explained_and_no_other() -> None:
    explained = {*table("Properties of a process"), *table("Properties of an element"), "added"}
    explained |= table("Properties of a form field").keys()
    used = written()
    assert explained == read_by_the_code() | used["process"] | used["element"] | written_in_forms()


def test_each_property_stands_where_the_shipped_files_write_it() -> None:
    used = written()
    assert used["process"] <= table("Properties of a process").keys()
    assert used["element"] <= table("Properties of an element").keys()
    assert written_in_forms() <= table("Properties of a form field").keys()


def test_every_service_is_explained_and_no_other() -> None:
    assert table("Services").keys() == services.inline().keys() | registry.CALLABLE


@pytest.mark.parametrize("service", sorted({*services.inline()} - ANY_HEADERS))
def test_the_headers_that_shipped_diagrams_write_are_explained(service: str) -> None:
    told = set(re.findall(r"`(\w+)`", table("Services")[service].split("|")[3]))
    assert written()[f"type {service}"] - {"messageKey"} <= told


def test_every_name_that_expressions_know_is_explained_and_no_other() -> None:
    assert table("Names that FEEL knows").keys() == vocabulary.CASE_VARIABLES
