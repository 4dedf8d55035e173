"""The fields of a form on a page, the same for citizens and staff: what each shows, and how a post is read back.

The rule: a page shows what the person typed, right or wrong, and every field works without script.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, cast

from flask import Request, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from engine import db
from engine.casework import attachments, in_words
from engine.errors import Refusal, Unavailable
from engine.language.forms import Option, Shown
from engine.registry import regions
from engine.registry.actors import Actor

PROVINCE = "530000"
LEVELS = (
    ("province", "省"),
    ("prefecture", "州（市）"),
    ("county", "县（市、区）"),
    ("town", "乡镇（街道）"),
    ("village", "村（社区）"),
)
# Buttons that change the page and send it back, without checking anything.
RELOADS = ("reload", "add-row", "remove-row", "remove-file")

Values = dict[str, Any]
Problems = Mapping[str, Sequence[str]]
Keep = Callable[[FileStorage, str], str]


@dataclass(frozen=True)
class Level:
    """One of the five selects of a region: what may be chosen, and what is."""

    key: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True)
class Control:
    """One field on the page. `name` is that of the post: members-0-name for a field in a row. `words`: the answer as it
    reads, where it cannot be changed."""

    shown: Shown
    name: str
    value: Any
    problems: tuple[str, ...] = ()
    words: str = ""
    levels: tuple[Level, ...] = ()
    items: tuple["Control", ...] = ()
    rows: tuple[tuple["Control", ...], ...] = ()

    @property
    def id(self) -> str:
        """The id of the element that takes the focus; its parts add an ending to it."""
        return f"f-{self.name}"

    @property
    def kind(self) -> str:
        """Which macro draws it."""
        if self.shown.read_only and self.shown.field.is_input:
            return "fixed"
        return "region" if self.shown.format == "region" else self.shown.field.kind

    @property
    def label(self) -> str:
        return self.shown.field.label

    @property
    def hint(self) -> str:
        return self.shown.field.description

    @property
    def text(self) -> str:
        """The value as text for an input; blank for none, and for a password always."""
        return "" if self.value is None or self.shown.format == "password" else str(self.value)

    @property
    def described_by(self) -> str:
        """The ids of its hint and of its problems, for aria-describedby."""
        hint = [f"{self.id}-hint"] if self.hint else []
        return " ".join(hint + ([f"{self.id}-problem"] if self.problems else []))

    @property
    def input_type(self) -> str:
        """The type of a text or date input, so that a phone shows the right keys."""
        if self.kind == "datetime":
            return {"time": "time", "datetime": "datetime-local"}.get(self.shown.field.subtype, "date")
        types = {"phone": "tel", "phone_or_landline": "tel", "email": "email", "password": "password"}
        return types.get(self.shown.format, "text")

    @property
    def input_mode(self) -> str:
        """Which keys a phone should show."""
        if self.kind == "number":
            return "numeric" if self.shown.field.decimal_digits == 0 else "decimal"
        return {"phone": "tel", "bankcard": "numeric", "email": "email"}.get(self.shown.format, "text")

    @property
    def autocomplete(self) -> str:
        """What the browser may fill in."""
        return self.shown.field.properties.get("autocomplete", "off")

    @property
    def may_locate(self) -> bool:
        """Does a button write the position of the device into it?"""
        return self.kind == "textfield" and self.shown.field.properties.get("locate") == "true"

    def is_chosen(self, option: Option) -> bool:
        """Is this option chosen now?"""
        if isinstance(self.value, list | tuple):
            return any(_written(value) == option.written for value in self.value)
        return self.value is not None and _written(self.value) == option.written


def controls(
    session: Session,
    items: Iterable[Shown],
    values: Mapping[str, Any],
    problems: Problems | None = None,
    prefix: str = "",
) -> tuple[Control, ...]:
    """These components as they stand on the page, with what was typed and what is wrong with it."""
    return tuple(_control(session, shown, values, problems or {}, prefix) for shown in items)


def _control(session: Session, shown: Shown, values: Mapping[str, Any], problems: Problems, prefix: str) -> Control:
    name = prefix + shown.key
    value = values.get(shown.key, shown.field.default if shown.field.is_input else None)
    control = Control(shown, name, value, tuple(problems.get(name, ())))
    if shown.field.kind == "group":
        return replace(control, items=controls(session, shown.items, values, problems, prefix))
    if shown.read_only:
        return replace(control, words=_in_words(session, shown, value))
    if shown.field.kind == "dynamiclist":
        return replace(control, rows=_rows(session, shown, value, problems))
    if shown.format == "region":
        return replace(control, levels=region_levels(session, control.text))
    return control


def _rows(session: Session, shown: Shown, value: Any, problems: Problems) -> tuple[tuple[Control, ...], ...]:
    written = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    least = max(shown.field.min_rows, 1)
    asked = list(zip(shown.rows, written, strict=False)) or [(shown.items, {})] * least
    return tuple(
        controls(session, items, row, problems, f"{shown.key}-{number}-") for number, (items, row) in enumerate(asked)
    )


def region_levels(session: Session, chosen: str) -> tuple[Level, ...]:
    """The selects of a region: each level down to the first that is not chosen yet has options."""
    levels, above = [], None
    for key, label in LEVELS:
        found = regions.ancestor_code(chosen, key) if chosen else None
        here = found or (PROVINCE if key == "province" else "")
        offered = [regions.get(session, PROVINCE)] if key == "province" else _below(session, above)
        levels.append(Level(key, label, tuple((region.code, region.name) for region in offered), here))
        above = here
    return tuple(levels)


def _below(session: Session, code: str | None) -> list[Any]:
    return list(regions.children(session, code)) if code else []


def read(inputs: Iterable[Shown], form: MultiDict[str, str]) -> Values:
    """What the post says of these fields, as it was typed. Nothing is checked here."""
    values: Values = {}
    for shown in inputs:
        if not shown.read_only and shown.field.kind != "filepicker":
            values |= (
                _read_rows(shown, form) if shown.field.kind == "dynamiclist" else _read_one(shown, form, shown.key)
            )
    return values


def _read_one(shown: Shown, form: MultiDict[str, str], name: str) -> Values:
    if shown.format == "region":
        return {shown.key: read_region(form, name)}
    if shown.field.kind == "checkbox":
        return {shown.key: name in form}
    if shown.field.kind in ("checklist", "taglist"):
        return {shown.key: form.getlist(name)}
    return {shown.key: form.get(name, "")}


def read_region(form: MultiDict[str, str], name: str) -> str:
    """The deepest level that lies in the one above it: a new county makes the old town and village fall away."""
    deepest = form.get(name, "")
    for key, _label in LEVELS:
        code = form.get(f"{name}.{key}", "")
        if not _lies_in(code, deepest):
            break
        deepest = code
    return deepest


def _lies_in(code: str, above: str) -> bool:
    """Is it a code at all, and one below that region?"""
    try:
        return bool(regions.prefix_of(code)) and (not above or regions.lies_in(code, regions.prefix_of(above)))
    except Refusal:
        return False


def _read_rows(shown: Shown, form: MultiDict[str, str]) -> Values:
    """The rows of a dynamic list, with one more or one fewer where a button asked for it."""
    numbers = sorted(
        {
            int(part[1])
            for key in form
            if len(part := key.split("-")) == 3 and part[0] == shown.key and part[1].isdigit()
        }
    )
    inner = [found for item in shown.field.fields for found in item.inputs()]
    rows = [
        {
            key: value
            for field in inner
            for key, value in _read_one(Shown(field), form, f"{shown.key}-{number}-{field.key}").items()
        }
        for number in numbers
    ]
    if form.get("remove-row", "").startswith(f"{shown.key}-"):
        gone = form["remove-row"].removeprefix(f"{shown.key}-")
        rows = [row for number, row in zip(numbers, rows, strict=True) if str(number) != gone]
    return {shown.key: [*rows, {}] if form.get("add-row") == shown.key else rows}


def read_files(inputs: Iterable[Shown], request: Request, keep: Keep) -> tuple[Values, dict[str, list[str]]]:
    """The file fields of the post: ids kept from before, less those removed, plus those stored now; and the refusals.

    `keep(file, field key)` keeps one file and gives its id; its refusals become problems at the field.
    """
    values: Values = {}
    problems: dict[str, list[str]] = {}
    for shown in inputs:
        if shown.field.kind != "filepicker" or shown.read_only:
            continue
        kept = [found for found in request.form.getlist(shown.key) if found != request.form.get("remove-file")]
        sent = [file for file in request.files.getlist(shown.key) if file.filename]
        room = max(shown.field.max_files - len(kept), 0)
        if len(sent) > room:
            problems[shown.key] = [f"最多上传 {shown.field.max_files} 个，多出的 {len(sent) - room} 个没有保存"]
        for file in sent[:room]:
            try:
                kept.append(keep(file, shown.key))
            except Unavailable:
                raise
            except Refusal as refusal:
                problems.setdefault(shown.key, []).append(f"“{file.filename}”：{refusal.notice}")
        values[shown.key] = list(dict.fromkeys(kept))
    return values, problems


def keeping(actor: Actor, case_id: int | None = None, task_id: int | None = None) -> Keep:
    """Keeps uploaded files as attachments of this person. A photo takes long, so no transaction waits for it; and the
    same post again keeps no file twice."""
    click = f"{request.path} {request.form.get('key', '')}"

    def keep(file: FileStorage, field: str) -> str:
        prepared = prepare(file)
        with db.transaction() as session:
            return attachments.keep(
                session, prepared, actor=actor, field=field, case_id=case_id, task_id=task_id, click=click
            ).id

    return keep


def prepare(file: FileStorage) -> attachments.Prepared:
    """The uploaded file, checked; to be called outside any transaction."""
    return attachments.prepare(cast(BinaryIO, file.stream), file.filename or "")


def asks_to_reload(form: Mapping[str, str]) -> bool:
    """Did a button ask for the page again (another level, one more row, a file away), rather than send it?"""
    return any(name in form for name in RELOADS)


def are_fresh(problems: Problems, form: Mapping[str, str]) -> bool:
    """Are these only about questions that the page did not ask when it was filled in? `asked`: what it asked."""
    asked = form.get("asked", "").split()
    return bool(asked) and all(key.split("-", 1)[0] not in asked for key in problems)


def summary(shown: Iterable[Control], problems: Problems) -> list[tuple[str, str]]:
    """Every problem with the id it belongs to, in the order of the page; what belongs to no field comes first. Each
    says what it is about, because it does not stand beside it."""
    flat = list(flatten(shown))
    known = {control.name for control in flat}
    loose = [("", line) for key, lines in problems.items() if key not in known for line in lines]
    return loose + [
        (_first_id(control), with_subject(control.label, line)) for control in flat for line in control.problems
    ]


def with_subject(label: str, line: str) -> str:
    """核实时间：不能晚于…, 照片“一.jpg”：…; a sentence that names its question already stays as it is."""
    subject = label.rstrip("：:？?＊* ")
    if not subject or subject in line:
        return line
    return f"{subject}{line}" if line.startswith("“") else f"{subject}：{line}"


def flatten(shown: Iterable[Control]) -> Iterable[Control]:
    """The controls with those in groups and rows."""
    for control in shown:
        yield control
        yield from flatten(control.items)
        for row in control.rows:
            yield from flatten(row)


def _first_id(control: Control) -> str:
    """What the summary's link leads to: an element that can take the focus."""
    if control.levels:
        empty = next((level for level in control.levels if not level.chosen), control.levels[-1])
        return f"{control.id}-{empty.key}"
    return f"{control.id}-0" if control.shown.options and control.kind not in ("select", "taglist") else control.id


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Answer:
    """A question and its answer as it reads on a summary. `files` are ids of attachments to be shown as pictures."""

    key: str
    label: str
    text: str
    files: tuple[str, ...] = ()


def answers(session: Session, inputs: Iterable[Shown], values: Mapping[str, Any]) -> list[Answer]:
    """The answers to these questions, in words."""
    found = []
    for shown in inputs:
        value = values.get(shown.key)
        files = tuple(value or ()) if shown.field.kind == "filepicker" else ()
        found.append(Answer(shown.key, shown.field.label, _in_words(session, shown, value), files))
    return found


def _in_words(session: Session, shown: Shown, value: Any) -> str:
    if shown.field.kind == "checkbox":
        return "已勾选" if value in (True, "true") else "没有勾选"
    if value in (None, "", []):
        return "没有填写"
    if shown.field.kind == "filepicker":
        return f"{len(value)} 个文件"
    return in_words.answer(session, shown.field, value, offered=shown.options)
