"""What `in` and the cells of decision tables mean.

The rule: a test is true, false or null; tests side by side are joined by “or”. Cells that only list strings or numbers
are looked up in a set.
"""

from collections.abc import Callable
from decimal import Decimal

from . import syntax
from .builder import Build
from .comparison import ORDERS, Truth, either, equals, member, negated, ordered
from .frame import Frame, Run
from .free_names import mentions
from .meaning_of_operators import no_result
from .values import Value

_Check = Callable[[Frame, Value], Truth]


def membership(node: syntax.Membership, build: Build) -> Run:
    value = build(node.value)
    check = _any_of(node.tests, build, in_cell=False)
    return lambda frame: check(frame, value(frame))


def unary_tests(node: syntax.UnaryTests, build: Build) -> Run:
    """A cell: the value tested is the variable `?`."""
    if not node.tests:
        return lambda frame: True
    check = _any_of(node.tests, build, in_cell=True)
    if node.negated:
        return lambda frame: negated(check(frame, frame.variables.get("?")))
    return lambda frame: check(frame, frame.variables.get("?"))


def _any_of(tests: tuple[syntax.Test, ...], build: Build, *, in_cell: bool) -> _Check:
    literals = literal_values(tests)
    if literals is not None:
        return _one_of(literals)
    checks = [_test(test, build, in_cell=in_cell) for test in tests]
    if len(checks) == 1:
        return checks[0]

    def run(frame: Frame, value: Value) -> Truth:
        answer: Truth = False
        for check in checks:
            answer = either(answer, check(frame, value))
            if answer:
                return True
        return answer

    return run


def literal_values(tests: tuple[syntax.Test, ...]) -> frozenset[Value] | None:
    """The strings, or the numbers, that the tests list; None if they ask for anything else."""
    found: set[Value] = set()
    for test in tests:
        if not isinstance(test, syntax.ValueTest) or not isinstance(test.expression, syntax.Literal):
            return None
        found.add(test.expression.value)
    kinds = {type(value) for value in found}
    return frozenset(found) if kinds in ({str}, {Decimal}) else None


def _one_of(values: frozenset[Value]) -> _Check:
    wanted = type(next(iter(values)))

    def run(frame: Frame, value: Value) -> Truth:
        if type(value) is wanted:
            return value in values
        return either(False, _listed(value, values))

    return run


def _listed(value: Value, values: frozenset[Value]) -> Truth:
    """A value of another type: null is none of them, a list may hold one of them."""
    answer: Truth = False
    for candidate in values:
        answer = either(answer, member(value, candidate))
    return answer


def _test(test: syntax.Test, build: Build, *, in_cell: bool) -> _Check:
    if isinstance(test, syntax.OperatorTest):
        return _operator_test(test, build)
    expression = build(test.expression)
    if not in_cell or isinstance(test.expression, syntax.Literal):
        return lambda frame, value: member(value, expression(frame))
    if mentions(test.expression, "?"):
        return lambda frame, value: _verdict(value, expression(frame))
    return lambda frame, value: _cell(value, expression(frame))


def _verdict(value: Value, answer: Value) -> Truth:
    """What an expression over `?` says: its truth, or, if it is no condition, what the value is compared with."""
    return answer if answer is None or isinstance(answer, bool) else member(value, answer)


def _cell(value: Value, answer: Value) -> Truth:
    """A cell without `?` is compared with the value, unless it is a condition and the value is no truth.

    A written `true` is no condition: it is never met by an answer that was not given.
    """
    if isinstance(answer, bool) and not isinstance(value, bool):
        return answer
    return member(value, answer)


def _operator_test(test: syntax.OperatorTest, build: Build) -> _Check:
    sign, at, operand = test.operator, test.at, build(test.operand)
    if sign == "=":
        return lambda frame, value: equals(value, operand(frame))
    if sign == "!=":
        return lambda frame, value: negated(equals(value, operand(frame)))
    order = ORDERS[sign]

    def run(frame: Frame, value: Value) -> Truth:
        end = operand(frame)
        if type(value) is Decimal and type(end) is Decimal:
            return order(value, end)
        truth = ordered(sign, value, end)
        if truth is None:
            no_result(at, sign, value, end)
        return truth

    return run
