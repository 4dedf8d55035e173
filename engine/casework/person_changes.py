"""死亡、迁移: which cases run in a county, to compare their applicants with the registers, and the end of one of them.

The rule: a register alone ends nothing; a reviewer of the department verifies first, and ends it by their own right.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from engine.casework import asking, endings, plans
from engine.casework.models import Case
from engine.casework.running import Running
from engine.language.diagram import Element
from engine.registry import access, regions

MOST_CASES = 2000


def running_cases(running: Running, element: Element) -> Mapping[str, Any]:
    """本县在办件: the applications that run in the county, the oldest first, without those about which the process of
    header `askedBy` was begun in the days of header `withinDays` (its variable `aboutCase` names the case), and without
    those that are about somebody else than the applicant (property `subjectOf`).

    `resultVariable` gets a list of {caseNo, itemName, name, idNo, region, department} with the variables that header
    `keep` names.
    """
    said = {
        name: str(running.value_of(element.headers.get(name, "")) or "") for name in ("askedBy", "withinDays", "keep")
    }
    kept = [name.strip() for name in said["keep"].split(",") if name.strip()]
    here = access.lies_within(
        Case, regions.ancestor_code(running.case.region_code, "county") or running.case.region_code
    )
    since = running.now - timedelta(days=int(said["withinDays"] or 180))
    asked = select(Case.variables).where(here, Case.process_key == said["askedBy"], Case.started_at >= since)
    before = {variables.get("aboutCase") for variables in running.session.scalars(asked)}
    wanted = select(Case).where(
        here,
        Case.subject_id.is_(None),
        Case.channel.in_(access.CHANNELS),
        Case.applicant_identity != "",
        Case.state != "ended",
    )
    found = running.session.scalars(wanted.order_by(Case.id).limit(MOST_CASES))
    told = [_told(case, kept) for case in found if case.case_no not in before and _is_about_applicant(running, case)]
    return {element.properties.get("resultVariable", "runningCases"): told}


def _is_about_applicant(running: Running, case: Case) -> bool:
    """Whoever reports somebody else's need may die or move, and the need is the same."""
    return "subjectOf" not in plans.bundle_of(running.session, case.version_id).process.properties


def _told(case: Case, kept: list[str]) -> dict[str, Any]:
    return {
        "caseNo": case.case_no,
        "itemName": case.variables.get("itemName"),
        "name": case.applicant_name,
        "idNo": case.applicant_identity,
        "region": case.region_code,
        "department": case.variables.get("department"),
        **{name: case.variables.get(name) for name in kept},
    }


def terminate_case(running: Running, element: Element) -> Mapping[str, Any]:
    """终止办件, a service: header `caseNo` names the case, `code` and `reason` say why; it is done by the authority of
    whoever does the step before. `resultVariable` gets the case's number, null where it had ended already.

    Raises NotAllowed, Invalid, or Conflict where the case stands still by order, with the sentence they read.
    """
    said = {name: str(running.value_of(element.headers.get(name, "")) or "") for name in ("caseNo", "code", "reason")}
    words = asking.checked("reason", said["reason"], shortest=endings.SHORTEST_REASON)
    case = running.session.scalar(select(Case).where(Case.case_no == said["caseNo"]))
    ended = case is None or case.state == "ended"
    if case is not None and not ended:
        endings.require_right(running.actor, case)
        with running.open_case(running.session, case.id, actor=running.actor) as other:
            endings.tell_holders(other, said["code"], words)
            endings.terminate(other, said["code"], words)
    return {element.properties.get("resultVariable", "terminatedCase"): None if ended else said["caseNo"]}


SERVICES: dict[str, Callable[[Running, Element], Mapping[str, Any]]] = {
    "running_cases": running_cases,
    "terminate_case": terminate_case,
}
