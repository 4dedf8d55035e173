"""Item definitions 数据类型: the types that a decision file declares, and what happens to a value that does not fit.

The rule: a value that does not fit its declared type, or is none of its allowed values, is null with a warning
(DMN 1.5, section 10.3.2.9.4); nothing is bent further than FEEL's own conversions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.errors import Refusal
from engine.language import feel
from engine.language.feel import (
    ContextType,
    Expression,
    FunctionType,
    ListType,
    NamedType,
    RangeType,
    Type,
    TypeTable,
    Value,
)
from engine.language.feel.syntax import InstanceOf


@dataclass(frozen=True)
class Types:
    """`allowed`: by the name of a type, the tests that each of its values must pass."""

    table: TypeTable = field(default_factory=TypeTable)
    allowed: Mapping[str, Expression] = field(default_factory=dict)

    def named(self, reference: str) -> Type | None:
        """The type behind a `typeRef`; None where it says nothing that we know."""
        wanted = written_type(reference)
        return wanted if wanted is not None and self.knows(wanted) else None

    def knows(self, wanted: Type) -> bool:
        """Whether all names in a type are declared."""
        if isinstance(wanted, NamedType):
            return self.table.resolve(wanted) is not None
        if isinstance(wanted, ListType):
            return self.knows(wanted.item)
        if isinstance(wanted, RangeType):
            return self.knows(wanted.end)
        if isinstance(wanted, ContextType):
            return all(self.knows(part) for _, part in wanted.fields)
        return self.knows(wanted.result) and all(map(self.knows, wanted.parameters))

    def fitted(self, value: Value, wanted: Type | None) -> Value:
        """The value as a variable of that type takes it; null, with a warning, if it does not fit."""
        if wanted is None or value is None:
            return value
        fit = feel.coerced(value, wanted, self.table)
        if fit is feel.MISSING:
            wrong = f"Expected a value of type {_shown(wanted)}, but got a {feel.kind(value)}"
            return feel.null_because(feel.NOWHERE, f"值不符合声明的类型“{_shown(wanted)}”", wrong)
        known: Value = fit  # type: ignore[assignment]
        if self.allowed and not self._allows(known, wanted):
            wrong = f"Expected an allowed value of {_shown(wanted)}, but got another"
            return feel.null_because(feel.NOWHERE, f"值不在“{_shown(wanted)}”的允许范围内", wrong)
        return known

    def _allows(self, value: Value, wanted: Type) -> bool:
        """Whether a value, and all that it holds, passes the tests of its types; null passes all."""
        if value is None:
            return True
        if isinstance(wanted, NamedType):
            tests, behind = self.allowed.get(wanted.name), self.table.types.get(wanted.name)
            if tests is not None and tests({"?": value}) is not True:
                return False
            return behind is None or self._allows(value, behind)
        if isinstance(wanted, ListType) and isinstance(value, list):
            return all(self._allows(item, wanted.item) for item in value)
        if isinstance(wanted, ContextType) and isinstance(value, dict):
            return all(self._allows(value.get(name), part) for name, part in wanted.fields)
        return True

    def converted(self, value: Value, wanted: Type | None) -> Value:
        """As `fitted` for a type that the file declares; for FEEL's own types, what does not fit stays as it is.

        Editors write “string” at each new column of a table, and nobody is made to correct that.
        """
        if wanted is None or value is None:
            return value
        if not isinstance(wanted, NamedType) or wanted.name in self.table.types:
            return self.fitted(value, wanted)
        fit = feel.coerced(value, wanted, self.table)
        return value if fit is feel.MISSING else fit  # type: ignore[return-value]

    def allowed_text(self, wanted: Type | None) -> str:
        """The allowed values of a type, or of its items, as they are written; "" where there are none."""
        while isinstance(wanted, NamedType | ListType):
            if isinstance(wanted, ListType):
                wanted = wanted.item
            elif wanted.name in self.allowed:
                return self.allowed[wanted.name].text
            else:
                wanted = self.table.types.get(wanted.name)
        return ""

    def part(self, wanted: Type | None, key: str) -> Type | None:
        """The type of an entry of a structure, or of the structures in a list."""
        known = wanted and self.table.resolve(wanted)
        if isinstance(known, ListType):
            known = self.table.resolve(known.item)
        return dict(known.fields).get(key) if isinstance(known, ContextType) else None

    def is_function(self, wanted: Type) -> bool:
        known = self.table.resolve(wanted)
        return isinstance(known, FunctionType) or known == NamedType("function")

    def result_of(self, declared: Type | None) -> Type | None:
        """What a function of that type answers; old files declare the type of the answer itself."""
        if declared is None:
            return None
        known = self.table.resolve(declared)
        return known.result if isinstance(known, FunctionType) else declared


def written_type(reference: str) -> Type | None:
    """A `typeRef` as a type: a name with or without prefix, or a type as FEEL writes it; None if it says nothing."""
    text = reference.strip()
    if text.startswith("<"):
        return None  # some editors write <Undefined>
    if not text.endswith(">"):
        name = text.rpartition(":")[2].strip()
        return NamedType(name) if name else None
    try:
        asked = feel.compile(f"null instance of {text}").tree
    except Refusal:
        return NamedType(text)
    return asked.type if isinstance(asked, InstanceOf) else NamedType(text)


def renamed(declared: Type, prefix: str) -> Type:
    """A type of an imported file, as it is called here: names of FEEL's own types stay, others get the prefix."""
    if isinstance(declared, NamedType):
        return declared if TypeTable().resolve(declared) else NamedType(prefix + declared.name)
    if isinstance(declared, ListType):
        return ListType(renamed(declared.item, prefix))
    if isinstance(declared, RangeType):
        return RangeType(renamed(declared.end, prefix))
    if isinstance(declared, ContextType):
        return ContextType(tuple((name, renamed(part, prefix)) for name, part in declared.fields))
    return FunctionType(tuple(renamed(each, prefix) for each in declared.parameters), renamed(declared.result, prefix))


def _shown(wanted: Type) -> str:
    return wanted.name if isinstance(wanted, NamedType) else type(wanted).__name__
