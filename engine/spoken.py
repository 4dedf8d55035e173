"""How days and moments read in Chinese, on every page, in every message and in print.

The rule: Beijing time with the weekday, the year only where it is not this year's, and a limit at midnight is 24:00 of
the day that ends then, as the law counts.
"""

from datetime import date, datetime, time, timedelta

from engine import clock

_WEEKDAYS = "一二三四五六日"
_MINUTE = timedelta(minutes=1)


def day(value: date | datetime) -> str:
    """11月25日 周三, 2027年1月4日 周一."""
    on = clock.local(value).date() if isinstance(value, datetime) else value
    return f"{year(on)}{on.month}月{on.day}日 周{_WEEKDAYS[on.weekday()]}"


def year(value: date | datetime) -> str:
    """2027年; "" for this year."""
    on = clock.local(value).date() if isinstance(value, datetime) else value
    return "" if on.year == clock.local(clock.now()).year else f"{on.year}年"


def moment(value: datetime) -> str:
    """11月25日 周三 17:30."""
    return f"{day(value)} {clock.local(value):%H:%M}"


def deadline(value: datetime) -> str:
    """11月25日 周三 24:00 for the midnight after it; any other moment as it is."""
    return f"{day(last_day(value))} 24:00" if ends_a_day(value) else moment(value)


def ends_a_day(value: datetime) -> bool:
    """Is it midnight in Beijing?"""
    return clock.local(value).time() < time(0, 1)


def last_day(value: datetime) -> date:
    """The day on which a limit ends: that before its midnight."""
    return clock.local(value - _MINUTE if ends_a_day(value) else value).date()


def answer(written: str) -> str:
    """A date, moment or time of day as a form keeps it (ISO 8601), in words; anything else as it stands."""
    try:
        if len(written) == len("2026-11-25"):
            return day(date.fromisoformat(written))
        # A time of day reads as it is kept; a moment whose zone nobody gave is the clock on the wall.
        found = datetime.fromisoformat(written)
    except ValueError:
        return written
    return moment(found if found.tzinfo is not None else found.replace(tzinfo=clock.LOCAL))
