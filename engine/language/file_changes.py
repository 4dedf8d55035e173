"""What changed inside a form or a decision file, in sentences: which field, which row, from what to what.

The rule: both files were read by their own readers before, so here they are only taken apart, and what cannot be named
piece by piece is called other content.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from lxml import etree

from engine.language import xml

MOST = 40
OTHER = "其他内容"
PROPERTIES = {
    "type": "类型", "label": "标签", "description": "说明", "text": "文字", "validate": "校验", "values": "选项",
    "conditional": "显示条件", "properties": "属性", "readonly": "只读", "defaultValue": "默认值",
}  # fmt: skip
# Where a field stands on the page, and the key by which it is compared, say nothing to policy staff.
UNTOLD = frozenset({"layout", "id", "key", "components"})


@dataclass(frozen=True)
class Piece:
    """A field or a row: what people call it, and its parts by their labels."""

    name: str
    parts: Mapping[str, str]


def details(path: str, old: bytes, new: bytes) -> tuple[str, ...]:
    """The differences of a changed form or decision file; none for a diagram, which is compared by its elements."""
    readers = {".form": _fields, ".dmn": _rows}
    reader = readers.get(PurePosixPath(path).suffix)
    if reader is None:
        return ()
    found = list(_differences(reader(old), reader(new))) or [OTHER]
    return (*found[:MOST], *([f"另有 {len(found) - MOST} 处"] if len(found) > MOST else []))


def _differences(old: Mapping[str, Piece], new: Mapping[str, Piece]) -> Iterator[str]:
    for key, piece in new.items():
        if key not in old:
            yield f"新增{piece.name}：{_whole(piece)}"
        elif piece.parts != old[key].parts:
            yield f"{piece.name}：{_changed(old[key].parts, piece.parts)}"
    yield from (f"删除{piece.name}" for key, piece in old.items() if key not in new)


def _whole(piece: Piece) -> str:
    return "，".join(f"{label} {text}" for label, text in piece.parts.items() if text) or "空"


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    labels = [label for label in {**new, **old} if old.get(label, "") != new.get(label, "")]
    return "，".join(f"{label} {old.get(label) or '（空）'} → {new.get(label) or '（空）'}" for label in labels)


def _fields(data: bytes) -> dict[str, Piece]:
    """The components of a form-js file by their key, those in groups and lists included."""
    document = json.loads(data.decode("utf-8-sig"))
    return {key: piece for component in document["components"] for key, piece in _components(component)}


def _components(component: Mapping[str, Any]) -> Iterator[tuple[str, Piece]]:
    key = str(component.get("key") or component.get("id"))
    parts = {PROPERTIES.get(name, name): _text(value) for name, value in component.items() if name not in UNTOLD}
    yield key, Piece(f"字段“{component.get('label') or key}”", parts)
    for inner in component.get("components", ()):
        yield from _components(inner)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(str(one.get("label", one)) if isinstance(one, dict) else str(one) for one in value)
    if isinstance(value, dict):
        return "、".join(f"{name} {_text(inner)}" for name, inner in value.items())
    return {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _rows(data: bytes) -> dict[str, Piece]:
    """Every decision of a DMN file: its table's columns and each row, or its formula.

    Rows go by their id, or where they have none by their place.
    """
    found: dict[str, Piece] = {}
    for decision in _below(xml.parse(data), "decision", "businessKnowledgeModel"):
        name = decision.get("name") or decision.get("id") or ""
        tables = _below(decision, "decisionTable")
        if not tables:
            found[f"{name} formula"] = Piece(f"“{name}”", {"计算式": " ".join(_texts(decision))})
        for table in tables:
            labels = [*_labels(table, "input"), *_labels(table, "output"), "注释"]
            found[f"{name} columns"] = Piece(f"“{name}”", _columns(table))
            for number, rule in enumerate(_below(table, "rule"), start=1):
                cells = dict(zip(labels, _cells(rule), strict=False))
                first = next((text for text in cells.values() if text), "")
                found[rule.get("id") or f"{name} {number}"] = Piece(f"“{name}”第 {number} 行（{first}）", cells)
    return found


def _columns(table: etree._Element) -> dict[str, str]:
    policy = f"{table.get('hitPolicy', 'UNIQUE')} {table.get('aggregation', '')}".strip()
    columns = zip(_labels(table, "input"), _below(table, "input"), strict=True)
    outputs = "、".join(_labels(table, "output"))
    return {"命中策略": policy, **{label: " ".join(_texts(column)) for label, column in columns}, "输出列": outputs}


def _labels(table: etree._Element, kind: str) -> list[str]:
    return [
        column.get("label") or column.get("name") or f"{'输入' if kind == 'input' else '输出'} {number}"
        for number, column in enumerate(_below(table, kind), start=1)
    ]


def _cells(rule: etree._Element) -> list[str]:
    entries = _below(rule, "inputEntry") + _below(rule, "outputEntry")
    notes = _below(rule, "description") + _below(rule, "annotationEntry")
    return [*(" ".join(_texts(entry)) for entry in entries), " ".join(text for note in notes for text in _texts(note))]


def _texts(element: etree._Element) -> list[str]:
    return [plain for text in element.itertext() if (plain := str(text).strip())]


def _below(element: etree._Element, *names: str) -> list[etree._Element]:
    return [found for found in element.iter() if isinstance(found.tag, str) and xml.local_name(found) in names]
