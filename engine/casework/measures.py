"""Figures for supervisors 统计指标 (domain D.1): of a month or several, for a county, its towns, departments, items and
channels; for what lies above, of each county.

The rule: a rate is a share of counts and never counted by itself, and where there is nothing to divide by there is no
rate (shown as “–”). Figures are facts of a moment: a process writes them into its case once, and there they stay.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import measure_counts, refusals, register_counts
from engine.casework.measure_counts import A_DAY, Cell, Counts, Period, Unit
from engine.errors import Invalid
from engine.registry import access, regions, roles
from engine.registry.actors import BUSINESS_DEPARTMENTS
from engine.registry.models import ServiceItem

COUNTED = (
    "applied", "accepted", "acceptedInTime", "completed", "approved", "rejected", "notAccepted", "corrected",
    "openAtStart", "openAtEnd", "overdueCases", "overdueNodes", "overdueNow", "redCards", "yellowCards", "complaints",
    "appeals", "upheld", "liftFound", "supervised", "supClosed", "supClosedOnTime", "rated", "badReviews", "badFixed",
    "answered", "payOk", "inspected", "liftDispatched", "reports", "revisitsDue", "waterDone",
)  # fmt: skip
# Each rate: what is counted, and of how much.
RATES: Mapping[str, tuple[str, str]] = {
    "onTimeRate": ("onTime", "completed"),
    "completionRate": ("completed", "toDo"),
    "acceptRate": ("acceptedInTime", "accepted"),
    "correctionRate": ("correctedCases", "accepted"),
    "earlyRate": ("early", "completed"),
    "satisfaction": ("pleased", "rated"),
    "ratingRate": ("rated", "completed"),
    "badFixedRate": ("badFixed", "badReviews"),
    "rejectRate": ("rejected", "decided"),
    "supRate": ("supClosedOnTime", "supervised"),
    "answerRate": ("answeredInTime", "answered"),
    "upheldRate": ("upheld", "completed"),
    "payReturnRate": ("payReturned", "payTried"),
    "waterOnTime": ("waterMet", "waterDone"),
    "revisitRate": ("revisitsDone", "revisitsDue"),
    "checkHit": ("reportHits", "reports"),
    "liftRate": ("liftVerified", "liftDispatched"),
    "inspectionRate": ("inspectedPassed", "inspected"),
}
MEANS: Mapping[str, tuple[str, str, int]] = {
    "avgDays": ("takenSeconds", "timed", A_DAY),
    "acceptHours": ("acceptSeconds", "accepted", 3600),
}
COMPARED = ("applied", "accepted", "completed", "overdueCases", "appeals", "complaints", "supervised")
YUAN = Decimal(100)


@dataclass(frozen=True)
class Months:
    """So many whole months, the last of which is `year`-`month`."""

    year: int
    month: int
    count: int = 1

    @classmethod
    def until(cls, written: str, count: int = 1) -> "Months":
        """From the last month as it is written: 2026-11."""
        year, _, month = written.partition("-")
        if not (year.isdigit() and month.isdigit() and len(written) == 7 and 1 <= int(month) <= 12 and count > 0):
            raise Invalid(f"Expected a month such as 2026-11, but got {written!r}", notice="月份要写成 2026-11")
        return cls(int(year), int(month), count)

    @property
    def period(self) -> Period:
        return Period(_first(self.year, self.month - self.count + 1), _first(self.year, self.month + 1))

    @property
    def name(self) -> str:
        """2026年11月, 2026年9月至11月."""
        first = self.back(self.count - 1)
        begins = f"{first.year}年{first.month}月"
        ends = f"{self.month}月" if first.year == self.year else f"{self.year}年{self.month}月"
        return begins if self.count == 1 else f"{begins}至{ends}"

    @property
    def written(self) -> str:
        return f"{self.year}-{self.month:02d}"

    def back(self, months: int) -> "Months":
        """As many months, so many earlier."""
        year, month = divmod(self.year * 12 + self.month - 1 - months, 12)
        return Months(year, month + 1, self.count)

    def each(self) -> list["Months"]:
        """One by one, the earliest first."""
        return [Months(one.year, one.month) for one in (self.back(n) for n in reversed(range(self.count)))]


def _first(year: int, month: int) -> datetime:
    years, month = divmod(year * 12 + month - 1, 12)
    return datetime(years, month + 1, 1, tzinfo=clock.LOCAL)


def counted(session: Session, prefix: str, period: Period, now: datetime, *, red_days: int) -> Counts:
    """All that is counted of a region in a period, in eleven statements."""
    found = _comparable(session, prefix, period)
    cells, units = found.cells, found.units
    measure_counts.add(cells, measure_counts.corrections(session, prefix, period))
    measure_counts.add(cells, measure_counts.payments(session, prefix, period))
    measure_counts.add(units, measure_counts.late_steps(session, prefix, period, now, red_days))
    measure_counts.add(units, measure_counts.answers(session, prefix, period))
    measure_counts.add(units, measure_counts.kept_cards(session, prefix, period))
    measure_counts.add(units, measure_counts.late_now(session, prefix, now))
    return found


def _comparable(session: Session, prefix: str, period: Period) -> Counts:
    """What the measures of COMPARED are made of, which is all that has to be counted of other periods."""
    cells: dict[Cell, Counter[str]] = {}
    for counts in (measure_counts.cases, measure_counts.late_cases, measure_counts.companions):
        measure_counts.add(cells, counts(session, prefix, period))
    return Counts(cells, measure_counts.voices(session, prefix, period))


def figures(
    session: Session, region_code: str, months: Months, now: datetime, *, red_days: int = 7, compare: bool = True
) -> dict[str, Any]:
    """The figures of a region: `whole`, `towns`, `departments`, `items`, `channels` (of what lies above a county
    `counties`), each with code, name and all measures; `whole` and the units with `change`, the share by which some
    measures have grown since the months before (`last`) and since the same months a year ago (`year`); `reasons`: why
    how many were refused (`refusals.counted`); `registers`: what economic checks learned from each
    (`register_counts.counted`)."""
    prefix = regions.prefix_of(region_code)
    now_counted = counted(session, prefix, months.period, now, red_days=red_days)
    made = _rolled(session, region_code, now_counted)
    if compare:
        for when, before in (("last", months.back(months.count)), ("year", months.back(12))):
            _compare(made, _rolled(session, region_code, _comparable(session, prefix, before.period)), when)
    made["reasons"] = refusals.counted(session, prefix, months.period)
    made["registers"] = register_counts.counted(session, prefix, months.period)
    return {"name": months.name, "month": months.written, "months": months.count, **made}


def _rolled(session: Session, region_code: str, counts: Counts) -> dict[str, Any]:
    items = session.scalars(select(ServiceItem).order_by(ServiceItem.position)).all()
    owner = {item.code: item.department_code for item in items}
    names = {item.code: item.name for item in items}
    sums = _Sums(counts, owner)
    rolled = {
        "whole": sums.row(region_code, regions.get(session, region_code).name, lambda _: True, lambda _: True),
        "departments": [sums.department(code, roles.county_name(session, code)) for code in BUSINESS_DEPARTMENTS],
        "items": [sums.of(1, code, name) for code, name in names.items()],
        "channels": [sums.of(2, code, name) for code, name in access.CHANNELS.items()],
    }
    below = regions.children(session, region_code)
    is_county = regions.level_of(region_code) == "county"
    rolled["towns" if is_county else "counties"] = [
        sums.place(place, regions.get(session, place).name, own=is_county) for place in _units_below(session, below)
    ]
    return rolled


def _units_below(session: Session, below: Iterable[Any]) -> list[str]:
    """The towns of a county, the counties of what lies above."""
    found: list[str] = []
    for one in below:
        is_unit = one.level in ("county", "town")
        found += [one.code] if is_unit else [child.code for child in regions.children(session, one.code)]
    return found


@dataclass(frozen=True)
class _Sums:
    """The counts, ready to be summed up for whatever lies in a town, a department, an item."""

    counts: Counts
    owner: Mapping[str, str]

    def row(
        self,
        code: str,
        name: str,
        cell: Callable[[Cell], bool],
        unit: Callable[[Unit], bool] | None = None,
    ) -> dict[str, Any]:
        total: Counter[str] = Counter()
        for key, mine in self.counts.cells.items():
            if cell(key):
                total.update(mine)
        for at, answered in self.counts.units.items():
            if unit is not None and unit(at):
                total.update(answered)
        return {"code": code, "name": name, **measured(total)}

    def of(self, part: int, code: str, name: str) -> dict[str, Any]:
        """The cells of one item (1) or channel (2)."""
        return self.row(code, name, lambda cell: cell[part] == code)

    def place(self, code: str, name: str, *, own: bool) -> dict[str, Any]:
        """Of a town the steps that its own posts were late with; of a county those of all in it."""
        prefix = regions.prefix_of(code)
        return self.row(
            code,
            name,
            lambda cell: cell[0].startswith(prefix),
            lambda unit: unit[0] == code if own else unit[0].startswith(prefix),
        )

    def department(self, code: str, name: str) -> dict[str, Any]:
        return self.row(code, name, lambda cell: self.owner.get(cell[1]) == code, lambda unit: unit[1] == code)


def measured(total: Counter[str]) -> dict[str, Any]:
    """All measures of what was counted: counts, shares of one (None where there is nothing to divide by), amounts in
    yuan, days and hours."""
    whole = Counter(total)
    whole["toDo"] = total["openAtStart"] + total["accepted"]
    whole["decided"] = total["approved"] + total["rejected"]
    return {
        **{name: whole[name] for name in COUNTED},
        **{name: share(whole[part], whole[of]) for name, (part, of) in RATES.items()},
        **{name: _mean(whole[part], whole[of], unit) for name, (part, of, unit) in MEANS.items()},
        "payAmount": Decimal(whole["payCents"]) / YUAN,
    }


def share(part: int, of: int) -> Decimal | None:
    """A share of one, to the ten-thousandth."""
    return (Decimal(part) / Decimal(of)).quantize(Decimal("0.0001")) if of else None


def _mean(total: int, of: int, unit: int) -> Decimal | None:
    return (Decimal(total) / Decimal(of * unit)).quantize(Decimal("0.1")) if of else None


def _compare(made: Mapping[str, Any], then: Mapping[str, Any], when: str) -> None:
    """环比 and 同比: (now − then) / then."""
    for name in ("towns", "counties", "departments"):
        for row, before in zip(made.get(name, ()), then.get(name, ()), strict=True):
            row.setdefault("change", {})[when] = _grown(row, before)
    made["whole"].setdefault("change", {})[when] = _grown(made["whole"], then["whole"])


def _grown(row: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Decimal | None]:
    return {name: share(row[name] - before[name], before[name]) for name in COMPARED}
