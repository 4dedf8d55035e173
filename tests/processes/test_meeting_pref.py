"""州（市）双月调度会: the prefecture meets its counties and departments; its tasks are followed to their end."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import recurring
from engine.casework.act_models import Document
from engine.casework.models import Case
from engine.db import reading
from engine.oversight import replay
from tests.factories import YANSHAN
from tests.processes.stage import PREFECTURE, Stage, at, begin_due
from tests.processes.test_meeting import PLAN

ITEM = PROCESS = "meeting_pref"
CHAPTERS = ("meeting_pref_task",)
TASKS = [
    {"unit": YANSHAN, "task": "清理超时办件", "dueOn": "2026-11-27"},
    {"unit": "water", "task": "检查各县水务局", "dueOn": "2026-12-05"},
]
RESULT = {"taskResult": "超时的四件已全部办结，今后由专人每天查看", "taskProof": []}


def hold(stage: Stage, tasks: list[dict[str, str]], **changes: Any) -> None:
    """The prefecture's office plans the meeting, holds it and writes the minutes."""
    stage.complete("pref_office", "pd_plan", **{**PLAN, "meetingKind": "双月调度会", **changes})
    written = {"minutesText": "各县在月底前清理超时办件，人员不足的尽快补充", "meetingTasks": tasks}
    stage.complete("pref_office", "pd_minutes", **written)


def test_a_county_and_a_department_get_tasks_that_the_next_meeting_asks_about(stage: Stage) -> None:
    stage.begin("pref_office")
    assert stage.case().region_code == PREFECTURE
    stage.supervise("prov_office")
    counties = {county["code"] for county in stage.case().variables["figures"]["counties"]}
    assert YANSHAN in counties and len(counties) == 8
    hold(stage, TASKS)
    case = stage.case()
    assert (case.outcome, case.outcome_text) == ("COMPLETED", "双月调度会已开，交办任务 2 项")
    assert stage.told("county_office", "T165") and stage.told("pref_water_supervisor", "T165")
    assert "清理超时办件" in stage.told("county_office", "T166")[0]
    with reading() as session:
        papers = session.scalars(select(Document).where(Document.case_id == case.id).order_by(Document.id)).all()
        assert replay.replay(session, case.case_no).equal
    assert [paper.title for paper in papers] == ["2026年9月至10月调度材料", "双月调度会纪要（11月20日 9:00）"]
    assert papers[1].content["tables"][0]["rows"][0] == ["清理超时办件", "砚山县", "2026-11-27"]
    stage.complete("pref_water_supervisor", "pt_do", **RESULT)
    stage.complete("pref_office", "pt_check", taskDone=True)
    stage.begin("pref_office")
    last = [(task["task"], task["state"]) for task in stage.case().variables["lastTasks"]]
    assert last == [("清理超时办件", "办理中"), ("检查各县水务局", "已销号")]


def test_the_county_carries_its_task_out_until_the_prefecture_is_content(stage: Stage) -> None:
    stage.begin("pref_office")
    hold(stage, TASKS[:1])
    task = stage.task("pt_do")
    assert (task.role_key, task.region_code, task.due_at) == ("county_office", YANSHAN, at("2026-11-27", "24:00"))
    stage.complete("county_office", "pt_do", **RESULT)
    check = stage.task("pt_check")
    assert (check.role_key, check.region_code) == ("pref_office", PREFECTURE)
    assert check.due_at == at("2026-11-18", "24:00")
    back = {"taskDone": False, "redoReason": "还有一件没有办结", "redoDays": 5}
    stage.complete("pref_office", "pt_check", **back)
    assert stage.task("pt_do").due_at == at("2026-11-23", "24:00")
    stage.complete("county_office", "pt_do", **RESULT)
    assert stage.complete("pref_office", "pt_check", taskDone=True)
    done = stage.companion("meeting_pref_task")
    assert (done.outcome, done.outcome_text) == ("COMPLETED", "会议任务已落实：清理超时办件")


@pytest.mark.parametrize("department", ["hr", "health", "medins", "housing"])
def test_a_department_is_not_taken_for_a_county(stage: Stage, department: str) -> None:
    stage.begin("pref_office")
    hold(stage, [{**TASKS[1], "unit": department}])
    task = stage.task("pt_do")
    assert (task.role_key, task.region_code) == (f"pref_{department}_supervisor", PREFECTURE)


def test_the_clock_begins_one_in_each_prefecture_that_works_and_in_no_county(stage: Stage) -> None:
    stage.clock.move_to(at("2027-01-12", "07:00"))
    recurring.plan_all()
    stage.clock.move_to(at("2027-01-12", "08:00"))
    begin_due()
    with reading() as session:
        begun = session.scalars(select(Case).where(Case.process_key == PROCESS)).all()
    assert [case.region_code for case in begun] == [PREFECTURE]
    assert begun[0].variables["figures"]["name"] == "2026年11月至12月"


@pytest.mark.parametrize(
    ("met", "due"),
    # Over a weekend; over the National Day and the Saturday that is worked for it.
    [("2026-09-10", "2026-09-15"), ("2026-09-29", "2026-10-09")],
)
def test_minutes_are_written_within_three_working_days_of_the_meeting(stage: Stage, met: str, due: str) -> None:
    stage.clock.move_to(at("2026-09-01"))
    stage.begin("pref_office")
    assert stage.task("pd_plan").due_at == at("2026-09-04", "24:00")
    stage.complete("pref_office", "pd_plan", **{**PLAN, "meetingOn": met})
    assert stage.task("pd_minutes").due_at == at(due, "24:00")


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
