"""Which names an expression needs from outside: those that it neither declares nor finds among the built-ins.

The rule: inside a filter a name may be an entry of the item. It is needed only if the caller said that it is known;
until then nobody can tell, and who keeps values for the expression has to keep that one too.
"""

from collections.abc import Collection, Iterator
from dataclasses import fields

from . import syntax
from .syntax import Node

_NONE: frozenset[str] = frozenset()


def free_names(tree: Node, built_in: Collection[str], known: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The top-level names that must come from the context, and those in filters that may."""
    found: set[str] = set()
    doubtful: set[str] = set()
    waiting: list[tuple[Node, frozenset[str], bool]] = [(tree, _NONE, False)]
    while waiting:
        node, declared, filtering = waiting.pop()
        if isinstance(node, syntax.Name):
            needed = node.name not in declared and (node.name not in built_in or node.name in known)
            if needed and not (filtering and node.name == "item"):
                (found if not filtering or node.name in known else doubtful).add(node.name)
            continue
        waiting.extend(_parts(node, declared, filtering))
    return frozenset(found), frozenset(doubtful - found)


def _parts(node: Node, declared: frozenset[str], filtering: bool) -> Iterator[tuple[Node, frozenset[str], bool]]:
    """The parts of a node, each with what is declared there and whether it stands in a filter."""
    if isinstance(node, syntax.ContextOf):
        for key, value in node.entries:
            yield value, declared, filtering
            declared = declared | {key}
    elif isinstance(node, syntax.FunctionOf):
        if node.body is not None:
            yield node.body, declared | {name for name, _ in node.parameters}, filtering
    elif isinstance(node, syntax.For | syntax.Quantified):
        for loop in node.loops:
            yield loop.source, declared, filtering
            if loop.end is not None:
                yield loop.end, declared, filtering
            declared = declared | {loop.name}
        body = node.result if isinstance(node, syntax.For) else node.condition
        yield body, declared | {"partial"} if isinstance(node, syntax.For) else declared, filtering
    elif isinstance(node, syntax.Filter):
        yield node.source, declared, filtering
        yield node.condition, declared, True
    else:
        for part in _children(node):
            yield part, declared, filtering


def _children(node: Node) -> Iterator[Node]:
    for field in fields(node):
        yield from _nodes_in(getattr(node, field.name))


def _nodes_in(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes_in(item)


def _all_names(tree: Node) -> frozenset[str]:
    found: set[str] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, syntax.Name):
            found.add(node.name)
        if isinstance(node, syntax.For | syntax.Quantified):
            waiting.extend(part for loop in node.loops for part in (loop.source, loop.end) if part is not None)
        waiting.extend(_children(node))
    return frozenset(found)


def mentions(tree: Node, name: str) -> bool:
    """Whether that name stands anywhere in the tree."""
    return name in _all_names(tree)
