"""网络安全事件与演练: plan, containment, records, report, lessons; drilled every May by the clock."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import jobs, recurring
from engine.casework.models import Case
from engine.db import reading
from engine.oversight import replay
from tests.factories import YANSHAN
from tests.processes.stage import Stage, at

ITEM = PROCESS = "security_incident"
SEEN = {
    "incidentKind": "信息泄露",
    "incidentUnit": "砚山县民政局",
    "incidentAt": "2026-11-16T08:30:00+08:00",
    "incidentText": "一台办公电脑夜间大量下载名单，已断网",
}
DONE = {"incidentMeasures": "断开网络，停用账号，更换密码", "incidentDamage": "影响业务一小时"}
LESSONS = {
    "reviewCause": "密码过于简单，没有按期更换",
    "reviewLessons": "发现较晚，值班人员不熟悉预案",
    "reviewMeasures": "一个月内更换全部密码，每季度培训",
}


@pytest.fixture
def office(stage: Stage) -> Stage:
    stage.hire("unit", "unit_contact", YANSHAN)
    return stage


def plan(stage: Stage) -> None:
    given = {"incidentLevel": "一般", "incidentPlan": "县级网络安全事件应急预案", "incidentLead": "值班岗位"}
    stage.complete("county_office", "si_plan", **given)


def keep_records(stage: Stage, **values: Any) -> None:
    files = [stage.file("county_office")]
    told = {"incidentRecords": "已留存服务器和防火墙当天的日志", "incidentFiles": files, "incidentLeaked": False}
    stage.complete("county_office", "si_record", **{**told, **values})


def ended(stage: Stage) -> bool:
    case = stage.case()
    with reading() as session:
        assert replay.replay(session, case.case_no).equal
    return case.outcome == "COMPLETED" and str(case.variables["incidentReport"]["no"]) in str(case.outcome_text)


def test_it_is_contained_recorded_reported_and_learnt_from(office: Stage) -> None:
    office.begin("unit", **SEEN)
    assert office.task("si_plan").due_at == at("2026-11-16", "11:00")
    plan(office)
    office.complete("county_office", "si_handle", **DONE, incidentUnder=False)
    office.complete("county_office", "si_handle", **DONE, incidentUnder=True)
    keep_records(office, incidentLeaked=True)
    office.complete("county_office", "si_people", peopleCount=12, peopleText="逐人电话告知泄露的种类和危害")
    first = office.case().variables["incidentReport"]["no"]
    office.complete("prov_office", "si_prov", incidentMore=True, moreText="请补充防火墙当天的完整日志")
    keep_records(office)
    assert office.case().variables["incidentReport"]["no"] != first
    office.complete("prov_office", "si_prov", incidentMore=False)
    office.supervise()
    office.complete("county_office", "si_review", **LESSONS)
    assert ended(office)


def test_the_clock_begins_a_drill_in_may(office: Stage) -> None:
    office.clock.move_to(at("2027-05-11", "08:00"))
    recurring.plan_all()
    office.clock.move_to(at("2027-05-12", "09:01"))
    jobs.drain()
    with reading() as session:
        begun = session.scalars(select(Case).where(Case.process_key == PROCESS)).all()
    assert [(case.region_code, case.channel) for case in begun] == [(YANSHAN, "TIMER")]
    office.case_id = begun[0].id
    plan(office)
    office.complete("county_office", "si_handle", **DONE, incidentUnder=True)
    keep_records(office)
    office.complete("prov_office", "si_prov", incidentMore=False)
    office.complete("county_office", "si_review", **LESSONS)
    assert ended(office)


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
