"""号源: the simulated register of hospital slots. A slot is held 锁号 for a while, taken 取号, and given back 退号.

It is asked {act: "hold" | "take" | "release", institution, clinic, date, period, holder, minutes} and answers whether
there is one, with its number and time; of an institution that has no such interface it says so.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

MOST_MINUTES = 120
OPENING = {"上午": 8 * 60 + 30, "下午": 14 * 60 + 30}
PACE = 10
"""When the first patient is asked to come, in minutes of the day, and how many minutes after each other they are."""

Answer = dict[str, Any]


class Slots:
    """What is held and taken. `offered`: institution → {"capacity": {"上午": 12, "下午": 8}, "full": [dates]}."""

    def __init__(self, offered: Mapping[str, Mapping[str, Any]]) -> None:
        self.offered = offered
        self.given: dict[tuple[str, ...], dict[str, tuple[int, datetime | None]]] = {}

    def answer(self, question: Mapping[str, Any], at: datetime) -> Answer | None:
        """What the register says; None to a question that it does not understand."""
        asked = [question.get(name) for name in ("institution", "clinic", "date", "period", "holder")]
        texts = [one for one in asked if isinstance(one, str) and one]
        if len(texts) < len(asked) or question.get("act") not in ("hold", "take", "release"):
            return None
        institution, clinic, day, period, holder = texts
        offer = self.offered.get(institution)
        if offer is None:
            return {"found": False, "records": [{"connected": False}]}
        given = self.given.setdefault((institution, clinic, day, period), {})
        if question["act"] == "release":
            return _found(given.pop(holder, None), period)
        for other in [one for one, (_, until) in given.items() if until is not None and until <= at]:
            del given[other]
        number = given[holder][0] if holder in given else _free(given, offer, day, period)
        if number is None:
            return _found(None, period)
        asked_for = question.get("minutes")
        minutes = min(asked_for, MOST_MINUTES) if isinstance(asked_for, int) else 0
        given[holder] = (number, None if question["act"] == "take" else at + timedelta(minutes=minutes))
        return _found(given[holder], period)


def _free(given: Mapping[str, tuple[int, Any]], offer: Mapping[str, Any], day: str, period: str) -> int | None:
    """The lowest number that nobody has."""
    capacity = 0 if day in offer.get("full", ()) else offer.get("capacity", {}).get(period, 0)
    used = {number for number, _ in given.values()}
    return next((number for number in range(1, capacity + 1) if number not in used), None)


def _found(slot: tuple[int, Any] | None, period: str) -> Answer:
    if slot is None:
        return {"found": False, "records": []}
    hour, minute = divmod(OPENING.get(period, OPENING["上午"]) + PACE * (slot[0] - 1), 60)
    return {"found": True, "records": [{"number": slot[0], "time": f"{hour:02d}:{minute:02d}"}]}
