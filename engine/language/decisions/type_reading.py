"""Reading item definitions: FEEL's types, structures, lists and functions, with their allowed values."""

from collections.abc import Sequence

from lxml import etree

from engine.language.decisions.model import Import
from engine.language.decisions.source import Source
from engine.language.decisions.types import Types, renamed
from engine.language.feel import ContextType, Expression, FunctionType, ListType, NamedType, Type, TypeTable
from engine.language.feel.limits import NESTING

_ANY = NamedType("Any")


def read_types(source: Source, imports: Sequence[Import]) -> None:
    """Give `source` the types of its file; those of imported files are known as `import.type`."""
    reading = _Reading(source, imports)
    elements = source.children(source.root, "itemDefinition")
    # A type may name one that stands below it.
    names = dict.fromkeys((each.get("name", "") for each in elements), _ANY)
    source.types = Types(TypeTable({**reading.known, **names}))
    for element in elements:
        reading.declare(element, element.get("name", ""))
    # The tests of a type may speak of other types, so all are known before the first test is read.
    source.types = Types(TypeTable(reading.known))
    for name, element in reading.tests:
        reading.allowed[name] = source.test(element, source.text(element), f"类型“{name}”的允许值")
    source.types = Types(source.types.table, reading.allowed)


class _Reading:
    """The types known so far; `tests`: where the allowed values of which type stand."""

    def __init__(self, source: Source, imports: Sequence[Import]) -> None:
        self.source = source
        self.known: dict[str, Type] = {}
        self.allowed: dict[str, Expression] = {}
        self.tests: list[tuple[str, etree._Element]] = []
        for each in imports:
            prefix, types = f"{each.name}." if each.name else "", each.model.types
            self.known.update({f"{prefix}{name}": renamed(known, prefix) for name, known in types.table.types.items()})
            self.allowed.update({f"{prefix}{name}": test for name, test in types.allowed.items()})

    def declare(self, element: etree._Element, name: str) -> None:
        """Add the type `name` and, under names of their own, those of its parts."""
        source = self.source
        if name.count("/") >= NESTING:
            source.notice(element, f"数据类型套得太深，最多 {NESTING} 层")
            self.known[name] = _ANY
            return
        single = self._single(element, name)
        listed = element.get("isCollection") == "true"
        values, whole = source.child(element, "allowedValues"), source.child(element, "typeConstraint")
        if listed and values is not None:
            # The allowed values of a list are those of its items.
            self.known[f"{name}[]"] = single
            single = NamedType(f"{name}[]")
        self.known[name] = ListType(single) if listed else single
        if values is not None and source.text(values):
            self.tests.append((f"{name}[]" if listed else name, values))
        if whole is not None and source.text(whole):
            self.tests.append((name, whole))

    def _single(self, element: etree._Element, name: str) -> Type:
        """The type, or that of the items where the definition is a collection."""
        source = self.source
        parts = source.children(element, "itemComponent")
        if parts:
            fields = []
            for part in parts:
                key = part.get("name", "")
                self.declare(part, f"{name}/{key}")
                fields.append((key, NamedType(f"{name}/{key}")))
            return ContextType(tuple(fields))
        function = source.child(element, "functionItem")
        if function is not None:
            parameters = tuple(source.type_of(each) or _ANY for each in source.children(function, "parameters"))
            return FunctionType(parameters, source.type_named(function, function.get("outputTypeRef", "")) or _ANY)
        return source.type_of(element) or _ANY
