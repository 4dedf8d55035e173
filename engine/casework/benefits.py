"""待遇台账: what somebody is granted every month, granted, changed and ended by the services that diagrams call.

The rule: who grants, how much and until when is the diagram's; here the record is kept, from which the monthly payment
is made. What happened to it stands in the journal of the case that did it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import money, numbering
from engine.casework.models import Case
from engine.casework.money_models import Benefit, Deduction, PaymentLine
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
MOVED = (
    "citizen_id", "payee_name", "payee_identity", "item_code", "item_name", "department", "persons", "person_count",
    "valid_until", *ACCOUNT.values(),
)  # fmt: skip
"""What stays the same of a benefit that moves to another county."""


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


def move(running: Running, element: Element) -> Mapping[str, Any]:
    """转移待遇 of header `benefitNo` to the county of this case: whose it was pays to the end of this month, or of the
    last month that it listed before; here it begins with the month after, at the same account, with `amount` and
    `category` as they are here. What is kept back of it (抵扣) is kept back on. The property `resultVariable` gets {no,
    lastMonth, startMonth}."""
    given, case, session = money.headers(running, element), running.case, running.session
    benefit = _found(running, element, given)
    last = max(f"{clock.local(running.now):%Y-%m}", session.scalar(_last_listed(benefit.id)) or "")
    fresh = Benefit(**{name: getattr(benefit, name) for name in MOVED})
    fresh.number = numbering.next_number(session, "benefit", case.region_code, running.now)
    fresh.case_id, fresh.region_code = case.id, case.region_code
    fresh.county_code = regions.ancestor_code(case.region_code, "county") or case.region_code
    fresh.monthly = money.required(given.get("amount"), element)
    fresh.category = money.text(given, "category")
    fresh.start_month = fresh.paid_from = max(_after(last), benefit.paid_from)
    fresh.granted_at = fresh.changed_at = benefit.changed_at = running.now
    fresh.reviewed_on = clock.local(running.now).date()
    session.add(fresh)
    session.flush()
    benefit.state, benefit.end_month, benefit.moved_to_id = "ended", last, fresh.id
    benefit.reason = f"已转到{regions.full_name(session, fresh.county_code)}发放"
    owed = update(Deduction).where(Deduction.benefit_id == benefit.id, Deduction.ended_at.is_(None))
    session.execute(owed.values(benefit_id=fresh.id))
    told = {"no": fresh.number, "lastMonth": last, "startMonth": fresh.start_month}
    return {element.properties.get("resultVariable", "benefitMoved"): told}


def facts(running: Running, element: Element) -> Mapping[str, Any]:
    """待遇情况 of the benefit that the case of header `caseNo` granted, or that who has the number of header `idNo`
    is paid for header `item`, where it is paid now. The property `resultVariable` gets {no, item, amount, state,
    category, persons, validUntil, startMonth, payeeName, payeeIdNo, region, department, people, caseNo, reviewing}, or
    null when there is none that is not ended; `people`: who the benefit is for, where it says; `caseNo`: whose it is;
    `reviewing`: which of the processes that header `processes` lists is open about it."""
    given, session = money.headers(running, element), running.session
    if "caseNo" in element.headers:
        found = standing(session, money.text(given, "caseNo"))
    else:
        payee = (Benefit.payee_identity == money.text(given, "idNo").upper(), Benefit.item_code == given.get("item"))
        wanted = select(Benefit).where(*payee, Benefit.state != "ended").order_by(Benefit.id.desc())
        found = session.scalar(wanted.limit(1))
    told = {**_facts(found), **_whose(found), "people": found.persons} if found else None
    if told and found:
        told["caseNo"] = session.get_one(Case, found.case_id).case_no
        told["reviewing"] = _reviewing(session, found, told["caseNo"], given.get("processes"))
    return {element.properties.get("resultVariable", "benefit"): told}


def _reviewing(session: Session, benefit: Benefit, case_no: str, processes: object) -> str | None:
    """The process that is open about this benefit, of those that are asked for."""
    wanted = select(Case.process_key, Case.variables).where(
        Case.process_key.in_(processes if isinstance(processes, list) else []),
        Case.state != "ended",
        Case.applicant_identity == benefit.payee_identity,
    )
    return next((key for key, known in session.execute(wanted) if known.get("aboutCase") == case_no), None)


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
    "move_benefit": move,
    "benefit_facts": facts,
    "benefit_items": running_items,
    "county_benefits": county_benefits,
}


def of_case(session: Session, case_id: int) -> list[Benefit]:
    """What a case has granted."""
    return list(session.scalars(select(Benefit).where(Benefit.case_id == case_id).order_by(Benefit.id)))


def standing(session: Session, case_no: str) -> Benefit | None:
    """What the case granted last, where it is paid now; None when it is ended."""
    wanted = select(Benefit).join(Case, Case.id == Benefit.case_id).where(Case.case_no == case_no)
    found = session.scalar(wanted.order_by(Benefit.id.desc()).limit(1))
    while found is not None and found.moved_to_id is not None:
        found = session.get_one(Benefit, found.moved_to_id)
    return found if found is not None and found.state != "ended" else None


def _last_listed(benefit_id: int) -> Any:
    """The last month for which the benefit stands in a payment, paid or not."""
    return select(func.max(PaymentLine.month)).where(PaymentLine.benefit_id == benefit_id)


def _after(month: str) -> str:
    """The month after this one."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


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
