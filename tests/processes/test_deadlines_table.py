"""办理时限: every row of rules/deadlines.dmn, from starts that cross a weekend, a holiday and worked weekend days.

What is expected is counted here as a clerk would, day by day and half-hour by half-hour, and not by the engine.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import Engine

from engine.clock import LOCAL
from engine.db import reading
from engine.language import decisions, schedule
from engine.registry import calendars
from engine.settings import ROOT

TABLE = Path(ROOT) / "rules" / "deadlines.dmn"
# 国务院办公厅 on the holidays of 2026: Mid-Autumn on Friday 25 September, National Day from 1 to 7 October; Sunday 20
# September and Saturday 10 October are worked (调休).
HOLIDAYS = {date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))}
WORKED = {date(2026, 9, 20), date(2026, 10, 10)}
OFFICE = ((time(8, 30), time(12)), (time(14, 30), time(18)))
STARTS = {
    "an ordinary weekend": datetime(2026, 10, 16, 17, 30, tzinfo=LOCAL),
    "a weekend whose Sunday is worked, and a holiday on Friday": datetime(2026, 9, 18, 16, 0, tzinfo=LOCAL),
    "the seven days of the National Day": datetime(2026, 9, 30, 11, 0, tzinfo=LOCAL),
    "a Saturday that is worked": datetime(2026, 10, 9, 17, 0, tzinfo=LOCAL),
    "the holiday itself": datetime(2026, 10, 3, 9, 30, tzinfo=LOCAL),
}
# So far ahead do the days above reach.
HORIZON = date(2026, 12, 31)


def rows() -> Iterator[tuple[str, str, Decimal, str]]:
    """Key, county, limit and unit of every row, as they stand in the file."""
    table = next(etree.parse(TABLE).getroot().iter("{*}decision"))
    for rule in table.iter("{*}rule"):
        cells = [cell.findtext("{*}text").strip('"') for cell in rule if "Entry" in cell.tag]
        yield cells[0], cells[1], Decimal(cells[2]), cells[3]


ROWS = list(rows())


def works(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in HOLIDAYS)


def expected(limit: Decimal, unit: str, start: datetime) -> datetime:
    """When the limit ends, counted on the fingers."""
    if unit == "h":
        return start + timedelta(hours=float(limit))
    if unit == "wh":
        return after_office_hours(limit, start)
    day, left = start.date(), int(limit)
    while left:
        day += timedelta(days=1)
        left -= 1 if unit == "cd" or works(day) else 0
    return datetime.combine(day + timedelta(days=1), time(), LOCAL)


def after_office_hours(limit: Decimal, start: datetime) -> datetime:
    now, left = start, limit
    while left > 0:
        if works(now.date()) and any(opens <= now.time() < closes for opens, closes in OFFICE):
            left -= Decimal("0.5")
        now += timedelta(minutes=30)
    return now


def test_the_table_is_there_and_uses_all_four_measures() -> None:
    assert len(ROWS) > 150
    assert {unit for *_, unit in ROWS} == {"h", "wh", "cd", "wd"}


@pytest.mark.parametrize("crossing", STARTS)
def test_every_row_ends_when_a_clerk_with_a_calendar_says(reference: Engine, crossing: str) -> None:
    model, start = decisions.read(TABLE.read_bytes()), STARTS[crossing]
    with reading() as session:
        calendar = calendars.load(session)
    wrong = {}
    for key, county, amount, unit in ROWS:
        limit = schedule.limit(model, item="", element="", region=county or "532622", sla_key=key)
        assert limit is not None and (limit.amount, limit.unit) == (amount, unit), key
        due_at, wanted = schedule.moments(limit, start, calendar).due_at, expected(amount, unit, start)
        assert unit != "wd" or wanted.date() <= HORIZON, f"{key} ends beyond the days that this test knows"
        if due_at != wanted:
            wrong[key] = (due_at.astimezone(LOCAL).isoformat(), wanted.isoformat())
    assert wrong == {}


@pytest.mark.parametrize("crossing", STARTS)
def test_nobody_is_reminded_before_the_start_or_after_the_end(reference: Engine, crossing: str) -> None:
    model, start = decisions.read(TABLE.read_bytes()), STARTS[crossing]
    with reading() as session:
        calendar = calendars.load(session)
    for key, county, *_ in ROWS:
        limit = schedule.limit(model, item="", element="", region=county or "532622", sla_key=key)
        assert limit is not None
        two = schedule.moments(limit, start, calendar)
        assert start < two.remind_at <= two.due_at, key


@pytest.mark.parametrize(
    ("limit", "unit", "start", "until"),
    [
        (2, "wd", "the seven days of the National Day", "2026-10-09T24:00"),
        (3, "wd", "the seven days of the National Day", "2026-10-10T24:00"),
        (1, "wd", "a weekend whose Sunday is worked, and a holiday on Friday", "2026-09-20T24:00"),
        (7, "cd", "the seven days of the National Day", "2026-10-07T24:00"),
        (48, "h", "the seven days of the National Day", "2026-10-02T11:00"),
        (4, "wh", "a Saturday that is worked", "2026-10-10T11:30"),
        (5, "wd", "a Saturday that is worked", "2026-10-15T24:00"),
    ],
)
def test_the_clerk_counts_as_the_law_does(limit: int, unit: str, start: str, until: str) -> None:
    """The count of this test itself, against dates that a person has looked up."""
    day, clock = until.split("T")
    moment = datetime.fromisoformat(day).replace(tzinfo=LOCAL) + timedelta(hours=int(clock[:2]), minutes=int(clock[3:]))
    assert expected(Decimal(limit), unit, STARTS[start]) == moment
