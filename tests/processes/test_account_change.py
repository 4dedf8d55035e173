"""账号变更: asked for by a unit's contact, looked at by whoever leads, done one level above; work in hand goes on."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import timeline, user_tasks
from engine.casework.models import Case, UserTask
from engine.db import reading, transaction
from engine.errors import Invalid, NotAllowed, NotFound
from engine.oversight import replay
from engine.registry import actors
from engine.registry.models import Account
from tests.factories import JIANGNA, YANSHAN
from tests.processes.stage import PREFECTURE, PROVINCE, Stage, at

ITEM = PROCESS = "account_change"
REASON = "该同志已调到县里工作，由同岗位人员接手"


@pytest.fixture
def office(stage: Stage) -> Stage:
    """Beside the usual people: contacts and heads of a town and a county unit, and who does what they ask for."""
    stage.hire("town_contact", "unit_contact", JIANGNA)
    stage.hire("county_contact", "unit_contact", YANSHAN)
    stage.hire("unit_head", "water_unit_head", YANSHAN)
    stage.hire("pref_water_admin", "pref_water_admin", PREFECTURE)
    return stage


def account(stage: Stage, who: str) -> Account:
    with reading() as session:
        return session.get_one(Account, stage.people[who].id)


def posts(login: str) -> set[tuple[str, str]]:
    with reading() as session:
        found = session.scalars(select(Account).where(Account.login == login)).one()
        return {(one.role_key, one.region_code) for one in found.appointments}


def ask(stage: Stage, who: str, kind: str, **values: Any) -> Case:
    asked = {"changeKind": kind, "department": "water", "fromOn": "2026-11-16", "changeReason": REASON}
    return stage.begin(who, **{**asked, **values})


def holding(stage: Stage, who: str) -> Case:
    """A case of the water service whose step this clerk of the town has taken."""
    stage.item = "water"
    stage.bring_to("wt_town_take")
    stage.claim(who, "wt_town_take")
    case = stage.case()
    stage.item = ITEM
    return case


def done(stage: Stage) -> Case:
    case = stage.case()
    with reading() as session:
        assert replay.replay(session, case.case_no).equal
    return case


def test_a_clerk_of_a_town_leaves_and_the_colleague_goes_on(office: Stage) -> None:
    """G.3 row 21: town_leader → county_office (砚山) → open tasks reassigned."""
    colleague = office.hire("colleague", "town_water_clerk", JIANGNA)
    leaving = account(office, "town_water_clerk")
    water = holding(office, "town_water_clerk")
    ask(office, "town_contact", "离岗", person=leaving.login, handover=colleague)
    assert office.open_tasks() == ["ac_town"]
    office.complete("town_leader", "ac_town", agreed=True)
    office.complete("county_office", "ac_execute", agreed=True)
    assert done(office).outcome_text == "账号变更已生效，移交待办 1 件，退回本组 0 件"
    assert office.told("town_contact", "T60") != []
    assert office.told("county_office", "T62") == []
    with reading() as session:
        assert not session.get_one(Account, leaving.id).active
        with pytest.raises(NotAllowed):
            actors.staff(session, leaving.id)
        task = session.scalars(select(UserTask).where(UserTask.case_id == water.id, UserTask.state == "open")).one()
        assert task.assignee_id == office.people["colleague"].id
        assert "原经办人离岗，“乡镇接单”移交接手的人" in [one.text for one in timeline.for_staff(session, water)]
        assert replay.replay(session, water.case_no).equal
    with transaction() as session:
        given = {"townAccept": True}
        user_tasks.complete(session, task.id, actor=office.people["colleague"], values=given, key="k")


def test_what_the_follower_may_not_do_goes_back_to_the_group_and_few_people_are_noticed(office: Stage) -> None:
    leaving, stranger = account(office, "town_water_clerk"), account(office, "town_hr_clerk")
    water = holding(office, "town_water_clerk")
    ask(office, "town_contact", "停用", person=leaving.login, handover=stranger.login)
    office.complete("town_leader", "ac_town", agreed=True)
    office.complete("county_office", "ac_execute", agreed=True)
    assert done(office).outcome_text == "账号变更已生效，移交待办 0 件，退回本组 1 件"
    assert "在岗 0 人，少于规定的 1 人" in office.told("county_office", "T62")[0]
    with reading() as session:
        task = session.scalars(select(UserTask).where(UserTask.case_id == water.id, UserTask.state == "open")).one()
        assert task.assignee_id is None


def test_the_head_stops_an_account_at_once_and_it_comes_back_when_that_is_refused(office: Stage) -> None:
    clerk, reviewer = account(office, "county_water_clerk"), account(office, "county_water_reviewer")
    ask(office, "unit_head", "离岗", person=clerk.login, handover=reviewer.login)
    assert not account(office, "county_water_clerk").active
    office.complete("unit_head", "ac_head", agreed=False, reviewOpinion="经核实本人没有离岗，只是休假")
    assert account(office, "county_water_clerk").active
    assert office.case().outcome == "REJECTED"
    assert "只是休假" in office.told("unit_head", "T61")[0]


def test_a_head_stops_nobody_of_another_department_and_looks_at_no_change_of_theirs(office: Stage) -> None:
    civil = account(office, "town_hr_clerk")
    for department in ("water", "hr"):
        ask(office, "unit_head", "离岗", department=department, person=civil.login, handover=civil.login)
        assert account(office, "town_hr_clerk").active
    office.hire("civil_head", "civil_unit_head", YANSHAN)
    clerk, reviewer = account(office, "county_water_clerk"), account(office, "county_water_reviewer")
    ask(office, "county_contact", "离岗", person=clerk.login, handover=reviewer.login)
    with pytest.raises(NotFound):
        office.complete("civil_head", "ac_head", agreed=True)
    assert office.told("civil_head") == []


def test_a_county_departments_people_are_changed_by_the_prefecture(office: Stage) -> None:
    clerk = account(office, "county_water_clerk")
    ask(office, "county_contact", "权限变更", person=clerk.login, newRole="county_water_reviewer", newRegion=YANSHAN,
        keepPosts=True)  # fmt: skip
    office.complete("unit_head", "ac_head", agreed=True)
    with pytest.raises(NotFound):
        office.complete("county_office", "ac_execute", agreed=True)
    office.complete("pref_water_admin", "ac_execute", agreed=True)
    assert posts(clerk.login) == {("county_water_clerk", YANSHAN), ("county_water_reviewer", YANSHAN)}
    assert done(office).outcome == "COMPLETED"


@pytest.mark.parametrize(
    ("place", "role", "executor", "at"),
    [
        (PREFECTURE, "pref_water_supervisor", "prov_water_admin", PROVINCE),
        (PREFECTURE, "pref_water_admin", "pref_office", PREFECTURE),
        (PREFECTURE, "pref_office", "prov_office", PROVINCE),
        (PROVINCE, "prov_water_supervisor", "prov_water_admin", PROVINCE),
        (PROVINCE, "prov_office", "prov_account_admin", PROVINCE),
    ],
)
def test_above_the_county_the_head_looks_at_it_and_the_level_above_or_the_provinces_own_does_it(
    stage: Stage, place: str, role: str, executor: str, at: str
) -> None:
    stage.hire("contact", "unit_contact", place)
    department = "office" if role.endswith("_office") else "water"
    stage.hire("head", "unit_head" if department == "office" else "water_unit_head", place)
    stage.hire("executor", executor, at)
    ask(stage, "contact", "新增", department=department, personName="人员甲", personIdNo="532622199001010014",
        personLogin="new.person", newPhone="13900000009", newRole=role, newRegion=place)  # fmt: skip
    stage.complete("head", "ac_head", agreed=True)
    stage.complete("executor", "ac_execute", agreed=True, realNameChecked=True)
    assert posts("new.person") == {(role, place)}
    assert done(stage).outcome == "COMPLETED"


def test_whoever_moves_to_another_post_leaves_the_old_one(office: Stage) -> None:
    clerk, colleague = account(office, "town_water_clerk"), office.hire("colleague", "town_water_clerk", JIANGNA)
    ask(office, "town_contact", "调岗", person=clerk.login, newRole="town_civil_clerk", newRegion=JIANGNA,
        handover=colleague)  # fmt: skip
    office.complete("town_leader", "ac_town", agreed=True)
    office.complete("county_office", "ac_execute", agreed=True)
    assert posts(clerk.login) == {("town_civil_clerk", JIANGNA)}


def test_a_new_colleague_gets_an_account(office: Stage) -> None:
    ask(office, "town_contact", "新增", personName="经办人甲", personIdNo="532622199001010014",
        personLogin="new.clerk", newPhone="13900000009", newRole="town_water_clerk", newRegion=JIANGNA)  # fmt: skip
    office.complete("town_leader", "ac_town", agreed=True)
    office.complete("county_office", "ac_execute", agreed=True, realNameChecked=True)
    assert posts("new.clerk") == {("town_water_clerk", JIANGNA)}


def test_the_countys_office_opens_the_account_of_a_departments_administrator(office: Stage) -> None:
    ask(office, "county_contact", "新增", personName="管理员甲", personIdNo="532622199001010014",
        personLogin="new.admin", newPhone="13900000009", newRole="county_water_admin", newRegion=YANSHAN)  # fmt: skip
    office.complete("unit_head", "ac_head", agreed=True)
    office.complete("county_office", "ac_execute", agreed=True, realNameChecked=True)
    assert posts("new.admin") == {("county_water_admin", YANSHAN)}


def test_a_taken_login_is_refused_where_the_account_is_opened(office: Stage) -> None:
    ask(office, "town_contact", "新增", personName="经办人甲", personIdNo="532622199001010014",
        personLogin=account(office, "town_water_clerk").login, newPhone="13900000009", newRole="town_water_clerk",
        newRegion=JIANGNA)  # fmt: skip
    office.complete("town_leader", "ac_town", agreed=True)
    with pytest.raises(Invalid):
        office.complete("county_office", "ac_execute", agreed=True, realNameChecked=True)
    assert office.open_tasks() == ["ac_execute"]


def test_another_telephone_number(office: Stage) -> None:
    clerk = account(office, "town_water_clerk")
    ask(office, "town_contact", "电话变更", person=clerk.login, newPhone="13900000008")
    office.supervise()
    office.complete("town_leader", "ac_town", agreed=True)
    office.complete("county_office", "ac_execute", agreed=True)
    assert account(office, "town_water_clerk").phone == "13900000008"
    assert posts(clerk.login) == {("town_water_clerk", JIANGNA)}


def test_who_does_it_may_send_it_back(office: Stage) -> None:
    clerk, other = account(office, "town_water_clerk"), account(office, "town_hr_clerk")
    ask(office, "town_contact", "离岗", person=clerk.login, handover=other.login)
    office.complete("town_leader", "ac_town", agreed=True)
    office.complete("county_office", "ac_execute", agreed=False, reviewOpinion="申请的变更与任职文件不符")
    assert office.case().outcome == "REJECTED"
    assert account(office, "town_water_clerk").active


def test_each_step_has_two_working_days_over_the_weekend(office: Stage) -> None:
    office.clock.move_to(at("2026-11-20", "15:00"))
    clerk = account(office, "town_water_clerk")
    ask(office, "town_contact", "电话变更", person=clerk.login, newPhone="13900000008", fromOn="2026-11-20")
    assert office.task("ac_town").due_at == at("2026-11-24", "24:00")


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
