"""Nothing in a diagram is passed over in silence: a word that the engine does not execute is refused where it stands.

What is no part of BPMN or zeebe and of no other engine either, such as colours, is left alone.
"""

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.language import diagram, xml
from engine.language.diagram import tags
from engine.language.lint import one_scope
from engine.language.lint.subject import Finding, Subject
from engine.language.lint.vocabulary import ANY, BPMN, ZEEBE

_PLACES = tags.FLOW_NODES | {"sequenceFlow", "process", "participant", "lane", "message", "signal", "error"}
_NAMES = {
    "standardLoopCharacteristics": "标准循环标记（请画出循环，或用多实例）",
    "dataObject": "数据对象（请用文本注释）",
    "dataObjectReference": "数据对象（请用文本注释）",
    "dataStoreReference": "数据存储（请用文本注释）",
    "dataStore": "数据存储（请用文本注释）",
    "dataInputAssociation": "数据输入（请用表单和变量）",
    "dataOutputAssociation": "数据输出（请用表单和变量）",
    "ioSpecification": "输入输出规格",
    "property": "BPMN 变量（请用表单和变量）",
    "humanPerformer": "办理人声明（请用泳道或候选岗位）",
    "performer": "办理人声明（请用泳道或候选岗位）",
    "potentialOwner": "办理人声明（请用泳道或候选岗位）",
    "resourceRole": "办理人声明（请用泳道或候选岗位）",
    "loopCardinality": "按次数的多实例（请用列表）",
    "eventDefinitionRef": "引用别处的触发方式（请写在事件里）",
    "participantMultiplicity": "多方参与标记",
    "choreography": "编排图",
    "conversationNode": "会话",
}
_OTHER_ENGINES = {
    "http://camunda.org/schema/1.0/bpmn": "Camunda 7",
    "http://activiti.org/bpmn": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://www.jboss.org/drools": "jBPM",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "SpiffWorkflow",
}
_EDITOR = "modelerTemplate"
_TIMES = ("timeDate", "timeDuration", "timeCycle")


def check(subject: Subject) -> Iterator[Finding]:
    """Elements, attributes, values and extensions that have no meaning here."""
    ours = diagram.executable(subject.root)
    others = {node for node in tags.bpmn(subject.root, "process") if node is not ours}
    yield from _element(subject, subject.root, others)


def _element(subject: Subject, node: etree._Element, drawings: set[etree._Element]) -> Iterator[Finding]:
    word = BPMN.get(xml.local_name(node))
    if word is None or node in drawings:
        return
    place = _place(subject, node)
    yield from _attributes(place, node, word.attributes)
    for child in node:
        name, space = xml.local_name(child), xml.namespace(child)
        if space != tags.BPMN:
            continue
        if name not in word.children:
            yield Finding(_place(subject, child), f"不支持{_NAMES.get(name, name)}：平台不会执行它，请删去")
        elif name == "extensionElements":
            yield from _extensions(place, child, xml.local_name(node))
        else:
            yield from _element(subject, child, drawings)
    if len(list(tags.bpmn(node, *_TIMES))) > 1:
        yield Finding(place, "定时只能写时刻、时长或周期中的一种")


def _attributes(place: str, node: etree._Element, known: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    for written, said in node.attrib.items():
        name, value = etree.QName(str(written)), str(said)
        foreign = _OTHER_ENGINES.get(name.namespace or "")
        if foreign is not None:
            yield Finding(place, f"“{name.localname}”是 {foreign} 的扩展，平台不会执行，请删去")
        elif not _is_drawing(name) and not _is_known(known.get(name.localname), value):
            yield Finding(place, f"不支持属性 {name.localname}=“{value}”：平台不会照它执行，请删去")


def _is_drawing(name: etree.QName) -> bool:
    """An attribute that only an editor reads: of another namespace, or the template that zeebe's editor remembers."""
    if name.namespace == tags.ZEEBE:
        return name.localname.startswith(_EDITOR)
    return bool(name.namespace)


def _is_known(allowed: frozenset[str] | None, value: str) -> bool:
    return allowed is not None and (allowed == ANY or "".join(value.split()).lower() in allowed)


def _extensions(place: str, parent: etree._Element, owner: str) -> Iterator[Finding]:
    for child in parent:
        name, space = xml.local_name(child), xml.namespace(child)
        foreign = _OTHER_ENGINES.get(space or "")
        if foreign is not None:
            yield Finding(place, f"“{name}”是 {foreign} 的扩展，平台不会执行，请删去")
        elif space == tags.ZEEBE and name not in one_scope.REFUSED:
            yield from _extension(place, child, owner)


def _extension(place: str, node: etree._Element, owner: str) -> Iterator[Finding]:
    name = xml.local_name(node)
    known = ZEEBE.get(name)
    if known is None:
        yield Finding(place, f"不支持扩展 {name}：平台不会执行它，请删去")
        return
    if known.owners and owner not in known.owners:
        yield Finding(place, f"扩展 {name} 在这里不起作用，请删去")
        return
    yield from _attributes(place, node, known.attributes)
    for child in node:
        if xml.local_name(child) == known.inside:
            yield from _extension(place, child, owner)
        else:
            yield Finding(place, f"不支持扩展 {xml.local_name(child)}：平台不会执行它，请删去")


def _place(subject: Subject, node: etree._Element) -> str:
    """The id of the nearest thing around the node that people see in the diagram."""
    for around in (node, *node.iterancestors()):
        found = around.get("id", "")
        if found and (found in subject.drawn or xml.local_name(around) in _PLACES):
            return found
    return ""
