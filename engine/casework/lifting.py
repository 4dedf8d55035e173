"""政府托举: whom the government finds (one household has one open clue), and what it prepares for them (代拟申请).

The rule: what is found and prepared is the diagram's to use; nothing is filed for anybody by itself.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from engine.casework.models import ApplicationDraft, Case
from engine.casework.running import Running
from engine.db import one_at_a_time
from engine.errors import ExecutionFailed
from engine.language.diagram import Element
from engine.registry import access, regions
from engine.workflow.conditions import to_json

GOVERNMENT = "GOV"
AGREED = "consentResult"
"""What the person said before, which the application need not ask again; only a draft made here can hold it."""
ORIGIN = "originCaseNo"
MOST_PERSONS = 400


def same_household(running: Running, element: Element) -> Mapping[str, Any]:
    """同户在办: the oldest unfinished case of one of the processes in header `processes` that is about one of the
    persons in header `persons` (contexts with idNo), or has one of them in the household. The property `resultVariable`
    gets {caseNo, process}, or null."""
    said = {name: running.value_of(element.headers.get(name, "")) for name in ("persons", "processes")}
    persons = {number for number in (*_numbers(said["persons"]), running.case.applicant_identity) if number}
    processes = [name.strip() for name in str(said["processes"] or running.case.process_key).split(",")]
    county = regions.ancestor_code(running.case.region_code, "county") or running.case.region_code
    one_at_a_time(running.session, f"household in {county}")
    rows = running.session.execute(
        select(Case.case_no, Case.process_key, Case.applicant_identity, Case.variables)
        .where(
            Case.process_key.in_(processes),
            Case.state != "ended",
            Case.id != running.case.id,
            access.lies_within(Case, county),
        )
        .order_by(Case.id)
    )
    found = next(
        (row for row in rows if persons & {row.applicant_identity, *_numbers(row.variables.get("members"))}), None
    )
    told = {"caseNo": found.case_no, "process": found.process_key} if found is not None else None
    return {element.properties.get("resultVariable", "sameHousehold"): told}


def _numbers(persons: Any) -> list[str]:
    rows = persons if isinstance(persons, list) else []
    return [str(one["idNo"]).upper() for one in rows if isinstance(one, Mapping) and one.get("idNo")]


def prepare_drafts(running: Running, element: Element) -> Mapping[str, Any]:
    """代拟申请: a draft of each item in header `items`, filled in with header `values`, for whoever does the step, who
    checks, completes and files it as 政府托举. The consent that was given goes with it."""
    items, values = (running.value_of(element.headers.get(name, "")) for name in ("items", "values"))
    if not isinstance(items, list) or not isinstance(values, dict) or not running.actor.is_staff:
        raise ExecutionFailed(
            f"Expected a list of items, values and a member of staff, but got {items!r} of {running.actor.ref}",
            element_id=element.id,
        )
    known = {key: to_json(value) for key, value in values.items() if value is not None}
    for item in map(str, items):
        running.session.add(
            ApplicationDraft(
                key=secrets.token_hex(16),
                process_key=item,
                channel=GOVERNMENT,
                account_id=running.actor.id,
                values={**known, AGREED: running.case.variables.get(AGREED), ORIGIN: running.case.case_no},
                saved_at=running.now,
            )
        )
    running.session.flush()
    return {}


def lifted_cases(running: Running, element: Element) -> Mapping[str, Any]:
    """托举的办件: what was filed as 政府托举 for the person since this case began, and what else of theirs is under way
    (`before`), for which nothing more can be filed. `resultVariable` gets a list of {item, caseNo, before}."""
    case = running.case
    filed = and_(Case.channel == GOVERNMENT, Case.started_at >= case.started_at)
    rows = running.session.execute(
        select(Case.process_key, Case.case_no, filed)
        .where(
            Case.applicant_identity == case.applicant_identity,
            Case.applicant_identity != "",
            Case.channel.in_(access.CHANNELS),
            Case.subject_id.is_(None),
            or_(filed, Case.state != "ended"),
        )
        .order_by(Case.id)
    )
    told = [{"item": item, "caseNo": number, "before": not now} for item, number, now in rows]
    return {element.properties.get("resultVariable", "liftedCases"): told}


def county_cases(running: Running, element: Element) -> Mapping[str, Any]:
    """本县近期办件, for the analysis of the month: the newest application of each person and item in the county, begun
    or ended in the days of header `withinDays`. `resultVariable` gets a list of {name, idNo, region, itemCode, caseNo,
    running, outcome, days} with the variables that header `keep` names."""
    said = {name: running.value_of(element.headers.get(name, "")) for name in ("withinDays", "keep")}
    kept = [name.strip() for name in str(said["keep"] or "").split(",") if name.strip()]
    since = running.now - timedelta(days=int(said["withinDays"] or 31))
    county = regions.ancestor_code(running.case.region_code, "county") or running.case.region_code
    rows = running.session.scalars(
        select(Case)
        .where(
            access.lies_within(Case, county),
            Case.subject_id.is_(None),
            Case.channel.in_(access.CHANNELS),
            Case.applicant_identity != "",
            or_(Case.started_at >= since, Case.ended_at >= since),
        )
        .order_by(Case.id.desc())
        .limit(MOST_PERSONS)
    )
    newest: dict[tuple[str, str], Case] = {}
    for case in rows:
        newest.setdefault((case.applicant_identity, case.process_key), case)
    told = [_fact(running, case, kept) for case in newest.values()]
    return {element.properties.get("resultVariable", "countyCases"): told}


def _fact(running: Running, case: Case, kept: list[str]) -> dict[str, Any]:
    return {
        "name": case.applicant_name,
        "idNo": case.applicant_identity,
        "region": case.region_code,
        "itemCode": case.process_key,
        "caseNo": case.case_no,
        "running": case.state != "ended",
        "outcome": case.outcome,
        "days": ((case.ended_at or running.now) - case.started_at).days,
        **{name: case.variables.get(name) for name in kept},
    }


SERVICES: dict[str, Callable[[Running, Element], Mapping[str, Any]]] = {
    "same_household": same_household,
    "prepare_drafts": prepare_drafts,
    "lifted_cases": lifted_cases,
    "county_cases": county_cases,
}
