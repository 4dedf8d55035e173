"""数据纠错与隐私异议: looked into by whoever answers for the data, put right, and the citizen told."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import cases, disputes
from engine.casework.models import Case, ProcessVersion
from engine.casework.money_models import Benefit
from engine.db import reading
from engine.errors import Invalid, NotAllowed
from engine.oversight import replay
from engine.registry import actors
from engine.registry.models import Account, Citizen
from tests import factories
from tests.factories import YANSHAN
from tests.processes import lifting
from tests.processes.stage import PINGYUAN, Stage, at

ITEM = PROCESS = "data_dispute"
FOUND = "与户籍信息比对，登记时写错，应当改正"


def dispute(stage: Stage, **values: Any) -> Case:
    told = {
        "disputeKind": "数据错误",
        "department": "water",
        "disputedField": "other",
        "shownValue": "家庭人口 3 人",
        "rightValue": "家庭人口 4 人",
        "disputeText": "申请里的人口写错了，户口本上是四人",
    }
    return stage.begin("citizen", **{**told, **values})


def accept(stage: Stage) -> None:
    stage.complete("county_office", "dd_accept", disputeAccepted=True, ownerDepartment="water")


def confirm(stage: Stage, *, agreed: bool = True, **values: Any) -> None:
    stage.complete("county_water_reviewer", "dd_confirm", confirmAgreed=agreed, **values)


def check(stage: Stage, **values: Any) -> None:
    found = {"disputeTrue": "属实", "disputeFindings": FOUND, "correctWay": "改正", "seriousLeak": False}
    stage.complete("county_water_clerk", "dd_check", **{**found, **values})


def ended(stage: Stage) -> tuple[str | None, str | None]:
    case = stage.case()
    with reading() as session:
        assert replay.replay(session, case.case_no).difference is None
    return case.outcome, case.outcome_text


def test_while_it_is_looked_into_the_open_case_says_that_its_data_are_disputed(stage: Stage) -> None:
    stage.item = "water"
    about, other = stage.raise_hand(), stage.people["neighbour"]
    stage.item = ITEM
    made = dispute(stage, aboutCase=about.case_no)
    accept(stage)
    assert other.id != about.citizen_id
    with reading() as session:
        assert [one.case_no for one in disputes.open_about(session, session.get_one(Case, about.id))] == [made.case_no]
    check(stage)
    result = "家庭人口已改为 4 人，正在办理的申请按 4 人计算"
    stage.complete("county_water_clerk", "dd_handle", handledResult=result)
    assert ended(stage) == ("COMPLETED", f"核查属实，已经处置：{result}")
    assert len(stage.told("citizen", "M214")) == 1
    with reading() as session:
        assert disputes.open_about(session, session.get_one(Case, about.id)) == []


def test_what_the_platform_itself_holds_is_put_right_once_a_second_person_agrees(stage: Stage) -> None:
    dispute(stage, disputedField="name", shownValue="群众甲", rightValue="群众嘉")
    accept(stage)
    check(stage)
    assert (registered(stage).name, stage.task("dd_confirm").due_at) == ("群众甲", at("2026-11-18", "24:00"))
    confirm(stage)
    assert ended(stage) == ("COMPLETED", "核查属实，登记信息已经改正")
    assert registered(stage).name == "群众嘉"
    assert stage.case().variables["corrected"] == {
        "field": "name", "before": "群众甲", "after": "群众嘉", "benefits": [],
    }  # fmt: skip


def registered(stage: Stage) -> Citizen:
    with reading() as session:
        return session.get_one(Citizen, stage.case().citizen_id)


def test_the_village_is_put_right_and_must_be_one(stage: Stage) -> None:
    with factories.committed():
        there = factories.RegionFactory(code=f"{PINGYUAN}001").code
    dispute(stage, disputedField="region", shownValue="江那镇", rightValue="平远镇的村")
    accept(stage)
    with pytest.raises(Invalid) as refusal:
        check(stage, rightRegion=there)
    assert set(refusal.value.problems) == {"checkFiles"}
    check(stage, rightRegion=there, checkFiles=proof(stage))
    confirm(stage)
    assert registered(stage).region_code == there
    assert stage.case().outcome == "COMPLETED"


def proof(stage: Stage) -> list[str]:
    return [stage.file("county_water_clerk")]


ACCOUNT = {"bankName": "农村信用社", "accountHolder": "群众甲", "accountNo": "6222020000000000000"}
RIGHT = {
    "rightBankName": "砚山县农村信用社", "rightAccountHolder": "群众甲", "rightAccountNo": "6222021234567890128",
    "rightHolderRelation": "本人",
}  # fmt: skip
CHILD = factories.identity_number(801)


def granted(stage: Stage, **fields: Any) -> Benefit:
    """A benefit of the citizen and a child that runs in the county."""
    citizen = stage.people["citizen"]
    persons = [
        {"name": citizen.name, "idNo": citizen.identity_number, "relation": "本人"},
        {"name": "群众小", "idNo": CHILD, "relation": "子"},
    ]
    with factories.committed() as session:
        of = factories.CaseFactory(version_id=session.scalars(select(ProcessVersion.id).limit(1)).one())
        session.flush()
        whose = {"payee_name": citizen.name, "payee_identity": citizen.identity_number, "persons": persons}
        what = {"item_code": "dibao", "item_name": "低保", "department": "civil", "category": "A类", "monthly": 64000}
        where = {"region_code": of.region_code, "county_code": YANSHAN, "case_id": of.id, "person_count": 2}
        months = {"start_month": "2026-11", "paid_from": "2026-11", "holder_relation": "本人"}
        bank = {"bank_name": ACCOUNT["bankName"], "account_holder": "群众甲", "account_no": ACCOUNT["accountNo"]}
        moments = {"granted_at": at("2026-11-01"), "changed_at": at("2026-11-01")}
        numbered = {"number": f"DY-{of.id}", **whose, **what, **where, **months, **bank, **moments}
        made = Benefit(**{**numbered, **fields})
        session.add(made)
    return made


def benefit(made: Benefit) -> Benefit:
    with reading() as session:
        return session.get_one(Benefit, made.id)


def test_the_account_of_every_benefit_that_runs_is_put_right_and_the_old_one_kept_in_the_case(stage: Stage) -> None:
    running, over = granted(stage), granted(stage, state="ended")
    elsewhere = granted(stage, county_code="532623")
    dispute(stage, disputedField="bank", shownValue="卡号尾号 0000", rightValue="卡号尾号 0128")
    accept(stage)
    with pytest.raises(Invalid) as refusal:
        check(stage, **{**RIGHT, "rightAccountNo": "6222"}, checkFiles=proof(stage))
    assert set(refusal.value.problems) == {"rightAccountNo"}
    check(stage, **RIGHT, checkFiles=proof(stage))
    confirm(stage)
    assert benefit(running).account_no == RIGHT["rightAccountNo"]
    assert benefit(running).reason == f"数据异议 {stage.case().case_no} 查实改正"
    assert {benefit(one).account_no for one in (over, elsewhere)} == {ACCOUNT["accountNo"]}
    corrected = stage.case().variables["corrected"]
    assert corrected["before"] == [{**ACCOUNT, "holderRelation": "本人"}]
    assert corrected["benefits"] == [running.number]
    assert ended(stage)[0] == "COMPLETED"


def test_whoever_looked_into_it_does_not_sign_it_and_who_signs_may_refuse(stage: Stage) -> None:
    made = granted(stage)
    with factories.committed() as session:
        clerk = stage.people["county_water_clerk"].id
        factories.AppointmentFactory(
            account=session.get_one(Account, clerk), role_key="county_water_reviewer", region_code=YANSHAN
        )
    with reading() as session:
        stage.people["county_water_clerk"] = stage.people["both"] = actors.staff(session, clerk)
    dispute(stage, disputedField="bank", shownValue="卡号尾号 0000", rightValue="卡号尾号 0128")
    accept(stage)
    check(stage, **RIGHT, checkFiles=proof(stage))
    with pytest.raises(NotAllowed) as refusal:
        stage.complete("both", "dd_confirm", confirmAgreed=True)
    assert "另一个人审核" in str(refusal.value.notice)
    confirm(stage, agreed=False, confirmReason="存折户名与享受人不一致，须补证明")
    assert benefit(made).account_no == ACCOUNT["accountNo"]
    stage.complete("county_water_clerk", "dd_handle", handledResult="已请本人补充监护人证明，账户暂不改")
    assert ended(stage) == ("COMPLETED", "核查属实，已经处置：已请本人补充监护人证明，账户暂不改")


def test_a_person_of_the_household_is_put_right_and_their_number_stays(stage: Stage) -> None:
    made, right = granted(stage), factories.identity_number(802)
    dispute(stage, disputedField="members", shownValue="身份证号码错一位", rightValue="以户口本为准")
    accept(stage)
    member = {"wrongMemberIdNo": CHILD, "rightMemberName": "群众晓", "rightMemberIdNo": right}
    check(stage, **member, rightMemberRelation="女", checkFiles=proof(stage))
    confirm(stage)
    persons = benefit(made).persons
    assert persons[1] == {"name": "群众晓", "idNo": right, "relation": "女"}
    assert (persons[0]["relation"], benefit(made).person_count) == ("本人", 2)
    assert stage.case().variables["corrected"]["before"] == [{"name": "群众小", "idNo": CHILD, "relation": "子"}]


@pytest.mark.parametrize(
    ("wrong", "right", "why"),
    [
        (factories.identity_number(803), factories.identity_number(804), "没有这个身份证号码"),
        (CHILD, "own", "另一位家庭成员名下"),
        ("own", factories.identity_number(804), "实名核验"),
    ],
)
def test_nobody_is_put_in_the_place_of_another(stage: Stage, wrong: str, right: str, why: str) -> None:
    made, own = granted(stage), stage.people["citizen"].identity_number
    dispute(stage, disputedField="members", shownValue="号码错一位", rightValue="以户口本为准")
    accept(stage)
    numbers = {"wrongMemberIdNo": own if wrong == "own" else wrong, "rightMemberIdNo": own if right == "own" else right}
    check(stage, **numbers, rightMemberName="群众晓", rightMemberRelation="女", checkFiles=proof(stage))
    with pytest.raises(Invalid) as refusal:
        confirm(stage)
    assert why in str(refusal.value.notice)
    assert (stage.open_tasks(), benefit(made).persons[1]["idNo"]) == (["dd_confirm"], CHILD)


def test_the_payee_s_own_name_is_put_right_where_it_is_paid(stage: Stage) -> None:
    made, own = granted(stage), stage.people["citizen"].identity_number
    dispute(stage, disputedField="members", shownValue="姓名写错", rightValue="群众嘉")
    accept(stage)
    member = {"wrongMemberIdNo": own, "rightMemberName": "群众嘉", "rightMemberIdNo": own}
    check(stage, **member, rightMemberRelation="本人", checkFiles=proof(stage))
    confirm(stage)
    assert (benefit(made).payee_name, benefit(made).payee_identity) == ("群众嘉", own)


def test_an_account_is_not_put_right_where_no_benefit_runs(stage: Stage) -> None:
    dispute(stage, disputedField="bank", shownValue="卡号错", rightValue="卡号尾号 0128")
    accept(stage)
    check(stage, **RIGHT, checkFiles=proof(stage))
    with pytest.raises(Invalid) as refusal:
        confirm(stage)
    assert "没有正在享受的待遇" in str(refusal.value.notice)


def test_nothing_wrong_is_put_in_the_place_of_what_was_wrong(stage: Stage) -> None:
    dispute(stage, disputedField="phone", shownValue="139", rightValue="不是号码")
    accept(stage)
    check(stage)
    with pytest.raises(Invalid) as refusal:
        confirm(stage)
    assert "手机号码" in str(refusal.value.notice)
    assert stage.open_tasks() == ["dd_confirm"]


def test_a_serious_leak_is_told_to_whom_it_hurts_and_begins_an_incident_of_the_office(stage: Stage) -> None:
    dispute(stage, disputeKind="侵犯隐私", shownValue="身份证号码全部显示", rightValue="不应当显示")
    accept(stage)
    check(stage, correctWay="屏蔽", seriousLeak=True)
    assert len(stage.told("citizen", "M216")) == len(stage.told("county_office", "T86")) == 1
    assert stage.open_tasks() == ["dd_handle"]
    [incident] = lifting.apart("security_incident")
    told = incident.variables
    assert (told["incidentKind"], told["originCaseNo"]) == ("信息泄露", stage.case().case_no)
    assert FOUND in told["incidentText"] and incident.region_code == YANSHAN
    with reading() as session:
        mine = cases.mine(session, stage.people["citizen"], ended=False)
        assert [one.case_no for one in mine] == [stage.case().case_no]
    lifting.turn_to(stage, "security_incident")
    assert stage.open_tasks() == ["si_plan"]


def test_what_is_not_so_is_told_with_the_reason_and_what_is_no_matter_is_refused(stage: Stage) -> None:
    dispute(stage)
    accept(stage)
    check(stage, disputeTrue="不属实", correctWay=None, seriousLeak=None)
    assert ended(stage) == ("COMPLETED", f"核查不属实：{FOUND}")
    assert len(stage.told("citizen", "M215")) == 1
    dispute(stage)
    reason = "反映的是别的平台上的信息，本平台没有这项数据"
    stage.complete("county_office", "dd_accept", disputeAccepted=False, refuseReason=reason)
    assert ended(stage) == ("NOT_ACCEPTED", reason)


def test_the_limits_leave_out_holidays_and_count_make_up_days(stage: Stage) -> None:
    stage.clock.move_to(at("2026-09-30", "15:00"))
    dispute(stage)
    assert stage.task("dd_accept").due_at == at("2026-10-09", "24:00")
    accept(stage)
    assert stage.task("dd_check").due_at == at("2026-10-20", "24:00")


def test_it_may_be_urged_supervised_and_withdrawn(stage: Stage) -> None:
    dispute(stage)
    stage.urge()
    stage.supervise()
    stage.withdraw(reason="已经看到改好了")
    assert stage.case().outcome == "WITHDRAWN"


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
