"""账号季度复核: begun by the clock; each department's keeper goes through its accounts and names who has left."""

import pytest
from sqlalchemy import select

from engine.casework import recurring
from engine.casework.models import Case
from engine.clock import Clock
from engine.db import reading, transaction
from engine.errors import Invalid, NotFound
from engine.oversight import replay
from engine.registry.models import Account
from tests.factories import YANSHAN
from tests.processes.stage import Stage, at, begin_due

ITEM = PROCESS = "account_review"
CHAPTERS = ("account_review_unit",)
UNIT, CHANGE = "account_review_unit", "account_change"
ALL_THERE = {"accountsResult": "全部在岗"}


@pytest.fixture
def office(stage: Stage) -> Stage:
    """The water office has an administrator; the others have none."""
    stage.hire("keeper", "county_water_admin", YANSHAN)
    return stage


def cases(process: str) -> list[Case]:
    with reading() as session:
        return list(session.scalars(select(Case).where(Case.process_key == process).order_by(Case.id)))


def review(stage: Stage, department: str) -> Case:
    """The stage goes on with this department's review."""
    found = next(case for case in cases(UNIT) if case.variables["department"] == department)
    stage.case_id = found.id
    return found


def ended(stage: Stage) -> str:
    case = stage.case()
    with reading() as session:
        assert replay.replay(session, case.case_no).equal
    return f"{case.outcome} {case.outcome_text}"


def test_each_department_has_its_accounts_gone_through_by_its_keeper(office: Stage, clock: Clock) -> None:
    leaving = office.hire("leaving", "county_water_clerk", YANSHAN)
    with transaction() as session:
        session.scalars(select(Account).where(Account.login == leaving)).one().signed_in_at = at("2026-06-01")
    office.begin("county_office")
    assert ended(office).startswith("COMPLETED 已交")
    water, edu = review(office, "water"), review(office, "edu")
    assert (water.variables["keeperRole"], edu.variables["keeperRole"]) == ("county_water_admin", "county_office")
    labels = {one["value"]: one["label"] for one in water.variables["reviewAccounts"]}
    assert labels[leaving].endswith("最近登录 2026-06-01，90 天没有登录")
    assert all("从未登录" in label for login, label in labels.items() if login != leaving)
    review(office, "water")
    assert len(office.told("keeper", "T240")) == 1
    assert office.task("aru_check").due_at == at("2026-12-01", "00:00")
    office.supervise()
    with pytest.raises(NotFound):
        office.complete("county_edu_clerk", "aru_check", **ALL_THERE)
    with pytest.raises(Invalid):
        office.complete("keeper", "aru_check", accountsResult="有人离岗")
    left = {"accountsResult": "有人离岗", "leavers": [leaving], "leaversReason": "已调到外县，账号不再使用"}
    office.complete("keeper", "aru_check", **left)
    assert ended(office).endswith(f"复核账号 {len(labels)} 个，发起离岗变更 1 件")
    (change,) = cases(CHANGE)
    assert change.variables["person"] == leaving and change.variables["originCaseNo"] == office.case().case_no
    review(office, "edu")
    more = {"staffPlan": "已报人社局调剂一人"} if edu.variables["staffCount"] < 2 else {}
    office.complete("county_office", "aru_check", **ALL_THERE, **more)
    assert "全部在岗" in ended(office)
    assert len(cases(CHANGE)) == 1


def test_what_it_begins_is_agreed_to_by_the_head_before_anybody_is_stopped(office: Stage) -> None:
    leaving = office.hire("leaving", "county_water_clerk", YANSHAN)
    office.hire("unit_head", "unit_head", YANSHAN)
    office.hire("pref_water_admin", "pref_water_admin", "532600")
    office.begin("county_office")
    review(office, "water")
    office.complete("keeper", "aru_check", accountsResult="有人离岗", leavers=[leaving], leaversReason="账号不再使用")
    office.case_id = cases(CHANGE)[0].id
    office.complete("unit_head", "ac_head", agreed=True)
    office.complete("pref_water_admin", "ac_execute", agreed=True)
    assert "账号变更已生效" in ended(office)
    with reading() as session:
        assert not session.scalars(select(Account).where(Account.login == leaving)).one().active


def test_the_clock_begins_one_each_quarter(office: Stage, clock: Clock) -> None:
    recurring.plan_all()
    clock.advance(days=50)
    begin_due()
    (case,) = [case for case in cases(PROCESS) if case.region_code == YANSHAN]
    assert (case.channel, case.variables["plannedAt"]) == ("TIMER", "2027-01-05T01:00:00+00:00")
    begin_due()
    assert len([case for case in cases(PROCESS) if case.region_code == YANSHAN]) == 1


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
