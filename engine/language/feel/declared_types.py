"""Types as they are written: `number`, `list<string>`, `context<a: number>`, `function<number>->string`."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class NamedType:
    """number, string, date … Any, Null, or a type that a model declares."""

    name: str


@dataclass(frozen=True, slots=True)
class ListType:
    item: "Type"


@dataclass(frozen=True, slots=True)
class RangeType:
    end: "Type"


@dataclass(frozen=True, slots=True)
class ContextType:
    fields: tuple[tuple[str, "Type"], ...]


@dataclass(frozen=True, slots=True)
class FunctionType:
    parameters: tuple["Type", ...]
    result: "Type"


Type: TypeAlias = NamedType | ListType | RangeType | ContextType | FunctionType
