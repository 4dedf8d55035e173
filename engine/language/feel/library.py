"""The library of built-in functions as a whole, and the names that only it makes known."""

from . import (
    builtins_contexts,
    builtins_lists,
    builtins_numbers,
    builtins_strings,
    builtins_temporal,
    ranges,
)
from .names import NameTable
from .values import Function, Overload


def _merged() -> dict[str, Function]:
    overloads: dict[str, tuple[Overload, ...]] = {}
    for part in (builtins_numbers, builtins_strings, builtins_lists, builtins_contexts, builtins_temporal, ranges):
        for name, function in part.library.functions.items():
            overloads[name] = overloads.get(name, ()) + function.overloads
    return {name: Function(name, ways) for name, ways in overloads.items()}


BUILT_IN: dict[str, Function] = _merged()
BUILT_IN_NAMES = NameTable(BUILT_IN)
