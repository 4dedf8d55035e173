"""Types: what `instance of` answers, and what fits a declared parameter.

The rule: null is an instance of Null only, yet it may be given wherever any type is declared.
"""

import datetime as dt
from collections.abc import Mapping

from . import moments, syntax
from .declared_types import ContextType, FunctionType, ListType, NamedType, RangeType, Type
from .frame import MISSING
from .limits import COMPARED_ITEM, charge
from .names import needs_knowing
from .values import CHINESE_KINDS, Function, Range, Value, kind

_ALIASES = {
    "day-time duration": "days and time duration",
    "year-month duration": "years and months duration",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "dateTime": "date and time",
}
ANY = NamedType("Any")
NULL = NamedType("Null")
MOMENT = NamedType("date and time")


class TypeTable:
    """The types that a model declares by name. Two tables are the same only if they are one object."""

    def __init__(self, types: Mapping[str, Type] | None = None) -> None:
        self.types: dict[str, Type] = dict(types or {})
        self.long_names = frozenset(name for name in self.types if needs_knowing(name))

    def resolve(self, wanted: Type) -> Type | None:
        """The type behind a name: one of FEEL's own or a structure; None for a name that nobody declared."""
        seen: set[str] = set()
        while isinstance(wanted, NamedType) and wanted.name not in seen:
            name = _ALIASES.get(wanted.name, wanted.name)
            if name in _OWN:
                return NamedType(name)
            seen.add(wanted.name)
            declared = self.types.get(wanted.name)
            if declared is None:
                return None
            wanted = declared
        return None if isinstance(wanted, NamedType) else wanted


_OWN = frozenset({"Any", "Null", *CHINESE_KINDS} - {"null"})
NO_TYPES = TypeTable()


def is_instance(value: Value, wanted: Type, table: TypeTable = NO_TYPES) -> bool | None:
    """`value instance of wanted`; None for a type that nobody knows."""
    known = table.resolve(wanted)
    if known is None:
        return None
    if isinstance(known, NamedType):
        return _is_named(value, known.name)
    charge(COMPARED_ITEM)
    if isinstance(known, ListType):
        return isinstance(value, list) and all(_holds(item, known.item, table) for item in value)
    if isinstance(known, RangeType):
        return isinstance(value, Range) and all(_holds(end, known.end, table) for end in (value.low, value.high))
    if isinstance(known, ContextType):
        return isinstance(value, dict) and all(
            name in value and _holds(value[name], declared, table) for name, declared in known.fields
        )
    return _is_function(value, known, table)


def _holds(value: Value, wanted: Type, table: TypeTable) -> bool:
    """A part may be null whatever its type."""
    return value is None or is_instance(value, wanted, table) is True


def _is_named(value: Value, name: str) -> bool:
    if name == "Any":
        return value is not None
    if name == "Null":
        return value is None
    return value is not None and kind(value) == name


def _is_function(value: Value, wanted: FunctionType, table: TypeTable) -> bool:
    if not isinstance(value, Function) or len(value.parameters) != len(wanted.parameters):
        return False
    return value.type is None or conforms(value.type, wanted, table)


def conforms(actual: Type, wanted: Type, table: TypeTable = NO_TYPES) -> bool:
    """Whether every value of one type may stand where the other is wanted."""
    known, asked = table.resolve(actual), table.resolve(wanted)
    if known in {ANY, NULL} or asked == ANY or known == asked:
        return asked is not None
    if isinstance(known, ListType) and isinstance(asked, ListType):
        return conforms(known.item, asked.item, table)
    if isinstance(known, RangeType) and isinstance(asked, RangeType):
        return conforms(known.end, asked.end, table)
    if isinstance(known, ContextType) and isinstance(asked, ContextType):
        has = dict(known.fields)
        return all(name in has and conforms(has[name], field, table) for name, field in asked.fields)
    if isinstance(known, FunctionType) and isinstance(asked, FunctionType):
        return _function_conforms(known, asked, table)
    return False


def _function_conforms(known: FunctionType, asked: FunctionType, table: TypeTable) -> bool:
    """A function may take more than is asked of it, and must not answer more than is wanted."""
    return (
        len(known.parameters) == len(asked.parameters)
        and all(
            has == ANY or conforms(given, has, table)
            for given, has in zip(asked.parameters, known.parameters, strict=True)
        )
        and conforms(known.result, asked.result, table)
    )


def shown_type(node: syntax.Node) -> Type:
    """The type that an expression shows without being evaluated; Any where it shows none."""
    if isinstance(node, syntax.Literal):
        return NULL if node.value is None else NamedType(kind(node.value))
    if isinstance(node, syntax.ContextOf):
        return ContextType(tuple((key, shown_type(value)) for key, value in node.entries))
    if isinstance(node, syntax.ListOf):
        items = {shown_type(item) for item in node.items}
        return ListType(items.pop() if len(items) == 1 else ANY)
    if isinstance(node, syntax.FunctionOf):
        return function_type(node)
    if isinstance(node, syntax.Comparison | syntax.Between | syntax.Membership | syntax.InstanceOf):
        return NamedType("boolean")
    return ANY


def function_type(node: syntax.FunctionOf) -> FunctionType:
    """What a function definition declares of its parameters and shows of its result."""
    parameters = tuple(declared or ANY for _, declared in node.parameters)
    return FunctionType(parameters, ANY if node.body is None else shown_type(node.body))


def coerced(value: Value, wanted: Type, table: TypeTable = NO_TYPES) -> object:
    """The value as a variable or parameter of that type takes it, or MISSING if it does not fit.

    FEEL turns a list of one into its item, an item into a list of one, and a date into its midnight in UTC.
    """
    if value is None or is_instance(value, wanted, table):
        return value
    known = table.resolve(wanted)
    if isinstance(value, list) and len(value) == 1 and is_instance(value[0], wanted, table):
        return value[0]
    if isinstance(known, ListType) and is_instance(value, known.item, table):
        return [value]
    if known == MOMENT and kind(value) == "date":
        return moments.make_moment(value, moments.make_time(0, 0, 0, zone=dt.UTC))  # type: ignore[arg-type]
    return MISSING
