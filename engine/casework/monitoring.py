"""电子监察: what the rows of monitoring_rules find in the acts of a week, each told once (domain D.6).

The rule: a finding asks for an explanation, it does not judge. So it names facts that anybody can look up and the unit
that has to answer, and nobody in hardship; whether it becomes a card against the unit is decided by a person.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework import monitored_outside, monitored_people, monitored_steps
from engine.casework.measure_counts import CARD, Period, variable
from engine.casework.models import Case
from engine.casework.monitored import DAYS, Found, Watch
from engine.casework.running import Running
from engine.errors import ExecutionFailed
from engine.language.diagram import Element
from engine.registry import regions, roles
from engine.registry.actors import BUSINESS_DEPARTMENTS

Row = Mapping[str, Any]


def watch(running: Running, element: Element) -> Mapping[str, Any]:
    """查找异常 of the seven days before now, by the rows of header `rules`, in the case's region. What has been found
    before is left out.

    The property `resultVariable` gets [{cardKey, indicator, cardName, cardColor, cardFacts, aboutNo, problemRegion,
    department, unitRole}], in the order of the table."""
    result, rows = element.properties.get("resultVariable"), running.value_of(element.headers.get("rules", ""))
    if result is None or not isinstance(rows, list):
        raise ExecutionFailed("Expected a resultVariable and a list of rules to watch by", element_id=element.id)
    told, place = _told(running), running.case.region_code
    found = findings(running.session, place, rows, running.now)
    return {result: [_card(running, key, *each) for key, each in found.items() if key not in told]}


def findings(session: Session, place: str, rows: Sequence[Row], now: datetime) -> dict[str, tuple[Row, Found]]:
    """What the rows ({indicator, name, card, most, least, items}; the first of an indicator and its items holds) find
    of the last seven days in a region, by key and in their order; what two rows find is found once."""
    period, found = Period(now - DAYS, now), dict[str, tuple[Row, Found]]()
    for row in _chosen(rows):
        indicator = str(row["indicator"])
        look = INDICATORS.get(indicator)
        if look is None:
            raise ExecutionFailed(f"Expected an indicator, but nothing counts {indicator!r}")
        for each in look(Watch(session, place, period, int(row["most"]), int(row["least"]), _items(row))):
            found.setdefault(f"{indicator}:{each.key}", (row, each))
    return found


def _chosen(rows: Sequence[Row]) -> Iterable[Row]:
    chosen: dict[tuple[str, tuple[str, ...]], Row] = {}
    for row in rows:
        chosen.setdefault((str(row["indicator"]), _items(row)), row)
    return chosen.values()


def _items(row: Row) -> tuple[str, ...]:
    """The item codes that a row speaks of."""
    return tuple(sorted(str(row.get("items") or "").split()))


def _told(running: Running) -> set[str]:
    known = variable(running.session, Case.variables, "cardKey")
    mine = regions.within(Case.region_code, regions.prefix_of(running.case.region_code))
    return set(running.session.scalars(select(known).where(Case.process_key == CARD, mine)))


def _card(running: Running, key: str, row: Row, found: Found) -> dict[str, Any]:
    place, department, unit = answering(running.session, found)
    return {
        "cardKey": key,
        "indicator": row["indicator"],
        "cardName": row["name"],
        "cardColor": row["card"],
        "cardFacts": found.facts,
        "aboutNo": found.about,
        "problemRegion": place,
        "department": department,
        "unitRole": unit,
    }


def answering(session: Session, found: Found) -> tuple[str, str, str]:
    """Where the unit is that has to answer, of which department, and the role that answers for it."""
    role = roles.facts(session, found.role)
    if role is not None and role.kind == "admin":
        return found.region, "", role.key
    town = regions.ancestor(session, found.region, "town")
    department = (role.department_code if role else None) or "office"
    if town is not None and (role is None or role.level in ("town", "village")):
        return town.code, department, "town_office"
    county = regions.ancestor(session, found.region, "county")
    reviewer = f"county_{department}_reviewer" if department in BUSINESS_DEPARTMENTS else "county_office"
    return county.code if county else found.region, department, reviewer


INDICATORS: dict[str, Callable[[Watch], Iterator[Found]]] = {
    "EM04": monitored_steps.same_refusals,
    "EM05": monitored_steps.many_refusals,
    "EM06": monitored_steps.many_corrections,
    "EM07": monitored_steps.groundless_demands,
    "EM08": monitored_steps.wrong_order,
    "EM09": monitored_people.hasty_decisions,
    "EM10": monitored_people.curious_readings,
    "EM10E": monitored_people.bulk_exports,
    "EM11": monitored_outside.shared_accounts,
    "EM12": monitored_steps.odd_publicity,
    "EM13": monitored_steps.unanswered_orders,
    "EM14": monitored_steps.bad_reviews,
    "EM15": monitored_people.hidden_relatives,
    "EM16": monitored_outside.silent_systems,
}
SERVICES: dict[str, Callable[[Running, Element], Mapping[str, Any]]] = {"monitor": watch}
