"""Where names are looked up while an expression runs: the context, and inside it the scopes of loops and functions."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from .values import Value

NOTHING: Mapping[str, Value] = MappingProxyType({})
MISSING = object()


class Frame:
    """One scope. `item` is the element that a filter looks at, or MISSING in any other scope."""

    __slots__ = ("item", "outer", "variables")

    def __init__(self, variables: Mapping[str, Value], outer: "Frame | None" = None, item: object = MISSING) -> None:
        self.variables = variables
        self.outer = outer
        self.item = item

    def find(self, name: str) -> object:
        """The value of the nearest variable of that name, or MISSING."""
        frame: Frame | None = self
        while frame is not None:
            value = frame.variables.get(name, MISSING)
            if value is not MISSING:
                return value
            if name == "item" and frame.item is not MISSING:
                return frame.item
            frame = frame.outer
        return MISSING


Run = Callable[[Frame], Value]
