"""A file of decisions, ready to decide: each decision asks those that it requires first.

The rule: deciding changes nothing and remembers nothing, so one model serves all cases and threads at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from engine.errors import ExecutionFailed
from engine.language import feel
from engine.language.decisions.logic import Hit, Logic, Scope, noting
from engine.language.decisions.scopes import at_path, inside, put
from engine.language.decisions.types import Types, renamed
from engine.language.feel import FeelLimitExceeded, Function, Type, Value
from engine.language.feel.limits import check_result


@dataclass(frozen=True, slots=True)
class Reference:
    """Something of this file, or of an imported one (`namespace`: that of the other file, "" = this file)."""

    id: str
    namespace: str = ""


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


# What has been decided, by the names of the imports that lead to it and its id.
Known = dict[tuple[str, ...], Decided]
_NOTHING: Mapping[tuple[str, ...], Decided] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Import:
    """Another file. `name` stands before its names, as in `lib.rate`; without one they are known as they are."""

    name: str
    model: "Model"


@dataclass(frozen=True)
class Model:
    """All decisions and functions of one file, found by id or by name.

    `ranks`: a decision stands after all of this file that it requires. `problems`: what is wrong in single
    expressions, by element id; they are null. `known_names`: all names that the file uses, for those that import it.
    `doubtful`: names in its filters that are entries of items or variables that nothing declares.
    """

    id: str
    name: str
    namespace: str
    _decisions: Mapping[str, Decision]
    _callables: Mapping[str, Callable] = field(default_factory=dict)
    _data: Mapping[str, Variable] = field(default_factory=dict)
    _ranks: Mapping[str, int] = field(repr=False, default_factory=dict)
    types: Types = field(repr=False, default_factory=Types)
    imports: Sequence[Import] = field(repr=False, default=())
    problems: Mapping[str, Sequence[str]] = field(repr=False, default_factory=dict)
    known_names: frozenset[str] = field(repr=False, default=frozenset())
    doubtful: frozenset[str] = field(repr=False, default=frozenset())
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

    @property
    def variables(self) -> Sequence[Variable]:
        """What expressions may name: input data, decisions, functions."""
        decisions = [each.variable for each in self._decisions.values()]
        return [*self._data.values(), *decisions, *(each.variable for each in self._callables.values())]

    @property
    def inputs(self) -> Sequence[Variable]:
        """The input data of this file."""
        return tuple(self._data.values())

    @property
    def takes(self) -> frozenset[str]:
        """The names of all input data, those of imported files included."""
        own = frozenset(each.name for each in self._data.values())
        return own.union(*(each.model.takes for each in self.imports))

    def __contains__(self, name_or_id: object) -> bool:
        return name_or_id in self._decisions or self._names.get(str(name_or_id)) in self._decisions

    def inputs_of(self, name_or_id: str) -> tuple[str, ...]:
        """The variables that must be given, those of the decisions it requires included."""
        decision = self._find(name_or_id)
        needed: dict[str, None] = {}
        for each in [*self._below(decision.required), decision]:
            for reference in (*each.inputs, *(other for other in each.required if other.namespace)):
                needed.update(dict.fromkeys(self._given_names(reference)))
            answered = {*self._seen_names(each), *needed}
            needed.update(dict.fromkeys(sorted(each.logic.names - answered)))
        return tuple(needed)

    def decide(self, name_or_id: str, inputs: Mapping[str, object]) -> Value:
        """The value of a decision; None when no row of a table applies. Raises what `evaluate` raises."""
        return self.evaluate(name_or_id, inputs).value

    def evaluate(self, name_or_id: str, inputs: Mapping[str, object]) -> Decided:
        """The value of a decision together with its trace.

        `inputs` are Python values by name, those of an imported file in a mapping under the name of the import; what is
        missing is null. Raises ExecutionFailed when there is no such decision, when rows contradict each other that
        may not (hit policies UNIQUE and ANY), and as FeelLimitExceeded when it wants too much.
        """
        decision = self._find(name_or_id)
        with _bounded():
            return self.trace(decision, self.fitted(_values(inputs)), {})

    def call(self, name_or_id: str, inputs: Mapping[str, object]) -> Value:
        """What a business knowledge model or a decision service answers to arguments by name; missing ones are null.

        Raises ExecutionFailed when there is none of that name, and as `evaluate` does.
        """
        return self._called(self._callable(name_or_id), inputs).value

    def answer(self, name_or_id: str, inputs: Mapping[str, object]) -> Decided:
        """What the decision, or else the function, of that name says, with its trace."""
        if name_or_id in self:
            return self.evaluate(name_or_id, inputs)
        return self._called(self._callable(name_or_id), inputs)

    def parameters_of(self, name_or_id: str) -> Sequence[Variable]:
        """The parameters of a business knowledge model or a decision service."""
        function = self._functions[self._callable(name_or_id).id]
        types = function.type.parameters if function.type else ()
        return [Variable(name, each) for name, each in zip(function.parameters, types, strict=True)]

    def trace(self, decision: Decision, given: Scope, known: Known, path: tuple[str, ...] = ()) -> Decided:
        """Decide from fitted values. `known` are decisions that need not be asked again; those asked here are added.

        `path`: the names of the imports that lead to this file from where the asking began.
        """
        for each in [*self._below(decision.required, known, path), decision]:
            if (*path, each.id) not in known:
                known[*path, each.id] = self._decided(each, given, known, path)
        return known[*path, decision.id]

    def decision(self, key: str) -> Decision | None:
        """The decision of that id in this file; `data` and `callable` find the others."""
        return self._decisions.get(key)

    def data(self, key: str) -> Variable | None:
        return self._data.get(key)

    def callable(self, key: str) -> Callable | None:
        return self._callables.get(key)

    def ask(
        self, reference: Reference, given: Scope, known: Known, path: tuple[str, ...] = ()
    ) -> Iterator[tuple[str, Variable, Decided]]:
        """What the decision behind a reference says, once for each name that its file has here."""
        for alias, owner in self.owners(reference):
            decision = owner._decisions.get(reference.id)
            if decision is not None:
                inner = (*path, alias) if reference.namespace else path
                yield alias, decision.variable, owner.trace(decision, inside(given, alias), known, inner)

    def keys(self, reference: Reference) -> list[tuple[str, ...]]:
        """Where `known` holds what the decision behind a reference says."""
        return [
            (alias, reference.id) if reference.namespace else (reference.id,) for alias, _ in self.owners(reference)
        ]

    def known_functions(self, knowledge: Sequence[Reference]) -> Scope:
        """The functions that logic with these requirements sees, by the names it knows them under."""
        return self._with_functions({}, knowledge)

    def owners(self, reference: Reference) -> list[tuple[str, "Model"]]:
        """The file that a reference points into, once for each name that it has here; "" needs no name."""
        if not reference.namespace:
            return [("", self)]
        return [(each.name, each.model) for each in self.imports if each.model.namespace == reference.namespace]

    def variable(self, reference: Reference) -> Variable | None:
        """The variable of a decision or of input data, by the name and the type under which this file knows it."""
        for alias, owner in self.owners(reference):
            decision = owner._decisions.get(reference.id)
            found = decision.variable if decision else owner._data.get(reference.id)
            if found is None or not alias:
                return found
            return Variable(f"{alias}.{found.name}", found.type and renamed(found.type, f"{alias}."))
        return None

    def fitted(self, given: Scope) -> Scope:
        """The inputs as their declared types take them, those of imported files too."""
        found = given.copy()
        for variable in self._data.values():
            if variable.type is not None and variable.name in found:
                found[variable.name] = self.types.fitted(found[variable.name], variable.type)
        for each in self.imports:
            if not each.name:
                found = each.model.fitted(found)
            elif taken := self._given_to(each, given):
                found[each.name] = each.model.fitted(taken)
        return found

    def _called(self, called: Callable, inputs: Mapping[str, object]) -> Decided:
        function = self._functions[called.id]
        with _bounded(), noting() as hits:
            given = _values(inputs)
            value = feel.call(function, [at_path(given, name) for name in function.parameters])
            check_result(value)
        return Decided(called.id, called.name, value, given, tuple(hits))

    def _given_to(self, imported: Import, given: Scope) -> Scope:
        """What stands under the name of an import; where nothing does, what can be meant for nothing else."""
        own, taken = {each.name for each in self._data.values()}, given.get(imported.name)
        if isinstance(taken, dict):
            return taken
        return {name: value for name, value in given.items() if name in imported.model.takes and name not in own}

    def _decided(self, decision: Decision, given: Scope, known: Known, path: tuple[str, ...]) -> Decided:
        required, scope = [], self._with_functions(given, decision.knowledge)
        for reference in decision.required:
            for alias, variable, trace in self.ask(reference, given, known, path):
                required.append(trace)
                # The standard lets others see a result under the name of its variable; Camunda shows it under the id.
                for name in dict.fromkeys((reference.id, variable.name)):
                    put(scope, alias, name, trace.value)
        with noting() as hits:
            outcome = decision.logic.decide(scope)
        value = self.types.fitted(outcome.value, decision.variable.type)
        check_result(value)
        return Decided(decision.id, decision.name, value, outcome.seen, tuple(hits), tuple(required))

    def _with_functions(self, given: Scope, knowledge: Sequence[Reference]) -> Scope:
        scope = given.copy()
        for reference in knowledge:
            for alias, owner in self.owners(reference):
                if reference.id in owner._functions:
                    put(scope, alias, owner._callables[reference.id].variable.name, owner._functions[reference.id])
        return scope

    def _below(
        self,
        required: Sequence[Reference],
        known: Mapping[tuple[str, ...], Decided] = _NOTHING,
        path: tuple[str, ...] = (),
    ) -> list[Decision]:
        """All unknown decisions of this file that these rest on, in an order in which they can be decided."""
        found: set[str] = set()
        waiting = [reference.id for reference in required if not reference.namespace]
        while waiting:
            each = waiting.pop()
            if each not in found and each in self._decisions and (*path, each) not in known:
                found.add(each)
                waiting.extend(inner.id for inner in self._decisions[each].required if not inner.namespace)
        return [self._decisions[each] for each in sorted(found, key=self._ranks.__getitem__)]

    def _given_names(self, reference: Reference) -> Iterator[str]:
        """What must be given for input data, or for a decision of another file."""
        for alias, owner in self.owners(reference):
            if reference.id in owner._decisions:
                names = owner.inputs_of(reference.id)
            else:
                names = (owner._data[reference.id].name if reference.id in owner._data else reference.id,)
            yield from (alias,) if alias and names else names

    def _seen_names(self, decision: Decision) -> set[str]:
        """The names that requirements answer for a decision."""
        seen = {*self.known_functions(decision.knowledge), *(each.id for each in decision.required)}
        for each in decision.required:
            variable = self.variable(each)
            seen.update(alias or (variable.name if variable else "") for alias, _ in self.owners(each))
        return seen

    def _callable(self, name_or_id: str) -> Callable:
        found = self._callables.get(name_or_id) or self._callables.get(self._names.get(name_or_id, ""))
        if found is None:
            raise _missing(name_or_id, "a decision or function", {**self.decisions, **self.callables})
        return found

    def _find(self, name_or_id: str) -> Decision:
        decision = self._decisions.get(name_or_id) or self._decisions.get(self._names.get(name_or_id, ""))
        if decision is None:
            raise _missing(name_or_id, "a decision", self.decisions)
        return decision


def _missing(wanted: str, what: str, known: Mapping[str, str]) -> ExecutionFailed:
    return ExecutionFailed(
        f"Expected {what} “{wanted}”, but the file has {', '.join(known) or 'none'}",
        notice=f"没有名为“{wanted}”的决策，已通知管理人员",
    )


def _values(inputs: Mapping[str, object]) -> Scope:
    return {name: feel.to_feel(value) for name, value in inputs.items()}


@contextmanager
def _bounded() -> Iterator[None]:
    """One budget for the whole graph, and no depth that Python cannot follow."""
    try:
        with feel.metered():
            yield
    except RecursionError:
        raise FeelLimitExceeded("Expected shallower decisions and values, but they go too deep") from None
