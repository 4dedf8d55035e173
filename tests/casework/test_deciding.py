"""Decisions leave their trace in the journal: which table, what it saw, which rows applied and why; contradictions stop
the act and nothing else."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import incidents, jobs
from engine.casework.models import Case, HistoryEvent, Incident, UserTask
from engine.clock import LOCAL
from engine.db import reading, transaction
from engine.errors import ExecutionFailed
from engine.oversight import replay
from tests.casework import content, graded
from tests.casework.conftest import Office, employ, office, stage  # noqa: F401 - two fixtures
from tests.factories import YANSHAN
from tests.processes.stage import Stage, at


def traces(case: Case, kind: str) -> list[tuple[str, dict[str, Any]]]:
    """The decisions that the latest event of that kind tells of, each with the element it was asked for."""
    with reading() as session:
        wanted = select(HistoryEvent).where(HistoryEvent.case_id == case.id, HistoryEvent.kind == kind)
        event = session.scalars(wanted.order_by(HistoryEvent.seq.desc())).first()
        assert event is not None
        return [(element_id, trace) for element_id, trace in event.payload.get("decisions", [])]


def equal(case: Case) -> bool:
    with reading() as session:
        return replay.replay(session, case.case_no).equal


def test_a_business_rule_task_tells_its_rows_remarks_and_the_decisions_below(office: Office) -> None:  # noqa: F811
    office.deploy(graded.files())
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=False, opinion="缺水三天")
    (element_id, trace), *_ = traces(case, "task_completed")
    checksum = trace.pop("checksum")
    assert element_id == "sm_rule"
    assert trace == {
        "decision": "grade",
        "name": "分级",
        "file": "rules/grade.dmn",
        "inputs": {"opinion": "缺水三天"},
        "rows": [{"row": 1, "id": "r1", "note": "饮水的事"}],
        "asked": [{"decision": "base", "name": "字数", "inputs": {"opinion": "缺水三天"}, "rows": [], "value": 4}],
        "value": {"level": "A", "days": 3},
    }
    assert len(checksum) == 16
    assert office.case(case).variables["level"] == {"level": "A", "days": 3}
    assert equal(case)


def test_another_version_of_the_table_has_another_checksum(office: Office) -> None:  # noqa: F811
    found = []
    for days in ("3", "4"):
        files = graded.files()
        files["rules/grade.dmn"] = files["rules/grade.dmn"].replace(b"<text>3</text>", f"<text>{days}</text>".encode())
        office.deploy(files)
        case = office.raise_hand(applicantIdNo=office.citizen.identity_number)
        office.complete(office.town, case, "sm_answer", good=True, opinion="缺水")
        found.append(traces(case, "task_completed")[0][1])
    assert [trace["value"]["days"] for trace in found] == [3, 4]
    assert found[0]["checksum"] != found[1]["checksum"]


def test_the_limit_of_each_fresh_step_is_traced_with_the_act_that_led_there(office: Office) -> None:  # noqa: F811
    case = office.raise_hand()
    begun = dict(traces(case, "task_completed"))
    assert begun["sm_answer"]["decision"] == "deadlines"
    assert begun["sm_answer"]["inputs"] == {
        "环节（流程.步骤）": "water.wt_verify",
        "县（市、区）代码，空为全部": YANSHAN,
    }
    (row,) = begun["sm_answer"]["rows"]
    assert row["id"].startswith("limit_water_wt_verify") and row["row"] > 1
    assert begun["sm_answer"]["value"]["unit"] == "wd"
    assert begun["sm_answer"]["file"] == "rules/deadlines.dmn"
    office.complete(office.town, case, "sm_answer", good=False, opinion="不行")
    done = dict(traces(case, "task_completed"))
    assert done["sm_again"]["inputs"]["环节（流程.步骤）"] == "water.wt_take"
    assert equal(case)


def test_a_table_that_asks_what_day_it_is_is_asked_anew_each_time(office: Office, clock: Any) -> None:  # noqa: F811
    files = graded.files()
    files["rules/grade.dmn"] = files["rules/grade.dmn"].replace(b"<text>3</text>", b"<text>today().day</text>")
    office.deploy(files)
    days = []
    for _ in range(2):
        case = office.raise_hand()
        office.complete(office.town, case, "sm_answer", good=False, opinion="缺水三天")
        days.append((office.case(case).variables["level"]["days"], clock.moment.astimezone(LOCAL).day))
        clock.advance(days=1)
    assert all(said == day for said, day in days) and days[0] != days[1]


def test_thresholds_and_the_limit_of_the_whole_are_traced_where_the_case_begins_and_is_accepted(
    stage: Stage,  # noqa: F811
) -> None:
    stage.raise_hand()
    with reading() as session:
        events = list(session.scalars(select(HistoryEvent).where(HistoryEvent.case_id == stage.case_id)))
    begun = [(element, trace["decision"]) for element, trace in events[0].payload["decisions"]]
    assert begun == [("", "deadlines"), ("", "supervise_threshold")], (
        "the first step has no limit, which is no decision"
    )
    stage.do("wt_take")
    accepted = stage.journal()[-1]
    assert ("", "supervise_threshold") in [(e, t["decision"]) for e, t in accepted.payload["decisions"]]


def test_messages_are_not_traced_because_they_keep_their_text(stage: Stage) -> None:  # noqa: F811
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-25"))
    with reading() as session:
        events = list(session.scalars(select(HistoryEvent)))
    asked = {trace["decision"] for event in events for _, trace in event.payload.get("decisions", [])}
    assert asked == {"deadlines", "route_rules", "supervise_threshold"}


def test_a_double_hit_stops_the_act_names_both_rows_and_leaves_the_case_as_it_was(office: Office) -> None:  # noqa: F811
    office.deploy(graded.files())
    case = office.raise_hand()
    before = snapshot(case)
    with pytest.raises(ExecutionFailed) as failed:
        office.complete(office.town, case, "sm_answer", good=True, opinion="水管断了")
    assert failed.value.case_id == case.id and failed.value.element_id == "sm_rule"
    assert "1 (r1) and 2 (r2)" in str(failed.value)
    assert "第 1 行和第 2 行" in failed.value.notice
    assert snapshot(case) == before
    office.complete(office.town, case, "sm_answer", good=True, opinion="缺水")
    assert office.case(case).state == "ended" and equal(case)


def test_what_stopped_an_act_is_recorded_once_and_closed_by_an_operator(office: Office) -> None:  # noqa: F811
    office.deploy(graded.files())
    case = office.raise_hand()
    operator = employ("platform_ops", YANSHAN)
    for _ in range(2):
        with pytest.raises(ExecutionFailed) as failed:
            office.complete(office.town, case, "sm_answer", good=True, opinion="水管断了")
        incidents.report(failed.value)
    with reading() as session:
        (incident,) = incidents.listing(session, operator)
        assert (incident.case_id, incident.element_id) == (case.id, "sm_rule")
        told, reason = incident.message.split("\n")
        assert "“分级”的第 1 行和第 2 行同时命中" in told and "(r1) and 2 (r2)" in reason
        assert not incidents.may_try_again(incident)
    with transaction() as session:
        incidents.retry(session, incident.id, operator)
    with reading() as session:
        assert incidents.listing(session, operator) == []


def test_a_double_hit_behind_a_timer_is_an_incident_that_is_tried_again(office: Office, clock: Any) -> None:  # noqa: F811
    office.deploy(graded.files(waits=True))
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=True, opinion="水管断了")
    before = snapshot(case)
    clock.advance(hours=2)
    jobs.drain()
    with reading() as session:
        (incident,) = session.scalars(select(Incident))
        assert (incident.case_id, incident.element_id) == (case.id, "sm_rule")
        assert "第 1 行和第 2 行" in incident.message and "1 (r1) and 2 (r2)" in incident.message
        assert incidents.may_try_again(incident)
    assert snapshot(case) == before
    assert equal(case)


def test_an_application_that_cannot_be_decided_leaves_no_case_and_no_number_of_one(office: Office) -> None:  # noqa: F811
    files = graded.files()
    drawn = files["processes/small.bpmn"].decode()
    for old in (
        content.flow("sm_ask", "sm_answer"),
        content.flow("sm_answer", "sm_rule"),
        content.flow("sm_rule", "sm_good"),
    ):
        drawn = drawn.replace(old, "")
    drawn = drawn.replace(
        '<bpmn:exclusiveGateway id="sm_good"',
        content.flow("sm_ask", "sm_rule") + content.flow("sm_rule", "sm_answer") + content.flow("sm_answer", "sm_good")
        + '<bpmn:exclusiveGateway id="sm_good"',
    )  # fmt: skip
    files["processes/small.bpmn"] = drawn.encode()
    files["rules/grade.dmn"] = files["rules/grade.dmn"].replace(b"opinion", b"problemText")
    office.deploy(files)
    with pytest.raises(ExecutionFailed) as failed:
        office.raise_hand(problemText="村里的水管断了")
    assert failed.value.case_id is None
    incidents.report(failed.value)
    with reading() as session:
        assert session.scalars(select(Case)).all() == []


def test_long_values_are_told_by_their_beginning(office: Office) -> None:  # noqa: F811
    office.deploy(graded.files())
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=True, opinion="缺" * 3000 + "水")
    told = traces(case, "task_completed")[0][1]["inputs"]["opinion"]
    assert told.endswith("缺…") and len(told) < 300
    assert equal(case)


def snapshot(case: Case) -> dict[str, Any]:
    """All that an act could have changed."""
    with reading() as session:
        row = session.get_one(Case, case.id)
        tasks = session.scalars(select(UserTask).where(UserTask.case_id == case.id).order_by(UserTask.id))
        events = session.scalars(select(HistoryEvent.hash).where(HistoryEvent.case_id == case.id))
        return {
            "row": (row.version, row.state, row.status, row.seq, row.head, row.state_blob, dict(row.variables)),
            "tasks": [(task.id, task.state, task.assignee_id) for task in tasks],
            "events": list(events),
        }
