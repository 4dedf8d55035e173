"""What other logic may call: a business knowledge model 业务知识模型, a decision service 决策服务, a boxed function.

The rule: a function sees its parameters and what it requires, never the variables of its caller; an argument that does
not fit its declared type makes the answer null (DMN 1.5, section 10.3.2.13).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.language import feel
from engine.language.decisions.types import Types
from engine.language.feel import Function, FunctionType, NamedType, Type, Value

_CALL = 8
_ANY = NamedType("Any")


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: Type | None = None


def callable_of(
    name: str,
    parameters: Sequence[Parameter],
    answer: Callable[[Mapping[str, Value]], Value],
    types: Types,
    result: Type | None = None,
) -> Function:
    """A FEEL function whose `answer` gets the fitted arguments by name; `result`: the type that it declares."""

    def body(*given: Value) -> Value:
        arguments = dict(zip(names, given, strict=True))
        for parameter in parameters:
            value = arguments[parameter.name]
            arguments[parameter.name] = types.fitted(value, parameter.type)
            if value is not None and arguments[parameter.name] is None:
                return None
        with feel.metered() as meter:
            meter.enter_call(_CALL)
            try:
                return types.fitted(answer(arguments), result)
            finally:
                meter.leave_call()

    names = [parameter.name for parameter in parameters]
    declared = FunctionType(tuple(parameter.type or _ANY for parameter in parameters), result or _ANY)
    return replace(feel.make_function(name, names, body), type=declared)
