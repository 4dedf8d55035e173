"""Which names FEEL recognises at which place of a file.

The rule: a name that can be read in one way only counts everywhere, so that files without drawn requirements work. One
that could also be a calculation (`income - costs`, `profit and loss`) counts only where it is in scope: in a decision
that requires it, inside its function, after its entry, inside its loop.
"""

from collections.abc import Iterable, Iterator

from lxml import etree

from engine.language import xml
from engine.language.decisions.scopes import is_path
from engine.language.feel.cursor import RESERVED
from engine.language.feel.names import NAME_SYMBOLS, words_of

_DEFINITIONS = frozenset({"inputData", "decision", "businessKnowledgeModel", "decisionService"})
_VARIABLES = frozenset({*_DEFINITIONS, "variable", "formalParameter", "parameter", "import"})
_PARAMETERS = frozenset({"formalParameter", "parameter"})
_REQUIRED = frozenset({"requiredInput", "requiredDecision", "requiredKnowledge"})
_OPERATORS = (NAME_SYMBOLS | RESERVED) - {"'"}


class VisibleNames:
    """`everything`: all names of variables in the file, and those that imports without a name bring."""

    def __init__(self, root: etree._Element, known: Iterable[str] = ()) -> None:
        always = {each.get("name", "") for each in root.iterchildren("{*}import")}.union(known)
        self.everything = names_with(root, _VARIABLES).union(known, _iterators(root))
        self._doubtful = frozenset(
            name for name in self.everything - always if not _OPERATORS.isdisjoint(words_of(name))
        )
        self._definitions = {each.get("id", ""): each for each in root if xml.local_name(each) in _DEFINITIONS}
        self._sets: dict[frozenset[str], frozenset[str]] = {}
        self._required: dict[etree._Element, frozenset[str]] = {}

    def at(self, element: etree._Element) -> frozenset[str]:
        """Those that an expression at this element may name."""
        if not self._doubtful:
            return self.everything
        hidden = self._doubtful.difference(self._in_scope(element))
        return self._sets.setdefault(hidden, self.everything - hidden)

    def _in_scope(self, element: etree._Element) -> Iterator[str]:
        below: etree._Element | None = None
        for each in [element, *element.iterancestors()]:
            tag = xml.local_name(each)
            if tag == "context":
                yield from _entries_before(each, below)
            elif tag in {"functionDefinition", "encapsulatedLogic"}:
                yield from (parameter.get("name", "") for parameter in each.iterchildren("{*}formalParameter"))
            elif tag in _DEFINITIONS:
                if each not in self._required:
                    self._required[each] = frozenset(self._names_required(each))
                yield from self._required[each]
            elif below is not None and xml.local_name(below) != "in":
                yield each.get("iteratorVariable", "")
            below = each

    def _names_required(self, definition: etree._Element) -> Iterator[str]:
        """What a definition requires; a knowledge model knows itself too."""
        if xml.local_name(definition) == "businessKnowledgeModel":
            yield from _names_of(definition)
        for each in definition.iterdescendants():
            found = self._definitions.get(each.get("href", "").rpartition("#")[2])
            if xml.local_name(each) in _REQUIRED and found is not None:
                yield from _names_of(found)


def names_with(root: etree._Element, tags: frozenset[str]) -> frozenset[str]:
    """The names on elements with these tags; that of a parameter may be a path, which is no name."""
    found = [(xml.local_name(each), each.get("name", "")) for each in root.iter() if xml.local_name(each) in tags]
    return frozenset(name for tag, name in found if name and not (tag in _PARAMETERS and is_path(name)))


def _names_of(definition: etree._Element) -> Iterator[str]:
    yield definition.get("name", "")
    yield from (variable.get("name", "") for variable in definition.iterchildren("{*}variable"))


def _entries_before(context: etree._Element, entry: etree._Element | None) -> Iterator[str]:
    for each in context.iterchildren("{*}contextEntry"):
        if each is entry:
            return
        yield from (variable.get("name", "") for variable in each.iterchildren("{*}variable"))


def _iterators(root: etree._Element) -> frozenset[str]:
    return frozenset(each.get("iteratorVariable", "") for each in root.iter()) - {""}
