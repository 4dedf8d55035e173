"""A syntax tree turned into closures: each node becomes one Python function from a frame to a value.

The rule: a closure never raises for wrong values; it returns null and leaves a warning. What each kind of node means
stands in the `meaning_of_…` modules; this one only knows which function is for which node.
"""

from collections.abc import Callable
from typing import Any

from . import meaning_of_loops, meaning_of_operators, meaning_of_tests, meaning_of_values, syntax
from .frame import Run
from .syntax import Node
from .typing_rules import TypeTable

_MEANINGS: dict[type[Node], Callable[[Any, "Builder"], Run]] = {
    syntax.Literal: meaning_of_values.literal,
    syntax.Name: meaning_of_values.name,
    syntax.ListOf: meaning_of_values.list_of,
    syntax.ContextOf: meaning_of_values.context_of,
    syntax.RangeOf: meaning_of_values.range_of,
    syntax.UnaryRangeOf: meaning_of_values.unary_range_of,
    syntax.Path: meaning_of_values.path,
    syntax.FunctionOf: meaning_of_values.function_of,
    syntax.Call: meaning_of_values.call_of,
    syntax.Negation: meaning_of_operators.negation,
    syntax.Arithmetic: meaning_of_operators.arithmetic,
    syntax.Comparison: meaning_of_operators.comparison,
    syntax.Between: meaning_of_operators.between,
    syntax.Conjunction: meaning_of_operators.conjunction,
    syntax.Disjunction: meaning_of_operators.disjunction,
    syntax.Conditional: meaning_of_operators.conditional,
    syntax.InstanceOf: meaning_of_operators.instance_of,
    syntax.For: meaning_of_loops.for_loop,
    syntax.Quantified: meaning_of_loops.quantified,
    syntax.Filter: meaning_of_loops.filtered,
    syntax.Membership: meaning_of_tests.membership,
    syntax.UnaryTests: meaning_of_tests.unary_tests,
}


_REPEATING = (
    syntax.For,
    syntax.Quantified,
    syntax.Filter,
    syntax.Call,
    syntax.FunctionOf,
    syntax.Path,
    syntax.ContextOf,
    syntax.ListOf,
)


class Builder:
    """Builds closures. `inside` tells whether the node stands in a scope of its own, beyond the given context.

    `weight` counts the nodes built: the price of running them once. `repeats` tells whether anything built may take
    longer than one pass: loops, filters, calls.
    """

    def __init__(self, types: TypeTable, *, inside: bool = False) -> None:
        self.types = types
        self.inside = inside
        self.weight = 0
        self.repeats = False

    def __call__(self, node: Node) -> Run:
        self.weight += 1
        self.repeats = self.repeats or isinstance(node, _REPEATING)
        return _MEANINGS[type(node)](node, self)

    def within(self, node: Node) -> tuple[Run, int]:
        """The closure of a node that stands in a scope of its own, and its weight."""
        inner = Builder(self.types, inside=True)
        run = inner(node)
        self.weight += inner.weight
        self.repeats = self.repeats or inner.repeats
        return run, inner.weight
