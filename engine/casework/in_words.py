"""What somebody answered to a question of a form, as people read it: on every page, for citizens and staff, in print.

The rule: no code of the machine is shown; an option reads by its label, a moment in Chinese, a region by its full name.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from engine import spoken
from engine.language.forms import Field, Option, options
from engine.registry import masks, regions

NOTHING: Mapping[str, Any] = MappingProxyType({})
SENSITIVE = "敏感信息，不显示"
_OF_FORMAT: Mapping[str, Callable[[str], str]] = {
    "idno": masks.identity,
    "phone": masks.phone,
    "phone_or_landline": masks.phone,
    "person_name": masks.name,
    "bankcard": masks.account,
}


def answer(
    session: Session,
    field: Field,
    value: Any,
    *,
    offered: Iterable[Option] | None = None,
    known: Mapping[str, Any] = NOTHING,
    masked: bool = False,
) -> str:
    """The answer in words. `offered`: the options at the time; `known`: or else the variables from which an expression
    makes them. A sensitive answer (property `sensitive`: health and the like) is not told at all to those who see the
    case masked."""
    if masked and field.properties.get("sensitive"):
        return SENSITIVE
    if field.kind == "dynamiclist":
        return _rows(session, field, value, known, masked=masked)
    labels = {option.written: option.label for option in (options(field, known) if offered is None else offered)}
    if isinstance(value, list):
        return "、".join(_single(session, field, one, labels, masked=masked) for one in value)
    return _single(session, field, value, labels, masked=masked)


def _single(session: Session, field: Field, value: Any, labels: Mapping[str, str], *, masked: bool) -> str:
    written = str(value).lower() if isinstance(value, bool) else str(value)
    if written in labels:
        return labels[written]
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.kind == "datetime":
        return spoken.answer(written)
    if field.format == "money":
        return _money(written)
    mask = masks.KINDS.get(field.properties.get("mask", "")) or _OF_FORMAT.get(field.format)
    if masked and mask is not None:
        return mask(written)
    if (field.format == "region" or field.key == "town") and regions.exists(session, written):
        return regions.full_name(session, written)
    return written


def _money(written: str) -> str:
    whole, _, rest = written.partition(".")
    return f"¥{int(whole):,}.{rest:0<2}" if whole.isdecimal() else written


def _rows(session: Session, field: Field, rows: Any, known: Mapping[str, Any], *, masked: bool) -> str:
    """Each row on a line of its own: 姓名：张三，年龄：8."""
    inner = [found for item in field.fields for found in item.inputs()]
    return "\n".join(
        "，".join(
            f"{found.label}：{answer(session, found, row[found.key], known={**known, **row}, masked=masked)}"
            for found in inner
            if row.get(found.key) not in (None, "", [])
        )
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, Mapping)
    )
