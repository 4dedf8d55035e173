"""Zero is an answer."""

from engine.language import forms
from tests.casework.content import form


def test_zero_answers_a_required_number() -> None:
    asked = forms.read(
        form("f", {"type": "number", "key": "rate", "label": "保证率", "validate": {"required": True, "min": 0}})
    )
    assert asked.load({"rate": "0"}, {}) == {"rate": 0}
    assert asked.load({"rate": 0}, {}) == {"rate": 0}
