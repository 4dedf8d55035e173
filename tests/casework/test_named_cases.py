"""What a process knows of the case that it names, and that whoever acted on that one keeps away from its steps."""

from typing import Any

import pytest

from engine.casework import beginnings, user_tasks
from engine.casework.models import Case
from engine.db import reading, transaction
from engine.errors import NotAllowed
from engine.oversight import replay
from engine.registry.actors import Actor
from tests.casework.conftest import Office, employ
from tests.casework.errands import errand
from tests.casework.test_related import service
from tests.factories import YANSHAN
from tests.processes.stage import at


def files() -> dict[str, bytes]:
    """An errand that looks at the case which it is about, and is done by somebody who had no part in that."""
    made = errand()
    facts = service("case_facts", "facts", caseNo="=aboutCase", role="county_water_clerk")
    drawn = made["processes/errand.bpmn"].decode().replace("sm_other", "er_facts")
    drawn = drawn.replace(
        'sourceRef="er_begin" targetRef="er_do"', 'sourceRef="er_begin" targetRef="er_facts"'
    ).replace(
        "</bpmn:process>",
        facts.replace("sm_other", "er_facts")
        + '<bpmn:sequenceFlow id="er_facts__er_do" sourceRef="er_facts" targetRef="er_do">'
        + "</bpmn:sequenceFlow></bpmn:process>",
    )
    lane = "<bpmn:flowNodeRef>er_do</bpmn:flowNodeRef>"
    drawn = drawn.replace(lane, f"{lane}<bpmn:flowNodeRef>er_facts</bpmn:flowNodeRef>")
    basis = '<zeebe:property name="legalBasis"'
    drawn = drawn.replace(basis, f'<zeebe:property name="apart" value="=facts.caseNo" />{basis}', 1)
    return {**made, "processes/errand.bpmn": drawn.encode()}


def ended(office: Office) -> Case:
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=False, opinion="不行")
    office.complete(office.county, case, "sm_again", reason="现场没有发现问题，不予受理")
    return office.case(case)


def begin(who: Actor, **values: Any) -> Case:
    with transaction() as session:
        return beginnings.begin(session, "errand", actor=who, values={"wish": "请再看一看", **values})


def test_the_citizen_who_asks_lets_the_process_know_who_did_what(office: Office) -> None:
    office.deploy(files())
    about = ended(office)
    colleague = employ("county_water_clerk", YANSHAN)
    case = begin(office.citizen, aboutCase=about.case_no)
    facts = case.variables["facts"]
    assert (facts["caseNo"], facts["process"], facts["state"], facts["outcome"], facts["paid"]) == (
        about.case_no,
        "small",
        "ended",
        "NOT_ACCEPTED",
        False,
    )
    assert facts["noticedOn"] == at("2026-11-16").date().isoformat()
    assert [(step["elementId"], step["by"], step["mayReopen"]) for step in facts["steps"]] == [
        ("sm_answer", office.town.id, True),
        ("sm_again", office.county.id, True),
    ]
    assert facts["acted"] == sorted([office.town.id, office.county.id]) and facts["free"] == 1
    task = office.task(case, "er_do")
    with pytest.raises(NotAllowed) as refusal, transaction() as session:
        user_tasks.claim(session, task.id, actor=office.county)
    assert about.case_no in str(refusal.value.notice)
    with pytest.raises(NotAllowed):
        office.complete(office.county, case, "er_do", result="办好了")
    office.complete(colleague, case, "er_do", result="办好了")
    with reading() as session:
        assert replay.replay(session, case.case_no).difference is None


def test_a_case_that_whoever_began_the_process_may_not_see_is_none(office: Office) -> None:
    office.deploy(files())
    ended(office)
    case = begin(employ("unit_contact", YANSHAN))
    assert case.variables["facts"] is None
    assert office.task(case, "er_do").state == "open"
