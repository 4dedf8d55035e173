"""Amounts (金额): people and diagrams say 元, the tables keep 分; nothing is ever rounded on the way.

The rule: an amount that is no whole number of 分, or not above zero, is refused where it comes in.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.casework.running import Running
from engine.errors import ExecutionFailed
from engine.language.diagram import Element

MOST = 100_000_000_00


def cents(value: object) -> int | None:
    """An amount in 元 as 分; None when it is none."""
    try:
        found = Decimal(str(value).replace(",", "").replace("，", "").strip()) * 100
    except InvalidOperation:
        return None
    whole = found.is_finite() and found == found.to_integral_value() and 0 < found <= MOST
    return int(found) if whole else None


def required(value: object, element: Element) -> int:
    """The same for what a diagram says. Raises ExecutionFailed."""
    found = cents(value)
    if found is None:
        raise ExecutionFailed(f"Expected an amount of money, but got {value!r}", element_id=element.id)
    return found


def yuan(amount: int) -> int | float:
    """An amount as diagrams calculate with it."""
    return amount // 100 if amount % 100 == 0 else amount / 100


def written(amount: int) -> str:
    """1,280.00, as it stands on a payment order."""
    return f"{Decimal(amount) / 100:,.2f}"


def tail(account_no: str) -> str:
    """The last four digits, by which people know their account."""
    return account_no[-4:]


def headers(running: Running, element: Element) -> dict[str, Any]:
    """What the diagram says to a service."""
    return {key: running.value_of(text) for key, text in element.headers.items()}


def text(given: Mapping[str, Any], key: str, default: str = "") -> str:
    """A text that the diagram may leave out."""
    value = given.get(key)
    return default if value is None else str(value)
