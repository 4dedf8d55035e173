"""Boxed expressions 盒式表达式: contexts, lists, relations, functions, invocations, conditionals, iterators, filters.

The rule: a box means what the FEEL text of the same shape means, so the loops are run by FEEL itself (DMN 1.5,
section 10.2.2); any box may stand inside any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.language import feel
from engine.language.decisions.callables import Parameter, callable_of
from engine.language.decisions.logic import Logic, Outcome, Scope
from engine.language.decisions.scopes import nested
from engine.language.decisions.types import Types
from engine.language.feel import Expression, Function, Type, Value


def _quantified(judge: str) -> Expression:
    """Three-valued, and null as soon as one answer is neither yes, no nor unknown (the boxed kind is that strict)."""
    strict = "if every v in answers satisfies (v = null or v instance of boolean) then {judge}(answers) else null"
    text = f"{{answers: for item in domain return body(item, null), verdict: {strict.format(judge=judge)}}}.verdict"
    return feel.compile(text, ("domain", "body"))


_ROUNDS = {
    "for": feel.compile("for item in domain return body(item, partial)", ("domain", "body")),
    "some": _quantified("any"),
    "every": _quantified("all"),
    "filter": feel.compile("domain[body(item, null)]", ("domain", "body")),
}


@dataclass(frozen=True, slots=True)
class Nothing:
    """A decision or box without content; its value is null."""

    names: frozenset[str] = frozenset()

    def decide(self, scope: Scope) -> Outcome:
        return Outcome(None, {})


@dataclass(frozen=True, slots=True)
class LiteralExpression:
    """One FEEL formula 字面表达式."""

    formula: Expression

    @property
    def names(self) -> frozenset[str]:
        return self.formula.names

    def decide(self, scope: Scope) -> Outcome:
        return Outcome(self.formula(scope), {name: scope.get(name) for name in sorted(self.names)})


@dataclass(frozen=True, slots=True)
class Typed:
    """A box that declares the type of its value."""

    logic: Logic
    type: Type
    types: Types

    @property
    def names(self) -> frozenset[str]:
        return self.logic.names

    def decide(self, scope: Scope) -> Outcome:
        outcome = self.logic.decide(scope)
        return Outcome(self.types.fitted(outcome.value, self.type), outcome.seen)


@dataclass(frozen=True, slots=True)
class Context:
    """Entries that see those before them. `result`: what the context is worth where it says so itself."""

    entries: Sequence[tuple[str, Logic]]
    result: Logic | None = None

    @property
    def names(self) -> frozenset[str]:
        known: set[str] = set()
        needed: set[str] = set()
        for name, logic in [*self.entries, *([("", self.result)] if self.result else [])]:
            needed |= logic.names - known
            known.add(name)
        return frozenset(needed)

    def decide(self, scope: Scope) -> Outcome:
        values: Scope = {}
        for name, logic in self.entries:
            values[name] = logic.decide({**scope, **values}).value
        if self.result is None:
            return Outcome(values, _seen(self, scope))
        return Outcome(self.result.decide({**scope, **values}).value, _seen(self, scope))


@dataclass(frozen=True, slots=True)
class Items:
    """A list, each item a box of its own."""

    items: Sequence[Logic]

    @property
    def names(self) -> frozenset[str]:
        return _all_names(self.items)

    def decide(self, scope: Scope) -> Outcome:
        return Outcome([item.decide(scope).value for item in self.items], _seen(self, scope))


@dataclass(frozen=True, slots=True)
class Relation:
    """A table of values: a list of contexts with the same keys."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Logic]]

    @property
    def names(self) -> frozenset[str]:
        return _all_names([cell for row in self.rows for cell in row])

    def decide(self, scope: Scope) -> Outcome:
        values: list[Value] = [
            {column: cell.decide(scope).value for column, cell in zip(self.columns, row, strict=True)}
            for row in self.rows
        ]
        return Outcome(values, _seen(self, scope))


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """A function as a value; `result`: the type that it declares of its answers."""

    parameters: Sequence[Parameter]
    body: Logic
    types: Types
    result: Type | None = None

    @property
    def names(self) -> frozenset[str]:
        return self.body.names - {parameter.name for parameter in self.parameters}

    def decide(self, scope: Scope) -> Outcome:
        return Outcome(self.function("", scope), {})

    def function(self, name: str, around: Mapping[str, Value]) -> Function:
        """The function that sees `around` beside its parameters."""

        def answer(arguments: Mapping[str, Value]) -> Value:
            return self.body.decide({**around, **nested(arguments)}).value

        return callable_of(name, self.parameters, answer, self.types, self.result)


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call with arguments bound by name; a parameter that is not bound is null."""

    function: Logic
    bindings: Mapping[str, Logic]

    @property
    def names(self) -> frozenset[str]:
        return _all_names([self.function, *self.bindings.values()])

    def decide(self, scope: Scope) -> Outcome:
        function = self.function.decide(scope).value
        given = {name: logic.decide(scope).value for name, logic in self.bindings.items()}
        if isinstance(function, Function) and given.keys() <= set(function.parameters):
            required = [each.name for each in function.overloads[0].parameters if not each.optional]
            given = {**dict.fromkeys(required), **given}
        return Outcome(feel.call(function, named=given), _seen(self, scope))


@dataclass(frozen=True, slots=True)
class Conditional:
    condition: Logic
    then: Logic
    otherwise: Logic

    @property
    def names(self) -> frozenset[str]:
        return _all_names([self.condition, self.then, self.otherwise])

    def decide(self, scope: Scope) -> Outcome:
        chosen = self.then if self.condition.decide(scope).value is True else self.otherwise
        return Outcome(chosen.decide(scope).value, _seen(self, scope))


@dataclass(frozen=True, slots=True)
class Rounds:
    """for, some, every and filter. `variable`: the name under which the body sees each item.

    `known`: the names of variables in the file; in a filter, any other is an entry of the item.
    """

    kind: str
    variable: str
    domain: Logic
    body: Logic
    known: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        asked = self.body.names - {self.variable, "partial"}
        return self.domain.names | (asked & self.known if self.kind == "filter" else asked)

    def decide(self, scope: Scope) -> Outcome:
        def body(item: Value, partial: Value) -> Value:
            inside: Scope = {**scope, self.variable: item}
            if self.kind == "for":
                inside["partial"] = partial
            elif self.kind == "filter" and isinstance(item, dict):
                # Inside a filter the entries of the item are names of their own.
                inside = {**scope, **item, **({} if "item" in item else {"item": item})}
            return self.body.decide(inside).value

        domain = self.domain.decide(scope).value
        function = feel.make_function(self.kind, ("item", "partial"), body)
        return Outcome(_ROUNDS[self.kind]({"domain": domain, "body": function}), _seen(self, scope))


def _all_names(boxes: Sequence[Logic]) -> frozenset[str]:
    return frozenset[str]().union(*(box.names for box in boxes))


def _seen(box: Logic, scope: Scope) -> Scope:
    """What a box looked at, for the trace."""
    return {name: scope.get(name) for name in sorted(box.names)}
