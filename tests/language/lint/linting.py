"""Lints small diagrams: what is found, as pairs of rule and element."""

from typing import Any

from engine.language import bundle, lint
from engine.language.lint import Known, Problem
from tests.language.drawing import draw
from tests.language.forms.writing import choice, field, written, yes_no

KNOWN = Known(
    roles=frozenset({"citizen", "county_water_clerk", "county_office", "system"}),
    processes=frozenset({"intake"}),
    connectors=frozenset({"sms"}),
    messages=frozenset({"M01"}),
    variables=frozenset({"caseNo", "acceptedAt", "channel"}),
)
ASK = written(
    yes_no("inScope"), choice("kind", "radio", "a", "b"), field("amount", "number"), field("members"), form_id="ask"
)
GRADE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">
<decision id="grade" name="grade"><decisionTable id="t" hitPolicy="FIRST">
<input id="i"><inputExpression id="e" typeRef="number"><text>amount</text></inputExpression></input>
<output id="o" name="grade" typeRef="string"/>
<rule id="r"><inputEntry id="x"><text>-</text></inputEntry><outputEntry id="y"><text>"A"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""
FILES = {"forms/ask.form": ASK, "rules/grade.dmn": GRADE}


def lint_of(*parts: str, files: dict[str, bytes] | None = None, known: Known = KNOWN, **drawing: Any) -> list[Problem]:
    """All problems of the diagram made of these parts."""
    diagram = {"processes/water.bpmn": draw(*parts, **drawing)}
    return lint.check(bundle.read({**diagram, **FILES, **(files or {})}), known=known)


def found(*parts: str, **settings: Any) -> set[tuple[str, str]]:
    """Rules and the elements at which they found something."""
    return {(problem.rule, problem.element_id) for problem in lint_of(*parts, **settings)}
