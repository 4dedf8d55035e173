"""Business knowledge models and decision services: the functions that a file of decisions offers.

The rule: a decision service decides with its own inputs alone; what its input decisions would say is given by the
caller, input data first, then input decisions (DMN 1.5, section 10.4).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.language.decisions.boxed import FunctionDefinition
from engine.language.decisions.callables import Parameter, callable_of, nested
from engine.language.decisions.model import Decided, Model, Reference, Scope, Variable
from engine.language.feel import Function, Value


@dataclass(frozen=True, slots=True)
class KnowledgeModel:
    """A business knowledge model 业务知识模型."""

    id: str
    name: str
    variable: Variable
    definition: FunctionDefinition
    knowledge: tuple[Reference, ...] = ()

    def function(self, model: Model) -> Function:
        """The function of it, which also knows itself."""
        definition, name = self.definition, self.variable.name

        def answer(arguments: Mapping[str, Value]) -> Value:
            around: Scope = {name: itself, **model.known_functions(self.knowledge)}
            return definition.body.decide({**around, **nested(arguments)}).value

        result = definition.result or model.types.result_of(self.variable.type)
        itself = callable_of(name, definition.parameters, answer, model.types, result)
        return itself


@dataclass(frozen=True, slots=True)
class DecisionService:
    """A decision service 决策服务: decisions of the file, offered as one function."""

    id: str
    name: str
    variable: Variable
    outputs: tuple[Reference, ...]
    data: tuple[Reference, ...] = ()
    decisions: tuple[Reference, ...] = ()

    def function(self, model: Model) -> Function:
        """The function of it."""
        given = [(reference, _variable(model, reference)) for reference in (*self.data, *self.decisions)]
        parameters = [Parameter(variable.name, variable.type) for _, variable in given]
        asked = frozenset(reference.id for reference in self.decisions)

        def answer(arguments: Mapping[str, Value]) -> Value:
            known = {
                reference.id: Decided(reference.id, variable.name, arguments[variable.name], {})
                for reference, variable in given
                if reference.id in asked
            }
            return self._decide(model, dict(arguments), known)

        return callable_of(
            self.variable.name, parameters, answer, model.types, model.types.result_of(self.variable.type)
        )

    def _decide(self, model: Model, given: Scope, known: Mapping[str, Decided]) -> Value:
        """The value of the one output decision, or a context of several by their names."""
        values: dict[str, Value] = {}
        for reference in self.outputs:
            decision = model.decision(reference.id)
            if decision is not None:
                values[decision.variable.name] = model.trace(decision, given, known).value
        return next(iter(values.values())) if len(self.outputs) == 1 and values else values


def _variable(model: Model, reference: Reference) -> Variable:
    decision = model.decision(reference.id)
    return decision.variable if decision else model.data(reference.id) or Variable(reference.id)
