"""问题联动处置: looked into at once; solved alone, with other departments at the same time, or with those above."""

from typing import Any

from engine.casework import user_tasks
from engine.casework.models import Case
from engine.db import reading, transaction
from engine.oversight import replay
from tests.processes.stage import Stage, at

ITEM = PROCESS = "incident_link"
SOLVED = "已更正任职地区，可以正常提交"


def report(stage: Stage) -> Case:
    told = "今天上午提交核实结果时一直提示没有权限"
    return stage.begin("town_water_clerk", incidentKind="账号办不了", department="water", incidentText=told)


def verify(stage: Stage, handling: str, **more: Any) -> None:
    given = {"incidentHandling": handling, "verifyText": "账号的任职地区配置有误", **more}
    stage.complete("county_water_clerk", "il_verify", **given)


def solved(stage: Stage) -> None:
    stage.complete("county_water_clerk", "il_solve", solveText=SOLVED)
    case = stage.case()
    assert (case.outcome, case.outcome_text) == ("COMPLETED", SOLVED)
    assert SOLVED in stage.told("town_water_clerk", "T195")[0]
    with reading() as session:
        assert replay.replay(session, case.case_no).equal


def test_it_is_looked_into_within_half_a_working_day(stage: Stage) -> None:
    stage.clock.move_to(at("2026-11-20", "17:00"))
    report(stage)
    assert stage.task("il_verify").due_at == at("2026-11-23", "11:30")
    verify(stage, "本部门解决")
    solved(stage)


def test_several_departments_work_at_the_same_time(stage: Stage) -> None:
    report(stage)
    verify(stage, "部门联动", linkDepartments=["hr", "office"])
    first, second = stage.tasks("il_link")
    assert {first.role_key, second.role_key} == {"county_hr_clerk", "county_office"}
    stage.complete(second.role_key, "il_link", linkText="已核对本部门的账号")
    assert stage.open_tasks() == ["il_link"]
    with transaction() as session:
        given = {"linkText": "已更正任职地区"}
        user_tasks.complete(session, first.id, actor=stage.people[first.role_key], values=given, key="first")
    solved(stage)


def test_what_is_beyond_the_county_goes_up_and_the_office_hears(stage: Stage) -> None:
    report(stage)
    verify(stage, "超出本级")
    assert len(stage.told("county_office", "T194")) == len(stage.told("pref_water_supervisor", "T194")) == 1
    stage.complete("pref_water_supervisor", "il_up", upText="已请运维修复，明日生效")
    solved(stage)


def test_what_is_not_so_is_told(stage: Stage) -> None:
    report(stage)
    verify(stage, "不属实")
    assert stage.case().outcome_text == "经核实不属实：账号的任职地区配置有误"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
