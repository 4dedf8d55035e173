"""What the meaning of a node needs to build the meanings of its parts."""

from typing import Protocol

from .frame import Run
from .syntax import Node
from .typing_rules import TypeTable


class Build(Protocol):
    """Builds closures; `inside` tells whether names may be found in scopes beyond the given context."""

    inside: bool
    types: TypeTable

    def __call__(self, node: Node) -> Run: ...

    def within(self, node: Node) -> tuple[Run, int]:
        """The closure of a node that stands in a scope of its own, and the price of running it once."""
        ...
