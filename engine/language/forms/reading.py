"""A form-js file becomes a Form; what our pages cannot show or check is refused at its component."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import TypedDict

import re2

from engine.errors import Invalid, TooLarge
from engine.language.forms.form import Form
from engine.language.forms.model import CHOICES, DISPLAYED, KINDS, Condition, Feel, Field, Limit, Option, Page

MAX_BYTES = 1024 * 1024
MAX_COMPONENTS = 300
MAX_DEPTH = 6
# form-js puts these into a form, but the page has its own buttons and margins.
_IGNORED = frozenset({"button", "spacer"})
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FORM_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")

Json = Mapping[str, object]


@lru_cache(maxsize=512)
def read(data: bytes) -> Form:
    """The form of a form-js file; the same file is read once, because a form never changes.

    Raises TooLarge, or Invalid with problems by field key (or component id, or "").
    """
    document = _document(data)
    reader = _Reader()
    pages = reader.pages(document)
    form_id = document.get("id")
    if not isinstance(form_id, str) or not _FORM_ID.fullmatch(form_id):
        reader.refuse("", "表单没有编号（id），或编号含有字母、数字、下划线以外的字符")
    if reader.problems:
        raise _invalid(reader.problems)
    name = document.get("name")
    return Form(id=str(form_id), name=name if isinstance(name, str) else str(form_id), pages=pages)


def _document(data: bytes) -> Json:
    if len(data) > MAX_BYTES:
        raise TooLarge(f"Expected at most {MAX_BYTES} bytes, but got {len(data)}", notice="表单文件太大：不能超过 1 MB")
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _invalid({"": [f"表单文件不是格式正确的 JSON：第 {error.lineno} 行有错误"]}) from error
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise _invalid({"": ["表单文件不是格式正确的 JSON"]}) from error
    if not isinstance(document, dict) or not isinstance(document.get("components"), list):
        raise _invalid({"": ["这不是 form-js 表单文件：缺少 components"]})
    return document


def _no_constant(name: str) -> float:
    raise ValueError(f"Expected a number, but got {name}")


def _invalid(problems: Mapping[str, Sequence[str]]) -> Invalid:
    first = next(iter(problems.values()))[0]
    return Invalid(f"Expected a readable form, but {dict(problems)}", problems=problems, notice=first)


class _Answers(TypedDict):
    options: tuple[Option, ...]
    options_from: Feel | None
    decimal_digits: int | None
    subtype: str
    not_before: str
    not_after: str
    multiple: bool
    accept: str
    min_files: int
    max_files: int
    max_choices: int
    min_rows: int
    max_rows: int


class _Limits(TypedDict):
    required: Condition
    minimum: Limit
    maximum: Limit
    min_length: Limit
    max_length: Limit
    pattern: str
    pattern_message: str


@dataclass
class _Reader:
    """Reads one file and collects all that is wrong with it."""

    problems: dict[str, list[str]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    count: int = 0

    def refuse(self, where: str, sentence: str) -> None:
        self.problems.setdefault(where, []).append(sentence)

    def pages(self, document: Json) -> tuple[Page, ...]:
        pages: list[Page] = []
        loose: list[Field] = []
        for item in self.fields(document["components"], depth=1, hides=()):
            if item.kind != "group":
                loose.append(item)
                continue
            pages += _loose_page(pages, loose)
            loose = []
            pages.append(
                Page(item.key or f"page{len(pages) + 1}", item.label, item.description, item.fields, item.properties)
            )
        pages += _loose_page(pages, loose)
        return tuple(pages)

    def fields(self, components: object, *, depth: int, hides: tuple[str, ...]) -> tuple[Field, ...]:
        if depth > MAX_DEPTH:
            self.refuse("", f"分组嵌套太深：最多 {MAX_DEPTH} 层")
            return ()
        found = []
        for component in components if isinstance(components, list) else []:
            self.count += 1
            if self.count == MAX_COMPONENTS + 1:
                self.refuse("", f"表单组件太多：最多 {MAX_COMPONENTS} 个")
            if (
                self.count <= MAX_COMPONENTS
                and isinstance(component, dict)
                and str(component.get("type")) not in _IGNORED
            ):
                found.append(self.field(component, depth, hides))
        return tuple(found)

    def field(self, component: Json, depth: int, hides: tuple[str, ...]) -> Field:
        kind = str(component.get("type") or "")
        key = self.key(component, kind)
        if kind not in KINDS:
            self.refuse(key, f"不支持的组件：{kind or '（没有类型）'}")
        own = _feel(_mapping(component, "conditional").get("hide"))
        within = hides if own is None else (*hides, own.text)
        # The rows of a dynamic list have a scope of their own, so the list's own condition stays with the list.
        inner_hides = () if kind == "dynamiclist" else within
        properties = self.properties(key, component)
        return Field(
            key=key,
            kind=kind,
            label=_label(component),
            description=_string(component, "description"),
            text=_feel(component.get("text")) or _string(component, "text"),
            placeholder=_string(component, "placeholder"),
            hide=Feel(" or ".join(f"({text})" for text in within)) if within else None,
            read_only=_either(self.condition(component.get("readonly")), self.condition(component.get("disabled"))),
            default=component.get("defaultValue"),
            properties=_with_validation_type(properties, _mapping(component, "validate")),
            fields=self.inner(component, kind, depth, inner_hides),
            **self.answers(key, kind, component, properties),
            **self.limits(key, _mapping(component, "validate")),
        )

    def answers(self, key: str, kind: str, component: Json, properties: Mapping[str, str]) -> "_Answers":
        """What may be answered at all."""
        options_from = component.get("valuesExpression") or component.get("valuesKey")
        multiple = component.get("multiple") is True
        return _Answers(
            options=self.options(key, kind, component, properties),
            options_from=Feel(str(options_from).removeprefix("=").strip()) if options_from else None,
            decimal_digits=_integer(component.get("decimalDigits")),
            subtype=_string(component, "subtype") or "date",
            not_before=_not_before(component, properties),
            not_after=properties.get("notAfter", ""),
            multiple=multiple,
            accept=_string(component, "accept"),
            min_files=self.whole(key, properties, "minFiles", 0),
            max_files=self.whole(key, properties, "maxFiles", 9 if multiple else 1),
            max_choices=self.whole(key, properties, "maxChoices", 0),
            min_rows=self.whole(key, properties, "minRows", 0),
            max_rows=self.whole(key, properties, "maxRows", 50),
        )

    def limits(self, key: str, validate: Json) -> "_Limits":
        """What a good answer keeps to."""
        return _Limits(
            required=self.condition(validate.get("required")),
            minimum=self.limit(key, validate.get("min")),
            maximum=self.limit(key, validate.get("max")),
            min_length=self.limit(key, validate.get("minLength")),
            max_length=self.limit(key, validate.get("maxLength")),
            pattern=self.pattern(key, _string(validate, "pattern")),
            pattern_message=_string(validate, "patternErrorMessage"),
        )

    def inner(self, component: Json, kind: str, depth: int, hides: tuple[str, ...]) -> tuple[Field, ...]:
        if kind == "group":
            return self.fields(component.get("components"), depth=depth + 1, hides=hides)
        if kind != "dynamiclist":
            return ()
        outside, self.seen = self.seen, set()
        rows = self.fields(component.get("components"), depth=depth + 1, hides=hides)
        self.seen = outside
        return rows

    def key(self, component: Json, kind: str) -> str:
        written = component.get("path") if kind == "dynamiclist" else component.get("key")
        component_id = str(component.get("id") or "")
        if kind in DISPLAYED or kind == "group" or kind not in KINDS:
            if kind == "group" and component.get("path"):
                self.refuse(component_id, "分组不能设置路径（path）：所有字段都属于同一个事项")
            return component_id or str(written or "")
        if not isinstance(written, str) or not _KEY.fullmatch(written):
            name = component_id or _label(component)
            self.refuse(name, f"组件的字段名只能由字母、数字和下划线组成：{written or '（空）'}")
            return str(written or name)
        if written in self.seen:
            self.refuse(written, f"字段名重复：{written}")
        self.seen.add(written)
        return written

    def condition(self, written: object) -> Condition:
        expression = _feel(written)
        return expression if expression is not None else written is True or written == "true"

    def limit(self, key: str, written: object) -> Limit:
        expression = _feel(written)
        if expression is not None or written is None or written == "":
            return expression
        number = _number(written)
        if number is None:
            self.refuse(key, f"限制应当是数字：{written}")
        return number

    def pattern(self, key: str, written: str) -> str:
        try:
            re2.compile(written)
        except re2.error:
            self.refuse(key, f"不支持的格式表达式：{written}")
        return written

    def whole(self, key: str, properties: Mapping[str, str], name: str, default: int) -> int:
        written = properties.get(name, "")
        if not written:
            return default
        if not re.fullmatch(r"[0-9]{1,3}", written):
            self.refuse(key, f"属性 {name} 应当是整数：{written}")
            return default
        return int(written)

    def properties(self, key: str, component: Json) -> Mapping[str, str]:
        written = _mapping(component, "properties")
        wrong = [name for name, value in written.items() if not isinstance(value, str | bool | int | Decimal)]
        if wrong:
            self.refuse(key, f"属性只能是文字：{'、'.join(wrong)}")
        return MappingProxyType({name: str(value) for name, value in written.items() if name not in wrong})

    def options(self, key: str, kind: str, component: Json, properties: Mapping[str, str]) -> tuple[Option, ...]:
        if kind not in CHOICES:
            return ()
        written = component.get("values")
        if not isinstance(written, list):
            if not component.get("valuesExpression") and not component.get("valuesKey"):
                self.refuse(key, "没有可选项")
            return ()
        explanations = self.explanations(key, properties.get("explanations", ""))
        options = [_option(item, explanations) for item in written if isinstance(item, dict)]
        if len({option.written for option in options}) < len(options):
            self.refuse(key, "可选项的值重复")
        if {option.written for option in options} <= {"true", "false"}:
            options = [Option(option.written == "true", option.label, option.explanation) for option in options]
        return tuple(options)

    def explanations(self, key: str, written: str) -> Mapping[str, str]:
        if not written:
            return {}
        try:
            found = json.loads(written)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            self.refuse(key, "属性 explanations 应当是 JSON 对象：选项 → 说明")
            return {}
        return {str(name): str(value) for name, value in found.items()}


def _loose_page(pages: list[Page], loose: list[Field]) -> list[Page]:
    """Components beside the groups make a page of their own, where they stand."""
    return [Page(f"page{len(pages) + 1}", "", "", tuple(loose))] if loose else []


def _mapping(source: Json, name: str) -> Json:
    found = source.get(name)
    return found if isinstance(found, dict) else {}


def _string(source: Json, name: str) -> str:
    found = source.get(name)
    return found.strip() if isinstance(found, str) else ""


def _label(component: Json) -> str:
    return _string(component, "label") or _string(component, "dateLabel") or _string(component, "timeLabel")


def _feel(written: object) -> Feel | None:
    if isinstance(written, str) and written.startswith("="):
        return Feel(written[1:].strip())
    return None


def _either(one: Condition, other: Condition) -> Condition:
    if one is True or other is True:
        return True
    if isinstance(one, Feel) and isinstance(other, Feel):
        return Feel(f"({one.text}) or ({other.text})")
    return one or other


def _number(written: object) -> Decimal | None:
    if isinstance(written, bool) or not re.fullmatch(r"-?\d+(\.\d+)?", str(written)):
        return None
    return Decimal(str(written))


def _integer(written: object) -> int | None:
    number = _number(written)
    return None if number is None else int(number)


def _not_before(component: Json, properties: Mapping[str, str]) -> str:
    return properties.get("notBefore", "") or ("today" if component.get("disallowPassedDates") is True else "")


def _with_validation_type(properties: Mapping[str, str], validate: Json) -> Mapping[str, str]:
    """form-js' own validationType (email, phone) is one of our formats."""
    kind = _string(validate, "validationType")
    return properties if kind in ("", "custom") else MappingProxyType({"format": kind, **properties})


def _option(item: Json, explanations: Mapping[str, str]) -> Option:
    value = item.get("value")
    typed = value if isinstance(value, str | bool | int | Decimal) else ""
    label = _string(item, "label") or str(typed)
    return Option(typed, label, explanations.get(str(typed), explanations.get(label, "")))
