"""What the names in a condition are compared with: the answers that it tells apart.

The rule: a name that is used in any other way than compared with a value written out is opaque.
"""

from collections.abc import Mapping
from dataclasses import fields

from . import syntax
from .expression import Expression
from .syntax import Node
from .values import Value

OPAQUE = None
Compared = Mapping[str, tuple[Value, ...] | None]


def compared(expression: Expression) -> Compared:
    """Each name that the condition needs, with the values that it is compared with, or OPAQUE."""
    found: dict[str, list[Value]] = {name: [] for name in expression.names}
    opaque: set[str] = set()
    waiting = [expression.tree]
    while waiting:
        node = waiting.pop()
        pair = _pair(node)
        parts = _truths_in(node)
        if pair is not None:
            found.setdefault(pair[0], []).append(pair[1])
        elif parts is not None:
            waiting.extend(parts)
        else:
            opaque |= _names_in(node)
    return {name: OPAQUE if name in opaque else tuple(values) for name, values in found.items()}


def _pair(node: Node) -> tuple[str, Value] | None:
    """A name and what it is compared with; a name that stands alone is asked whether it is true."""
    if isinstance(node, syntax.Name):
        return node.name, True
    if isinstance(node, syntax.Comparison):
        for name, value in ((node.left, node.right), (node.right, node.left)):
            if isinstance(name, syntax.Name) and isinstance(value, syntax.Literal):
                return name.name, value.value
    return None


def _truths_in(node: Node) -> tuple[Node, ...] | None:
    """The conditions that a condition is made of; None for what is no such thing."""
    if isinstance(node, syntax.Conjunction | syntax.Disjunction):
        return node.operands
    if isinstance(node, syntax.Conditional):
        return node.condition, node.then, node.otherwise
    if isinstance(node, syntax.Literal):
        return ()
    if isinstance(node, syntax.Call) and isinstance(node.function, syntax.Name) and node.function.name == "not":
        return node.positional
    return None


def _names_in(node: Node) -> set[str]:
    found: set[str] = set()
    waiting: list[object] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, syntax.Name):
            found.add(part.name)
        elif isinstance(part, tuple):
            waiting.extend(part)
        elif isinstance(part, Node | syntax.Loop):
            waiting.extend(getattr(part, field.name) for field in fields(part))
    return found
