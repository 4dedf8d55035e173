"""What a notice 公示单 shows of a case: each line by its row of rules/mask_rules.dmn, and in its own shape only [C4].

The rule: what no row lets out is not shown, and a value that does not look like what its row promises is not shown.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from engine import clock
from engine.casework.running import Running
from engine.errors import ExecutionFailed
from engine.language import identity
from engine.language.diagram import Element
from engine.registry import masks

TABLE = "mask_rules"
GROWN_UP = 18
MOST_PEOPLE = 99
_NAME = re.compile(r"[一-鿿㐀-䶿·]{2,30}")
_SHORT = re.compile(r"[一-鿿A-Za-z0-9（）、·—-]{1,20}")
# No class, grade or post is written with so many digits; numbers of people, telephones and accounts are.
_MANY_DIGITS = re.compile(r"\d{5}")


def lines(
    running: Running, element: Element, given: Iterable[Any], *, kind: str, minor: bool, listed: bool
) -> list[list[str]]:
    """[label, text] of what may be shown, in the order of `given`: contexts with `field` and `value`."""
    found: list[list[str]] = []
    for line in given:
        if not isinstance(line, Mapping) or not isinstance(line.get("field"), str):
            raise ExecutionFailed(f"Expected lines with a field and a value, but got {line!r}", element_id=element.id)
        asked = {"field": line["field"], "publicKind": kind, "itemCode": running.case.item_code}
        row = running.decide(running, element, TABLE, {**asked, "minor": minor, "listed": listed})
        text = _shown(running, row, line.get("value")) if isinstance(row, Mapping) else None
        if text is not None:
            found.append([str(row["label"]), text])
    return found


def is_minor(identity_number: str) -> bool:
    """Whether the person is under 18. Of whom that is not known it is not known that they are grown up."""
    age = identity.age_on(identity_number, clock.local(clock.now()).date()) if len(identity_number) == 18 else None
    return age is None or age < GROWN_UP


def _shown(running: Running, row: Mapping[str, Any], value: Any) -> str | None:
    if row["way"] == "事项":
        return str(running.case.variables.get("itemName") or "") or None
    shape = SHAPES.get(row["way"])
    text = shape(value) if shape is not None else None
    allowed = row.get("allowed")
    return text if not allowed or text in allowed else None


def _name(value: Any) -> str | None:
    return value if isinstance(value, str) and _NAME.fullmatch(value) else None


def _surname(value: Any) -> str | None:
    found = _name(value)
    return masks.name(found) if found else None


def _people(value: Any) -> str | None:
    number = _number(value)
    return f"{number} 人" if number is not None and number == int(number) and 0 < number <= MOST_PEOPLE else None


def _money(value: Any) -> str | None:
    number = _number(value)
    return f"{number:,.2f} 元" if number is not None and 0 <= number < 10_000_000 else None


def _text(value: Any) -> str | None:
    fits = isinstance(value, str) and _SHORT.fullmatch(value) and not _MANY_DIGITS.search(value)
    return value if fits else None


def _number(value: Any) -> Decimal | None:
    """A number that is one; a text of digits may be that of a person, a telephone or an account."""
    return Decimal(str(value)) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None


SHAPES: Mapping[str, Callable[[Any], str | None]] = {
    "姓名": _name, "隐名": _surname, "人数": _people, "金额": _money, "文字": _text,
}  # fmt: skip
