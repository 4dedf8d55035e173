"""Decision files written for tests: a table is its columns and rows, the rest is what every DMN file has around it."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

DMN_13 = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def file(*parts: str, namespace: str = DMN_13, own: str = "x") -> bytes:
    """`own`: the namespace by which other files import this one."""
    head = f'<definitions xmlns="{namespace}" id="file" name="决策" namespace="{own}">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *parts, "</definitions>"]).encode()


def decision(
    decision_id: str,
    content: str,
    *,
    name: str = "",
    requires: Sequence[str] = (),
    knows: Sequence[str] = (),
    type: str = "",
) -> str:
    """`requires`: ids of decisions, or of input data when they begin with "in_"; `knows`: ids of functions.

    An id of an imported file stands behind its namespace, as in "lib#rate". `type`: that of its variable.
    """
    name = quoteattr(name or decision_id)
    typed = f"<variable name={name} typeRef={quoteattr(type)}/>" if type else ""
    needs = "".join(_requirement(each) for each in requires) + _knowledge(knows)
    return f"<decision id={quoteattr(decision_id)} name={name}>{typed}{needs}{content}</decision>"


def _requirement(wanted: str) -> str:
    kind = "Input" if _key(wanted).startswith("in_") else "Decision"
    return f"<informationRequirement><required{kind} href={_href(wanted)}/></informationRequirement>"


def _knowledge(knows: Sequence[str]) -> str:
    return "".join(
        f"<knowledgeRequirement><requiredKnowledge href={_href(each)}/></knowledgeRequirement>" for each in knows
    )


def _key(wanted: str) -> str:
    return wanted.rpartition("#")[2]


def _href(wanted: str) -> str:
    return quoteattr(wanted if "#" in wanted else f"#{wanted}")


def imported(own: str, name: str) -> str:
    return f"<import namespace={quoteattr(own)} name={quoteattr(name)} importType='{DMN_13}'/>"


def function(function_id: str, parameters: str, content: str, *, knows: Sequence[str] = (), type: str = "") -> str:
    """A business knowledge model; `parameters` are written `income: number, people`, `type` is that of its answers."""
    head = f"id={quoteattr(function_id)} name={quoteattr(function_id)}"
    declared = f"<variable name={quoteattr(function_id)}{_type(type)}/>"
    logic = f"<encapsulatedLogic>{parameters_of(parameters)}{content}</encapsulatedLogic>"
    return f"<businessKnowledgeModel {head}>{declared}{_knowledge(knows)}{logic}</businessKnowledgeModel>"


def parameters_of(text: str) -> str:
    found = [each.partition(":") for each in text.split(",") if each.strip()]
    return "".join(
        f"<formalParameter name={quoteattr(name.strip())}{_type(declared.strip())}/>" for name, _, declared in found
    )


def service(
    service_id: str,
    *,
    answers: Sequence[str],
    data: Sequence[str] = (),
    decisions: Sequence[str] = (),
    type: str = "",
) -> str:
    """A decision service; `answers` are its output decisions, `decisions` those that its caller answers."""
    parts = [
        f"<{tag} href={_href(each)}/>"
        for tag, found in (("outputDecision", answers), ("inputDecision", decisions), ("inputData", data))
        for each in found
    ]
    head = f"id={quoteattr(service_id)} name={quoteattr(service_id)}"
    declared = f"<variable name={quoteattr(service_id)}{_type(type)}/>"
    return f"<decisionService {head}>{declared}{''.join(parts)}</decisionService>"


def item(
    name: str, type: str = "", *parts: str, listed: bool = False, allowed: str = "", whole: str = "", tag: str = ""
) -> str:
    """A type; `parts`: its entries, written by `part`; `allowed` values of each item, `whole`: of the list itself."""
    tag = tag or "itemDefinition"
    inner = f"<typeRef>{escape(type)}</typeRef>" if type else "".join(parts)
    inner += f"<allowedValues>{_text(allowed)}</allowedValues>" if allowed else ""
    inner += f"<typeConstraint>{_text(whole)}</typeConstraint>" if whole else ""
    collection = " isCollection='true'" if listed else ""
    return f"<{tag} id={quoteattr(f'type_{name}')} name={quoteattr(name)}{collection}>{inner}</{tag}>"


def part(name: str, type: str = "", *parts: str, listed: bool = False, allowed: str = "") -> str:
    return item(name, type, *parts, listed=listed, allowed=allowed, tag="itemComponent")


def context(*entries: tuple[str, str] | tuple[str, str, str]) -> str:
    """A boxed context: names, contents and perhaps types; an entry without a name is the result."""
    written = []
    for name, content, *types in entries:
        variable = f"<variable name={quoteattr(name)}{_type(*types)}/>" if name else ""
        written.append(f"<contextEntry>{variable}{content}</contextEntry>")
    return f"<context>{''.join(written)}</context>"


def _type(reference: str = "") -> str:
    return f" typeRef={quoteattr(reference)}" if reference else ""


def formula(text: str, *, type: str = "") -> str:
    return f"<literalExpression id='formula'{_type(type)}>{_text(text)}</literalExpression>"


def input_data(input_id: str, name: str, type: str = "") -> str:
    variable = f"<variable name={quoteattr(name)}{_type(type)}/>"
    return f"<inputData id={quoteattr(input_id)} name={quoteattr(name)}>{variable}</inputData>"


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    *rows: Sequence[str],
    policy: str | None = None,
    aggregation: str | None = None,
    allowed: Sequence[str] = (),
    default: Sequence[str] = (),
    asks: Sequence[str] = (),
    says: Sequence[str] = (),
) -> str:
    """Each row holds the cells of the inputs, then those of the outputs. Row n has the id "rn", its cells "rn_1" …

    `asks` are the types of the inputs, `says` those of the outputs.
    """
    attributes = f" hitPolicy='{policy}'" * bool(policy) + f" aggregation='{aggregation}'" * bool(aggregation)
    parts = [f"<decisionTable id='table'{attributes}>"]
    for number, text in enumerate(inputs, 1):
        parts.append(
            f"<input id='input_{number}'>"
            f"<inputExpression id='expression_{number}'{_type(*asks[number - 1 : number])}>{_text(text)}"
            "</inputExpression></input>"
        )
    for number, name in enumerate(outputs):
        values = f"<outputValues>{_text(allowed[number])}</outputValues>" if allowed else ""
        fallback = f"<defaultOutputEntry>{_text(default[number])}</defaultOutputEntry>" if default else ""
        head = f"id='output_{number}' name={quoteattr(name)}{_type(*says[number : number + 1])}"
        parts.append(f"<output {head}>{values}{fallback}</output>")
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
