"""How moments, spans and money read."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.clock import LOCAL, Clock
from webapp import filters


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LOCAL).astimezone(UTC)  # type: ignore[misc]


def test_a_moment_reads_with_its_weekday_in_beijing_time(clock: Clock) -> None:
    assert filters.moment(at(2026, 11, 25, 17, 30)) == "11月25日 周三 17:30"
    assert filters.day(date(2027, 1, 4)) == "2027年1月4日 周一"
    assert filters.moment(None) == ""


def test_the_whole_moment_stands_in_the_title(clock: Clock) -> None:
    assert filters.when(at(2026, 11, 25, 17, 30)) == (
        '<time datetime="2026-11-25T17:30:00+08:00" title="2026-11-25 17:30:00">11月25日 周三 17:30</time>'
    )


def test_a_deadline_at_midnight_is_the_end_of_the_day_before(clock: Clock) -> None:
    assert "11月25日 周三 24:00" in filters.deadline(at(2026, 11, 26))
    assert "11月26日 周四 09:00" in filters.deadline(at(2026, 11, 26, 9))


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(days=2, hours=3), "2 天 3 小时"),
        (timedelta(hours=1, minutes=5), "1 小时 5 分钟"),
        (timedelta(minutes=45), "45 分钟"),
        (-timedelta(days=2), "2 天"),
    ],
)
def test_a_span_reads_in_its_two_largest_units(span: timedelta, text: str) -> None:
    assert filters.span(span) == text


def test_what_is_recent_is_told_as_such(clock: Clock) -> None:
    assert filters.ago(clock.moment) == "刚刚"
    assert filters.ago(clock.moment - timedelta(minutes=5)) == "5 分钟前"
    assert filters.ago(clock.moment - timedelta(hours=30)) == "11月15日 周日 03:00"


def test_money_has_two_digits_and_commas() -> None:
    assert filters.money(Decimal("1280")) == "¥1,280.00"
    assert filters.money(None) == ""


def test_text_keeps_its_lines_and_no_markup() -> None:
    assert filters.lines("一\n二\n\n<三>") == "<p>一<br>二</p>\n<p>&lt;三&gt;</p>"


def test_every_state_has_words_and_a_look() -> None:
    assert filters.status_label("LONG_TERM") == "工程措施推进中"
    assert filters.status_tone("LONG_TERM") == "going"
    assert filters.status_tone("CORRECTION") == "asks"
