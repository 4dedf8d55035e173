"""电子监察: what the rows of monitoring_rules find in the acts of a week, each told once (domain D.6).

The rule: a finding asks for an explanation, it does not judge. So it names facts that anybody can look up and the unit
that has to answer, and nobody in hardship; whether it becomes a card against the unit is decided by a person.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from engine.casework import monitored_outside, monitored_people, monitored_steps
from engine.casework.measure_counts import CARD, Period, variable
from engine.casework.models import Case
from engine.casework.monitored import DAYS, Found, Watch
from engine.casework.running import Running
from engine.errors import ExecutionFailed
from engine.language.diagram import Element
from engine.registry import regions, roles
from engine.registry.actors import BUSINESS_DEPARTMENTS


def watch(running: Running, element: Element) -> Mapping[str, Any]:
    """查找异常 of the seven days before now, by the rows of header `rules` ({indicator, name, card, most, least,
    items}; the first of an indicator and its items holds), in the case's region. What has been found before is left
    out, and what another row finds is told once.

    The property `resultVariable` gets [{cardKey, indicator, cardName, cardColor, cardFacts, aboutNo, problemRegion,
    department, unitRole}], in the order of the table."""
    result, rows = element.properties.get("resultVariable"), running.value_of(element.headers.get("rules", ""))
    if result is None or not isinstance(rows, list):
        raise ExecutionFailed("Expected a resultVariable and a list of rules to watch by", element_id=element.id)
    period, told = Period(running.now - DAYS, running.now), _told(running)
    found: dict[str, dict[str, Any]] = {}
    for row in _chosen(rows):
        indicator = str(row["indicator"])
        look = INDICATORS.get(indicator)
        if look is None:
            raise ExecutionFailed(f"Expected an indicator, but nothing counts {indicator!r}", element_id=element.id)
        one = Watch(running, period, int(row["most"]), int(row["least"]), _items(row))
        for each in look(one):
            card = _card(running, row, each)
            if card["cardKey"] not in told:
                found.setdefault(card["cardKey"], card)
    return {result: list(found.values())}


def _chosen(rows: Sequence[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    chosen: dict[tuple[str, tuple[str, ...]], Mapping[str, Any]] = {}
    for row in rows:
        chosen.setdefault((str(row["indicator"]), _items(row)), row)
    return chosen.values()


def _items(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The item codes that a row speaks of."""
    return tuple(sorted(str(row.get("items") or "").split()))


def _told(running: Running) -> set[str]:
    known = variable(running.session, Case.variables, "cardKey")
    mine = regions.within(Case.region_code, regions.prefix_of(running.case.region_code))
    return set(running.session.scalars(select(known).where(Case.process_key == CARD, mine)))


def _card(running: Running, row: Mapping[str, Any], found: Found) -> dict[str, Any]:
    place, department, unit = _unit(running, found)
    return {
        "cardKey": f"{row['indicator']}:{found.key}",
        "indicator": row["indicator"],
        "cardName": row["name"],
        "cardColor": row["card"],
        "cardFacts": found.facts,
        "aboutNo": found.about,
        "problemRegion": place,
        "department": department,
        "unitRole": unit,
    }


def _unit(running: Running, found: Found) -> tuple[str, str, str]:
    """Where the unit is that has to answer, of which department, and the role that answers for it."""
    role = roles.facts(running.session, found.role)
    if role is not None and role.kind == "admin":
        return found.region, "", role.key
    town = regions.ancestor(running.session, found.region, "town")
    department = (role.department_code if role else None) or "office"
    if town is not None and (role is None or role.level in ("town", "village")):
        return town.code, department, "town_office"
    county = regions.ancestor(running.session, found.region, "county")
    answering = f"county_{department}_reviewer" if department in BUSINESS_DEPARTMENTS else "county_office"
    return county.code if county else found.region, department, answering


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
