"""实名核验与监护人绑定, services: what is known of the citizen whose case it is, and for whom they act.

The rule: the diagram decides who confirms; here it is written down, and what cannot be so is refused at its field.
"""

from collections.abc import Mapping
from typing import Any

from engine.casework import concerned
from engine.casework.running import Running
from engine.errors import ExecutionFailed, Invalid
from engine.language import identity
from engine.language.diagram import Element
from engine.registry import citizens, guardians
from engine.registry.models import Citizen

# The fields of the start form that the reasons against a binding belong to.
FIELDS = {"ward_name": "wardName", "ward_identity": "wardIdNo", "grounds": "wardGrounds", "reason": "endReason"}


def citizen_facts(running: Running, element: Element) -> Mapping[str, Any]:
    """查登记信息: name, number, and whether they were verified, of the citizen whose case this is."""
    citizen = _citizen(running, element)
    facts = {"name": citizen.name, "idNo": citizen.identity_number, "verified": citizen.verified_at is not None}
    return {element.properties.get("resultVariable", "personFacts"): facts}


def citizen_verify(running: Running, element: Element) -> Mapping[str, Any]:
    """记为已核验: name and number are this person's."""
    citizens.verify(running.session, _citizen(running, element).id)
    return {}


def guardian_check(running: Running, element: Element) -> Mapping[str, Any]:
    """查能否绑定: refuses, each reason at its field. Headers: `name`, `idNo`, `grounds` of the ward."""
    name, number, grounds = _said(running, element, "name", "idNo", "grounds")
    found = guardians.problems(
        running.session, _citizen(running, element).id, ward_name=name, ward_identity=number, grounds=grounds
    )
    if found:
        raise _at_fields(found)
    return {}


def guardian_bind(running: Running, element: Element) -> Mapping[str, Any]:
    """绑定: from now on. Headers as of `guardian_check`, and `relation`."""
    name, number, grounds, relation = _said(running, element, "name", "idNo", "grounds", "relation")
    guardians.bind(
        running.session, _citizen(running, element).id, ward_name=name, ward_identity=number, relation=relation,
        grounds=grounds, case_no=running.case.case_no, by=running.actor,
    )  # fmt: skip
    return {}


def guardian_end(running: Running, element: Element) -> Mapping[str, Any]:
    """解除绑定: that of the citizen whose case this is. Headers: `idNo` of the ward, `reason`."""
    number, reason = _said(running, element, "idNo", "reason")
    one = guardians.between(running.session, running.case.applicant_identity, number)
    if one is None:
        raise _at_fields({"ward_identity": ["没有这项监护绑定，请核对号码；已经解除的不用再解除"]})
    guardians.end(running.session, one.id, by=running.actor, reason=reason)
    return {}


def _citizen(running: Running, element: Element) -> Citizen:
    found = concerned.citizen_of(running)
    if found is None and running.actor.is_staff:
        raise Invalid(
            "Expected a registered citizen, but there is none",
            problems={"applicantIdNo": ["这个身份证号码没有注册，请核对"]},
        )
    if found is None:
        raise ExecutionFailed("Expected the case of a registered citizen, but there is none", element_id=element.id)
    return citizens.get(running.session, found)


def _said(running: Running, element: Element, *headers: str) -> tuple[str, ...]:
    said = {name: str(running.value_of(element.headers.get(name, "")) or "") for name in headers}
    return tuple(identity.normal(text) if name == "idNo" else text for name, text in said.items())


def _at_fields(problems: Mapping[str, list[str]]) -> Invalid:
    notice = "；".join(line for lines in problems.values() for line in lines)
    found = {FIELDS[key]: lines for key, lines in problems.items()}
    return Invalid(f"Expected a binding that can be, but {sorted(found)} are wrong", problems=found, notice=notice)


SERVICES = {
    "citizen_facts": citizen_facts,
    "citizen_verify": citizen_verify,
    "guardian_check": guardian_check,
    "guardian_bind": guardian_bind,
    "guardian_end": guardian_end,
}
