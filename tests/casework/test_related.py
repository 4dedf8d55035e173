"""A case and others: what somebody had before, and that a process nobody listens for begins nowhere."""

from typing import Any

from sqlalchemy import select

from engine.casework import history
from engine.casework.models import Case
from engine.db import reading
from engine.oversight import replay
from tests.casework import content
from tests.casework.conftest import Office
from tests.casework.test_said_by_the_diagram import changed


def service(task_type: str, result: str = "", **headers: str) -> str:
    """A service task between the answer and its end."""
    listed = "".join(f'<zeebe:header key="{key}" value="{value}" />' for key, value in headers.items())
    kept = f'<zeebe:properties><zeebe:property name="resultVariable" value="{result}" /></zeebe:properties>'
    return (
        '<bpmn:serviceTask id="sm_other" name="另一件"><bpmn:extensionElements>'
        f'<zeebe:taskDefinition type="{task_type}" />'
        f"<zeebe:taskHeaders>{listed}</zeebe:taskHeaders>{kept if result else ''}"
        "</bpmn:extensionElements></bpmn:serviceTask>"
    )


def with_service(task: str) -> dict[str, bytes]:
    """The small service with a service task before its good end."""
    files = changed(
        "<bpmn:flowNodeRef>sm_end<", "<bpmn:flowNodeRef>sm_other</bpmn:flowNodeRef><bpmn:flowNodeRef>sm_end<"
    )
    files = changed('<bpmn:endEvent id="sm_end"', f'{task}<bpmn:endEvent id="sm_end"', files)
    files = changed(content.flow("sm_good", "sm_end", "good"), content.flow("sm_good", "sm_other", "good"), files)
    return changed(
        content.flow("sm_good", "sm_again", "not(good)"),
        content.flow("sm_good", "sm_again", "not(good)") + content.flow("sm_other", "sm_end"),
        files,
    )


def finish(office: Office) -> Case:
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=True)
    return office.case(case)


def test_a_diagram_hears_of_the_same_persons_ended_cases_and_of_no_more_than_it_asks(office: Office) -> None:
    asks: dict[str, Any] = {"item": "small", "outcome": "COMPLETED", "withinDays": "=90", "keep": "problemRegion"}
    office.deploy(with_service(service("earlier_cases", "before", **asks)))
    first = finish(office)
    again = finish(office)
    with reading() as session:
        results = [
            dict(event.payload["services"][-1][1])["before"]
            for case in (first, again)
            for event in history.events(session, case.id)
            if event.payload.get("services") and event.payload["services"][-1][0] == "sm_other"
        ]
        assert [replay.replay(session, case.case_no).difference for case in (first, again)] == [None, None]
    assert [result["count"] for result in results] == [0, 1]
    assert results[0]["newest"] is None
    assert results[1]["newest"]["caseNo"] == first.case_no
    assert (results[1]["running"], results[1]["ended"]) == (0, ["2026-11-16"])
    assert results[1]["all"] == [{**results[1]["newest"], "endedOn": "2026-11-16"}]


def test_processes_begin_beside_a_case_each_with_its_own_context_and_outlive_it(office: Office) -> None:
    begun = service("begin_beside", message="CASE_LATE_TEST", each="=[{part: 1}, {part: 2}]")
    office.deploy(with_service(begun))
    case = finish(office)
    with reading() as session:
        assert session.scalars(select(Case.process_key).where(Case.subject_id == case.id)).all().count("beside") == 0
    assert (case.state, case.outcome) == ("ended", "COMPLETED")
