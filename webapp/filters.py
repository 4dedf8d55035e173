"""How moments, money and states read on pages, in Chinese.

The rule: a date reads 11月25日 周三 17:30 in Beijing time, and the whole moment stands in the title beside it.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from engine import clock, spoken
from engine.casework import numbering, timeline
from engine.casework.models import Case
from engine.registry import access, masks

# State → the look of its label: waiting, going, asks, good, bad, over.
STATUS_TONES = {
    "CONSENT_PENDING": "asks",
    "SUBMITTED": "waiting",
    "ROUTED": "waiting",
    "CORRECTION": "asks",
    "SUSPENDED": "waiting",
    "COMPLETED": "good",
    "NOT_ACCEPTED": "bad",
    "REJECTED": "bad",
    "TERMINATED": "over",
    "WITHDRAWN": "over",
}


def day(value: date | datetime | None) -> str:
    """11月25日 周三."""
    return "" if value is None else spoken.day(value)


def full_day(value: date) -> str:
    """2026年11月25日, where years lie between what is listed."""
    return f"{value.year}年{value.month}月{value.day}日"


def when(value: datetime | None) -> Markup:
    """A <time> element: short to read, whole in its title; the year that is left out comes back in print."""
    return Markup("") if value is None else _element(value, spoken.moment(value), full_moment(value))


def deadline(value: datetime | None) -> Markup:
    """A <time> for "before": midnight reads as 24:00 of the day that ends then."""
    return Markup("") if value is None else _element(value, spoken.deadline(value), full_deadline(value))


def full_moment(value: datetime | None) -> str:
    """2026-11-25 17:30:00, for titles."""
    return "" if value is None else f"{clock.local(value):%Y-%m-%d %H:%M:%S}"


def full_deadline(value: datetime | None) -> str:
    """2026-11-25 24:00:00 for the midnight after it, for titles."""
    if value is None or not spoken.ends_a_day(value):
        return full_moment(value)
    return f"{spoken.last_day(value).isoformat()} 24:00:00"


def _element(value: datetime, text: str, title: str) -> Markup:
    year = "" if text[:4].isdecimal() else f"{title[:4]}年"
    machine = clock.local(value).isoformat(timespec="seconds")
    # Nothing of it is what somebody wrote.
    return Markup(f'<time datetime="{machine}" data-year="{year}" title="{title}">{text}</time>')


def money(value: Decimal | int | str | None) -> str:
    """¥1,280.00."""
    return "" if value in (None, "") else f"¥{Decimal(str(value)):,.2f}"


def size(value: int) -> str:
    """1.2 MB, 340 KB."""
    return f"{value / 1024 / 1024:.1f} MB" if value >= 1024 * 1024 else f"{max(value // 1024, 1)} KB"


def lines(value: str) -> Markup:
    """Text whose empty lines part paragraphs and whose single line ends stay."""
    paragraphs = [part.strip() for part in value.replace("\r", "").split("\n\n") if part.strip()]
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in part.split("\n")))
        for part in paragraphs
    )


def linked(value: str) -> Markup:
    """A sentence that names “我的申请” leads there."""
    link = Markup('“<a class="inline-target" href="/my/cases">我的申请</a>”')
    return escape(value).replace("“我的申请”", link)


def status_label(status: str) -> str:
    """What the citizen reads for a state of domain 0.3."""
    return timeline.STATUS.get(status, status)


def status_tone(status: str) -> str:
    """The look of that label."""
    return STATUS_TONES.get(status, "going")


def item_name(case: Case) -> str:
    """The service item of a case, as it was named when the case began."""
    return str(case.variables.get("itemName") or case.item_code)


def channel(code: str) -> str:
    """群众举手, 他人代举 …, or how the case of a management process began."""
    return access.CHANNEL_NAMES.get(code, code)


FILTERS: dict[str, Callable[..., Any]] = {
    "day": day,
    "full_day": full_day,
    "when": when,
    "moment": when,
    "deadline": deadline,
    "full_moment": full_moment,
    "full_deadline": full_deadline,
    "money": money,
    "size": size,
    "lines": lines,
    "linked": linked,
    "spoken_number": numbering.spoken,
    "status_label": status_label,
    "status_tone": status_tone,
    "channel": channel,
    "item_name": item_name,
    "mask_name": masks.name,
    "mask_identity": masks.identity,
    "mask_phone": masks.phone,
}


def install(app: Flask) -> None:
    """Let templates use them."""
    app.jinja_env.filters.update(FILTERS)
