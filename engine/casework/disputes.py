"""有异议: data of a citizen that is disputed (C10): which running cases it stands on, and how it is put right where the
platform itself holds it.

The rule: as long as a process that disputes data (its property `disputes`) runs, whoever handles a case of the same
citizen is told so; of one that names a case only on that one.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework import benefits, plans
from engine.casework.models import Case
from engine.casework.money_models import Benefit
from engine.casework.running import Running
from engine.errors import ExecutionFailed, Invalid
from engine.language import identity
from engine.language.diagram import Element
from engine.registry import citizens, regions

ABOUT = "aboutCase"


def open_about(session: Session, case: Case) -> list[Case]:
    """What still disputes data that the running case may rest on, oldest first."""
    if case.state == "ended" or case.citizen_id is None or case.subject_id is not None:
        return []
    voiced = select(Case).where(
        Case.citizen_id == case.citizen_id, Case.channel == "VOICE", Case.state != "ended", Case.id != case.id
    )
    found = session.scalars(voiced.order_by(Case.id))
    return [one for one in found if one.variables.get(ABOUT) in (None, case.case_no) and _disputes(session, one)]


def _disputes(session: Session, case: Case) -> bool:
    return plans.bundle_of(session, case.version_id).process.properties.get("disputes") == "true"


def correct_person(running: Running, element: Element) -> Mapping[str, Any]:
    """改正登记信息, a service: what the platform holds of the citizen whose case this is. Header `field`: name, phone,
    region or address of the citizen, and `value` what is right; bank or members of the benefits that run for them in
    the county, and `value` the account {bankName, accountHolder, accountNo, holderRelation}, or of one person {idNo,
    name, rightIdNo, relation}. The property `resultVariable` gets {field, before, after, benefits}, so that nothing is
    written over unseen. Raises Invalid, with the sentence why, where there is nothing of it to correct."""
    field = str(running.value_of(element.headers.get("field", "")) or "")
    value = running.value_of(element.headers.get("value", ""))
    if running.case.citizen_id is None:
        raise ExecutionFailed("Expected a registered citizen to correct, but there is none", element_id=element.id)
    if field in OF_BENEFITS:
        said = dict(value) if isinstance(value, Mapping) else {}
        told = OF_BENEFITS[field](running, {key: str(text or "").strip() for key, text in said.items()})
    else:
        told = _of_citizen(running, running.case.citizen_id, field, str(value or ""))
    return {element.properties.get("resultVariable", "corrected"): {"field": field, **told}}


def _of_citizen(running: Running, citizen_id: int, field: str, value: str) -> dict[str, Any]:
    column = "region_code" if field == "region" else field
    before = getattr(citizens.get(running.session, citizen_id), column, None)
    after = getattr(citizens.correct(running.session, citizen_id, column, value), column)
    return {"before": before, "after": after, "benefits": []}


def _accounts(running: Running, account: Mapping[str, str]) -> dict[str, Any]:
    """发放账户 of every benefit that runs; what was listed to be paid already is paid as it was listed."""
    if sorted(account) != sorted(benefits.ACCOUNT) or not all(account.values()):
        raise _nothing("the whole of an account", "账户的开户银行、户名、卡号、关系要填全")
    found = _running(running)
    before = [{key: getattr(one, column) for key, column in benefits.ACCOUNT.items()} for one in found]
    if all(one == account for one in before):
        raise _nothing("another account", "登记的就是这个账户，不用改正")
    for one in found:
        for key, column in benefits.ACCOUNT.items():
            setattr(one, column, account[key])
        _note(running, one)
    return {"before": before, "after": account, "benefits": [one.number for one in found]}


def _members(running: Running, person: Mapping[str, str]) -> dict[str, Any]:
    """One person of the household, in every benefit that runs. How many they are stays as it was decided: who is
    missing, or gone, is a change of the household, and looked into as such (benefit_change)."""
    right = {"name": person.get("name", ""), "idNo": identity.normal(person.get("rightIdNo", ""))}
    wrong = identity.normal(person.get("idNo", ""))
    if problem := identity.problem(right["idNo"]):
        raise _nothing("a right ID number", problem)
    before, changed = list[Any](), list[str]()
    for one in _running(running):
        at = next((at for at, row in enumerate(one.persons) if identity.normal(row.get("idNo", "")) == wrong), None)
        if at is None:
            continue
        if any(row.get("idNo") == right["idNo"] for row in one.persons[:at] + one.persons[at + 1 :]):
            raise _nothing("a person who is not listed yet", "这个身份证号码已经登记在另一位家庭成员名下")
        if wrong == one.payee_identity:
            _rename(one, right)
        before.append(one.persons[at])
        after = {**one.persons[at], **right, "relation": person.get("relation", "")}
        one.persons = [*one.persons[:at], after, *one.persons[at + 1 :]]
        _note(running, one)
        changed.append(one.number)
    if not changed:
        raise _nothing(
            "a person of the household", "享受待遇的家庭成员里没有这个身份证号码，增加或者减少成员请报告家庭变化"
        )
    return {"before": before, "after": {**right, "relation": person.get("relation", "")}, "benefits": changed}


def _rename(benefit: Benefit, right: Mapping[str, str]) -> None:
    """The payee is a person of the household, too, by an ID number that was verified."""
    if right["idNo"] != benefit.payee_identity:
        raise _nothing("the payee's own ID number", "享受人本人的身份证号码经过实名核验，不能在这里改正")
    benefit.payee_name = right["name"]


def _running(running: Running) -> list[Benefit]:
    """The benefits of this person that run in the county, locked."""
    case = running.case
    wanted = select(Benefit).where(
        Benefit.payee_identity == case.applicant_identity,
        Benefit.state != "ended",
        Benefit.county_code == (regions.ancestor_code(case.region_code, "county") or case.region_code),
    )
    found = list(running.session.scalars(wanted.order_by(Benefit.id).with_for_update()))
    if not found:
        raise _nothing("a benefit that runs", "本县没有正在享受的待遇，不能在这里改正")
    return found


def _note(running: Running, benefit: Benefit) -> None:
    benefit.reason, benefit.changed_at = f"数据异议 {running.case.case_no} 查实改正", running.now


def _nothing(wanted: str, notice: str) -> Invalid:
    return Invalid(f"Expected {wanted} to correct, but there is none", problems={"": [notice]}, notice=notice)


OF_BENEFITS = {"bank": _accounts, "members": _members}
SERVICES = {"correct_person": correct_person}
