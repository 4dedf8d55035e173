"""Type expressions: `number`, `list<string>`, `range<date>`, `context<a: number>`, `function<number>->string`."""

from .cursor import Cursor
from .declared_types import ContextType, FunctionType, ListType, NamedType, RangeType, Type
from .limits import NESTING, FeelLimitExceeded
from .names import NameTable

_LONG = NameTable(
    [
        "years and months duration",
        "days and time duration",
        "date and time",
        "day-time duration",
        "year-month duration",
    ]
)


def read_type(cursor: Cursor, depth: int = 0) -> Type:
    """Read the type that stands at the cursor."""
    if depth > NESTING:
        raise FeelLimitExceeded(f"Expected at most {NESTING} types inside each other, but there were more")
    name = _type_name(cursor)
    if name == "list" and cursor.accept("<"):
        return ListType(_last(cursor, depth))
    if name == "range" and cursor.accept("<"):
        return RangeType(_last(cursor, depth))
    if name == "context" and cursor.accept("<"):
        return _context(cursor, depth)
    if name == "function" and cursor.accept("<"):
        return _function(cursor, depth)
    return NamedType(name)


def _type_name(cursor: Cursor) -> str:
    name, length = _LONG.longest(cursor.tokens.items, cursor.index)
    cursor.index += length
    name = name or cursor.known_type()
    if name:
        return name
    if cursor.token.kind != "name":
        raise cursor.error("这里应当是一个类型", "a type was expected here")
    name = cursor.token.text
    cursor.index += 1
    while cursor.sees("."):
        cursor.index += 1
        name += "." + cursor.path_name()
    return name


def _last(cursor: Cursor, depth: int) -> Type:
    inner = read_type(cursor, depth + 1)
    cursor.expect(">")
    return inner


def _context(cursor: Cursor, depth: int) -> ContextType:
    fields: list[tuple[str, Type]] = []
    while not cursor.accept(">"):
        if fields:
            cursor.expect(",")
        name = cursor.declared_name(":")
        cursor.expect(":")
        fields.append((name, read_type(cursor, depth + 1)))
    return ContextType(tuple(fields))


def _function(cursor: Cursor, depth: int) -> FunctionType:
    parameters: list[Type] = []
    while not cursor.accept(">"):
        if parameters:
            cursor.expect(",")
        parameters.append(read_type(cursor, depth + 1))
    cursor.expect("->")
    return FunctionType(tuple(parameters), read_type(cursor, depth + 1))
