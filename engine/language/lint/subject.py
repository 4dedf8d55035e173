"""What a rule looks at and what it says: a bundle with its diagram, what is known around it, findings and problems.

The rule: every sentence is in Chinese, tied to one element (or form field), and says what to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

from lxml import etree

from engine.language import diagram
from engine.language.bundle import Bundle
from engine.language.diagram import Element, Process

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a bundle. `element_id` is the key of a field where `file` is a form; "" is all of it."""

    rule: str
    file: str
    element_id: str
    message: str
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Known:
    """What there is around a bundle: role keys, ids of processes, types of connectors, keys of messages, and the
    variables that every case has (caseNo, itemCode …) or that other processes of the case declare. `heard`: processes
    that begin with a message or at a moment, so that nobody can call them."""

    roles: frozenset[str]
    processes: frozenset[str]
    connectors: frozenset[str]
    messages: frozenset[str]
    variables: frozenset[str]
    heard: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of an element; `file` only where it is not the diagram."""

    element_id: str
    message: str
    severity: Severity = "error"
    file: str = ""


@dataclass(frozen=True)
class Subject:
    """The bundle under scrutiny."""

    bundle: Bundle
    known: Known

    @property
    def process(self) -> Process:
        """The whole process."""
        return self.bundle.process

    @cached_property
    def root(self) -> etree._Element:
        """The BPMN file, for what the reading leaves aside."""
        return diagram.definitions(self.bundle.diagram)

    @cached_property
    def drawn(self) -> frozenset[str]:
        """Ids of what has a shape or an edge in the drawing."""
        return diagram.drawn(self.root)

    @cached_property
    def levels(self) -> tuple[Process, ...]:
        """The process and every embedded sub-process: flows stay within one of them."""
        embedded = [element.process for element in self.process.walk() if element.process is not None]
        return (self.process, *embedded)

    def elements(self, *kinds: str) -> Iterator[Element]:
        """All elements of these kinds (of all kinds, if none is given), embedded ones included."""
        return (element for element in self.process.walk() if not kinds or element.kind in kinds)


class Rule(Protocol):
    """A module of this package: one rule."""

    __name__: str

    def check(self, subject: Subject) -> Iterator[Finding]:
        """What the rule finds."""


def named(element: Element) -> str:
    """The element as a sentence names it."""
    return f"“{element.name or element.id}”"
