"""按月公布: what was paid in a place in a month, for everybody to read (C5: each month the totals of each village).

The rule: sums only, of months that are over; where fewer than three people were paid, the place is not told by itself.
"""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import money
from engine.casework.money_models import PaymentLine
from engine.registry import regions

FEWEST = 3
MONTHS = 12
# The digits of the regions into which one of so many is divided here; of everything those of the counties.
_BELOW = {0: 6, 6: 9, 9: 12}

_Row = tuple[str, int, int]


@dataclass(frozen=True)
class PaidSum:
    """How many people of a place were paid, and how much together; `code` is "" where several places stand together,
    and of the whole."""

    code: str
    name: str
    persons: int
    amount: str


def months(session: Session) -> list[str]:
    """The months that are over and in which something was paid, the latest first, written 2026-10."""
    this = clock.local(clock.now()).strftime("%Y-%m")
    wanted = select(PaymentLine.month).where(PaymentLine.state == "paid", PaymentLine.month < this)
    return list(session.scalars(wanted.distinct().order_by(PaymentLine.month.desc()).limit(MONTHS)))


def sums(session: Session, month: str, region: str = "") -> list[PaidSum]:
    """Of each county, of each town of the county `region`, or of each village of the town; the whole comes last."""
    place = func.substr(PaymentLine.region_code, 1, _BELOW[len(region)])
    persons = func.count(PaymentLine.payee_identity.distinct())
    amount = func.sum(PaymentLine.amount - PaymentLine.recovered)
    wanted = select(place, persons, amount).where(PaymentLine.state == "paid", PaymentLine.month == month)
    if region:
        wanted = wanted.where(regions.within(PaymentLine.region_code, region))
    rows = [(str(code), int(many), int(much)) for code, many, much in session.execute(wanted.group_by(place))]
    told, few = _apart(rows)
    regions.remember(session, [code for code, *_ in told])
    shown = [PaidSum(code, regions.get(session, code).name, many, money.written(much)) for code, many, much in told]
    return [*shown, *_together("人数较少的其他地方", few), *_together("合计", rows)]


def _apart(rows: list[_Row]) -> tuple[list[_Row], list[_Row]]:
    """What is told by itself, and what together: never so few that the whole, less the others, tells of them."""
    by_size = sorted(rows, key=lambda row: row[1])
    few = [row for row in by_size if row[1] < FEWEST]
    while few and sum(row[1] for row in few) < FEWEST and len(few) < len(by_size):
        few.append(by_size[len(few)])
    return sorted(by_size[len(few) :]), few


def _together(name: str, rows: list[_Row]) -> list[PaidSum]:
    """One line for several places, if they have people enough to be told."""
    many, much = sum(row[1] for row in rows), sum(row[2] for row in rows)
    return [PaidSum("", name, many, money.written(much))] if many >= FEWEST else []
