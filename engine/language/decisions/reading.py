"""Reading DMN files of versions 1.1 to 1.5, as dmn-js and Camunda Modeler write them.

The rule: a file is taken as a whole or refused with one plain sentence for each thing that is wrong, tied to the id of
the cell, rule, table or decision where it is.
"""

from collections.abc import Callable, Mapping
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType

from lxml import etree

from engine.errors import Invalid
from engine.language import xml
from engine.language.decisions.literal_expressions import read_literal_expression
from engine.language.decisions.model import Decision, Logic, Model
from engine.language.decisions.source import Source
from engine.language.decisions.table_reading import read_table

_NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
# One reader for each kind of content that a decision can have.
_READERS: Mapping[str, Callable[[etree._Element, str, Source], Logic]] = {
    "decisionTable": read_table,
    "literalExpression": read_literal_expression,
}
_BESIDE_LOGIC = frozenset(
    {
        "description",
        "extensionElements",
        "question",
        "allowedAnswers",
        "variable",
        "informationRequirement",
        "knowledgeRequirement",
        "authorityRequirement",
        "supportedObjective",
        "impactedPerformanceIndicator",
        "decisionMaker",
        "decisionOwner",
        "usingProcess",
        "usingTask",
    }
)


def read(file: bytes) -> Model:
    """A DMN file as a model that decides.

    Raises Invalid, or TooLarge above 5 MB: `problems` maps element ids ("" = the file) to sentences in Chinese.
    """
    root = xml.parse(file, what="决策文件")
    if xml.local_name(root) != "definitions" or xml.namespace(root) not in _NAMESPACES:
        raise _refused({"": ["这不是 DMN 决策文件：根元素应为 DMN 1.1 至 1.5 的 definitions"]})
    source = Source(root)
    elements = source.children(root, "decision")
    if not elements:
        source.complain(root, "文件中没有决策")
    decisions = _read_decisions(elements, source)
    ranks = {} if source.problems else _ranks(decisions, source, {_id_of(each): each for each in elements})
    if source.problems:
        raise _refused(source.problems)
    return Model(root.get("id", ""), root.get("name", ""), MappingProxyType(decisions), MappingProxyType(ranks))


def _id_of(decision: etree._Element) -> str:
    return decision.get("id") or decision.get("name") or ""


def _read_decisions(elements: list[etree._Element], source: Source) -> dict[str, Decision]:
    decisions: dict[str, Decision] = {}
    names: set[str] = set()
    given = {each.get("id", ""): _variable_of(each, source) for each in source.children(source.root, "inputData")}
    for element in elements:
        decision = _read_decision(element, given, source)
        if decision is None:
            continue
        if decision.id in decisions or decision.name in names:
            source.complain(element, f"有两个决策都叫“{decision.name}”（{decision.id}）")
        decisions[decision.id] = decision
        names.add(decision.name)
    return decisions


def _read_decision(element: etree._Element, given: Mapping[str, str], source: Source) -> Decision | None:
    decision_id = _id_of(element)
    name = element.get("name") or decision_id
    if not decision_id:
        source.complain(element, "有一个决策既没有编号也没有名称")
        return None
    logic = _read_logic(element, name, source)
    if logic is None:
        return None
    required = _required(element, "requiredDecision", source)
    inputs = _required(element, "requiredInput", source)
    for missing in [each for each in inputs if each not in given]:
        source.complain(element, f"决策“{name}”引用的输入数据“{missing}”不在文件中")
    variables = tuple(given[each] for each in inputs if each in given)
    return Decision(decision_id, name, _variable_of(element, source), logic, tuple(required), variables)


def _variable_of(element: etree._Element, source: Source) -> str:
    """The name under which the value of a decision or of input data is seen."""
    variable = source.child(element, "variable")
    bound = variable.get("name") if variable is not None else None
    return bound or element.get("name") or element.get("id") or ""


def _read_logic(element: etree._Element, name: str, source: Source) -> Logic | None:
    if source.children(element, "knowledgeRequirement"):
        source.complain(element, f"决策“{name}”引用了业务知识模型，暂不支持")
        return None
    for child in source.children(element):
        tag = xml.local_name(child)
        if tag in _READERS:
            return _READERS[tag](child, name, source)
        if tag not in _BESIDE_LOGIC:
            source.complain(element, f"决策“{name}”的内容“{tag}”暂不支持，请使用决策表或字面表达式")
            return None
    source.complain(element, f"决策“{name}”没有内容，请填写决策表或表达式")
    return None


def _required(element: etree._Element, tag: str, source: Source) -> list[str]:
    """The ids that the requirements of a decision point at; `href` is "#id", other files are not followed."""
    found = []
    for requirement in source.children(element, "informationRequirement"):
        for reference in source.children(requirement, tag):
            found.append(reference.get("href", "").removeprefix("#"))
    return found


def _ranks(decisions: Mapping[str, Decision], source: Source, elements: Mapping[str, etree._Element]) -> dict[str, int]:
    """The place of each decision in an order in which all can be decided, those that others require first."""
    for decision in decisions.values():
        for required in decision.required:
            if required not in decisions:
                source.complain(elements[decision.id], f"决策“{decision.name}”引用的决策“{required}”不在文件中")
    if source.problems:
        return {}
    try:
        order = TopologicalSorter({each.id: each.required for each in decisions.values()}).static_order()
        return {decision_id: rank for rank, decision_id in enumerate(order)}
    except CycleError as error:
        circle: list[str] = error.args[1]
        path = " → ".join(decisions[each].name for each in circle)
        source.complain(elements[circle[0]], f"决策互相引用，无法计算：{path}")
        return {}


def _refused(problems: Mapping[str, list[str]]) -> Invalid:
    sentences = [sentence for lines in problems.values() for sentence in lines]
    return Invalid(
        f"Expected a DMN file that can be decided, but found {len(sentences)} problems: {sentences[0]}",
        problems=problems,
        notice=f"决策文件有 {len(sentences)} 处问题",
    )
