"""Decision tables written for the tests of their analysis: columns with types and allowed values, rows as lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from engine.language import decisions
from engine.language.decisions import analysis
from engine.language.decisions.analysis import Flaw
from tests.language.decisions.written import decision, file


@dataclass(frozen=True)
class Column:
    """`values`: its allowed values; `type`: its typeRef; `default`: of a result."""

    name: str
    type: str = ""
    values: str = ""
    label: str = ""
    default: str = ""


def number(name: str, values: str = "") -> Column:
    return Column(name, "number", values)


def text(name: str, values: str = "") -> Column:
    return Column(name, "string", values)


def truth(name: str) -> Column:
    return Column(name, "boolean")


def written(
    inputs: Sequence[Column], outputs: Sequence[Column], *rows: Sequence[str], policy: str = "UNIQUE", around: str = ""
) -> bytes:
    """A file with the decision “档次”. Row n has the id "rn", its cells "rn_1" …; `around`: more of the file."""
    parts = [f"<decisionTable id='table' hitPolicy={quoteattr(policy)}>"]
    parts += [_input(place, column) for place, column in enumerate(inputs, 1)]
    parts += [_output(place, column) for place, column in enumerate(outputs, 1)]
    for row, cells in enumerate(rows, 1):
        parts.append(f"<rule id='r{row}'>")
        for place, cell in enumerate(cells, 1):
            tag = "inputEntry" if place <= len(inputs) else "outputEntry"
            parts.append(f"<{tag} id='r{row}_{place}'>{_text(cell)}</{tag}>")
        parts.append("</rule>")
    return file(around, decision("grade", "".join([*parts, "</decisionTable>"]), name="档次"))


def flaws(xml: bytes) -> list[Flaw]:
    """What is wrong with a file that can be read."""
    model = decisions.read(xml)
    assert not model.problems
    return analysis.find(xml, model)


def found(*arguments: Sequence[Column] | Sequence[str], policy: str = "UNIQUE") -> list[tuple[str, str]]:
    """The places and severities of what is wrong with a table."""
    return [(flaw.element_id, flaw.severity) for flaw in flaws(written(*arguments, policy=policy))]  # type: ignore[arg-type]


def sentences(*arguments: Sequence[Column] | Sequence[str], policy: str = "UNIQUE") -> list[str]:
    return [flaw.sentence for flaw in flaws(written(*arguments, policy=policy))]  # type: ignore[arg-type]


def _input(place: int, column: Column) -> str:
    kind = f" typeRef={quoteattr(column.type)}" if column.type else ""
    label = f" label={quoteattr(column.label)}" if column.label else ""
    values = f"<inputValues id='values_{place}'>{_text(column.values)}</inputValues>" if column.values else ""
    asks = f"<inputExpression id='expression_{place}'{kind}>{_text(column.name)}</inputExpression>"
    return f"<input id='input_{place}'{label}>{asks}{values}</input>"


def _output(place: int, column: Column) -> str:
    kind = f" typeRef={quoteattr(column.type)}" if column.type else ""
    label = f" label={quoteattr(column.label)}" if column.label else ""
    values = f"<outputValues id='result_values_{place}'>{_text(column.values)}</outputValues>" if column.values else ""
    default = f"<defaultOutputEntry id='default_{place}'>{_text(column.default)}</defaultOutputEntry>"
    inside = values + (default if column.default else "")
    return f"<output id='output_{place}' name={quoteattr(column.name)}{label}{kind}>{inside}</output>"


def _text(content: str) -> str:
    return f"<text>{escape(content)}</text>"
