"""Where FEEL stands in a bundle: every expression with its place and the names known only there."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.language.diagram import Element, Process
from engine.language.forms import Feel, Field, Form
from engine.language.lint.subject import Subject

# Each instance of a multi-instance activity knows its number, from 1 (BPMN 2.0, table 10.30).
_COUNTER = frozenset({"loopCounter"})
# Only the completion condition, asked after each instance, may ask how many there are.
_COUNTS = frozenset(
    {
        "numberOfInstances",
        "numberOfActiveInstances",
        "numberOfCompletedInstances",
        "numberOfTerminatedInstances",
    }
)
# A timer on a task may ask when the task is due.
_TIMER_NAMES = frozenset({"dueAt"})


@dataclass(frozen=True, slots=True)
class Place:
    """An expression and where it stands. `what` says what it is for; `local` are names known only here."""

    element_id: str
    what: str
    text: str
    local: frozenset[str] = frozenset()
    file: str = ""


def in_diagram(subject: Subject) -> Iterator[Place]:
    """The expressions of the diagram."""
    yield from _in_level(subject.process, frozenset())


def _in_level(level: Process, around: frozenset[str]) -> Iterator[Place]:
    for flow in level.flows:
        if flow.condition is not None:
            yield Place(flow.id, "流向条件", flow.condition, around)
    for element in level.elements:
        inside = around if element.loop is None else around | _COUNTER | {element.loop.item}
        yield from _in_element(element, around, inside)
        if element.process is not None:
            yield from _in_level(element.process, inside)


def _in_element(element: Element, around: frozenset[str], inside: frozenset[str]) -> Iterator[Place]:
    if element.loop is not None:
        yield Place(element.id, "多实例列表", element.loop.collection, around)
        yield Place(element.id, "多实例完成条件", element.loop.completion or "", inside | _COUNTS)
        yield Place(element.id, "多实例输出元素", element.loop.output_element or "", inside)
    if element.event is not None and element.event.kind.startswith("time"):
        yield Place(element.id, "定时", element.event.value, inside | _TIMER_NAMES)
    yield Place(element.id, "脚本", element.script or "", inside)
    written = {
        "表单": element.form,
        "调用的流程": element.called,
        "决策": element.decision,
        "到期时间": element.due,
        "提醒时间": element.follow_up,
        "候选岗位": element.candidate_groups,
        "办理人": element.assignee,
        **{f"属性 {name}": value for name, value in element.properties.items()},
        **{f"参数 {name}": value for name, value in element.headers.items()},
    }
    for what, text in written.items():
        if text is not None and text.startswith("="):
            yield Place(element.id, what, text[1:].strip(), inside)


def in_forms(subject: Subject) -> Iterator[Place]:
    """The expressions of all forms of the bundle."""
    for form in subject.bundle.forms.values():
        for page in form.pages:
            for item in page.items:
                yield from _in_field(form, item, form.keys)


def _in_field(form: Form, field: Field, local: frozenset[str]) -> Iterator[Place]:
    written = {
        "显示条件": field.hide,
        "必填条件": field.required,
        "只读条件": field.read_only,
        "可选项": field.options_from,
        "最小值": field.minimum,
        "最大值": field.maximum,
        "最少字数": field.min_length,
        "最多字数": field.max_length,
        "文字": field.text,
    }
    for what, expression in written.items():
        if isinstance(expression, Feel):
            yield Place(field.key, what, expression.text, local, f"forms/{form.id}.form")
    within = local | {found.key for found in field.fields} if field.kind == "dynamiclist" else local
    for inner in field.fields:
        yield from _in_field(form, inner, within)


def places(subject: Subject) -> Iterator[Place]:
    """All expressions of the bundle; those of decision tables are read with the tables."""
    yield from (place for place in in_diagram(subject) if place.text)
    yield from in_forms(subject)
