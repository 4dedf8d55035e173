"""A condition tells what its names are compared with, so lint can try every answer."""

from decimal import Decimal

import pytest

from engine.language import feel


def of(condition: str) -> dict[str, object]:
    return dict(feel.compared(feel.compile(condition)))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('result = "补正"', {"result": ("补正",)}),
        ("round >= 2", {"round": (Decimal(2),)}),
        ("2 < round", {"round": (Decimal(2),)}),
        ("inScope", {"inScope": (True,)}),
        ("not(inScope)", {"inScope": (True,)}),
        ("paidAmount != null", {"paidAmount": (None,)}),
        ("if urgent then inScope = true else true", {"urgent": (True,), "inScope": (True,)}),
    ],
)
def test_what_is_written_beside_a_name_is_what_it_is_compared_with(condition: str, expected: dict[str, object]) -> None:
    assert of(condition) == expected


def test_every_comparison_of_a_name_counts() -> None:
    assert set(of('kind = "a" or kind = "b" and kind != null')["kind"]) == {"a", "b", None}  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "condition", ['starts with(role, "prov_")', "role = other", "count(role) > 0", "role.name = 1"]
)
def test_a_name_that_is_looked_at_in_another_way_is_opaque(condition: str) -> None:
    assert of(condition)["role"] is feel.OPAQUE


def test_one_opaque_use_is_enough() -> None:
    assert of("amount > 3 and amount > threshold")["amount"] is feel.OPAQUE
