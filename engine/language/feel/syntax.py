"""The syntax tree of FEEL: what the parser reads and what closures are built from.

The rule: a node holds only what was written and where (`at`); it knows nothing of values in a context.
"""

from dataclasses import dataclass
from typing import TypeAlias

from .declared_types import Type
from .notices import Position
from .values import Value


@dataclass(frozen=True, slots=True)
class Node:
    """Anything that stands somewhere in the text."""

    at: Position


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, string, boolean, null or @-literal."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable or function, looked up when evaluated. `?` is the input of a unary test."""

    name: str


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    """`{key: expression, …}`; an entry sees those before it."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    """`[low..high)`."""

    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class UnaryRangeOf(Node):
    """`(< 5)`, a range written as a comparison."""

    operator: str
    end: Node


@dataclass(frozen=True, slots=True)
class Negation(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`operator` is + - * / or **."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`operator` is = != < <= > or >=."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """`value in tests`: true if any test holds."""

    value: Node
    tests: tuple["Test", ...]


@dataclass(frozen=True, slots=True)
class Conjunction(Node):
    """Operands joined by `and`."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Disjunction(Node):
    """Operands joined by `or`."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Loop:
    """`name in source` or `name in source..end`."""

    name: str
    source: Node
    end: Node | None


@dataclass(frozen=True, slots=True)
class For(Node):
    loops: tuple[Loop, ...]
    result: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some` or, if `every`, `every`."""

    every: bool
    loops: tuple[Loop, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    """`function(parameters) body`; the body of an external function is None."""

    parameters: tuple[tuple[str, Type | None], ...]
    body: Node | None


@dataclass(frozen=True, slots=True)
class Call(Node):
    """Arguments are all positional or all named."""

    function: Node
    positional: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Path(Node):
    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`source[condition]`: an item by its number, or all items for which the condition holds."""

    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class OperatorTest(Node):
    """`< 5` in a cell or after `in`."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class ValueTest(Node):
    """A value, list, range, or condition over `?` in a cell or after `in`."""

    expression: Node


Test: TypeAlias = OperatorTest | ValueTest


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """A cell of a decision table. No tests at all means `-`: anything will do."""

    tests: tuple[Test, ...]
    negated: bool
