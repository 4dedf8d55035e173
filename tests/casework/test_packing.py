"""The journal's values as bytes: what goes in comes out, today and in ten years."""

import hashlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.casework import packing

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False, places=2),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(values)
def test_what_is_packed_comes_out_as_it_was(value: Any) -> None:
    found = packing.unpack(packing.pack(value))
    assert found == value


def test_the_order_of_keys_and_the_digits_of_decimals_are_kept() -> None:
    found = packing.unpack(packing.pack({"b": Decimal("1.10"), "a": [1, None, "水窖"]}))
    assert list(found) == ["b", "a"]
    assert str(found["b"]) == "1.10"


def test_an_event_takes_less_room_than_its_text() -> None:
    steps = [["c", "wt_take"], ["e", "wt_verify"]]
    event = {"task": 12, "token": "7", "submission": 12, "digest": "9" * 64, "steps": steps, "hash": "a" * 64}
    assert len(packing.pack(event)) < len(packing.dumps(event).encode()) / 2


def test_what_does_not_deflate_is_kept_as_it_is() -> None:
    assert packing.pack(7) == b"\x007"


def test_a_vocabulary_never_changes() -> None:
    """Whoever wants better words gives them the next number: rows written with these must stay readable."""
    assert {number: hashlib.sha256(words).hexdigest()[:16] for number, words in packing._VOCABULARIES.items()} == {
        1: "df69bbf2ba6863fe"
    }


def test_an_unknown_vocabulary_is_not_guessed() -> None:
    with pytest.raises(KeyError):
        packing.unpack(b"\xff" + b"anything")
