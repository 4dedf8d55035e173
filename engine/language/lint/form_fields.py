"""Every field of a form has words, a format that we check, limits that lead somewhere, and properties that are read."""

from collections.abc import Iterator, Mapping
from datetime import date

from engine.language.forms import FORMATS, MASKS, PROPERTIES, Field, Form
from engine.language.forms.model import FROM_TODAY
from engine.language.lint.subject import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Fields without a label, of an unknown format, with a date limit that names no other field, or with a property
    that nobody reads."""
    for form in subject.bundle.forms.values():
        for page in form.pages:
            yield from _check_properties(form, page.id, page.title, page.properties)
            for item in page.items:
                for field in item.walk():
                    yield from _check_properties(form, field.key, field.label, field.properties)
                    if field.is_input:
                        yield from _check_field(form, field)


def _check_properties(form: Form, key: str, label: str, properties: Mapping[str, str]) -> Iterator[Finding]:
    named, file = label or key or "文字", f"forms/{form.id}.form"
    for name in sorted(properties.keys() - PROPERTIES):
        yield Finding(key, f"“{named}”的属性没有人读：{name}", file=file)
    if (mask := properties.get("mask")) is not None and mask not in MASKS:
        yield Finding(key, f"“{named}”的脱敏方式不存在：{mask}", file=file)


def _check_field(form: Form, field: Field) -> Iterator[Finding]:
    file = f"forms/{form.id}.form"
    if not field.label:
        yield Finding(field.key, f"字段 {field.key} 没有标签：填写的人不知道问的是什么", file=file)
    if field.format and field.format not in FORMATS:
        yield Finding(field.key, f"字段“{field.label}”的格式不存在：{field.format}", file=file)
    for limit in (field.not_before, field.not_after):
        if limit and not FROM_TODAY.fullmatch(limit) and limit not in form.keys and not _is_date(limit):
            yield Finding(field.key, f"字段“{field.label}”的日期限制既不是日期也不是别的字段：{limit}", file=file)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
