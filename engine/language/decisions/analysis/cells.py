"""What a cell asks of its column, read from the tree of its FEEL: the plain values at which its answer can change.

A cell of comparisons, ranges and lists over plain values, joined by `and`, `or` and `not`, answers the same for all
values between two neighbouring ones that it mentions; so asking it there once is asking it everywhere. The rule: a
cell that calls functions or looks at other variables is unknown, and nothing is claimed of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.language import feel
from engine.language.feel import Expression, Function, Value, syntax
from engine.language.feel.syntax import Node

# More would make asking between all of them slow; lists of plain values are exempt, they are looked up.
_MOST_ENDS = 200
# The built-in functions with which people write values that have no literal of their own.
_WRITERS = frozenset({"date", "time", "date and time", "duration", "years and months duration"})
_EQUALITY = frozenset({"=", "!="})
_INPUT = "?"


@dataclass(frozen=True, slots=True)
class Test:
    """A cell that is understood. `points`: the values it names as such; `ends`: those with which it compares.

    `empty_too`: it speaks of null. `missing`: a written value that does not exist, such as the 30th of February.
    """

    expression: Expression
    points: tuple[Value, ...]
    ends: tuple[Value, ...]
    empty_too: bool
    missing: bool

    @property
    def values(self) -> tuple[Value, ...]:
        return self.points + self.ends

    def accepts(self, value: Value) -> bool:
        """Whether the cell applies to a value of its column."""
        return self.expression({_INPUT: value}) is True


def read(expression: Expression) -> Test | None:
    """What a cell asks; None where that cannot be known from the cell alone."""
    tree = expression.tree
    if not isinstance(tree, syntax.UnaryTests) or expression.names:
        return None
    found = _Reading()
    if not found.tests(tree.tests):
        return None
    if len(found.ends) > _MOST_ENDS or (len(found.points) > _MOST_ENDS and not _lists(tree)):
        return None
    return Test(expression, tuple(found.points), tuple(found.ends), found.empty_too, found.missing)


class NotPlain(Exception):
    """The text is no plain value."""


def plain(node: Node) -> Value:
    """The value that is written there: a literal, date("…") and its like, or a list or context of such.

    Raises NotPlain for everything else.
    """
    if isinstance(node, syntax.Literal):
        return node.value
    if isinstance(node, syntax.ListOf):
        return [plain(item) for item in node.items]
    if isinstance(node, syntax.ContextOf):
        return {key: plain(value) for key, value in node.entries}
    if isinstance(node, syntax.Call) and isinstance(node.function, syntax.Name) and node.function.name in _WRITERS:
        function: Function = feel.BUILT_IN[node.function.name]
        named = {name: plain(each) for name, each in node.named}
        return feel.call(function, [plain(each) for each in node.positional], named or None)
    raise NotPlain


@dataclass
class _Reading:
    """Walks a cell; each method answers whether that part is understood."""

    points: list[Value] = field(default_factory=list)
    ends: list[Value] = field(default_factory=list)
    empty_too: bool = False
    missing: bool = False

    def tests(self, tests: Iterable[syntax.Test]) -> bool:
        return all(self._test(test) for test in tests)

    def _test(self, test: syntax.Test) -> bool:
        if isinstance(test, syntax.OperatorTest):
            return self._value(test.operand, point=test.operator in _EQUALITY)
        return self._members(test.expression) or self._condition(test.expression)

    def _members(self, node: Node) -> bool:
        """A value, a range, or a list of them, in which the input is sought."""
        if isinstance(node, syntax.RangeOf):
            return self._value(node.low) and self._value(node.high)
        if isinstance(node, syntax.UnaryRangeOf):
            return self._value(node.end, point=node.operator in _EQUALITY)
        if isinstance(node, syntax.ListOf):
            return all(self._members(item) for item in node.items)
        return self._value(node, point=True)

    def _condition(self, node: Node) -> bool:
        """A condition over `?`."""
        if isinstance(node, syntax.Conjunction | syntax.Disjunction):
            return all(self._condition(each) for each in node.operands)
        if isinstance(node, syntax.Call):
            negates = isinstance(node.function, syntax.Name) and node.function.name == "not"
            return negates and len(node.positional) == 1 and self._condition(node.positional[0])
        if isinstance(node, syntax.Comparison):
            other = node.right if _is_input(node.left) else node.left if _is_input(node.right) else None
            return other is not None and self._value(other, point=node.operator in _EQUALITY)
        if isinstance(node, syntax.Between):
            return _is_input(node.value) and self._value(node.low) and self._value(node.high)
        return isinstance(node, syntax.Membership) and _is_input(node.value) and self.tests(node.tests)

    def _value(self, node: Node, *, point: bool = False) -> bool:
        try:
            value = plain(node)
        except NotPlain:
            return False
        if isinstance(value, list | dict | feel.Range):
            return False
        if value is None:
            self.empty_too = True
            self.missing = self.missing or not isinstance(node, syntax.Literal)
        else:
            (self.points if point else self.ends).append(value)
        return True


def _is_input(node: Node) -> bool:
    return isinstance(node, syntax.Name) and node.name == _INPUT


def _lists(tree: syntax.UnaryTests) -> bool:
    """Whether the cell only lists literals."""
    return all(
        isinstance(each, syntax.ValueTest) and isinstance(each.expression, syntax.Literal) for each in tree.tests
    )
