"""Types: what `instance of` answers, and what fits a declared parameter.

The rule: null is an instance of Null only, yet it may be given wherever any type is declared.
"""

from .frame import MISSING
from .syntax import ContextType, FunctionType, ListType, NamedType, RangeType, Type
from .values import Function, Range, Value, kind

_ALIASES = {"day-time duration": "days and time duration", "dayTimeDuration": "days and time duration"}


def is_instance(value: Value, wanted: Type) -> bool | None:
    """`value instance of wanted`; None for a type that nobody knows."""
    if isinstance(wanted, NamedType):
        return _is_named(value, wanted.name)
    if isinstance(wanted, ListType):
        return isinstance(value, list) and all(_holds(item, wanted.item) for item in value)
    if isinstance(wanted, RangeType):
        return isinstance(value, Range) and all(_holds(end, wanted.end) for end in (value.low, value.high))
    if isinstance(wanted, ContextType):
        return isinstance(value, dict) and all(
            name in value and _holds(value[name], declared) for name, declared in wanted.fields
        )
    return _is_function(value, wanted)


def _holds(value: Value, wanted: Type) -> bool:
    """A part may be null whatever its type."""
    return value is None or is_instance(value, wanted) is True


def _is_named(value: Value, name: str) -> bool | None:
    if name == "Any":
        return value is not None
    if name == "Null":
        return value is None
    if value is None:
        return False
    return kind(value) == _ALIASES.get(name, name)


def _is_function(value: Value, wanted: FunctionType) -> bool:
    return isinstance(value, Function) and len(value.parameters) == len(wanted.parameters)


def coerced(value: Value, wanted: Type) -> object:
    """The value as a parameter of that type takes it, or MISSING if it does not fit."""
    if value is None or is_instance(value, wanted):
        return value
    if isinstance(value, list) and len(value) == 1 and is_instance(value[0], wanted):
        return value[0]
    if isinstance(wanted, ListType) and is_instance(value, wanted.item):
        return [value]
    return MISSING
