"""家庭经济状况核对 (domain C3): asked of the registers over HTTP, judged by the table, looked into by two people.

The caller is a small service of these tests; the registers are the simulator, a process of its own.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import clock as engine_clock
from engine.casework import deployments, documents, user_tasks
from engine.casework.act_models import NearRelative
from engine.casework.models import UserTask
from engine.db import reading, transaction
from engine.demo.registers.content import Manner
from engine.errors import Invalid, NotAllowed, NotFound
from engine.oversight import replay
from engine.registry import actors, items
from engine.registry.actors import SYSTEM
from engine.registry.models import Appointment
from engine.settings import ROOT
from engine.workflow.world import Refused
from tests import factories
from tests.demo.registers import Simulator
from tests.factories import JIANGNA, YANSHAN
from tests.processes import paying, steps
from tests.processes.stage import VILLAGE, Stage, at

PROCESS = "econ_check"
CHAPTERS = ("econ_check_query",)
ITEM = "check_trial"
WIFE, SON = "532622198002020025", "532622201801010012"
QIUBEI = "532626"
POSTS = {
    "town_civil_clerk": JIANGNA,
    "county_civil_approver": YANSHAN,
}
OPINION = "核对程序和结论无误，同意出具核对报告"
ACCEPTED = {"authSigned": True, "authFits": True, "authInDate": True}
AGREED = {"reviewDecision": "同意", "reviewOpinion": OPINION}
Records = dict[str, dict[str, list[dict[str, Any]]]]


@pytest.fixture
def family(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The stage with the caller's service, and people for the posts of a check; a father, mother and son ask."""
    content = tmp_path / "content"
    for below in ("processes", "forms", "rules"):
        shutil.copytree(ROOT / below, content / below)
    shutil.copytree(Path(__file__).parent / "checked_item", content, dirs_exist_ok=True)
    for drawn in (content / "processes").glob("*.bpmn"):
        if drawn.stem not in (ITEM, PROCESS, *CHAPTERS, "intake", "proxy_consent"):
            drawn.unlink()
    with engine_clock.pinned_at(at("2026-01-01")), transaction() as session:
        deployments.deploy_folder(session, content, actor=SYSTEM)
    citizen = stage.people["citizen"]
    persons = [
        {"name": citizen.name, "idNo": citizen.identity_number, "relation": "本人"},
        {"name": "群众之妻", "idNo": WIFE, "relation": "配偶"},
        {"name": "群众之子", "idNo": SON, "relation": "子"},
    ]
    signed = [{"name": one["name"], "idNo": one["idNo"]} for one in persons[:2]]
    asked = {"members": persons, "authPersons": signed, "authValidUntil": "2027-11-01"}
    monkeypatch.setitem(steps.ASKED, ITEM, asked)
    for key, region in POSTS.items():
        paying.employ(stage, key, key, region)
    yield stage
    items.forget()


def household(stage: Stage, *others: tuple[str, str], region: str = VILLAGE) -> Records:
    """What the police's register holds about a family that has told the truth."""
    citizen = stage.people["citizen"]
    persons = [(citizen.name, citizen.identity_number), ("群众之妻", WIFE), ("群众之子", SON)]
    listed = [{"name": name, "idNo": number} for name, number in (*persons, *others)]
    return {
        "household_register": {
            str(number): [{"name": name, "region": region, "members": listed}] for name, number in persons
        }
    }


def asked(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-16", "09:00"))


def queried(stage: Stage) -> None:
    """The check is asked for and received, and the registers are asked."""
    asked(stage)
    stage.complete("county_check_clerk", "ec_accept", **ACCEPTED)
    stage.let_pass(until=at("2026-11-16", "09:00"))


def note(doubt: str, finding: str = "不属实") -> dict[str, str]:
    return {"doubt": doubt, "doubtFinding": finding, "doubtNote": "已上门核实并拍照"}


def doubts(stage: Stage) -> list[str]:
    found = stage.case().variables["checkEvaluation"]["doubts"]
    assert isinstance(found, list)
    return found


# the request and its authorisation


def test_a_family_that_told_the_truth_passes_and_the_report_holds_for_six_months(
    family: Stage, registers: Simulator
) -> None:
    registers.hold(household(family))
    queried(family)
    assert family.open_tasks() == ["ec_review"]
    family.complete("county_check_reviewer", "ec_review", **AGREED)
    case = family.case()
    report = case.variables["checkReport"]
    assert (case.variables["checkResult"], case.variables["checkFindings"]) == ("PASS", [])
    assert report["no"] == "check_report-532622-20261116-00001"
    assert (report["madeOn"], report["validUntil"]) == ("2026-11-16", "2027-05-16")
    assert family.open_tasks() == ["ct_decide"]


def test_the_one_who_asked_is_told_until_when_the_report_comes(family: Stage, registers: Simulator) -> None:
    registers.hold(household(family))
    family.clock.move_to(at("2026-09-25", "10:00"))
    family.raise_hand()
    # National Day is from 1 to 7 October, and Saturday the 10th is worked: ten working days from 25 September.
    assert family.task("ec_accept").due_at == at("2026-09-28", "24:00")
    family.complete("county_check_clerk", "ec_accept", **ACCEPTED)
    told = f"{family.case().case_no}的家庭经济状况核对已受理，核对中心10月15日前出具报告。"
    assert family.told("town_civil_clerk", "T40") == [told]


def test_without_any_signature_the_town_has_to_ask_for_it_first(family: Stage, registers: Simulator) -> None:
    registers.hold(household(family))
    family.raise_hand(authPersons=[], authValidUntil=None)
    task = family.task("ec_request")
    assert (family.open_tasks(), task.role_key, task.region_code) == (["ec_request"], "town_civil_clerk", JIANGNA)
    assert task.due_at == at("2026-11-19", "24:00")
    persons = family.case().variables["checkPersons"]
    assert [(one["name"], one["relation"]) for one in persons][1:] == [("群众之妻", "配偶"), ("群众之子", "子")]
    request(family, persons)
    assert family.open_tasks() == ["ec_accept"]


def request(stage: Stage, persons: list[dict[str, str]]) -> None:
    stage.complete(
        "town_civil_clerk",
        "ec_request",
        checkWanted=True,
        checkPersons=persons,
        authPersons=[{"name": one["name"], "idNo": one["idNo"]} for one in persons],
        authScope=steps.SCOPE,
        authSignatures=[stage.file("town_civil_clerk")],
        authSignDate="2026-11-16",
        authValidUntil="2027-11-16",
    )


def test_a_bad_authorisation_goes_back_with_the_list_of_what_is_missing(family: Stage, registers: Simulator) -> None:
    registers.hold(household(family))
    asked(family)
    refused = {**ACCEPTED, "authSigned": False}
    with pytest.raises(Invalid) as refusal:
        family.complete("county_check_clerk", "ec_accept", **refused)
    assert set(refusal.value.problems) == {"authReturnList"}
    family.complete("county_check_clerk", "ec_accept", **refused, authReturnList="群众之妻没有签字")
    assert family.open_tasks() == ["ec_request"]
    request(family, family.case().variables["checkPersons"])
    assert family.open_tasks() == ["ec_accept"]


def test_a_family_that_will_not_be_checked_is_not_checked_and_the_caller_hears_of_it(
    family: Stage, registers: Simulator
) -> None:
    family.raise_hand(authPersons=[], authValidUntil=None)
    family.complete(
        "town_civil_clerk", "ec_request", checkWanted=False, checkDeclined="成年的儿子拒绝签字，已经两次上门说明"
    )
    assert (family.open_tasks(), family.case().variables["checkResult"]) == (["ct_decide"], "REFUSED")
    assert family.case().variables.get("checkReport") is None


# the exchange


def test_the_registers_are_asked_about_everybody_and_each_answers_for_itself(
    family: Stage, registers: Simulator
) -> None:
    held = household(family) | {"vehicles": {WIFE: [{"kind": "摩托车"}]}}
    registers.hold(held, bank_deposits=Manner(delayHours=20))
    queried(family)
    assert family.open_tasks() == []
    family.let_pass(until=at("2026-11-17", "09:00"))
    answers = {one["name"]: one for one in family.case().variables["checkAnswers"]}
    assert len(answers) == 17 and all(one["answered"] for one in answers.values())
    assert answers["车辆"]["records"] == [{"idNo": WIFE, "kind": "摩托车"}]
    assert family.open_tasks() == ["ec_review"]


def test_who_stays_silent_is_urged_once_and_then_marked_as_not_returned(family: Stage, registers: Simulator) -> None:
    registers.hold(household(family), ships=Manner(silent=True), securities=Manner(silent=True))
    queried(family)
    family.let_pass(until=at("2026-11-19", "23:59"))
    assert family.open_tasks() == []
    family.let_pass(until=at("2026-11-19", "24:00"))
    assert family.open_tasks() == ["ec_urge"]
    assert family.task("ec_urge").due_at == at("2026-11-23", "24:00")
    family.complete("county_check_clerk", "ec_urge", urgeHow="电话", urgeOn="2026-11-20")
    family.let_pass(until=at("2026-11-23", "23:59"))
    assert family.open_tasks() == []
    family.let_pass(until=at("2026-11-23", "24:00"))
    assert family.open_tasks() == ["ec_manual"]
    assert doubts(family) == ["未返回：没有返回的部门信息：证券、船舶"]


def test_who_answers_after_being_urged_is_counted(family: Stage, registers: Simulator) -> None:
    held = household(family) | {"vehicles": {WIFE: [{"kind": "小型汽车"}] * 2}}
    registers.hold(held, vehicles=Manner(silent=True))
    queried(family)
    family.let_pass(until=at("2026-11-19", "24:00"))
    registers.hold(held)
    family.complete("county_check_clerk", "ec_urge", urgeHow="发函", urgeOn="2026-11-20")
    family.let_pass(until=at("2026-11-20", "09:00"))
    assert family.open_tasks() == ["ec_review"]
    assert family.case().variables["checkEvaluation"]["failures"] == ["机动车：机动车 2 辆，限额 1 辆"]


def test_whose_household_is_registered_elsewhere_is_checked_there_while_the_clock_stands_still(
    family: Stage, registers: Simulator
) -> None:
    paying.employ(family, "there", "county_check_clerk", QIUBEI)
    registers.hold(household(family, region="532626100001"))
    queried(family)
    task = family.task("ec_cross")
    assert (family.open_tasks(), task.region_code, task.due_at) == (["ec_cross"], QIUBEI, at("2026-11-30", "24:00"))
    assert family.case().clock_stopped_at == at("2026-11-16", "09:00")
    with pytest.raises((NotAllowed, NotFound)):
        family.complete("county_check_clerk", "ec_cross", crossResult="未查到")
    family.complete("there", "ec_cross", crossResult="查到", crossText="在当地有一间出租铺面")
    assert (family.open_tasks(), family.case().clock_stopped_at) == (["ec_manual"], None)
    assert doubts(family) == ["跨区域协查：外地协查：在当地有一间出租铺面"]


def test_a_place_outside_that_does_not_answer_in_ten_working_days_is_marked(
    family: Stage, registers: Simulator
) -> None:
    registers.hold(household(family, region="440305100001"))
    queried(family)
    assert family.task("ec_cross").region_code == YANSHAN
    family.let_pass(until=at("2026-11-30", "24:00"))
    assert (family.open_tasks(), doubts(family)) == (["ec_manual"], ["未返回：外地没有在时限内答复协查"])


def test_each_step_at_its_latest_still_keeps_the_ten_working_days(family: Stage, registers: Simulator) -> None:
    registers.hold(household(family), ships=Manner(silent=True))
    queried(family)
    family.let_pass(until=latest(family, "ec_urge", at("2026-11-19", "24:00")))
    family.complete("county_check_clerk", "ec_urge", urgeHow="电话", urgeOn="2026-11-20")
    family.let_pass(until=latest(family, "ec_manual", at("2026-11-24", "24:00")))
    notes = [note(doubt, "无法查清") for doubt in doubts(family)]
    family.complete("county_check_clerk", "ec_manual", doubtNotes=notes, doubtConclusion="无法查清")
    # Ten working days after 16 November, as the one who asked was told.
    assert family.task("ec_review").due_at == at("2026-11-30", "24:00")
    assert family.told("town_civil_clerk", "T40")[0].endswith("11月30日前出具报告。")


def latest(stage: Stage, element_id: str, begins: datetime) -> datetime:
    """The last minute in which that step is in time; it begins then."""
    stage.let_pass(until=begins)
    due_at = stage.task(element_id).due_at
    assert due_at is not None
    return due_at - timedelta(minutes=1)


# the judgement


def test_what_exceeds_the_limits_fails_and_the_caller_gets_the_facts(family: Stage, registers: Simulator) -> None:
    rich = {
        "bank_deposits": {WIFE: [{"balance": 150000}]},
        "companies": {WIFE: [{"capital": 200000, "status": "存续"}, {"capital": 900000, "status": "注销"}]},
    }
    registers.hold(household(family) | rich)
    queried(family)
    assert family.open_tasks() == ["ec_review"]
    family.complete("county_check_reviewer", "ec_review", **AGREED)
    assert family.case().variables["checkResult"] == "FAIL"
    assert family.case().variables["checkFindings"] == [
        "存款和证券：存款和证券共 150000 元，超过限额每人 40000 元",
        "市场主体：企业、个体工商户注册资本共 200000 元，限额 100000 元",
    ]


def contradiction(family: Stage) -> Records:
    """The wife lives in one register and died in another, and a daughter was not spoken of."""
    return household(family, ("群众之女", "532622201901010028")) | {"deaths": {WIFE: [{"diedOn": "2025-03-10"}]}}


def test_registers_that_contradict_each_other_are_looked_into_one_by_one(family: Stage, registers: Simulator) -> None:
    registers.hold(contradiction(family))
    queried(family)
    found = doubts(family)
    assert found == [
        "信息矛盾：死亡和殡葬信息显示已死亡的有 1 人",
        "家庭成员：没有申报的家庭成员或配偶：群众之女",
    ]
    assert family.task("ec_manual").due_at == at("2026-11-18", "24:00")
    with pytest.raises(Refused) as refusal:
        family.complete("county_check_clerk", "ec_manual", doubtNotes=[note(found[0])], doubtConclusion="疑点排除")
    family.refused("ec_unnoted", refusal.value)
    notes = [note(found[0]), note(found[1])]
    family.complete("county_check_clerk", "ec_manual", doubtNotes=notes, doubtConclusion="疑点排除")
    assert family.task("ec_review").due_at == at("2026-11-17", "24:00")
    family.complete("county_check_reviewer", "ec_review", **AGREED)
    assert (family.case().variables["checkResult"], family.case().variables["checkFindings"]) == ("PASS", [])


@pytest.mark.parametrize(("conclusion", "result"), [("查实不符合", "FAIL"), ("无法查清", "DOUBT")])
def test_what_the_clerk_finds_out_decides(family: Stage, registers: Simulator, conclusion: str, result: str) -> None:
    registers.hold(contradiction(family))
    queried(family)
    found = doubts(family)
    notes = [note(found[0]), note(found[1], "属实")]
    family.complete("county_check_clerk", "ec_manual", doubtNotes=notes, doubtConclusion=conclusion)
    family.complete("county_check_reviewer", "ec_review", **AGREED)
    assert family.case().variables["checkResult"] == result
    assert family.case().variables["checkFindings"] == ([found[1]] if result == "FAIL" else [])


# two people


def test_the_clerk_of_a_check_may_not_review_it_and_is_not_offered_it(family: Stage, registers: Simulator) -> None:
    registers.hold(household(family))
    with factories.committed() as session:
        clerk = family.people["county_check_clerk"].id
        session.add(Appointment(account_id=clerk, role_key="county_check_reviewer", region_code=YANSHAN))
    with reading() as session:
        both = actors.staff(session, clerk)
    assert both is not None
    family.people["both"] = both
    queried(family)
    task = family.task("ec_review")
    with pytest.raises(NotAllowed) as refusal:
        family.claim("both", "ec_review")
    assert refusal.value.notice == "您是这次核对的受理员，不能再作复核，请由其他复核员办理"
    with pytest.raises(NotAllowed):
        family.complete("both", "ec_review", **AGREED)
    reviewer = family.people["county_check_reviewer"]
    with pytest.raises(NotAllowed), transaction() as session:
        user_tasks.transfer(session, task.id, actor=reviewer, to_account_id=clerk, reason="请代为复核")
    with reading() as session:
        colleagues = user_tasks.colleagues(session, session.get_one(UserTask, task.id), reviewer)
    assert colleagues == []
    family.complete("county_check_reviewer", "ec_review", **AGREED)
    assert family.open_tasks() == ["ct_decide"]


def test_what_the_reviewer_sends_back_is_looked_into_again(family: Stage, registers: Simulator) -> None:
    registers.hold(household(family))
    queried(family)
    back = {"reviewDecision": "退回", "reviewOpinion": "妻子的就业情况没有核实清楚，请再查"}
    family.complete("county_check_reviewer", "ec_review", **back)
    assert family.open_tasks() == ["ec_manual"]
    family.complete("county_check_clerk", "ec_manual", doubtNotes=[], doubtConclusion="疑点排除")
    family.complete("county_check_reviewer", "ec_review", **AGREED)
    assert family.case().variables["checkResult"] == "PASS"


def test_a_recheck_is_reviewed_by_somebody_else_and_gives_a_new_report(family: Stage, registers: Simulator) -> None:
    registers.hold(household(family) | {"vehicles": {WIFE: [{"kind": "小型汽车"}] * 2}})
    paying.employ(family, "second", "county_check_reviewer", YANSHAN)
    queried(family)
    family.complete("county_check_reviewer", "ec_review", **AGREED)
    assert family.case().variables["checkResult"] == "FAIL"
    registers.hold(household(family))
    family.complete("town_civil_clerk", "ct_decide", trialAgain=True, recheck=True)
    family.complete("county_check_clerk", "ec_accept", **ACCEPTED)
    family.let_pass(until=at("2026-11-16", "10:00"))
    with pytest.raises(NotAllowed) as refusal:
        family.claim("county_check_reviewer", "ec_review")
    assert refusal.value.notice == "您复核过原来的核对，复查应当由另一名复核员办理"
    family.complete("second", "ec_review", **AGREED)
    case = family.case()
    assert (case.variables["checkResult"], case.variables["checkFindings"]) == ("PASS", [])
    assert case.variables["checkReport"]["no"] == "check_report-532622-20261116-00002"


def test_whoever_is_a_near_relative_of_the_household_keeps_away(family: Stage, registers: Simulator) -> None:
    registers.hold(household(family))
    clerk = family.people["county_check_clerk"]
    with factories.committed() as session:
        session.add(
            NearRelative(
                account_id=clerk.id, identity_number=SON, relation="其他近亲属",
                declared_at=at("2026-11-01"), declared_by=clerk.ref,
            )
        )  # fmt: skip
    paying.employ(family, "second", "county_check_clerk", YANSHAN)
    asked(family)
    with pytest.raises(NotAllowed) as refusal:
        family.claim("county_check_clerk", "ec_accept")
    assert refusal.value.notice == "您已备案与该家庭成员有近亲属关系，应当回避，请由其他人办理"
    family.complete("second", "ec_accept", **ACCEPTED)


# the report


def test_the_report_is_read_by_the_posts_it_names_only_and_each_reading_is_on_record(
    family: Stage, registers: Simulator
) -> None:
    registers.hold(household(family))
    queried(family)
    family.complete("county_check_reviewer", "ec_review", **AGREED)
    number = family.case().variables["checkReport"]["no"]
    for who in ("town_civil_clerk", "county_civil_approver"):
        with transaction() as session:
            opened = documents.read(session, number, family.people[who])
    assert (opened.document.title, opened.genuine, opened.valid) == ("家庭经济状况核对报告", True, True)
    assert [name for _, name in opened.readings] == [family.people["town_civil_clerk"].name]
    assert opened.document.content["tables"][0]["rows"][1] == ["群众之妻", WIFE, "配偶"]
    for who in ("county_water_clerk", "county_office", "citizen", "village_assistant"):
        with pytest.raises(NotFound), transaction() as session:
            documents.read(session, number, family.people[who])
    family.clock.move_to(at("2027-05-17", "09:00"))
    with transaction() as session:
        assert not documents.read(session, number, family.people["county_civil_approver"]).valid


def test_a_report_that_was_changed_is_no_longer_genuine(family: Stage, registers: Simulator) -> None:
    registers.hold(household(family))
    queried(family)
    family.complete("county_check_reviewer", "ec_review", **AGREED)
    report = family.case().variables["checkReport"]
    with transaction() as session:
        document = documents.read(session, report["no"], family.people["county_civil_approver"]).document
        assert report["digest"] == document.digest
        document.content = {**document.content, "lines": []}
    with transaction() as session:
        assert not documents.read(session, report["no"], family.people["county_civil_approver"]).genuine


def test_a_check_replays_as_it_went(family: Stage, registers: Simulator) -> None:
    registers.hold(contradiction(family))
    queried(family)
    notes = [note(doubt) for doubt in doubts(family)]
    family.complete("county_check_clerk", "ec_manual", doubtNotes=notes, doubtConclusion="疑点排除")
    family.complete("county_check_reviewer", "ec_review", **AGREED)
    with reading() as session:
        assert replay.replay(session, family.case().case_no).equal


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
