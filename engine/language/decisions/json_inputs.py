"""Inputs that come as JSON: texts become dates, times and durations where a declared type says that they are.

The rule: a text that cannot be read stays a text, so that it is told to be of the wrong type.
"""

from collections.abc import Iterable, Mapping

from engine.language import feel
from engine.language.decisions.model import Model, Variable
from engine.language.decisions.types import Types
from engine.language.feel import ContextType, ListType, NamedType, Type

_READERS = {
    name: feel.compile(f"{function}(text)", ("text",))
    for name, function in {
        "date": "date",
        "time": "time",
        "date and time": "date and time",
        "days and time duration": "duration",
        "years and months duration": "duration",
    }.items()
}


def from_json(model: Model, name_or_id: str, given: Mapping[str, object]) -> dict[str, object]:
    """What is given to a decision, or as the arguments of a function, as its declared types read it."""
    if name_or_id in model:
        return _inputs(model, given)
    return _variables(given, model.parameters_of(name_or_id), model.types)


def _inputs(model: Model, given: Mapping[str, object]) -> dict[str, object]:
    """Those of imported files stand under the names of the imports."""
    found = _variables(given, model.inputs, model.types)
    for each in model.imports:
        if not each.name:
            found = _inputs(each.model, found)
        elif isinstance(inside := found.get(each.name), Mapping):
            found[each.name] = _inputs(each.model, inside)
    return found


def _variables(given: Mapping[str, object], declared: Iterable[Variable], types: Types) -> dict[str, object]:
    read = {each.name: _read(given[each.name], each.type, types) for each in declared if each.name in given}
    return {**given, **read}


def _read(value: object, wanted: Type | None, types: Types) -> object:
    known = wanted and types.table.resolve(wanted)
    if isinstance(known, ListType):
        return [_read(item, known.item, types) for item in (value if isinstance(value, list) else [value])]
    if isinstance(known, ContextType) and isinstance(value, Mapping):
        parts = dict(known.fields)
        return {name: _read(item, parts.get(name), types) for name, item in value.items()}
    if isinstance(known, NamedType) and known.name in _READERS and isinstance(value, str):
        read = _READERS[known.name]({"text": value})
        return value if read is None else read
    return value
