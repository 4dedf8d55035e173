"""Reading DMN files of versions 1.1 to 1.5, as dmn-js and Camunda Modeler write them.

The rule: a file that is no DMN, or whose decisions require each other in a circle, is refused. What is wrong in a
single place makes that place null and becomes a problem of the model, one plain sentence tied to the id of the cell,
rule, table or decision; `checked` refuses a model with any problem, and only such a model may be deployed.
"""

from collections.abc import Callable as Function
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from lxml import etree

from engine.errors import Invalid
from engine.language import xml
from engine.language.decisions import type_reading
from engine.language.decisions.boxed import FunctionDefinition, Nothing
from engine.language.decisions.boxed_reading import read_function, read_logic
from engine.language.decisions.definitions import DecisionService, KnowledgeModel
from engine.language.decisions.model import Callable, Decision, Import, Model, Reference, Variable
from engine.language.decisions.source import Source

_NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
_BESIDE_LOGIC = frozenset(
    {
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
_Find = Function[[Model, str], Decision | Variable | Callable | None]
_Read = TypeVar("_Read", Decision, KnowledgeModel, DecisionService)


def checked(file: bytes, *, imports: Iterable[Model] = ()) -> Model:
    """A DMN file without any problem. Raises Invalid with all that is wrong, by element id, or TooLarge."""
    model = read(file, imports=imports)
    if model.problems:
        raise _refused(model.problems)
    return model


def read(file: bytes, *, imports: Iterable[Model] = ()) -> Model:
    """A DMN file as a model that decides; `imports`: models of files that it may import, found by their namespaces.

    Raises Invalid for what is no DMN, or TooLarge above 5 MB: `problems` maps element ids ("" = the file) to sentences
    in Chinese.
    """
    root = xml.parse(file, what="决策文件")
    if xml.local_name(root) != "definitions" or xml.namespace(root) not in _NAMESPACES:
        raise _refused({"": ["这不是 DMN 决策文件：根元素应为 DMN 1.1 至 1.5 的 definitions"]})
    used, missing = _read_imports(root, {model.namespace: model for model in imports})
    source = Source(
        root,
        known_names=[variable.name for each in used if not each.name for variable in each.model.variables],
        known_keys=[key for each in used for key in each.model.known_names],
    )
    for element in missing:
        source.complain(element, f"导入的文件“{element.get('name') or element.get('namespace')}”没有找到")
    type_reading.read_types(source, used)
    return _Reading(source, used).model()


class _Reading:
    """A file while its definitions are read."""

    def __init__(self, source: Source, imports: Sequence[Import]) -> None:
        self.source, self.imports = source, imports
        self.elements: dict[str, etree._Element] = {}

    def model(self) -> Model:
        source, root = self.source, self.source.root
        data = {
            each.get("id", ""): Variable(_variable_name(each, source), source.type_of(source.child(each, "variable")))
            for each in source.children(root, "inputData")
        }
        decisions = self._all("decision", self._decision)
        callables: dict[str, Callable] = {
            **self._all("businessKnowledgeModel", self._knowledge_model),
            **self._all("decisionService", self._service),
        }
        if not decisions and not callables and not source.children(root, "itemDefinition"):
            source.complain(root, "文件中没有决策")
        model = Model(
            root.get("id", ""),
            root.get("name", ""),
            root.get("namespace", ""),
            decisions,
            callables,
            data,
            self._ranks(decisions),
            source.types,
            self.imports,
            source.problems,
            source.names | source.keys,
            frozenset(source.doubtful),
        )
        self._check_references(model, decisions.values(), callables.values())
        return model

    def _all(self, tag: str, read_one: Function[[etree._Element, str, str], _Read]) -> dict[str, _Read]:
        found: dict[str, _Read] = {}
        names: set[str] = set()
        for element in self.source.children(self.source.root, tag):
            key = element.get("id") or element.get("name") or ""
            name = element.get("name") or key
            if not key:
                self.source.complain(element, "有一个决策既没有编号也没有名称")
                continue
            if key in found or name in names:
                self.source.complain(element, f"有两个决策都叫“{name}”（{key}）")
            found[key] = read_one(element, key, name)
            self.elements[key] = element
            names.add(name)
        return found

    def _decision(self, element: etree._Element, key: str, name: str) -> Decision:
        return Decision(
            key,
            name,
            self._variable(element),
            read_logic(element, name, self.source, beside=_BESIDE_LOGIC),
            self._references(element, "informationRequirement", "requiredDecision"),
            self._references(element, "informationRequirement", "requiredInput"),
            self._references(element, "knowledgeRequirement", "requiredKnowledge"),
        )

    def _knowledge_model(self, element: etree._Element, key: str, name: str) -> KnowledgeModel:
        source, variable = self.source, self._variable(element)
        knowledge = self._references(element, "knowledgeRequirement", "requiredKnowledge")
        logic = source.child(element, "encapsulatedLogic")
        if logic is None:
            source.complain(element, f"“{name}”没有内容，请填写函数")
            return KnowledgeModel(key, name, variable, FunctionDefinition((), Nothing(), source.types), knowledge)
        declared = source.types.result_of(source.type_of(logic) or variable.type)
        definition = replace(read_function(logic, name, source), result=declared)
        return KnowledgeModel(key, name, variable, definition, knowledge)

    def _service(self, element: etree._Element, key: str, name: str) -> DecisionService:
        outputs, data, decisions = (
            tuple(self._reference(each) for each in self.source.children(element, tag))
            for tag in ("outputDecision", "inputData", "inputDecision")
        )
        return DecisionService(key, name, self._variable(element), outputs, data, decisions)

    def _variable(self, element: etree._Element) -> Variable:
        variable = self.source.child(element, "variable")
        return Variable(_variable_name(element, self.source), self.source.type_of(variable))

    def _references(self, element: etree._Element, requirement: str, tag: str) -> tuple[Reference, ...]:
        children = self.source.children
        return tuple(self._reference(found) for each in children(element, requirement) for found in children(each, tag))

    def _reference(self, element: etree._Element) -> Reference:
        """What an `href` points at: "#id" in this file, "namespace#id" in an imported one."""
        namespace, _, key = element.get("href", "").rpartition("#")
        if not namespace or namespace == self.source.root.get("namespace"):
            return Reference(key)
        if all(each.model.namespace != namespace for each in self.imports):
            self.source.complain(element, f"引用的文件“{namespace}”没有导入")
        return Reference(key, namespace)

    def _check_references(self, model: Model, decisions: Iterable[Decision], callables: Iterable[Callable]) -> None:
        everything: list[Decision | Callable] = [*decisions, *callables]
        for each in everything:
            for references, find, what in _requirements(each):
                for reference in references:
                    if not any(find(owner, reference.id) for _, owner in model.owners(reference)):
                        sentence = f"“{each.name}”引用的{what}“{reference.id}”不在文件中"
                        self.source.complain(self.elements[each.id], sentence)

    def _ranks(self, decisions: Mapping[str, Decision]) -> dict[str, int]:
        """The place of each decision in an order in which all can be decided, those that others require first."""
        required = {
            each.id: [needed.id for needed in each.required if not needed.namespace] for each in decisions.values()
        }
        try:
            order = TopologicalSorter(required).static_order()
            return {decision_id: rank for rank, decision_id in enumerate(order)}
        except CycleError as error:
            circle: list[str] = error.args[1]
            path = " → ".join(decisions[each].name for each in circle)
            self.source.complain(self.elements[circle[0]], f"决策互相引用，无法计算：{path}")
            raise _refused(self.source.problems) from None


def _requirements(each: Decision | Callable) -> Iterable[tuple[Sequence[Reference], _Find, str]]:
    """What a definition refers to, how that is found in a model, and how people call it."""
    if isinstance(each, Decision):
        yield each.required, Model.decision, "决策"
        yield each.inputs, Model.data, "输入数据"
    if isinstance(each, DecisionService):
        yield (*each.outputs, *each.decisions), Model.decision, "决策"
        yield each.data, Model.data, "输入数据"
    if isinstance(each, Decision | KnowledgeModel):
        yield each.knowledge, Model.callable, "业务知识模型"


def _read_imports(root: etree._Element, models: Mapping[str, Model]) -> tuple[list[Import], list[etree._Element]]:
    """The imported DMN files, and the elements that import what nobody gave us."""
    used, missing = [], []
    for element in root.iterchildren(f"{{{xml.namespace(root)}}}import"):
        if element.get("importType", "") not in _NAMESPACES:
            continue
        model = models.get(element.get("namespace", ""))
        if model is None:
            missing.append(element)
        else:
            used.append(Import(element.get("name", ""), model))
    return used, missing


def _variable_name(element: etree._Element, source: Source) -> str:
    """The name under which the value of a decision or of input data is seen."""
    variable = source.child(element, "variable")
    bound = variable.get("name") if variable is not None else None
    return bound or element.get("name") or element.get("id") or ""


def _refused(problems: Mapping[str, list[str]] | Mapping[str, Iterable[str]]) -> Invalid:
    lines = {where: list(sentences) for where, sentences in problems.items()}
    sentences = [sentence for found in lines.values() for sentence in found]
    return Invalid(
        f"Expected a DMN file that can be decided, but found {len(sentences)} problems: {sentences[0]}",
        problems=lines,
        notice=f"决策文件有 {len(sentences)} 处问题",
    )
