"""备份分级: which backups stay, and as what: the last of each day, week and month (祖父—父—子).

The rule: counted are days, weeks and months that have a backup, so that what fails for a month does not empty the
shelf; a backup that several grades keep is called by the one that keeps it longest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine import clock

GRADES = ("monthly", "weekly", "daily")
_PERIOD: dict[str, Callable[[date], str]] = {
    "daily": lambda day: f"{day:%Y-%m-%d}",
    "weekly": lambda day: f"{day:%G-%V}",
    "monthly": lambda day: f"{day:%Y-%m}",
}


@dataclass(frozen=True)
class Plan:
    """Of how many days, weeks and months the last backup stays."""

    daily: int
    weekly: int = 0
    monthly: int = 0


def kept(made: Mapping[str, datetime], plan: Plan) -> dict[str, str]:
    """Which of these backups (name → when it was made) stay, and as what; the newest always does."""
    found: dict[str, str] = {}
    newest_first = sorted(made, key=lambda name: (made[name], name), reverse=True)
    for grade in GRADES:
        most = max(getattr(plan, grade), 1 if grade == "daily" else 0)
        for name in _last_of_each(newest_first, made, grade)[:most]:
            found.setdefault(name, grade)
    return found


def _last_of_each(newest_first: list[str], made: Mapping[str, datetime], grade: str) -> list[str]:
    """The last backup of each day, week or month, as the calendar on the wall has them, the newest first."""
    last: dict[str, str] = {}
    for name in newest_first:
        last.setdefault(_PERIOD[grade](clock.local(made[name]).date()), name)
    return list(last.values())
