"""How moments and money read on pages."""

from datetime import UTC, datetime
from decimal import Decimal

from engine.clock import LOCAL, Clock
from webapp import filters


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LOCAL).astimezone(UTC)  # type: ignore[misc]


def test_nothing_reads_as_nothing() -> None:
    assert [told(None) for told in (filters.day, filters.when, filters.deadline, filters.full_deadline)] == [""] * 4


def test_the_whole_moment_stands_in_the_title_and_the_year_for_print(clock: Clock) -> None:
    assert filters.when(at(2026, 11, 25, 17, 30)) == (
        '<time datetime="2026-11-25T17:30:00+08:00" data-year="2026年" title="2026-11-25 17:30:00">'
        "11月25日 周三 17:30</time>"
    )
    assert 'data-year=""' in filters.when(at(2027, 1, 4, 9))


def test_a_deadline_at_midnight_is_the_end_of_the_day_before_in_its_title_too(clock: Clock) -> None:
    assert 'title="2026-11-25 24:00:00">11月25日 周三 24:00<' in filters.deadline(at(2026, 11, 26))
    assert 'title="2026-11-26 09:00:00">11月26日 周四 09:00<' in filters.deadline(at(2026, 11, 26, 9))


def test_money_has_two_digits_and_commas() -> None:
    assert filters.money(Decimal("1280")) == "¥1,280.00"
    assert filters.money(None) == ""


def test_text_keeps_its_lines_and_no_markup() -> None:
    assert filters.lines("一\n二\n\n<三>") == "<p>一<br>二</p>\n<p>&lt;三&gt;</p>"


def test_every_state_has_words_and_a_look() -> None:
    assert filters.status_label("LONG_TERM") == "工程措施推进中"
    assert filters.status_tone("LONG_TERM") == "going"
    assert filters.status_tone("CORRECTION") == "asks"
