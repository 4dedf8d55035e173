"""Business knowledge models and decision services: the functions that a file of decisions offers.

The rule: a decision service decides with its own inputs alone; what its input decisions would say is given by the
caller, input data first, then input decisions (DMN 1.5, section 10.4).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.language.decisions.boxed import FunctionDefinition
from engine.language.decisions.callables import Parameter, callable_of
from engine.language.decisions.logic import Scope, note
from engine.language.decisions.model import Decided, Known, Model, Reference, Variable
from engine.language.decisions.scopes import nested
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

        itself = callable_of(name, definition.parameters, answer, model.types, definition.result)
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
        parameters = [_parameter(model, reference) for reference in (*self.data, *self.decisions)]
        asked = list(zip(self.decisions, parameters[len(self.data) :], strict=True))

        def answer(arguments: Mapping[str, Value]) -> Value:
            known: Known = {}
            for reference, parameter in asked:
                decided = Decided(reference.id, parameter.name, arguments[parameter.name], {})
                known.update(dict.fromkeys(model.keys(reference), decided))
            return self._decide(model, nested(arguments), known)

        return callable_of(
            self.variable.name, parameters, answer, model.types, model.types.result_of(self.variable.type)
        )

    def _decide(self, model: Model, given: Scope, known: Known) -> Value:
        """The value of the one output decision, or a context of several by their names; null if there are none."""
        values: dict[str, Value] = {}
        for reference in self.outputs:
            for _, variable, decided in model.ask(reference, given, known):
                values[variable.name] = decided.value
        for each in known.values():
            note(each.hits)
        if len(self.outputs) > 1:
            return values
        return next(iter(values.values()), None)


def _parameter(model: Model, reference: Reference) -> Parameter:
    variable = model.variable(reference)
    return Parameter(variable.name, variable.type) if variable else Parameter(reference.id)
