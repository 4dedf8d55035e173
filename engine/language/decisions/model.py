"""A file of decisions, ready to decide: each decision asks those that it requires first.

The rule: deciding changes nothing and remembers nothing, so one model serves all cases and threads at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

from engine.errors import ExecutionFailed
from engine.language import feel
from engine.language.decisions.types import Types
from engine.language.feel import Function, Type, Value

Scope = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that applied. `row` counts from 1, as editors show it; `note` is its remark; `outputs` go by column.

    `table` is the decision, function or entry in which the table stands.
    """

    row: int
    rule_id: str
    outputs: Mapping[str, Value]
    note: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a table or another box answers, and what it looked at."""

    value: Value
    seen: Mapping[str, Value]


class Logic(Protocol):
    """What stands inside a decision: a table, a literal expression, a boxed expression."""

    @property
    def names(self) -> frozenset[str]:
        """The variables that it reads."""
        ...

    def decide(self, scope: Scope) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Reference:
    """Something of this file, or of an imported one (`model`: the name of the import, "" = this file)."""

    id: str
    model: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """A name with its declared type."""

    name: str
    type: Type | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `variable`: under which others see its result; `required`: the decisions it asks; `inputs`: the
    input data it declares; `knowledge`: the functions that it may call."""

    id: str
    name: str
    variable: Variable
    logic: Logic
    required: tuple[Reference, ...] = ()
    inputs: tuple[Reference, ...] = ()
    knowledge: tuple[Reference, ...] = ()


class Callable(Protocol):
    """A business knowledge model or a decision service."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def variable(self) -> Variable: ...

    def function(self, model: "Model") -> Function: ...


@dataclass(frozen=True, slots=True)
class Decided:
    """The trace of one decision, for the journal: what each column saw, which rows applied, what it asked before."""

    decision_id: str
    name: str
    value: Value
    inputs: Mapping[str, Value]
    hits: tuple[Hit, ...] = ()
    required: tuple["Decided", ...] = ()


@dataclass(frozen=True)
class Model:
    """All decisions and functions of one file, found by id or by name.

    `ranks`: a decision stands after all of this file that it requires. `problems`: what is wrong in single
    expressions, by element id; they are null. `imports`: other files by the name that this one gives them.
    `known_names`: all names that the file uses, for those that import it.
    """

    id: str
    name: str
    namespace: str
    _decisions: Mapping[str, Decision]
    _callables: Mapping[str, Callable] = field(default_factory=dict)
    _data: Mapping[str, Variable] = field(default_factory=dict)
    _ranks: Mapping[str, int] = field(repr=False, default_factory=dict)
    types: Types = field(repr=False, default_factory=Types)
    imports: Mapping[str, "Model"] = field(repr=False, default_factory=dict)
    problems: Mapping[str, Sequence[str]] = field(repr=False, default_factory=dict)
    known_names: frozenset[str] = field(repr=False, default=frozenset())
    _names: Mapping[str, str] = field(init=False, repr=False)
    _functions: Mapping[str, Function] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = {each.name: each.id for each in self._callables.values()}
        object.__setattr__(self, "_names", {**names, **{each.name: each.id for each in self._decisions.values()}})
        functions = {each.id: each.function(self) for each in self._callables.values()}
        object.__setattr__(self, "_functions", functions)

    @property
    def decisions(self) -> Mapping[str, str]:
        """The ids of the decisions and their names, as they stand in the file."""
        return {decision.id: decision.name for decision in self._decisions.values()}

    @property
    def callables(self) -> Mapping[str, str]:
        """The ids of business knowledge models and decision services, and their names."""
        return {each.id: each.name for each in self._callables.values()}

    def __contains__(self, name_or_id: object) -> bool:
        return name_or_id in self._decisions or self._names.get(str(name_or_id)) in self._decisions

    def inputs_of(self, name_or_id: str) -> tuple[str, ...]:
        """The variables that must be given, those of the decisions it requires included."""
        decision = self._find(name_or_id)
        needed: dict[str, None] = {}
        for each in [*self._below(decision.required), decision]:
            needed.update(dict.fromkeys(self._given_name(reference) for reference in each.inputs))
            answered = {*self._seen_names(each), *needed}
            needed.update(dict.fromkeys(sorted(each.logic.names - answered)))
        return tuple(needed)

    def decide(self, name_or_id: str, inputs: Mapping[str, object]) -> Value:
        """The value of a decision; None when no row of a table applies. Raises what `evaluate` raises."""
        return self.evaluate(name_or_id, inputs).value

    def evaluate(self, name_or_id: str, inputs: Mapping[str, object]) -> Decided:
        """The value of a decision together with its trace.

        `inputs` are Python values by name, those of an imported file in a mapping under the name of the import; what is
        missing is null. Raises ExecutionFailed when there is no such decision, or when rows contradict each other that
        may not (hit policies UNIQUE and ANY).
        """
        decision = self._find(name_or_id)
        given = self._fitted({name: feel.to_feel(value) for name, value in inputs.items()})
        return self.trace(decision, given, {})

    def call(self, name_or_id: str, inputs: Mapping[str, object]) -> Value:
        """What a business knowledge model or a decision service answers to arguments by name; missing ones are null.

        Raises ExecutionFailed when there is none of that name, or as `evaluate` does.
        """
        function = self._functions.get(name_or_id) or self._functions.get(self._names.get(name_or_id, ""))
        if function is None:
            raise _missing(name_or_id, "a business knowledge model or decision service", self.callables)
        given = {name: feel.to_feel(value) for name, value in inputs.items()}
        return feel.call(function, [given.get(name) for name in function.parameters])

    def trace(self, decision: Decision, given: Scope, known: Mapping[str, Decided]) -> Decided:
        """Decide from fitted values; `known` are decisions that need not be asked again."""
        done = dict(known)
        for required in self._below(decision.required):
            if required.id not in done:
                done[required.id] = self._ask(required, given, done)
        return self._ask(decision, given, done)

    def known_functions(self, knowledge: Sequence[Reference]) -> Scope:
        """The functions that logic with these requirements sees, by the names it knows them under."""
        scope: Scope = {}
        for reference in knowledge:
            owner = self.imports.get(reference.model) if reference.model else self
            if owner is None or reference.id not in owner._functions:
                continue
            _put(scope, reference, owner._callables[reference.id].variable.name, owner._functions[reference.id])
        return scope

    def decision(self, decision_id: str) -> Decision | None:
        return self._decisions.get(decision_id)

    def data(self, data_id: str) -> Variable | None:
        """The input data of that id."""
        return self._data.get(data_id)

    def _ask(self, decision: Decision, given: Scope, done: Mapping[str, Decided]) -> Decided:
        required, scope = [], {**given, **self.known_functions(decision.knowledge)}
        for reference in decision.required:
            trace = self._required(reference, given, done)
            if trace is None:
                continue
            required.append(trace)
            owner = self.imports[reference.model] if reference.model else self
            # The standard lets others see a result under the name of its variable; Camunda shows it under the id.
            for name in dict.fromkeys((reference.id, owner._decisions[reference.id].variable.name)):
                _put(scope, reference, name, trace.value)
        with _noting() as hits:
            outcome = decision.logic.decide(scope)
        value = self.types.fitted(outcome.value, decision.variable.type)
        return Decided(decision.id, decision.name, value, outcome.seen, tuple(hits), tuple(required))

    def _required(self, reference: Reference, given: Scope, done: Mapping[str, Decided]) -> Decided | None:
        if not reference.model:
            return done.get(reference.id)
        owner = self.imports.get(reference.model)
        decision = None if owner is None else owner.decision(reference.id)
        if owner is None or decision is None:
            return None
        inside = given.get(reference.model)
        return owner.trace(decision, owner._fitted(inside if isinstance(inside, dict) else given), {})

    def _fitted(self, given: Scope) -> Scope:
        """The inputs as their declared types take them."""
        typed = [each for each in self._data.values() if each.type is not None and each.name in given]
        return {**given, **{each.name: self.types.fitted(given[each.name], each.type) for each in typed}}

    def _below(self, required: Sequence[Reference]) -> list[Decision]:
        """All decisions of this file that these rest on, in an order in which they can be decided."""
        found: set[str] = set()
        waiting = [reference.id for reference in required if not reference.model]
        while waiting:
            each = waiting.pop()
            if each not in found and each in self._decisions:
                found.add(each)
                waiting.extend(inner.id for inner in self._decisions[each].required if not inner.model)
        return [self._decisions[each] for each in sorted(found, key=self._ranks.__getitem__)]

    def _given_name(self, reference: Reference) -> str:
        known = self._data.get(reference.id)
        return reference.model or (known.name if known else reference.id)

    def _seen_names(self, decision: Decision) -> set[str]:
        """The names that requirements answer for a decision."""
        seen = {name for each in decision.required for name in (each.id, each.model) if name}
        local = (self._decisions.get(each.id) for each in decision.required if not each.model)
        return seen | {each.variable.name for each in local if each} | set(self.known_functions(decision.knowledge))

    def _find(self, name_or_id: str) -> Decision:
        decision = self._decisions.get(name_or_id) or self._decisions.get(self._names.get(name_or_id, ""))
        if decision is None:
            raise _missing(name_or_id, "a decision", self.decisions)
        return decision


def _put(scope: Scope, reference: Reference, name: str, value: Value) -> None:
    """Make a value known; what comes from an imported file stands under the name of the import."""
    if not reference.model:
        scope[name] = value
        return
    inside = scope.get(reference.model)
    scope[reference.model] = {**(inside if isinstance(inside, dict) else {}), name: value}


def _missing(wanted: str, what: str, known: Mapping[str, str]) -> ExecutionFailed:
    return ExecutionFailed(
        f"Expected {what} “{wanted}”, but the file has {', '.join(known) or 'none'}",
        notice=f"没有名为“{wanted}”的决策，已通知管理人员",
    )


_NOTED: ContextVar[list[Hit] | None] = ContextVar("decision_hits", default=None)


def note(hits: Sequence[Hit]) -> None:
    """Keep rows that applied for the trace of the decision that is being made, functions that it calls included."""
    noted = _NOTED.get()
    if noted is not None:
        noted.extend(hits)


@contextmanager
def _noting() -> Iterator[list[Hit]]:
    hits: list[Hit] = []
    token = _NOTED.set(hits)
    try:
        yield hits
    finally:
        _NOTED.reset(token)
