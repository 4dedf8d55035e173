"""待遇台账: what somebody is granted every month, granted, changed and ended by the services that diagrams call.

The rule: who grants, how much and until when is the diagram's; here the record is kept, from which the monthly payment
is made. What happened to it stands in the journal of the case that did it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import money, numbering
from engine.casework.models import Case
from engine.casework.money_models import Benefit
from engine.casework.running import Running
from engine.errors import ExecutionFailed
from engine.language.diagram import Element
from engine.registry import access, regions
from engine.registry.models import Citizen
from engine.workflow.conditions import to_json

ACCOUNT = {
    "bankName": "bank_name", "accountHolder": "account_holder", "accountNo": "account_no",
    "holderRelation": "holder_relation",
}  # fmt: skip


def grant(running: Running, element: Element) -> Mapping[str, Any]:
    """确定待遇, for the applicant, or for header `payee` {name, idNo}: headers `amount` (元 a month), `startMonth`,
    `validUntil`, `persons` (how many, or who), `account` {bankName, accountHolder, accountNo, holderRelation} and
    `category`. A case grants one benefit: granted again, it is the same record. The result has `benefitNo`."""
    given, case = money.headers(running, element), running.case
    said = given.get("payee")
    payee = said if isinstance(said, Mapping) else {}
    benefit = running.session.scalar(_granted(case.id))
    if benefit is None:
        number = numbering.next_number(running.session, "benefit", case.region_code, running.now)
        benefit = Benefit(
            number=number,
            case_id=case.id,
            item_code=case.item_code,
            item_name=str(case.variables.get("itemName") or case.item_code),
            department=str(case.variables.get("department") or ""),
            region_code=case.region_code,
            county_code=regions.ancestor_code(case.region_code, "county") or case.region_code,
            granted_at=running.now,
            holder_relation="",
        )
    benefit.payee_name = str(payee.get("name") or case.applicant_name)
    benefit.payee_identity = str(payee.get("idNo") or case.applicant_identity)
    benefit.citizen_id = _citizen(running.session, benefit.payee_identity)
    benefit.monthly = money.required(given.get("amount"), element)
    benefit.start_month = benefit.paid_from = _month(given.get("startMonth"), element)
    benefit.category = money.text(given, "category")
    benefit.state, benefit.reason, benefit.changed_at = "running", "", running.now
    _persons(benefit, given.get("persons"), element)
    _until(benefit, given.get("validUntil"), element)
    _account(benefit, given.get("account"), element)
    running.session.add(benefit)
    running.session.flush()
    return {"benefitNo": benefit.number}


def change(running: Running, element: Element) -> Mapping[str, Any]:
    """调整待遇 of header `benefitNo`: those of `amount`, `persons`, `category`, `validUntil`, `account` and `state`
    (running, suspended) that are said, and the `reason`; `reviewed`: true when a review found this today. The property
    `resultVariable` gets what it was before."""
    given = money.headers(running, element)
    benefit = _found(running, element, given)
    before = _facts(benefit)
    if given.get("amount") is not None:
        benefit.monthly = money.required(given["amount"], element)
    if given.get("category") is not None:
        benefit.category = str(given["category"])
    if given.get("persons") is not None:
        _persons(benefit, given["persons"], element)
    if given.get("validUntil") is not None:
        _until(benefit, given["validUntil"], element)
    if given.get("account") is not None:
        _account(benefit, given["account"], element)
    if given.get("state") is not None:
        if given["state"] not in ("running", "suspended"):
            raise ExecutionFailed(f"Expected running or suspended, but got {given['state']!r}", element_id=element.id)
        if (benefit.state, given["state"]) == ("suspended", "running"):
            benefit.paid_from = max(benefit.start_month, f"{clock.local(running.now):%Y-%m}")
        benefit.state = str(given["state"])
    if given.get("reviewed") is True:
        benefit.reviewed_on = clock.local(running.now).date()
    benefit.reason, benefit.changed_at = money.text(given, "reason"), running.now
    return {element.properties.get("resultVariable", "benefitBefore"): before}


def end(running: Running, element: Element) -> Mapping[str, Any]:
    """停发待遇 of header `benefitNo`, for the `reason`; `endMonth` is the last month that is paid, by default this."""
    given = money.headers(running, element)
    benefit = _found(running, element, given)
    before = _facts(benefit)
    last = given.get("endMonth")
    benefit.end_month = _month(running.now if last is None else last, element)
    benefit.state, benefit.reason, benefit.changed_at = "ended", money.text(given, "reason"), running.now
    return {element.properties.get("resultVariable", "benefitBefore"): before}


def facts(running: Running, element: Element) -> Mapping[str, Any]:
    """待遇情况 of the benefit that the case of header `caseNo` granted and that is not ended: the property
    `resultVariable` gets {no, item, amount, state, category, persons, validUntil, startMonth, payeeName, payeeIdNo,
    region, department, people}, or null; `people`: who the benefit is for, where it says."""
    wanted = select(Benefit).join(Case, Case.id == Benefit.case_id)
    number = str(running.value_of(element.headers.get("caseNo", "")) or "")
    found = running.session.scalar(wanted.where(Case.case_no == number, Benefit.state != "ended"))
    told = {**_facts(found), **_whose(found), "people": found.persons} if found else None
    return {element.properties.get("resultVariable", "benefit"): told}


def county_benefits(running: Running, element: Element) -> Mapping[str, Any]:
    """本县待遇, for the periodic review: each benefit of the county that is not ended. The property `resultVariable`
    gets a list of {no, item, itemName, category, amount, state, caseNo, payeeName, payeeIdNo, region, department,
    since} and `reviewing`; since when it has not been reviewed, and whether a case of one of the processes that header
    `processes` lists is open about its payee."""
    county = regions.ancestor_code(running.case.region_code, "county") or running.case.region_code
    processes = running.value_of(element.headers.get("processes", ""))
    open_now = select(Case.process_key, Case.applicant_identity).where(
        Case.process_key.in_(processes if isinstance(processes, list) else []),
        Case.state != "ended",
        access.lies_within(Case, county),
    )
    reviewing = {identity: key for key, identity in running.session.execute(open_now)}
    wanted = (
        select(Benefit, Case.case_no)
        .join(Case, Case.id == Benefit.case_id)
        .where(Benefit.county_code == county, Benefit.state != "ended")
        .order_by(Benefit.id)
    )
    told = [
        {
            **_facts(benefit),
            **_whose(benefit),
            "itemName": benefit.item_name,
            "caseNo": case_no,
            "since": (benefit.reviewed_on or clock.local(benefit.granted_at).date()).isoformat(),
            "reviewing": reviewing.get(benefit.payee_identity),
        }
        for benefit, case_no in running.session.execute(wanted)
    ]
    return {element.properties.get("resultVariable", "countyBenefits"): told}


def running_items(running: Running, element: Element) -> Mapping[str, Any]:
    """按月发放的事项: the property `resultVariable` gets the items of which somebody in the county has a benefit."""
    county = regions.ancestor_code(running.case.region_code, "county")
    wanted = select(Benefit.item_code).where(Benefit.county_code == county, Benefit.state != "suspended").distinct()
    found = sorted(running.session.scalars(wanted))
    return {element.properties.get("resultVariable", "benefitItems"): found}


SERVICES = {
    "grant_benefit": grant,
    "change_benefit": change,
    "end_benefit": end,
    "benefit_facts": facts,
    "benefit_items": running_items,
    "county_benefits": county_benefits,
}


def of_case(session: Session, case_id: int) -> list[Benefit]:
    """What a case has granted."""
    return list(session.scalars(select(Benefit).where(Benefit.case_id == case_id).order_by(Benefit.id)))


def _granted(case_id: int) -> Any:
    return select(Benefit).where(Benefit.case_id == case_id, Benefit.state != "ended").with_for_update()


def _found(running: Running, element: Element, given: Mapping[str, Any]) -> Benefit:
    wanted = select(Benefit).where(Benefit.number == money.text(given, "benefitNo")).with_for_update()
    found = running.session.scalar(wanted.execution_options(populate_existing=True))
    if found is None or found.state == "ended":
        raise ExecutionFailed(
            f"Expected a benefit that is not ended, but got {given.get('benefitNo')!r}", element_id=element.id
        )
    return found


def _facts(benefit: Benefit) -> dict[str, Any]:
    until = benefit.valid_until.isoformat() if benefit.valid_until else None
    return {
        "no": benefit.number, "amount": money.yuan(benefit.monthly), "state": benefit.state,
        "category": benefit.category, "persons": benefit.person_count, "validUntil": until,
        "startMonth": benefit.start_month,
    }  # fmt: skip


def _whose(benefit: Benefit) -> dict[str, Any]:
    return {
        "item": benefit.item_code, "payeeName": benefit.payee_name, "payeeIdNo": benefit.payee_identity,
        "region": benefit.region_code, "department": benefit.department,
    }  # fmt: skip


def _citizen(session: Session, identity_number: str) -> int | None:
    return session.scalar(select(Citizen.id).where(Citizen.identity_number == identity_number))


def _month(value: object, element: Element) -> str:
    """2026-12, of a text, a date or a moment."""
    if isinstance(value, datetime):
        value = clock.local(value).date()
    text = value.isoformat() if isinstance(value, date) else str(value or "")
    try:
        return f"{date.fromisoformat(text[:7] + '-01'):%Y-%m}"
    except ValueError:
        raise ExecutionFailed(f"Expected a month, but got {value!r}", element_id=element.id) from None


def _persons(benefit: Benefit, value: object, element: Element) -> None:
    """How many the benefit is for, or who."""
    if isinstance(value, list):
        benefit.persons, benefit.person_count = to_json(value), len(value)
        return
    try:
        benefit.persons, benefit.person_count = [], int(str(value if value is not None else 1))
    except ValueError:
        raise ExecutionFailed(f"Expected persons or their number, but got {value!r}", element_id=element.id) from None


def _until(benefit: Benefit, value: object, element: Element) -> None:
    try:
        benefit.valid_until = date.fromisoformat(str(value)[:10]) if value is not None else None
    except ValueError:
        raise ExecutionFailed(f"Expected the last day, but got {value!r}", element_id=element.id) from None


def _account(benefit: Benefit, value: object, element: Element) -> None:
    given = value if isinstance(value, Mapping) else {}
    for name, column in ACCOUNT.items():
        if given.get(name) is not None:
            setattr(benefit, column, str(given[name]))
    if not (benefit.bank_name and benefit.account_holder and benefit.account_no):
        raise ExecutionFailed(f"Expected an account, but got {sorted(given)}", element_id=element.id)
