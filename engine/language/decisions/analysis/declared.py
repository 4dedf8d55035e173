"""The declared types of a table's columns: what their values may be, with the allowed values of item definitions.

The rule: a type that is not declared, or that nobody knows, forbids nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from engine.language import feel
from engine.language.decisions.analysis.scales import KINDS
from engine.language.decisions.analysis.sheets import Heading, Sheet
from engine.language.decisions.model import Model
from engine.language.decisions.source import Source
from engine.language.feel import ContextType, Expression, FeelLimitExceeded, FeelSyntaxError, NamedType, Type, syntax

# Camunda 7 tells kinds of numbers apart; FEEL knows one.
_WHOLE = frozenset({"integer", "long", "int"})
_NUMBERS = frozenset({"double", "float", "decimal"}) | _WHOLE
_ANYTHING = frozenset({"Any", "Null"})


@dataclass(frozen=True, slots=True)
class Declared:
    """What a column takes. `kind`: FEEL's word, None where any will do; `single`: no list, context or function.

    `allowed`: the tests of its type; `whole`: only whole numbers.
    """

    kind: str | None = None
    single: bool = True
    allowed: tuple[Expression, ...] = ()
    whole: bool = False
    type: Type | None = None


ANYTHING = Declared()


class Declarations:
    """The types that a file declares for the columns of its tables."""

    def __init__(self, source: Source, model: Model) -> None:
        self._source, self._model = source, model
        self._variables = dict(_variables(source))

    def of_input(self, heading: Heading) -> Declared:
        """By the input expression itself, else by the variable that it names."""
        expression = self._source.child(heading.element, "inputExpression")
        written = self._written(expression)
        return written if written is not None else self._resolved(self._type_of(heading.asks))

    def of_output(self, heading: Heading, sheet: Sheet) -> Declared:
        """By the column itself, else by the variable of the decision whose whole content the table is."""
        written = self._written(heading.element)
        if written is not None:
            return written
        owner = sheet.element.getparent()
        variable = None if owner is None else self._source.child(owner, "variable")
        wanted = self._source.type_of(variable)
        if sheet.aggregation == "COUNT":
            return ANYTHING  # The variable holds how many rows apply, whatever they say.
        key = heading.element.get("name", "")
        return self._resolved(wanted if len(sheet.outputs) == 1 else self._model.types.part(wanted, key))

    def _written(self, element: etree._Element | None) -> Declared | None:
        """What the `typeRef` of an element says; None where it has none."""
        if element is None:
            return None
        reference = element.get("typeRef") or self._source.inner_type(element)
        if not reference:
            return None
        wanted = self._source.type_of(element)
        if wanted is None and reference in _NUMBERS:
            return Declared("number", whole=reference in _WHOLE, type=NamedType("number"))
        return self._resolved(wanted)

    def _resolved(self, wanted: Type | None) -> Declared:
        known = None if wanted is None else self._model.types.table.resolve(wanted)
        if known is None or (isinstance(known, NamedType) and known.name in _ANYTHING):
            return ANYTHING
        if not isinstance(known, NamedType) or known.name not in KINDS:
            return Declared(single=False, type=wanted)
        return Declared(known.name, allowed=self._tests(wanted), type=wanted)

    def _tests(self, wanted: Type | None) -> tuple[Expression, ...]:
        """The allowed values of a type and of those that it rests on."""
        types, found, seen = self._model.types, [], set()
        while isinstance(wanted, NamedType) and wanted.name not in seen:
            seen.add(wanted.name)
            if wanted.name in types.allowed:
                found.append(types.allowed[wanted.name])
            wanted = types.table.types.get(wanted.name)
        return tuple(found)

    def _type_of(self, text: str) -> Type | None:
        """The type of a variable, or of a part of one, that an input expression names."""
        try:
            tree = feel.compile(text or "null", self._source.names, keys=self._source.keys).tree
        except (FeelSyntaxError, FeelLimitExceeded):
            return None
        return self._shown(tree, self._variables)

    def _shown(self, tree: syntax.Node, variables: Mapping[str, Type]) -> Type | None:
        if isinstance(tree, syntax.Name):
            return variables.get(tree.name)
        if isinstance(tree, syntax.Path):
            around = self._shown(tree.source, variables)
            known = None if around is None else self._model.types.table.resolve(around)
            return dict(known.fields).get(tree.name) if isinstance(known, ContextType) else None
        return None


def _variables(source: Source) -> list[tuple[str, Type]]:
    """The names of input data and decisions with their types."""
    found: list[tuple[str, Type]] = []
    for element in source.children(source.root, "inputData", "decision"):
        variable = source.child(element, "variable")
        declared = source.type_of(variable)
        if declared is not None and variable is not None:
            found.append((variable.get("name") or element.get("name") or "", declared))
    return found
