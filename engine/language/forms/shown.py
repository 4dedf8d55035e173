"""What a form asks here and now: conditions, options and limits of each field, worked out for the variables of a case.

The rule: a field whose condition hides it takes no part in anything, so its answer is unknown to every other condition.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from engine import clock
from engine.language import feel
from engine.language.forms.model import FROM_TODAY, Condition, Feel, Field, Limit, Option, Page

# Hiding one field may show another; a form whose conditions chase each other in a circle stops here.
_MAX_ROUNDS = 20

Scope = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A visible component, with everything resolved. `items`: what a group holds, or an empty row of a dynamic list;
    `rows`: one tuple for each row that a dynamic list has now. `earliest`, `latest`: ISO dates."""

    field: Field
    required: bool = False
    read_only: bool = False
    text: str = ""
    options: tuple[Option, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    earliest: str = ""
    latest: str = ""
    format: str = ""
    items: tuple["Shown", ...] = ()
    rows: tuple[tuple["Shown", ...], ...] = ()

    @property
    def key(self) -> str:
        """The key of the field."""
        return self.field.key

    def inputs(self) -> Iterator["Shown"]:
        """The inputs of this component: itself, or those of the groups in it."""
        if self.field.is_input:
            yield self
        elif self.field.kind == "group":
            for item in self.items:
                yield from item.inputs()


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page with at least one visible component."""

    page: Page
    items: tuple[Shown, ...]

    def inputs(self) -> Iterator[Shown]:
        """The visible inputs of the page."""
        for item in self.items:
            yield from item.inputs()


def visible_pages(pages: Iterable[Page], scope: Scope) -> tuple[ShownPage, ...]:
    """The pages that have something to show, in order."""
    pages = tuple(pages)
    constant = constant_pages(pages)
    if constant is not None:
        return constant
    settled = without_hidden([item for page in pages for item in page.items], scope)
    shown = [ShownPage(page, visible(page.items, settled)) for page in pages]
    return tuple(page for page in shown if page.items)


@lru_cache(maxsize=1024)
def constant_pages(pages: tuple[Page, ...]) -> tuple[ShownPage, ...] | None:
    """The pages as they are shown whatever the variables are; None where something in them depends on these."""
    found = [(page, [_constant(field) for field in page.items if field.hide is None]) for page in pages]
    if any(len(items) < len(page.items) or None in items for page, items in found):
        return None
    return tuple(ShownPage(page, tuple(item for item in items if item)) for page, items in found if items)


@lru_cache(maxsize=8192)
def _constant(field: Field) -> Shown | None:
    """The component as it is to be shown whatever the variables are; None where it depends on them."""
    open_ended = (field.required, field.read_only, field.text, field.minimum, field.maximum)
    if any(isinstance(value, Feel) for value in (*open_ended, field.min_length, field.max_length, field.options_from)):
        return None
    # What holds others depends on them, a day on today, and who has a telephone on where they are.
    if field.kind in ("group", "dynamiclist") or field.not_before or field.not_after or field.format == "phone":
        return None
    return _resolved(field, {})


def visible(fields: Iterable[Field], scope: Scope) -> tuple[Shown, ...]:
    """The visible ones of these components; a group with nothing visible in it is not shown."""
    shown = [resolve(field, scope) for field in fields if not is_hidden(field, scope)]
    return tuple(found for found in shown if found.field.kind != "group" or found.items)


def without_hidden(fields: Iterable[Field], scope: Scope) -> Scope:
    """The variables without the answers of hidden fields."""
    inputs = [found for field in fields for found in field.inputs()]
    settled = dict(scope)
    for _ in range(_MAX_ROUNDS):
        hidden = {found.key for found in inputs if is_hidden(found, settled)}
        remaining = {key: value for key, value in scope.items() if key not in hidden}
        if remaining == settled:
            break
        settled = remaining
    return settled


def is_hidden(field: Field, scope: Scope) -> bool:
    """Does its condition hide the field? Neither true nor false does not."""
    return field.hide is not None and evaluate(field.hide, scope) is True


def resolve(field: Field, scope: Scope) -> Shown:
    """The component as it is to be shown and checked with these variables."""
    return _constant(field) or _resolved(field, scope)


def _resolved(field: Field, scope: Scope) -> Shown:
    return Shown(
        field=field,
        required=_holds(field.required, scope),
        read_only=_holds(field.read_only, scope),
        text=_text(field.text, scope),
        options=options(field, scope),
        minimum=_limit(field.minimum, scope),
        maximum=_limit(field.maximum, scope),
        min_length=_length(field.min_length, scope),
        max_length=_length(field.max_length, scope),
        earliest=_day(field.not_before, scope),
        latest=_day(field.not_after, scope),
        format=_format(field, scope),
        items=visible(field.fields, scope if field.kind == "group" else row_scope(field, scope, {})),
        rows=_rows(field, scope),
    )


def evaluate(expression: Feel, scope: Scope) -> Any:
    """The value of an expression with these variables."""
    compiled = feel.compile(expression.text)
    return compiled({name: feel.to_feel(scope.get(name)) for name in compiled.names | compiled.doubtful})


def _holds(condition: Condition, scope: Scope) -> bool:
    return evaluate(condition, scope) is True if isinstance(condition, Feel) else condition


def _text(text: str | Feel, scope: Scope) -> str:
    if isinstance(text, str):
        return text
    value = evaluate(text, scope)
    return "" if value is None else str(value)


def _limit(limit: Limit, scope: Scope) -> Decimal | None:
    value = evaluate(limit, scope) if isinstance(limit, Feel) else limit
    return value if isinstance(value, Decimal) else None


def _length(limit: Limit, scope: Scope) -> int | None:
    value = _limit(limit, scope)
    return None if value is None else int(value)


def _day(written: str, scope: Scope) -> str:
    """An ISO date: "today", "today+14", a date, or that of another field; "" where that one is not answered."""
    if not written:
        return ""
    counted = FROM_TODAY.fullmatch(written)
    if counted:
        return (clock.local(clock.now()).date() + timedelta(days=int(counted[1] or 0))).isoformat()
    return _iso_day(written) or _iso_day(scope.get(written))


def _iso_day(written: object) -> str:
    """The day of an ISO date or moment; "" for anything else."""
    try:
        return date.fromisoformat(written[:10]).isoformat() if isinstance(written, str) else ""
    except ValueError:
        return ""


def _format(field: Field, scope: Scope) -> str:
    # People who come to the counter in person may have a landline only; a mock is filled in as there.
    at_counter = field.format == "phone" and scope.get("channel") in ("COUNTER", "MOCK")
    return "phone_or_landline" if at_counter else field.format


def options(field: Field, scope: Scope) -> tuple[Option, ...]:
    """What the field offers with these variables."""
    if field.options_from is None:
        return field.options
    found = evaluate(field.options_from, scope)
    return tuple(_option(item) for item in found) if isinstance(found, list) else ()


def _option(item: object) -> Option:
    if not isinstance(item, Mapping):
        return Option(_option_value(item), str(item))
    value = _option_value(item.get("value"))
    return Option(value, str(item.get("label") or value), str(item.get("explanation") or ""))


def _option_value(value: object) -> str | bool | int | Decimal:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value if isinstance(value, str | bool | int | Decimal) else str(value)


def _rows(field: Field, scope: Scope) -> tuple[tuple[Shown, ...], ...]:
    rows = scope.get(field.key) if field.kind == "dynamiclist" else None
    if not isinstance(rows, list):
        return ()
    return tuple(visible(field.fields, row_scope(field, scope, row)) for row in rows if isinstance(row, Mapping))


def row_scope(field: Field, scope: Scope, row: Scope) -> Scope:
    """What the conditions inside a row see: the row's own answers before those of the form."""
    if not field.fields:
        return scope
    return without_hidden(field.fields, {**scope, **dict.fromkeys(found.key for found in field.fields), **row})
