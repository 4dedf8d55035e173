"""What operators and conditions mean: arithmetic, comparison, three-valued logic, `if`, `between`, `instance of`.

Comparing two numbers or two strings is by far the commonest, so it has a short way of its own.
"""

from decimal import Decimal

from . import syntax
from .arithmetic import negate, operate
from .builder import Build
from .comparison import ORDERS, both, equals, negated, ordered
from .frame import Frame, Run
from .limits import FREE_TEXT
from .notices import Position, null_because
from .typing_rules import is_instance
from .values import ARITHMETIC_ERRORS, NUMBERS, Value, chinese_kind, kind

_QUICK = {"+": NUMBERS.add, "-": NUMBERS.subtract, "*": NUMBERS.multiply}


def negation(node: syntax.Negation, build: Build) -> Run:
    operand, at = build(node.operand), node.at

    def run(frame: Frame) -> Value:
        value = operand(frame)
        try:
            return negate(value)
        except ARITHMETIC_ERRORS:
            return null_because(at, f"{chinese_kind(value)}没有相反数", f"a {kind(value)} cannot be negated")

    return run


def arithmetic(node: syntax.Arithmetic, build: Build) -> Run:
    sign, at = node.operator, node.at
    left, right = build(node.left), build(node.right)
    quick = _QUICK.get(sign)

    def run(frame: Frame) -> Value:
        one, other = left(frame), right(frame)
        try:
            if quick is not None and type(one) is Decimal and type(other) is Decimal:
                return quick(one, other)
            return operate(sign, one, other)
        except ARITHMETIC_ERRORS:
            return no_result(at, sign, one, other)

    return run


def no_result(at: Position, sign: str, one: Value, other: Value) -> Value:
    """Null, because the operator is not defined between such values."""
    return null_because(
        at,
        f"{chinese_kind(one)}与{chinese_kind(other)}之间的“{sign}”没有结果",
        f"“{sign}” between {kind(one)} and {kind(other)} has no result",
    )


def comparison(node: syntax.Comparison, build: Build) -> Run:
    sign, at = node.operator, node.at
    left, right = build(node.left), build(node.right)
    if sign in {"=", "!="}:
        return _equality(left, right, at, unequal=sign == "!=")
    test = ORDERS[sign]
    if isinstance(node.right, syntax.Literal) and type(node.right.value) is Decimal:
        return _against_number(sign, left, node.right.value, at)

    def run(frame: Frame) -> Value:
        one, other = left(frame), right(frame)
        if type(one) is Decimal and type(other) is Decimal:
            return test(one, other)
        truth = ordered(sign, one, other)
        return no_result(at, sign, one, other) if truth is None else truth

    return run


def _against_number(sign: str, left: Run, number: Decimal, at: Position) -> Run:
    test = ORDERS[sign]

    def run(frame: Frame) -> Value:
        value = left(frame)
        return test(value, number) if type(value) is Decimal else no_result(at, sign, value, number)

    return run


def _equality(left: Run, right: Run, at: Position, *, unequal: bool) -> Run:
    sign = "!=" if unequal else "="

    def run(frame: Frame) -> Value:
        one, other = left(frame), right(frame)
        if type(one) is type(other) and (type(one) is Decimal or (type(one) is str and len(one) < FREE_TEXT)):
            return (one == other) is not unequal
        truth = equals(one, other)
        if truth is None:
            return no_result(at, sign, one, other)
        return negated(truth) if unequal else truth

    return run


def between(node: syntax.Between, build: Build) -> Run:
    inner, low, high, at = build(node.value), build(node.low), build(node.high), node.at

    def run(frame: Frame) -> Value:
        value, least, most = inner(frame), low(frame), high(frame)
        truth = both(ordered(">=", value, least), ordered("<=", value, most))
        return no_result(at, "between", value, least) if truth is None else truth

    return run


def conjunction(node: syntax.Conjunction, build: Build) -> Run:
    return _junction([build(operand) for operand in node.operands], stop=False)


def disjunction(node: syntax.Disjunction, build: Build) -> Run:
    return _junction([build(operand) for operand in node.operands], stop=True)


def _junction(operands: list[Run], *, stop: bool) -> Run:
    """`and` stops at the first false, `or` at the first true; null, or no truth value, leaves the rest to decide."""
    go_on = not stop

    def run(frame: Frame) -> Value:
        unknown = False
        for operand in operands:
            truth = operand(frame)
            if truth is stop:
                return stop
            if truth is not go_on:
                unknown = True
        return None if unknown else go_on

    return run


def conditional(node: syntax.Conditional, build: Build) -> Run:
    condition, then, otherwise, at = build(node.condition), build(node.then), build(node.otherwise), node.at

    def run(frame: Frame) -> Value:
        truth = condition(frame)
        if truth is True:
            return then(frame)
        if truth is not False:
            null_because(
                at, "条件既不是真也不是假，按“否则”处理", "the condition is neither true nor false: “else” is taken"
            )
        return otherwise(frame)

    return run


def instance_of(node: syntax.InstanceOf, build: Build) -> Run:
    inner, wanted, table, at = build(node.value), node.type, build.types, node.at

    def run(frame: Frame) -> Value:
        answer = is_instance(inner(frame), wanted, table)
        return null_because(at, "没有这样的类型", "there is no such type") if answer is None else answer

    return run
