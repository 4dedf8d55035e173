"""A file of decisions, ready to decide: each decision asks those that it requires first.

The rule: deciding changes nothing and remembers nothing, so one model serves all cases and threads at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from engine.errors import ExecutionFailed
from engine.language import feel
from engine.language.feel import Value

Scope = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that applied. `row` counts from 1, as editors show it; `note` is its remark; `outputs` go by column."""

    row: int
    rule_id: str
    outputs: Mapping[str, Value]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a table or formula answers: its value, what it looked at, and the rows that applied."""

    value: Value
    seen: Mapping[str, Value]
    hits: tuple[Hit, ...] = ()


class Logic(Protocol):
    """What stands inside a decision: a table, a literal expression, a boxed expression."""

    @property
    def names(self) -> frozenset[str]:
        """The variables that it reads."""
        ...

    def decide(self, scope: Scope) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `variable`: the name under which others see its result; `required`: ids of the decisions it asks;
    `inputs`: the names of the input data it declares."""

    id: str
    name: str
    variable: str
    logic: Logic
    required: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()


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
    """All decisions of one file, found by id or by name. `_ranks`: a decision stands after all that it requires."""

    id: str
    name: str
    _by_id: Mapping[str, Decision]
    _ranks: Mapping[str, int] = field(repr=False)
    _by_name: Mapping[str, Decision] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = {decision.name: decision for decision in self._by_id.values()}
        object.__setattr__(self, "_by_name", MappingProxyType(names))

    @property
    def decisions(self) -> Mapping[str, str]:
        """The ids of the decisions and their names, as they stand in the file."""
        return {decision.id: decision.name for decision in self._by_id.values()}

    def __contains__(self, name_or_id: object) -> bool:
        return name_or_id in self._by_id or name_or_id in self._by_name

    def inputs_of(self, name_or_id: str) -> tuple[str, ...]:
        """The variables that must be given, those of the decisions it requires included."""
        decision = self._find(name_or_id)
        needed: dict[str, None] = {}
        for each in [*self._below(decision), decision]:
            answered = {*each.required, *(self._by_id[required].variable for required in each.required)}
            needed.update(dict.fromkeys(each.inputs))
            needed.update(dict.fromkeys(sorted(each.logic.names - answered - needed.keys())))
        return tuple(needed)

    def decide(self, name_or_id: str, inputs: Mapping[str, object]) -> Value:
        """The value of a decision; None when no row of a table applies. Raises what `evaluate` raises."""
        return self.evaluate(name_or_id, inputs).value

    def evaluate(self, name_or_id: str, inputs: Mapping[str, object]) -> Decided:
        """The value of a decision together with its trace.

        `inputs` are Python values by name; what is missing is null. Raises ExecutionFailed when there is no such
        decision, or when rows contradict each other that may not (hit policies UNIQUE and ANY).
        """
        decision = self._find(name_or_id)
        given = {name: feel.to_feel(value) for name, value in inputs.items()}
        done: dict[str, Decided] = {}
        for required in self._below(decision):
            done[required.id] = self._ask(required, given, done)
        return self._ask(decision, given, done)

    def _ask(self, decision: Decision, given: Scope, done: Mapping[str, Decided]) -> Decided:
        required = tuple(done[each] for each in decision.required)
        # The standard lets others see a result under the name of its variable; Camunda shows it under the id.
        answers = {each.decision_id: each.value for each in required}
        answers.update({self._by_id[each.decision_id].variable: each.value for each in required})
        outcome = decision.logic.decide({**given, **answers} if answers else given)
        return Decided(decision.id, decision.name, outcome.value, outcome.seen, outcome.hits, required)

    def _below(self, decision: Decision) -> list[Decision]:
        """All decisions that this one rests on, in an order in which they can be decided."""
        found: set[str] = set()
        waiting = list(decision.required)
        while waiting:
            each = waiting.pop()
            if each not in found:
                found.add(each)
                waiting.extend(self._by_id[each].required)
        return [self._by_id[each] for each in sorted(found, key=self._ranks.__getitem__)]

    def _find(self, name_or_id: str) -> Decision:
        decision = self._by_id.get(name_or_id) or self._by_name.get(name_or_id)
        if decision is None:
            raise ExecutionFailed(
                f"Expected a decision “{name_or_id}”, but the file has {', '.join(self._by_id)}",
                notice=f"没有名为“{name_or_id}”的决策，已通知管理人员",
            )
        return decision
