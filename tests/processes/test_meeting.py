"""双月调度、联席会、联络员会: material, notice, minutes; what was decided goes to the units as tasks of their own."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import recurring
from engine.casework.act_models import Document
from engine.casework.models import Case
from engine.db import reading
from engine.oversight import replay
from tests.factories import JIANGNA, YANSHAN
from tests.processes.stage import Stage, at, begin_due

ITEM = PROCESS = "meeting"
PLAN = {
    "meetingKind": "联席会",
    "meetingOn": "2026-11-20",
    "meetingWhen": "11月20日 9:00",
    "meetingPlace": "县政府三楼会议室",
    "agenda": "通报两个月办理情况，研究超时较多的环节",
}
TASKS = [
    {"unit": JIANGNA, "task": "清理超时办件", "dueOn": "2026-11-27"},
    {"unit": "water", "task": "检查乡镇水务站", "dueOn": "2026-12-05"},
]


def hold(stage: Stage, tasks: list[dict[str, str]], **changes: Any) -> None:
    """The office plans the meeting, holds it and writes the minutes."""
    stage.complete("county_office", "me_plan", **{**PLAN, **changes})
    written = {"minutesText": "各乡镇在月底前清理超时办件，人员不足的尽快补充", "meetingTasks": tasks}
    stage.complete("county_office", "me_minutes", **written)


def documents(stage: Stage) -> list[Document]:
    with reading() as session:
        return list(session.scalars(select(Document).where(Document.case_id == stage.case_id).order_by(Document.id)))


def last_tasks(stage: Stage) -> list[tuple[str, str]]:
    return [(task["task"], task["state"]) for task in stage.case().variables["lastTasks"]]


def test_a_meeting_of_the_office_gives_tasks_that_the_next_one_asks_about(stage: Stage) -> None:
    stage.begin("county_office")
    stage.supervise()
    hold(stage, TASKS)
    case = stage.case()
    assert (case.outcome, case.outcome_text) == ("COMPLETED", "联席会已开，交办任务 2 项")
    pack, minutes = documents(stage)
    assert (pack.title, pack.published) == ("2026年9月至10月调度材料", False)
    assert (minutes.title, minutes.published) == ("联席会纪要（11月20日 9:00）", True)
    assert minutes.content["tables"][0]["rows"][0] == ["清理超时办件", "江那镇", "2026-11-27"]
    assert "县政府三楼会议室" in stage.told("town_office", "T165")[0]
    assert "清理超时办件" in stage.told("town_office", "T166")[0]
    with reading() as session:
        assert replay.replay(session, case.case_no).equal
    given = {"taskResult": "超时的四件已全部办结，今后由专人每天查看", "taskProof": []}
    stage.complete("county_water_reviewer", "mk_do", **given)
    stage.complete("county_office", "mk_check", taskDone=True)
    stage.begin("county_office")
    assert last_tasks(stage) == [("清理超时办件", "办理中"), ("检查乡镇水务站", "已销号")]


def test_the_clock_begins_one_every_two_months(stage: Stage) -> None:
    stage.clock.move_to(at("2027-01-08", "07:00"))
    recurring.plan_all()
    stage.clock.move_to(at("2027-01-08", "08:00"))
    begin_due()
    with reading() as session:
        begun = session.scalars(select(Case).where(Case.process_key == PROCESS, Case.region_code == YANSHAN)).one()
    assert begun.variables["figures"]["name"] == "2026年11月至12月"


@pytest.mark.parametrize(
    ("met", "due"),
    # Over a weekend; over the National Day and the Saturday that is worked for it.
    [("2026-09-10", "2026-09-15"), ("2026-09-29", "2026-10-09")],
)
def test_minutes_are_written_within_three_working_days_of_the_meeting(stage: Stage, met: str, due: str) -> None:
    stage.clock.move_to(at("2026-09-01"))
    stage.begin("county_office")
    assert stage.task("me_plan").due_at == at("2026-09-04", "24:00")
    stage.complete("county_office", "me_plan", **{**PLAN, "meetingOn": met})
    assert stage.task("me_minutes").due_at == at(due, "24:00")


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
