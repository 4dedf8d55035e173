"""Clicks are remembered as long as a page may still be sent again, and then forgotten."""

from typing import Any

from sqlalchemy import select

from engine.casework import cases, clicks
from engine.casework.models import Click
from tests.casework.acts import look
from tests.casework.conftest import Office
from tests.faults.scenes import once


def test_clicks_of_long_ago_are_forgotten_and_those_of_these_days_kept(
    office: Office, clock: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(clicks, "BATCH", 2)
    numbers = [office.raise_hand().case_no for _ in range(6)]
    for index, number in enumerate(numbers):
        if index == 5:
            clock.advance(days=29)
        once(cases.urge, number, office.citizen, key=f"click-{index}")()
    clock.advance(days=2)
    assert clicks.forget_old(30) == 5
    assert look(lambda session: list(session.scalars(select(Click.key)))) == ["click-5"]
    assert clicks.forget_old(30) == 0
