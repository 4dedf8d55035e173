"""Item definitions 数据类型: the types that a decision file declares, and what happens to a value that does not fit.

The rule: a value that does not fit its declared type, or is none of its allowed values, is null with a warning
(DMN 1.5, section 10.3.2.9.4); nothing is bent further than FEEL's own conversions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.language import feel
from engine.language.feel import ContextType, Expression, FunctionType, ListType, NamedType, Type, TypeTable, Value

_DEEPEST = 40


@dataclass(frozen=True)
class Types:
    """`allowed`: by the name of a type, the tests that each of its values must pass."""

    table: TypeTable = field(default_factory=TypeTable)
    allowed: Mapping[str, Expression] = field(default_factory=dict)

    def named(self, reference: str) -> Type | None:
        """The type behind a `typeRef`, without its prefix; None where it says nothing that we know."""
        wanted = NamedType(reference.rpartition(":")[2].strip())
        return wanted if wanted.name and self.table.resolve(wanted) is not None else None

    def fitted(self, value: Value, wanted: Type | None) -> Value:
        """The value as a variable of that type takes it; null, with a warning, if it does not fit."""
        if wanted is None or value is None:
            return value
        fit = feel.coerced(value, wanted, self.table)
        if fit is feel.MISSING:
            wrong = f"Expected a value of type {_shown(wanted)}, but got a {feel.kind(value)}"
            return feel.null_because(feel.NOWHERE, f"值不符合声明的类型“{_shown(wanted)}”", wrong)
        known: Value = fit  # type: ignore[assignment]
        if self.allowed and not self._allows(known, wanted, _DEEPEST):
            wrong = f"Expected an allowed value of {_shown(wanted)}, but got another"
            return feel.null_because(feel.NOWHERE, f"值不在“{_shown(wanted)}”的允许范围内", wrong)
        return known

    def _allows(self, value: Value, wanted: Type, depth: int) -> bool:
        """Whether a value, and all that it holds, passes the tests of its types."""
        if not depth:
            return True
        if isinstance(wanted, NamedType):
            tests, behind = self.allowed.get(wanted.name), self.table.types.get(wanted.name)
            if tests is not None and value is not None and tests({"?": value}) is not True:
                return False
            return behind is None or self._allows(value, behind, depth - 1)
        if isinstance(wanted, ListType) and isinstance(value, list):
            return all(self._allows(item, wanted.item, depth - 1) for item in value)
        if isinstance(wanted, ContextType) and isinstance(value, dict):
            return all(self._allows(value.get(name), part, depth - 1) for name, part in wanted.fields)
        return True

    def result_of(self, declared: Type | None) -> Type | None:
        """What a function of that type answers; old files declare the type of the answer itself."""
        if declared is None:
            return None
        known = self.table.resolve(declared)
        return known.result if isinstance(known, FunctionType) else declared


def _shown(wanted: Type) -> str:
    return wanted.name if isinstance(wanted, NamedType) else type(wanted).__name__
