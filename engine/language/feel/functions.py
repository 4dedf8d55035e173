"""How functions are declared and called: overloads, named arguments, and the conversions FEEL makes on the way.

The rule: arguments that fit no overload give null and a warning; a body only ever sees arguments of the declared types.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from .limits import FITTING, charge, charge_text
from .notices import Position, null_because, warnings_wanted
from .values import (
    ARITHMETIC_ERRORS,
    FarDate,
    FarMoment,
    FineTime,
    Function,
    LongDuration,
    Overload,
    Parameter,
    Range,
    Value,
    YearsMonths,
    chinese_kind,
    kind,
)

Body = Callable[..., Value]
NOWHERE = Position(1, 1)

_CLASSES: dict[str, frozenset[type]] = {
    "number": frozenset({Decimal}),
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "date": frozenset({dt.date, FarDate}),
    "time": frozenset({dt.time, FineTime}),
    "moment": frozenset({dt.datetime, FarMoment}),
    "days": frozenset({dt.timedelta, LongDuration}),
    "months": frozenset({YearsMonths}),
    "list": frozenset({list}),
    "context": frozenset({dict}),
    "range": frozenset({Range}),
    "function": frozenset({Function}),
    "null": frozenset({type(None)}),
}


class Library:
    """Built-in functions by name, gathered from the modules that declare them."""

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}

    def add(self, name: str, *signatures: str) -> Callable[[Body], Body]:
        """Declare a function, or further overloads of it.

        A signature reads `string: string, start position: number, length?: number`; alternatives of type are joined by
        "|", "?" marks what may be left out or null, a name ending in "..." takes all further arguments. Types beside
        FEEL's own: any, moment (date and time), days and months (the two durations).
        """

        def declare(body: Body) -> Body:
            known = self.functions.get(name)
            overloads = tuple(_overload(signature, body) for signature in signatures)
            self.functions[name] = Function(name, (known.overloads if known else ()) + overloads)
            return body

        return declare


def _overload(signature: str, body: Body) -> Overload:
    parts = [part.strip() for part in signature.split(",")] if signature else []
    parameters = [_parameter(part) for part in parts]
    return Overload(tuple(parameters), body, variadic="...:" in signature)


def _parameter(text: str) -> Parameter:
    name, _, types = text.partition(":")
    words = types.strip().split("|")
    classes = None if words == ["any"] else frozenset[type]().union(*(_CLASSES[word] for word in words))
    return Parameter(name.strip(" .?"), classes, optional=name.strip().endswith("?"))


def make_function(name: str, parameters: Iterable[str], body: Body) -> Function:
    """A function of ours that expressions may call: a business knowledge model, a lookup in a register."""
    return Function(name, (Overload(tuple(Parameter(parameter) for parameter in parameters), body),))


def call(
    function: Value,
    positional: Sequence[Value] = (),
    named: Mapping[str, Value] | None = None,
    at: Position = NOWHERE,
) -> Value:
    """Call with positional or with named arguments; null if they do not fit or the function fails on them."""
    if not isinstance(function, Function):
        return null_because(at, f"{chinese_kind(function)}不能当作函数使用", f"a {kind(function)} is no function")
    charge(FITTING)
    for overload in function.overloads:
        arguments = _fit(overload, positional) if named is None else _fit_named(overload, named)
        if arguments is not None:
            return _run(function, overload.body, arguments, at)
    return _unfit(function, positional if named is None else list(named.values()), at)


def _run(function: Function, body: Body, arguments: list[Value], at: Position) -> Value:
    try:
        return body(*arguments)
    except ARITHMETIC_ERRORS:
        return null_because(
            at, f"函数“{function.name}”对这些值没有结果", f"“{function.name}” has no result for these values"
        )


def _unfit(function: Function, arguments: Sequence[Value], at: Position) -> Value:
    if not warnings_wanted():
        return None
    given, chinese = ", ".join(map(kind, arguments)), "、".join(map(chinese_kind, arguments))
    return null_because(
        at, f"函数“{function.name}”不接受这样的参数（{chinese}）", f"“{function.name}” does not take ({given})"
    )


def _fit(overload: Overload, given: Sequence[Value]) -> list[Value] | None:
    """The arguments as the body takes them, or None if they do not fit."""
    parameters = overload.parameters
    if len(given) > len(parameters) and not overload.variadic:
        return None
    arguments: list[Value] = []
    for index, parameter in enumerate(parameters):
        if index >= len(given):
            if not parameter.optional:
                return None
            arguments.append(None)
        elif not _fits(parameter, given[index], arguments):
            return None
    for extra in given[len(parameters) :]:
        if not _fits(parameters[-1], extra, arguments):
            return None
    return arguments


def _fit_named(overload: Overload, named: Mapping[str, Value]) -> list[Value] | None:
    if not named.keys() <= {parameter.name for parameter in overload.parameters}:
        return None
    arguments: list[Value] = []
    for parameter in overload.parameters:
        if parameter.name not in named:
            if not parameter.optional:
                return None
            arguments.append(None)
        elif not _fits(parameter, named[parameter.name], arguments):
            return None
    return arguments


def _fits(parameter: Parameter, value: Value, arguments: list[Value]) -> bool:
    """Append the value, converted between a single value and a list of one where FEEL does so."""
    types = parameter.types
    if types is None or type(value) in types or (value is None and parameter.optional):
        arguments.append(value)
        if type(value) is str:
            charge_text(len(value))
    elif list in types and value is not None:
        arguments.append([value])
    elif isinstance(value, list) and len(value) == 1 and type(value[0]) in types:
        arguments.append(value[0])
    else:
        return False
    return True
