"""What one version of a process changed against another: files, elements and flows, in words policy staff use.

The rule: two versions are compared by what they mean, so moving a shape changes the file only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from engine.language import file_changes
from engine.language.bundle import Bundle
from engine.language.diagram import Element, Flow, Process

Parts = Mapping[str, Element] | Mapping[str, Flow]
# Where an element stands in the file, and what is compared by itself, are no changes of the element.
IGNORED = frozenset({"id", "line", "process"})
WORDS = {
    "kind": "类型",
    "name": "名称",
    "lane": "泳道（岗位）",
    "documentation": "说明",
    "form": "表单",
    "called": "调用的流程",
    "decision": "决策表",
    "script": "计算式",
    "result_variable": "结果变量",
    "task_type": "服务",
    "headers": "服务参数",
    "due": "期限",
    "follow_up": "提醒时间",
    "candidate_groups": "办理岗位",
    "assignee": "办理人",
    "properties": "属性",
    "event": "事件",
    "attached_to": "所在步骤",
    "interrupting": "是否中断",
    "default": "默认走向",
    "loop": "多实例",
    "triggered_by_event": "事件触发",
    "source": "起点",
    "target": "终点",
    "condition": "条件",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One file, element or flow that is `kind`: added, removed or changed. `aspects`: what of it, in Chinese;
    `details`: of a form or decision file, its fields and rows that differ, a sentence each."""

    kind: str
    id: str
    name: str = ""
    aspects: tuple[str, ...] = ()
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """All differences, each list in the order of the newer version, what was removed last."""

    files: tuple[Change, ...]
    elements: tuple[Change, ...]
    flows: tuple[Change, ...]

    @property
    def none(self) -> bool:
        """Are the two versions the same?"""
        return not (self.files or self.elements or self.flows)

    def ids(self, kind: str) -> list[str]:
        """The ids of elements and flows of that kind, to be marked on the drawing."""
        return [change.id for change in (*self.elements, *self.flows) if change.kind == kind]


def between(before: Bundle, after: Bundle) -> Changes:
    """What `after` changed against `before`."""
    old, new = dict(before.files), dict(after.files)
    files = _differences({path: path for path in old}, {path: path for path in new}, changed=_changed_files(old, new))
    return Changes(
        files=tuple(_detailed(change, old, new) for change in files),
        elements=_compared(_elements(before.process), _elements(after.process)),
        flows=_compared(_flows(before.process), _flows(after.process)),
    )


def _changed_files(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    return {path: () for path in new if path in old and new[path] != old[path]}


def _detailed(change: Change, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Change:
    if change.kind != "changed":
        return change
    return replace(change, details=file_changes.details(change.id, old[change.id], new[change.id]))


def _elements(process: Process) -> dict[str, Element]:
    return {element.id: element for element in process.walk()}


def _flows(process: Process) -> dict[str, Flow]:
    inner = [element.process for element in process.walk() if element.process is not None]
    return {flow.id: flow for part in (process, *inner) for flow in part.flows}


def _compared(
    old: Mapping[str, Element] | Mapping[str, Flow], new: Mapping[str, Element] | Mapping[str, Flow]
) -> tuple[Change, ...]:
    changed = {key: found for key in new if key in old and (found := _aspects(old[key], new[key]))}
    return _differences(_names(old), _names(new), changed=changed)


def _names(parts: Parts) -> dict[str, str]:
    return {key: part.name for key, part in parts.items()}


def _aspects(old: Element | Flow, new: Element | Flow) -> tuple[str, ...]:
    names = [field.name for field in fields(new) if field.name not in IGNORED]
    return tuple(_aspect(name, getattr(old, name, None)) for name in names if _differs(name, old, new))


def _differs(name: str, old: Element | Flow, new: Element | Flow) -> bool:
    return bool(getattr(old, name, None) != getattr(new, name))


def _aspect(name: str, before: object) -> str:
    """What changed; a name with the one it replaces, because the list shows the new one only."""
    word = WORDS.get(name, name)
    return f"{word}（原为“{before}”）" if name == "name" and before else word


def _differences(
    old: Mapping[str, str], new: Mapping[str, str], *, changed: Mapping[str, tuple[str, ...]]
) -> tuple[Change, ...]:
    found = [
        Change("changed", key, name, changed[key]) if key in changed else Change("added", key, name)
        for key, name in new.items()
        if key in changed or key not in old
    ]
    return (*found, *(Change("removed", key, name) for key, name in old.items() if key not in new))
