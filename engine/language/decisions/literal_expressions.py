"""A literal expression 字面表达式: a decision that is one FEEL formula."""

from dataclasses import dataclass

from lxml import etree

from engine.language import feel
from engine.language.decisions.model import Outcome, Scope
from engine.language.decisions.source import Source


@dataclass(frozen=True, slots=True)
class LiteralExpression:
    formula: feel.Expression

    @property
    def names(self) -> frozenset[str]:
        return self.formula.names

    def decide(self, scope: Scope) -> Outcome:
        return Outcome(self.formula(scope), {name: scope.get(name) for name in sorted(self.names)})


def read_literal_expression(element: etree._Element, name: str, source: Source) -> LiteralExpression:
    """The formula of decision `name`; what is wrong with it is noted in `source`."""
    text = source.text(element)
    if not text:
        source.complain(element, f"决策“{name}”没有表达式")
    return LiteralExpression(source.formula(element, text, f"决策“{name}”"))
