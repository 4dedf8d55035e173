"""How demo people fill in forms: plausible answers drawn from the form itself, with weights for the decisions.

What is written into a field comes from its property `example` (several with | between), or from the habits.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from engine import clock
from engine.demo import people
from engine.demo.habits import (
    BANK,
    BORN,
    COPIED,
    DISSATISFIED,
    GENERAL,
    LATEST_USUAL,
    NUMBERS,
    SELDOM,
    SENTENCES,
    WEIGHTS,
)
from engine.language import identity
from engine.language.forms import Form, Shown
from engine.language.forms.shown import row_scope, visible

PASSED_ON = frozenset({"transferRegion", "transferDecided"})
"""The place to which a case is passed on that belongs elsewhere."""
ELSEWHERE = "villagesElsewhere"
"""The villages to which a case may be passed on, where a form asks for one."""
FILES_UNASKED = 0.1
"""How often somebody adds a file that is not required."""
VALID = timedelta(days=365)
"""For how long what is given holds: an authorisation, a benefit."""

Files = Callable[[Shown], list[str]]


class Plain(Random):
    """Always the likeliest: how a case goes that has to end well and soon."""

    def choices(self, population: Any, weights: Any = None, **_: Any) -> list[Any]:
        """The option of the greatest weight; the first where all are equal."""
        return [max(zip(population, weights, strict=True), key=lambda pair: pair[1])[0]]


def answer(form: Form, context: Mapping[str, Any], rng: Random, files: Files | None = None) -> dict[str, Any]:
    """Answers to what the form asks now; choosing may make it ask more, so it is gone through until it is quiet.
    `files` uploads what a question wants and gives the numbers; without it no files are given."""
    given: dict[str, Any] = {}
    for _ in range(6):
        asked_now = [
            shown
            for page in form.visible({**context, **given})
            for component in page.items
            for shown in component.inputs()
            if not shown.read_only
        ]
        fresh = [shown for shown in asked_now if shown.key not in given and not _has_no_choice(shown)]
        if not fresh and not _fill_rows(asked_now, given, context, rng):
            break
        for shown in fresh:
            asked = shown.field.kind == "filepicker"
            given[shown.key] = _files(shown, rng, files) if asked else _value(shown, given, context, rng)
    return {key: value for key, value in given.items() if value is not None}


def _has_no_choice(shown: Shown) -> bool:
    """What there is to choose from may follow from another answer."""
    return shown.field.kind in ("radio", "select") and not shown.options


def _fill_rows(asked: list[Shown], given: Mapping[str, Any], context: Mapping[str, Any], rng: Random) -> bool:
    """A row asks more, too, when something was chosen in it; whether there was anything to answer."""
    missing = [
        (row, one)
        for shown in asked
        if shown.field.kind == "dynamiclist"
        for row, questions in zip(given.get(shown.key) or [], shown.rows, strict=False)
        for one in questions
        if one.key not in row
    ]
    for row, one in missing:
        row[one.key] = _value(one, given, context, rng)
    return bool(missing)


def _files(shown: Shown, rng: Random, files: Files | None) -> list[str] | None:
    wanted = files is not None and (shown.required or rng.random() < FILES_UNASKED)
    return files(shown) if files is not None and wanted else None


def _value(shown: Shown, given: Mapping[str, Any], context: Mapping[str, Any], rng: Random) -> Any:
    kind = shown.field.kind
    if shown.key in SELDOM and not shown.required and kind != "dynamiclist":
        return None
    if shown.key in PASSED_ON and context.get(ELSEWHERE):  # what is passed on belongs to another village
        return rng.choice(context[ELSEWHERE])
    if shown.format == "region":  # people live where their trouble is
        return context.get("problemRegion")
    if kind in ("radio", "select"):
        return _chosen(shown, context, rng)
    if kind in ("checklist", "taglist") and isinstance(shown.field.default, list):  # what is ticked beforehand stays
        return [option.value for option in shown.options if option.value in shown.field.default]
    if kind in ("checklist", "taglist"):
        count = min(len(shown.options), rng.choice((1, 1, 2)))
        return [option.value for option in rng.sample(list(shown.options), count)]
    if kind == "checkbox":
        weights = WEIGHTS.get(shown.key, {True: 3, False: 7})
        return True if shown.required else rng.choices(list(weights), list(weights.values()))[0]
    if kind == "number":
        return _number(shown, rng)
    if kind == "datetime":
        return _date(shown, given, rng)
    if kind in ("textfield", "textarea"):
        return _text(shown, given, rng)
    if kind == "dynamiclist" and (held := _held(shown, given, context)):
        return [{**_row(shown, {**context, **given}, rng), **row} for row in held]
    if kind == "dynamiclist":
        rows = max(0 if shown.key in SELDOM else 1, shown.field.min_rows)
        return [_row(shown, {**context, **given}, rng) for _ in range(rows)]
    return None


def _held(shown: Shown, given: Mapping[str, Any], context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is known of the rows already: from another list of the same people, or from an earlier form. A day that may
    not have passed is chosen anew, because meanwhile it may have."""
    asked = {field.key for field in shown.field.fields if field.not_before != "today"}
    known = {**context, **given}
    rows = known.get(COPIED.get(shown.key, "")) or context.get(shown.key) or []
    return [{key: row[key] for key in row if key in asked} for row in rows if isinstance(row, Mapping)]


def _row(shown: Shown, known: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    """A row of a list; what is chosen in it may make it ask more."""
    row: dict[str, Any] = {}
    for _ in range(3):
        asked = [
            one for item in visible(shown.field.fields, row_scope(shown.field, known, row)) for one in item.inputs()
        ]
        row.update({one.key: _value(one, row, known, rng) for one in asked if one.key not in row})
    return row


def _chosen(shown: Shown, context: Mapping[str, Any], rng: Random) -> Any:
    values = [option.value for option in shown.options]
    if not values:
        return None
    if shown.key == "town" and context.get("town") in values:
        return context["town"]
    if people.YANSHAN in values:  # of all counties only this one has people who work
        return people.YANSHAN
    weights = WEIGHTS.get(shown.key, {})
    if shown.key in LATEST_USUAL:
        weights = {values[-1]: 2 * len(values)}
    return rng.choices(values, [weights.get(value, 1) for value in values])[0]


def _number(shown: Shown, rng: Random) -> int:
    low, high = NUMBERS.get(shown.key, (0, 60))
    if shown.minimum is not None and shown.minimum > low:
        low, high = int(shown.minimum), int(shown.minimum) + high - low
    if shown.maximum is not None:
        low, high = min(low, int(shown.maximum)), min(high, int(shown.maximum))
    return rng.randint(low, high)


def _date(shown: Shown, given: Mapping[str, Any], rng: Random) -> str:
    today = clock.local(clock.now())
    begun = given.get(shown.field.not_before or "")
    if begun:
        after = (date.fromisoformat(begun) + timedelta(days=rng.randint(1, 20))).isoformat()
        return max(begun, min(after, shown.latest)) if shown.latest else after
    if shown.field.subtype == "datetime":
        return today.replace(second=0, microsecond=0).isoformat()
    if shown.earliest:
        ahead = VALID if shown.key.endswith("Until") else timedelta(days=rng.randint(1, 20))
        soon = (today + ahead).date().isoformat()
        return min(soon, shown.latest) if shown.latest else soon
    return (today - timedelta(days=rng.randint(0, 3) if shown.latest else 0)).date().isoformat()


def _text(shown: Shown, given: Mapping[str, Any], rng: Random) -> str | None:
    if not shown.required and rng.random() < 0.5:
        return None
    if shown.format == "phone":
        return f"1390000{rng.randint(0, 9999):04d}"
    if shown.format == "person_name":
        return "群众亲属"
    if shown.format == "idno":
        first_17 = f"532622{rng.randint(*BORN.get(shown.key, (1946, 2015)))}0101{rng.randint(1, 999):03d}"
        return first_17 + identity.check_character(first_17)
    if shown.format == "bankcard":
        return _card(rng)
    unhappy = shown.key == "ratingText" and str(given.get("stars")) in "123"
    example = shown.field.properties.get("example")
    own = tuple(example.split("|")) if example else SENTENCES.get(shown.key, GENERAL)
    text = rng.choice(DISSATISFIED if unhappy else own)
    return text[: shown.max_length] if shown.max_length else text


def _card(rng: Random) -> str:
    """A number of sixteen digits, the last of which checks the others (Luhn, ISO/IEC 7812-1)."""
    digits = f"{BANK}{rng.randrange(10**9):09d}"
    doubled = [int(digit) * (2 - position % 2) for position, digit in enumerate(digits)]
    return digits + str(-sum(number // 10 + number % 10 for number in doubled) % 10)
