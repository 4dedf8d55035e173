"""问题清单: what towns and departments have to put right, of whatever process, from the day it is raised to its end."""

from typing import Any

from engine.db import reading
from engine.oversight import problems
from engine.oversight.problems import Narrowed
from tests.factories import JIANGNA
from tests.processes import test_incident_link as incident
from tests.processes import test_meeting as meeting
from tests.processes.stage import PINGYUAN, Stage, at

ITEM = PROCESS = "incident_link"
OFFICE = "county_office"
ORDER = ("督办", "请在三个工作日内解决停水问题")
TASKS = [("会议任务", "检查乡镇水务站"), ("会议任务", "清理超时办件")]


def seen(stage: Stage, who: str = OFFICE, **narrowed: Any) -> list[tuple[str, str]]:
    """Kind and words of the problems, the newest first; the same as are taken out."""
    with reading() as session:
        page = problems.listing(session, stage.people[who], Narrowed(**narrowed))
        taken = list(problems.every(session, stage.people[who], Narrowed(**narrowed), list))
    told = [(one.kind, one.text) for one in page.rows]
    assert [(one.kind, one.text) for one in taken] == told
    return told


def test_a_problem_stands_on_it_until_it_is_solved_and_then_among_the_ended(stage: Stage) -> None:
    incident.report(stage)
    told = ("问题联动处置", "今天上午提交核实结果时一直提示没有权限")
    assert seen(stage) == [told]
    incident.verify(stage, "本部门解决")
    incident.solved(stage)
    assert seen(stage) == []
    with reading() as session:
        [ended] = problems.listing(session, stage.people[OFFICE], Narrowed(state="ended")).rows
    assert (ended.text, ended.outcome) == (told[1], incident.SOLVED)
    assert ended.ended_at is not None


def test_an_order_is_one_and_the_ladder_that_the_clock_begins_is_none(stage: Stage) -> None:
    stage.item = "water"
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-30"))
    assert [one.variables["kind"] for one in stage.companions("supervise")] == ["AUTO"]
    assert seen(stage) == []
    stage.supervise()
    assert seen(stage) == seen(stage, "pref_office") == [ORDER]
    assert seen(stage, "county_police_clerk") == []


def test_the_task_of_a_meeting_says_whose_it_is_and_the_list_is_narrowed(stage: Stage) -> None:
    stage.item = "meeting"
    stage.begin(OFFICE)
    meeting.hold(stage, meeting.TASKS)
    assert seen(stage) == TASKS
    with reading() as session:
        rows = problems.listing(session, stage.people[OFFICE], Narrowed()).rows
    assert {one.unit for one in rows} == {"江那镇", "水务局"}
    assert seen(stage, kind="meeting_task") == TASKS
    assert seen(stage, kind="supervise") == []
    assert seen(stage, place=PINGYUAN) == []
    assert seen(stage, state="all", place="532622") == TASKS


def test_a_post_without_oversight_finds_nothing_and_a_wrong_place_too(stage: Stage) -> None:
    incident.report(stage)
    assert seen(stage, "citizen") == []
    assert seen(stage, place=f"{JIANGNA}999") == []
    assert len(seen(stage, place="not a place")) == 1
