"""Reading whatever expression stands in a decision, in a function or inside another box."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from lxml import etree

from engine.language import xml
from engine.language.decisions import boxed
from engine.language.decisions.callables import Parameter
from engine.language.decisions.logic import Logic
from engine.language.decisions.source import Source
from engine.language.decisions.table_reading import read_table
from engine.language.feel import Type
from engine.language.feel.limits import NESTING

_Reader = Callable[[etree._Element, str, Source], Logic]


def read_logic(parent: etree._Element, name: str, source: Source, *, beside: frozenset[str] = frozenset()) -> Logic:
    """The one expression inside `parent`, which belongs to the decision or function `name`.

    `beside`: tags that may stand next to it. No expression is null, and so is one that we cannot read: both are noted
    in `source` as problems.
    """
    for child in source.children(parent):
        tag = xml.local_name(child)
        if tag in _READERS:
            return read_expression(child, name, source)
        if tag not in beside and tag not in _ANYWHERE:
            source.complain(parent, f"“{name}”的内容“{tag}”不是 DMN 的表达式")
            return boxed.Nothing()
    source.complain(parent, f"“{name}”没有内容，请填写决策表或表达式")
    return boxed.Nothing()


def read_expression(element: etree._Element, name: str, source: Source) -> Logic:
    """An expression element itself, with the type that it declares."""
    if source.depth >= NESTING:
        source.notice(element, f"“{name}”的内容套得太深，最多 {NESTING} 层")
        return boxed.Nothing()
    source.depth += 1
    logic = _READERS[xml.local_name(element)](element, name, source)
    source.depth -= 1
    return _typed(logic, source.type_of(element), source)


def _typed(logic: Logic, declared: Type | None, source: Source) -> Logic:
    """The box as one of that type; old files declare of a function the type of its answer."""
    if declared is None:
        return logic
    if isinstance(logic, boxed.FunctionDefinition) and not source.types.is_function(declared):
        return replace(logic, result=declared)
    return boxed.Typed(logic, declared, source.types)


def _read_literal_expression(element: etree._Element, name: str, source: Source) -> Logic:
    text = source.text(element)
    if not text:
        source.complain(element, f"“{name}”没有表达式")
    return boxed.LiteralExpression(source.formula(element, text, f"“{name}”"))


def _read_context(element: etree._Element, name: str, source: Source) -> Logic:
    entries: list[tuple[str, Logic]] = []
    for entry in source.children(element, "contextEntry"):
        variable = source.child(entry, "variable")
        key = variable.get("name", "") if variable is not None else ""
        logic = read_logic(entry, key or name, source, beside=frozenset({"variable"}))
        logic = _typed(logic, source.type_of(variable), source)
        if not key:
            return boxed.Context(tuple(entries), logic)
        if key in dict(entries):
            source.complain(entry, f"“{name}”中有两项都叫“{key}”")
        entries.append((key, logic))
    return boxed.Context(tuple(entries))


def _read_list(element: etree._Element, name: str, source: Source) -> Logic:
    return boxed.Items([read_expression(each, name, source) for each in _expressions(element, source)])


def _read_relation(element: etree._Element, name: str, source: Source) -> Logic:
    heads = source.children(element, "column")
    columns, types = [head.get("name", "") for head in heads], [source.type_of(head) for head in heads]
    rows = []
    for number, row in enumerate(source.children(element, "row"), 1):
        cells = [read_expression(cell, name, source) for cell in _expressions(row, source)]
        if len(cells) != len(columns):
            source.complain(row, f"“{name}”第 {number} 行有 {len(cells)} 格，表头有 {len(columns)} 列")
        cells += [boxed.Nothing()] * len(columns)
        rows.append([_typed(cell, declared, source) for cell, declared in zip(cells, types, strict=False)])
    return boxed.Relation(columns, rows)


def _read_table(element: etree._Element, name: str, source: Source) -> Logic:
    """A table; one whose structure is broken is null."""
    before = source.complaints
    table = read_table(element, name, source)
    return table if source.complaints == before else boxed.Nothing()


def read_function(element: etree._Element, name: str, source: Source) -> boxed.FunctionDefinition:
    """A function with its parameters; `element` is a functionDefinition or encapsulatedLogic.

    What is written in Java or PMML is never run: such a function answers null.
    """
    parameters = tuple(
        Parameter(each.get("name", ""), source.type_of(each)) for each in source.children(element, "formalParameter")
    )
    if element.get("kind", "FEEL") != "FEEL":
        source.complain(element, f"函数“{name}”用 {element.get('kind')} 写成，平台只运行 FEEL")
        return boxed.FunctionDefinition(parameters, boxed.Nothing(), source.types)
    body = read_logic(element, name, source, beside=frozenset({"formalParameter"}))
    return boxed.FunctionDefinition(parameters, body, source.types)


def _read_function(element: etree._Element, name: str, source: Source) -> Logic:
    return read_function(element, name, source)


def _read_invocation(element: etree._Element, name: str, source: Source) -> Logic:
    called = next(iter(_expressions(element, source)), None)
    if called is None:
        source.complain(element, f"“{name}”没有写明调用哪个函数")
    function = boxed.Nothing() if called is None else read_expression(called, name, source)
    bindings = {}
    for binding in source.children(element, "binding"):
        parameter = source.child(binding, "parameter")
        key = parameter.get("name", "") if parameter is not None else ""
        given = next(iter(_expressions(binding, source)), None)
        logic = boxed.Nothing() if given is None else read_expression(given, key, source)
        bindings[key] = _typed(logic, source.type_of(parameter), source)
    return boxed.Invocation(function, bindings)


def _read_conditional(element: etree._Element, name: str, source: Source) -> Logic:
    parts = [_read_child(element, tag, name, source) for tag in ("if", "then", "else")]
    return boxed.Conditional(*parts)


def _read_rounds(element: etree._Element, name: str, source: Source) -> Logic:
    kind = xml.local_name(element)
    domain = _read_child(element, "in", name, source)
    body = _read_child(element, _BODIES[kind], name, source)
    return boxed.Rounds(kind, element.get("iteratorVariable", "item"), domain, body, source.names)


def _read_child(element: etree._Element, tag: str, name: str, source: Source) -> Logic:
    """The expression inside the child of that tag."""
    child = source.child(element, tag)
    if child is None:
        source.complain(element, f"“{name}”缺少“{tag}”部分")
        return boxed.Nothing()
    return read_logic(child, name, source)


def _expressions(element: etree._Element, source: Source) -> list[etree._Element]:
    return [child for child in source.children(element) if xml.local_name(child) in _READERS]


_ANYWHERE = frozenset({"description", "extensionElements"})
_BODIES = {"for": "return", "some": "satisfies", "every": "satisfies", "filter": "match"}
_READERS: Mapping[str, _Reader] = {
    "decisionTable": _read_table,
    "literalExpression": _read_literal_expression,
    "context": _read_context,
    "list": _read_list,
    "relation": _read_relation,
    "functionDefinition": _read_function,
    "invocation": _read_invocation,
    "conditional": _read_conditional,
    **dict.fromkeys(_BODIES, _read_rounds),
}
