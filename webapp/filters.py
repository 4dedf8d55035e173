"""How moments, spans, money and states read on pages, in Chinese.

The rule: a date reads 11月25日 周三 17:30 in Beijing time, and the whole moment stands in the title beside it.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from engine import clock
from engine.casework import applications, timeline
from engine.casework.models import Case
from engine.registry import masks

_WEEKDAYS = "一二三四五六日"

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
    """11月25日 周三; the year stands before it when it is not this year's."""
    if value is None:
        return ""
    on = clock.local(value).date() if isinstance(value, datetime) else value
    year = "" if on.year == clock.local(clock.now()).year else f"{on.year}年"
    return f"{year}{on.month}月{on.day}日 周{_WEEKDAYS[on.weekday()]}"


def moment(value: datetime | None) -> str:
    """11月25日 周三 17:30."""
    return "" if value is None else f"{day(value)} {clock.local(value):%H:%M}"


def full_moment(value: datetime | None) -> str:
    """2026-11-25 17:30:00, for titles and machines."""
    return "" if value is None else f"{clock.local(value):%Y-%m-%d %H:%M:%S}"


def when(value: datetime | None) -> Markup:
    """A <time> element: short to read, whole in its title."""
    if value is None:
        return Markup("")
    machine = clock.local(value).isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(machine, full_moment(value), moment(value))


def deadline(value: datetime | None) -> Markup:
    """A <time> for "before": midnight reads as 24:00 of the day that ends then, as the law counts."""
    if value is None or clock.local(value).time() >= time(0, 1):
        return when(value)
    ending = value - timedelta(minutes=1)
    machine = clock.local(value).isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}">{} 24:00</time>').format(machine, full_moment(value), day(ending))


def ago(value: datetime | None) -> str:
    """刚刚, 5 分钟前, 3 小时前, else the day."""
    if value is None:
        return ""
    minutes = int((clock.now() - value) / timedelta(minutes=1))
    if minutes < 1:
        return "刚刚"
    if minutes < 60:
        return f"{minutes} 分钟前"
    return f"{minutes // 60} 小时前" if minutes < 24 * 60 else moment(value)


def span(value: timedelta | None) -> str:
    """2 天 3 小时; 45 分钟."""
    if value is None:
        return ""
    minutes = max(int(abs(value) / timedelta(minutes=1)), 0)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} 天" + (f" {hours} 小时" if hours else "")
    return (f"{hours} 小时" + (f" {rest} 分钟" if rest else "")) if hours else f"{rest} 分钟"


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
    """群众举手, 他人代举, 政府托举 or 线下窗口代录."""
    return applications.CHANNELS.get(code, code)


FILTERS: dict[str, Callable[..., Any]] = {
    "day": day,
    "moment": moment,
    "full_moment": full_moment,
    "when": when,
    "deadline": deadline,
    "ago": ago,
    "span": span,
    "money": money,
    "size": size,
    "lines": lines,
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
