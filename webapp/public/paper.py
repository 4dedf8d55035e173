"""纸质申请表: the opening forms of an item as blank A4 sheets, for those who come to the counter or use no phone.

The rule: what is asked stands in the forms of the version that new cases run on, so paper and screen ask the same; what
the screen asks only of some has a mark on paper.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import db
from engine.casework import cases, forms_of_tasks
from engine.language.forms import Field, Form, Option, Page, Shown
from engine.registry import items, regions
from webapp import auth
from webapp.public import introduction
from webapp.public.blueprint import blueprint

SELF = "SELF"
# How many boxes a number has that is written letter by letter.
BOXES = {"idno": 18, "phone": 11, "bankcard": 19}
CHOSEN = ("radio", "select", "checklist")
FEWEST_ROWS, MOST_ROWS = 3, 8


@dataclass(frozen=True)
class Line:
    """One question on paper. `shape`: how it is answered, one of text, boxes, line, area, day, choice, tick, files,
    table; `sometimes`: it is asked of some only."""

    shape: str
    label: str
    hint: str = ""
    boxes: int = 0
    options: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: int = 0
    sometimes: bool = False


@dataclass(frozen=True)
class Part:
    """What stood on one page of the screen."""

    title: str
    lines: tuple[Line, ...]


@blueprint.get("/items/<code>/paper")
def paper(code: str) -> ResponseReturnValue:
    with db.reading() as rows:
        found = items.get(rows, code)
        auth.refuse_unknown(introduction.is_open(rows, found) and found.directory is None)
        return render_template("public/paper.html", item=found, parts=_parts(rows, code))


def _parts(rows: Session, code: str) -> list[Part]:
    known = forms_of_tasks.context(rows, regions.PROVINCE, {"channel": SELF, "itemCode": code})
    parts = []
    for form in cases.application_forms(rows, code, channel=SELF):
        shown = dict(_shown(item for page in form.visible(known) for item in page.items))
        parts += [_part(form, page, shown) for page in form.pages]
    return [part for part in parts if part.lines]


def _shown(found: Iterator[Shown]) -> Iterator[tuple[int, Shown]]:
    """What the screen would show of each component, by the component."""
    for one in found:
        yield id(one.field), one
        yield from _shown(iter(one.items))


def _part(form: Form, page: Page, shown: Mapping[int, Shown]) -> Part:
    found = [field for item in page.items for field in _outermost(item)]
    lines = [_line(field, shown.get(id(field))) for field in found]
    return Part(page.title or form.name, tuple(line for line in lines if line is not None))


def _outermost(field: Field) -> Iterator[Field]:
    """The component, or those of the groups in it; the rows of a list are columns of its table."""
    if field.kind != "group":
        yield field
        return
    for inner in field.fields:
        yield from _outermost(inner)


def _line(field: Field, shown: Shown | None) -> Line | None:
    """The component on paper; None of what has nothing to say there."""
    if field.kind == "text":
        return Line("text", shown.text) if shown is not None and shown.text else None
    if not field.is_input:
        return None
    offered: tuple[Option, ...] = shown.options if shown is not None else field.options
    return Line(
        _shape(field, offered),
        field.label,
        field.description,
        boxes=BOXES.get(field.format, 0),
        options=tuple(option.label for option in offered),
        columns=tuple(inner.label for inner in field.fields if inner.is_input),
        rows=min(max(field.min_rows, FEWEST_ROWS), MOST_ROWS) if field.kind == "dynamiclist" else 0,
        sometimes=field.hide is not None,
    )


def _shape(field: Field, offered: tuple[Option, ...]) -> str:
    if field.kind in CHOSEN:
        return "choice" if offered else "line"
    by_kind = {"dynamiclist": "table", "filepicker": "files", "checkbox": "tick", "datetime": "day", "textarea": "area"}
    return by_kind.get(field.kind) or ("boxes" if field.format in BOXES else "line")
