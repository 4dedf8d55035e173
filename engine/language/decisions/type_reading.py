"""Reading item definitions: FEEL's types, structures, lists and functions, with their allowed values."""

from collections.abc import Mapping

from lxml import etree

from engine.language.decisions.model import Model
from engine.language.decisions.source import Source
from engine.language.decisions.types import Types
from engine.language.feel import ContextType, Expression, FunctionType, ListType, NamedType, Type, TypeTable

_ANY = NamedType("Any")


def read_types(source: Source, imports: Mapping[str, Model]) -> None:
    """Give `source` the types of its file; those of imported files are known as `import.type`."""
    known: dict[str, Type] = {}
    tests: list[tuple[str, etree._Element]] = []
    allowed: dict[str, Expression] = {}
    for alias, model in imports.items():
        prefix = f"{alias}." if alias else ""
        known.update({f"{prefix}{name}": _renamed(each, prefix) for name, each in model.types.table.types.items()})
        allowed.update({f"{prefix}{name}": test for name, test in model.types.allowed.items()})
    for element in source.children(source.root, "itemDefinition"):
        _declare(element, element.get("name", ""), source, known, tests)
    # The tests of a type may speak of other types, so all are known before the first test is read.
    source.types = Types(TypeTable(known))
    for name, element in tests:
        allowed[name] = source.test(element, source.text(element), f"类型“{name}”的允许值")
    source.types = Types(source.types.table, allowed)


def _declare(
    element: etree._Element,
    name: str,
    source: Source,
    known: dict[str, Type],
    tests: list[tuple[str, etree._Element]],
) -> None:
    """Add the type `name` and, under names of their own, those of its parts."""
    single = _single(element, name, source, known, tests)
    listed = element.get("isCollection") == "true"
    values, whole = source.child(element, "allowedValues"), source.child(element, "typeConstraint")
    if listed and values is not None:
        # The allowed values of a list are those of its items.
        known[f"{name}[]"] = single
        single = NamedType(f"{name}[]")
    known[name] = ListType(single) if listed else single
    if values is not None and source.text(values):
        tests.append((f"{name}[]" if listed else name, values))
    if whole is not None and source.text(whole):
        tests.append((name, whole))


def _single(
    element: etree._Element,
    name: str,
    source: Source,
    known: dict[str, Type],
    tests: list[tuple[str, etree._Element]],
) -> Type:
    """The type, or that of the items where the definition is a collection."""
    parts = source.children(element, "itemComponent")
    if parts:
        fields = []
        for part in parts:
            key = part.get("name", "")
            _declare(part, f"{name}/{key}", source, known, tests)
            fields.append((key, NamedType(f"{name}/{key}")))
        return ContextType(tuple(fields))
    function = source.child(element, "functionItem")
    if function is not None:
        parameters = tuple(_named(each.get("typeRef", "")) for each in source.children(function, "parameters"))
        return FunctionType(parameters, _named(function.get("outputTypeRef", "")))
    return _named(element.get("typeRef") or source.inner_type(element))


def _named(reference: str) -> NamedType:
    name = reference.rpartition(":")[2].strip()
    return NamedType(name) if name else _ANY


def _renamed(declared: Type, prefix: str) -> Type:
    """An imported type, whose names of other types of its file get the name of the import."""
    if isinstance(declared, NamedType):
        return declared if TypeTable().resolve(declared) else NamedType(prefix + declared.name)
    if isinstance(declared, ListType):
        return ListType(_renamed(declared.item, prefix))
    if isinstance(declared, ContextType):
        return ContextType(tuple((name, _renamed(part, prefix)) for name, part in declared.fields))
    if isinstance(declared, FunctionType):
        return FunctionType(
            tuple(_renamed(each, prefix) for each in declared.parameters), _renamed(declared.result, prefix)
        )
    return declared
