"""Decision files written for tests: a table is its columns and rows, the rest is what every DMN file has around it."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

DMN_13 = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def file(*parts: str, namespace: str = DMN_13) -> bytes:
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{namespace}" id="file" name="决策" namespace="x">'
    )
    return "\n".join([head, *parts, "</definitions>"]).encode()


def decision(decision_id: str, content: str, *, name: str = "", requires: Sequence[str] = ()) -> str:
    """`requires`: ids of decisions, or of input data when they begin with "in_"."""
    needs = "".join(
        f"<informationRequirement><required{'Input' if each.startswith('in_') else 'Decision'} href='#{each}'/>"
        "</informationRequirement>"
        for each in requires
    )
    return f"<decision id={quoteattr(decision_id)} name={quoteattr(name or decision_id)}>{needs}{content}</decision>"


def formula(text: str) -> str:
    return f"<literalExpression id='formula'><text>{escape(text)}</text></literalExpression>"


def input_data(input_id: str, name: str) -> str:
    return f"<inputData id='{input_id}' name={quoteattr(name)}><variable name={quoteattr(name)}/></inputData>"


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    *rows: Sequence[str],
    policy: str | None = None,
    aggregation: str | None = None,
    allowed: Sequence[str] = (),
    default: Sequence[str] = (),
) -> str:
    """Each row holds the cells of the inputs, then those of the outputs. Row n has the id "rn", its cells "rn_1" …"""
    attributes = f" hitPolicy='{policy}'" * bool(policy) + f" aggregation='{aggregation}'" * bool(aggregation)
    parts = [f"<decisionTable id='table'{attributes}>"]
    for number, text in enumerate(inputs, 1):
        parts.append(
            f"<input id='input_{number}'>"
            f"<inputExpression id='expression_{number}'>{_text(text)}</inputExpression></input>"
        )
    for number, name in enumerate(outputs):
        values = f"<outputValues>{_text(allowed[number])}</outputValues>" if allowed else ""
        fallback = f"<defaultOutputEntry>{_text(default[number])}</defaultOutputEntry>" if default else ""
        parts.append(f"<output id='output_{number}' name={quoteattr(name)}>{values}{fallback}</output>")
    for number, cells in enumerate(rows, 1):
        parts.append(f"<rule id='r{number}'>")
        for column, text in enumerate(cells, 1):
            tag = "inputEntry" if column <= len(inputs) else "outputEntry"
            parts.append(f"<{tag} id='r{number}_{column}'>{_text(text)}</{tag}>")
        parts.append("</rule>")
    return "".join([*parts, "</decisionTable>"])


def one_table(*arguments: Sequence[str], **options: object) -> bytes:
    """A file with one decision "grade"."""
    return file(decision("grade", table(*arguments, **options)))  # type: ignore[arg-type]


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"
