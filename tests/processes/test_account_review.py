"""账号季度复核: begun by the clock; each department's keeper goes through its accounts and names who has left."""

import pytest
from sqlalchemy import select

from engine.casework import recurring
from engine.casework.models import Case
from engine.clock import Clock
from engine.db import reading, transaction
from engine.errors import Invalid, NotFound
from engine.oversight import replay
from engine.registry.models import Account, Appointment
from tests.factories import YANSHAN
from tests.processes.stage import PREFECTURE, PROVINCE, Stage, at, begin_due

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
    office.hire("unit_head", "water_unit_head", YANSHAN)
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


def test_a_prefecture_reviews_its_own_accounts_and_none_of_its_counties(office: Stage) -> None:
    admin = office.hire("pref_water_admin", "pref_water_admin", PREFECTURE)
    leaving = office.hire("leaving", "pref_civil_supervisor", PREFECTURE)
    office.hire("pref_head", "civil_unit_head", PREFECTURE)
    office.hire("prov_civil_admin", "prov_civil_admin", PROVINCE)
    office.begin("pref_office")
    assert {case.variables["department"]: case.variables["keeperRole"] for case in cases(UNIT)} == {
        "civil": "pref_office",
        "water": "pref_water_admin",
        "office": "pref_office",
    }
    water = {one["value"] for one in review(office, "water").variables["reviewAccounts"]}
    assert admin in water and len(water) == 2
    (told,) = office.told("pref_water_admin", "T240")
    assert "在州（市）级有账号 2 个" in told
    office.complete("pref_water_admin", "aru_check", **ALL_THERE)
    assert "复核账号 2 个，全部在岗" in ended(office)
    review(office, "civil")
    left = {"accountsResult": "有人离岗", "leavers": [leaving], "leaversReason": "已退休，账号不再使用"}
    with pytest.raises(NotFound):
        office.complete("county_office", "aru_check", **left)
    office.complete("pref_office", "aru_check", **left)
    (change,) = cases(CHANGE)
    office.case_id = change.id
    office.complete("pref_head", "ac_head", agreed=True)
    office.complete("prov_civil_admin", "ac_execute", agreed=True)
    assert "账号变更已生效" in ended(office)
    assert office.told("pref_head", "T62") == []


def test_the_province_reviews_its_own_and_what_nobody_keeps_goes_to_its_administrator(office: Stage) -> None:
    office.hire("prov_account_admin", "prov_account_admin", PROVINCE)
    office.hire("prov_water_admin", "prov_water_admin", PROVINCE)
    office.hire("prov_edu", "prov_edu_supervisor", PROVINCE)
    office.begin("prov_office")
    keepers = {case.variables["department"]: case.variables["keeperRole"] for case in cases(UNIT)}
    assert keepers["water"] == "prov_water_admin"
    assert keepers["edu"] == keepers["office"] == "prov_account_admin"
    office_unit = review(office, "office")
    assert {case.region_code for case in cases(UNIT)} == {PROVINCE}
    listed = [one["label"] for one in office_unit.variables["reviewAccounts"]]
    assert any("省领导小组办公室" in label for label in listed)
    assert not any("州领导小组办公室" in label or "县领导小组办公室" in label for label in listed)
    assert "在省级有账号" in office.told("prov_account_admin", "T240")[-1]
    office.complete("prov_account_admin", "aru_check", **ALL_THERE)
    assert "全部在岗" in ended(office)


def test_who_has_posts_at_two_levels_is_reviewed_at_each_for_what_they_do_there(office: Stage) -> None:
    both = office.hire("both", "pref_water_supervisor", PREFECTURE)
    with transaction() as session:
        account = session.scalars(select(Account).where(Account.login == both)).one()
        account.appointments.append(Appointment(role_key="county_edu_clerk", region_code=YANSHAN))
    office.begin("pref_office")
    found = {case.variables["department"]: case.variables["reviewAccounts"] for case in cases(UNIT)}
    assert "edu" not in found
    assert both in {one["value"] for one in found["water"]}


def test_the_clock_begins_one_each_quarter_in_each_county_prefecture_and_the_province(
    office: Stage, clock: Clock
) -> None:
    recurring.plan_all()
    clock.advance(days=50)
    begin_due()
    begun = cases(PROCESS)
    assert {case.region_code for case in begun} == {YANSHAN, PREFECTURE, PROVINCE}
    assert {(case.channel, case.variables["plannedAt"]) for case in begun} == {("TIMER", "2027-01-05T01:00:00+00:00")}
    begin_due()
    assert len(cases(PROCESS)) == 3


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
