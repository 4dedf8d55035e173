"""随机抽查: ended applications are drawn at random in a way that anybody can repeat.

The rule: a case's place in the draw is the SHA-256 of the logged start value and its number. So the same start value
and the same cases always give the same sample, and whoever knows the cases cannot choose among them.
"""

import hashlib
import math
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from engine import clock
from engine.casework.models import Case
from engine.casework.running import Running
from engine.errors import ExecutionFailed
from engine.language.diagram import Element
from engine.registry import access, regions

# Whoever gave so few stars was not content.
DISPLEASED = 2


@dataclass(frozen=True)
class Candidate:
    """A case that may be drawn, and whether it is one of those to be looked at first."""

    case_no: str
    item_code: str
    risky: bool


@dataclass(frozen=True)
class Rate:
    """抽样比例 of an item: which share of its cases, at least how many; which share of those drawn come from the risky
    ones, as far as there are so many, and which share is visited at home."""

    share: Decimal
    least: int
    risk_share: Decimal
    visit_share: Decimal


def draw(candidates: Sequence[Candidate], rates: Mapping[str, Rate], seed: str, most: int) -> dict[str, bool]:
    """The numbers of the cases drawn, and whether to visit; at most so many. An item without a rate is left out."""
    found: list[tuple[str, bool]] = []
    for item, rate in rates.items():
        mine = [one for one in candidates if one.item_code == item]
        found += _of_item(mine, rate, seed)
    return dict(sorted(found, key=lambda one: place(seed, one[0]))[:most])


def _of_item(candidates: Sequence[Candidate], rate: Rate, seed: str) -> list[tuple[str, bool]]:
    row = sorted(candidates, key=lambda one: place(seed, one.case_no))
    size = min(len(row), max(rate.least, math.ceil(rate.share * len(row))))
    first = [one for one in row if one.risky][: math.ceil(rate.risk_share * size)]
    drawn = [*first, *(one for one in row if one not in first)][:size]
    visits = math.ceil(rate.visit_share * size)
    return [(one.case_no, at < visits) for at, one in enumerate(drawn)]


def place(seed: str, case_no: str) -> str:
    """Where a case stands in the draw."""
    return hashlib.sha256(f"{seed} {case_no}".encode()).hexdigest()


def draw_cases(running: Running, element: Element) -> Mapping[str, Any]:
    """抽取办件 among the applications of the case's region that ended from header `from` until `until` (days, both
    included), of header `item` and `town` where given, by the rows of header `rates` ({item, share, least, riskShare,
    visitShare}; the first of an item holds), at most header `most`. Header `seed`: a start value to draw again with.

    The property `resultVariable` gets {seed, of, ofRisk, digest, cases: [{caseNo, item, place, region, department,
    applicant, phone, address, risk, way}]}; `digest` tells those among which was drawn.
    """
    result = element.properties.get("resultVariable")
    said = {key: running.value_of(text) for key, text in element.headers.items()}
    if result is None or not isinstance(said.get("rates"), list):
        raise ExecutionFailed("Expected a resultVariable and a list of rates to draw by", element_id=element.id)
    cases = {case.case_no: case for case in _population(running, said)}
    candidates = [Candidate(case.case_no, case.item_code, _is_risky(case)) for case in cases.values()]
    seed = str(said.get("seed") or secrets.token_hex(16))
    drawn = draw(candidates, _rates(said["rates"]), seed, int(said["most"]))
    told = [{**_told(running, cases[number]), "way": "入户" if visit else "电话"} for number, visit in drawn.items()]
    risky = sum(one.risky for one in candidates)
    return {result: {"seed": seed, "of": len(cases), "ofRisk": risky, "digest": digest(candidates), "cases": told}}


def digest(candidates: Sequence[Candidate]) -> str:
    """A fingerprint of those among whom was drawn, so that a second draw can show that they are the same."""
    lines = sorted(f"{one.case_no} {one.item_code} {one.risky}" for one in candidates)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _rates(rows: Sequence[Mapping[str, Any]]) -> dict[str, Rate]:
    found: dict[str, Rate] = {}
    for row in rows:
        share, risk, visit = (Decimal(str(row[name])) for name in ("share", "riskShare", "visitShare"))
        found.setdefault(str(row["item"]), Rate(share, int(row["least"]), risk, visit))
    return found


def _population(running: Running, said: Mapping[str, Any]) -> list[Case]:
    first, last = (_midnight(said[name]) for name in ("from", "until"))
    wanted = select(Case).where(
        access.lies_within(Case, regions.prefix_of(running.case.region_code)),
        Case.subject_id.is_(None),
        Case.channel.in_(access.CHANNELS),
        Case.ended_at >= first,
        Case.ended_at < last + timedelta(days=1),
    )
    if said.get("item"):
        wanted = wanted.where(Case.item_code == str(said["item"]))
    if said.get("town"):
        wanted = wanted.where(regions.within(Case.region_code, regions.prefix_of(str(said["town"]))))
    return list(running.session.scalars(wanted.order_by(Case.id)))


def _midnight(day: Any) -> datetime:
    return datetime.combine(date.fromisoformat(str(day)[:10]), time(), clock.LOCAL)


def _is_risky(case: Case) -> bool:
    return case.overdue_count > 0 or (case.stars is not None and case.stars <= DISPLEASED)


def _told(running: Running, case: Case) -> dict[str, Any]:
    town = regions.ancestor(running.session, case.region_code, "town")
    return {
        "caseNo": case.case_no,
        "item": str(case.variables.get("itemName") or case.item_code),
        "place": town.name if town else "",
        "region": case.region_code,
        "department": case.variables.get("department"),
        "applicant": case.applicant_name,
        "phone": case.variables.get("applicantPhone"),
        "address": case.variables.get("residenceAddress") or case.variables.get("homeAddress"),
        "risk": _is_risky(case),
    }


SERVICES: dict[str, Callable[[Running, Element], Mapping[str, Any]]] = {"draw_cases": draw_cases}
