"""监察监测: what each indicator of electronic supervision finds at this moment, and what became of it (D.6).

The rule: it is looked for by the rows of the table that is in force, as the weekly watch does, and a finding that is a
card already says how far that has come.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework import deployments, monitoring
from engine.casework.measure_counts import CARD, variable, when
from engine.casework.models import Case, UserTask
from engine.casework.monitored import DAYS, Found
from engine.registry import access, regions, roles
from engine.registry.models import Region

PROCESS, TABLE = "monitoring", "monitoring_rules"
# Of steps that are late for so many days [C6, EM03].
RED = timedelta(days=7)
UNTOLD = "还没有预警"


@dataclass(frozen=True)
class Card:
    """监察预警. `state`: what it waits for, or what was decided."""

    key: str
    case_no: str
    indicator: str
    name: str
    color: str
    facts: str
    about: str
    place: str
    role: str
    state: str
    ended: bool


@dataclass(frozen=True)
class Finding:
    """One finding of the last seven days; `card_no`: the card that it became, "" where none yet."""

    facts: str
    about: str
    unit: str
    card_no: str
    state: str


@dataclass(frozen=True)
class Indicator:
    """A line of the board; `untold`: those findings that no card tells of yet, `open`: those whose card waits."""

    code: str
    name: str
    color: str
    findings: tuple[Finding, ...]
    untold: int
    open: int


@dataclass(frozen=True)
class Limits:
    """The steps of this moment that are nearly late (EM01), late (EM02), late for a week (EM03)."""

    warned: int
    late: int
    red: int


@dataclass(frozen=True)
class Total:
    """A region below and its cards of the last seven days."""

    code: str
    name: str
    red: int
    yellow: int
    open: int


def board(session: Session, county: Region, now: datetime) -> list[Indicator]:
    """Every indicator of the table with its findings of the last seven days in a county, the order of the table."""
    rows = _rows(session, county, now)
    found = monitoring.findings(session, county.code, rows, now)
    cards = {card.key: card for card in _cards(session, county, now)}
    waiting = {card.case_no for card in cards.values() if not card.ended}
    names = {str(row["indicator"]): (str(row["name"]), str(row["card"])) for row in reversed(rows)}
    lines = {str(row["indicator"]): list[Finding]() for row in rows}
    for key, (row, each) in found.items():
        lines[str(row["indicator"])].append(_finding(session, each, cards.pop(key, None)))
    for card in cards.values():
        names.setdefault(card.indicator, (card.name, card.color))
        lines.setdefault(card.indicator, []).append(_of_card(session, card))
    return [
        Indicator(
            code,
            *names[code],
            tuple(listed),
            untold=sum(not one.card_no for one in listed),
            open=sum(one.card_no in waiting for one in listed),
        )
        for code, listed in lines.items()
    ]


def limits(session: Session, county: Region, now: datetime) -> Limits:
    """The clocks of the steps that wait in a county, those that stand still left aside."""
    due = UserTask.due_at
    wanted = (
        select(
            when((due > now) & (UserTask.remind_at <= now)),
            when(due < now),
            when(due < now - RED),
        )
        .join(Case, Case.id == UserTask.case_id)
        .where(regions.within(UserTask.region_code, county.prefix), UserTask.state == "open", UserTask.kind == "step")
        .where(Case.clock_stopped_at.is_(None))
    )
    return Limits(*(int(count or 0) for count in session.execute(wanted).one()))


def totals(session: Session, region: Region, now: datetime) -> list[Total]:
    """The cards of the last seven days in each region directly below."""
    color = variable(session, Case.variables, "cardColor")
    wanted = select(Case.county_code, color, Case.state).where(*_of_the_week(region, now))
    red, yellow, waiting = Counter[str](), Counter[str](), Counter[str]()
    below = regions.children(session, region.code)
    for county, said, state in session.execute(wanted):
        where = next((one.code for one in below if county.startswith(one.prefix)), "")
        (red if said == "红" else yellow)[where] += 1
        waiting[where] += state != "ended"
    return [Total(one.code, one.name, red[one.code], yellow[one.code], waiting[one.code]) for one in below]


def _rows(session: Session, county: Region, now: datetime) -> Sequence[Mapping[str, Any]]:
    version = deployments.active(session, PROCESS, county.code, now)
    model = deployments.bundle_of(session, version.id).decisions[TABLE]
    rows: Any = model.decide(TABLE, {"county": county.code})
    return list(rows)


def _of_the_week(region: Region, now: datetime) -> list[Any]:
    began = (Case.started_at >= now - DAYS, Case.subject_id.is_(None))
    return [access.lies_within(Case, region.prefix), Case.item_code == CARD, Case.process_key == CARD, *began]


def _cards(session: Session, county: Region, now: datetime) -> list[Card]:
    """The cards of the last seven days, oldest first."""
    wanted = select(Case.id, Case.case_no, Case.region_code, Case.state, Case.variables)
    rows = session.execute(wanted.where(*_of_the_week(county, now)).order_by(Case.id)).all()
    waits = select(UserTask.case_id, UserTask.name).where(
        UserTask.case_id.in_([row.id for row in rows]), UserTask.state == "open"
    )
    waiting = {row.case_id: row.name for row in session.execute(waits)}
    return [
        Card(
            str(told.get("cardKey")), row.case_no, str(told.get("indicator")), str(told.get("cardName")),
            str(told.get("cardColor")), str(told.get("cardFacts")), str(told.get("aboutNo") or ""), row.region_code,
            str(told.get("unitRole")), waiting.get(row.id) or str(told.get("cardDecision") or "已结束"),
            row.state == "ended",
        )
        for row in rows
        for told in (row.variables,)
    ]  # fmt: skip


def _finding(session: Session, found: Found, card: Card | None) -> Finding:
    if card is not None:
        return _of_card(session, card)
    place, _, role = monitoring.answering(session, found)
    return Finding(found.facts, found.about, _unit(session, place, role), "", UNTOLD)


def _of_card(session: Session, card: Card) -> Finding:
    return Finding(card.facts, card.about, _unit(session, card.place, card.role), card.case_no, card.state)


def _unit(session: Session, place: str, role: str) -> str:
    return f"{regions.get(session, place).name} {roles.name_of(session, role)}"
