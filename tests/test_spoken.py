"""Days and moments in Chinese: one way for all pages and messages."""

from datetime import UTC, date, datetime

import pytest

from engine import spoken
from engine.clock import LOCAL, Clock


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LOCAL).astimezone(UTC)  # type: ignore[misc]


def test_a_moment_reads_with_its_weekday_in_beijing_time(clock: Clock) -> None:
    assert spoken.moment(at(2026, 11, 25, 17, 30)) == "11月25日 周三 17:30"


def test_the_year_is_said_where_it_is_not_this_one(clock: Clock) -> None:
    assert spoken.day(date(2026, 11, 25)) == "11月25日 周三"
    assert spoken.day(date(2027, 1, 4)) == "2027年1月4日 周一"


def test_a_limit_at_midnight_is_the_end_of_the_day_before(clock: Clock) -> None:
    assert spoken.deadline(at(2026, 12, 3)) == "12月2日 周三 24:00"
    assert spoken.deadline(at(2026, 12, 3, 0, 1)) == "12月3日 周四 00:01"


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("2026-11-15", "11月15日 周日"),
        ("2026-11-22T13:10:00+08:00", "11月22日 周日 13:10"),
        ("2026-11-22T05:10:00+00:00", "11月22日 周日 13:10"),
        ("2026-11-22T13:10", "11月22日 周日 13:10"),
        ("08:30", "08:30"),
        ("2026-02-30", "2026-02-30"),
        ("上周三", "上周三"),
    ],
)
def test_what_a_form_keeps_of_a_date_reads_in_words(clock: Clock, kept: str, read: str) -> None:
    assert spoken.answer(kept) == read
