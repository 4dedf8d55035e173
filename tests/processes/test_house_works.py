"""农村危房改造, built and accepted (domain B6 #9–12): a log each month, a limit for all, two checks."""

from typing import Any

import pytest

from engine.errors import Invalid
from tests.processes import sentences
from tests.processes.mended import REPAIR, approved, finished, outcome
from tests.processes.stage import Stage, at

ITEM, PROCESS = "house", "house_works"
QUIT = {
    "agreeResult": "放弃",
    "quitReason": "老人随子女搬到外地，不再改造",
    **dict.fromkeys(["agreementFile", "builder", "worksPrice", "worksStartOn", "tempLodging", "beforePhotos"]),
    "leavePromise": None,
}


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def test_the_agreement_is_made_within_fifteen_days_and_nobody_lives_in_the_old_house(stage: Stage) -> None:
    approved(stage)
    task = stage.task("hs_agree")
    assert (task.role_key, task.due_at, stage.case().status) == (
        "town_housing_clerk", at("2026-12-09", "24:00"), "IMPLEMENTING",
    )  # fmt: skip
    with pytest.raises(Invalid) as refusal:
        stage.do("hs_agree", leavePromise=False)
    assert set(refusal.value.problems) == {"leavePromise"}
    stage.do("hs_agree")
    told = said("M143", start="12月1日", builder="县第二建筑队", date="5月30日")
    assert stage.told("citizen", "M143") == [told]


def test_the_household_may_give_it_up(stage: Stage) -> None:
    approved(stage)
    stage.do("hs_agree", quitFile=[stage.file("town_housing_clerk")], **QUIT)
    assert outcome(stage.case()) == ("ended", "TERMINATED", "申请人放弃改造，办理终止")
    assert stage.told("citizen", "M34") == [said("M34", reason="您放弃改造，危房不得居住")]


def test_a_log_is_due_each_month_and_the_household_is_told(stage: Stage) -> None:
    approved(stage)
    stage.do("hs_agree")
    assert stage.task("hs_works").due_at == at("2026-12-24", "24:00")
    stage.let_pass(until=at("2026-12-24", "10:00"))
    stage.do("hs_works", worksOn="2026-12-24")
    assert stage.task("hs_works").due_at == at("2027-01-23", "24:00")
    assert stage.told("citizen", "M144") == [said("M144", progress="主体，墙体已砌完，正在盖屋面")]
    stage.let_pass(until=at("2027-01-24", "09:00"))
    assert [one.element_id for one in stage.overdue()] == ["hs_works"]
    assert [one["stage"] for one in stage.case().variables["worksLogs"]] == ["主体"]


def test_repair_ends_ninety_days_after_it_began_and_a_delay_is_told(stage: Stage) -> None:
    approved(stage, review={"payAmount": 12000, "areaLimit": None}, **REPAIR)
    stage.do("hs_agree", worksStartOn="2026-11-24")
    for day in ("2026-12-24", "2027-01-22"):
        stage.let_pass(until=at(day, "09:00"))
        stage.do("hs_works", worksOn=day)
    assert stage.task("hs_works").due_at == at("2027-02-21", "24:00")
    stage.let_pass(until=at("2027-02-05", "09:00"))
    stage.do("hs_works", worksOn="2027-02-05")
    assert stage.task("hs_works").due_at == at("2027-02-22", "24:00")
    with pytest.raises(Invalid) as refusal:
        stage.do("hs_works", worksOn="2027-02-05", worksState="延期")
    assert set(refusal.value.problems) == {"delayReason", "newEndOn"}
    stage.do("hs_works", worksOn="2027-02-05", worksState="延期", delayReason="春节工人返乡", newEndOn="2027-03-02")
    assert stage.told("citizen", "M15") == [said("M15", reason="春节工人返乡", date="3月2日")]
    assert stage.task("hs_works").due_at == at("2027-03-02", "24:00")


def test_the_town_checks_within_five_working_days_and_may_want_more_work(stage: Stage) -> None:
    approved(stage)
    stage.do("hs_agree")
    stage.do("hs_works", worksState="竣工")
    assert stage.task("hs_town_check").due_at == at("2026-12-01", "24:00")
    stage.do("hs_town_check", townCheckResult="整改", townCheckNote="屋面还有一处漏雨")
    assert stage.open_tasks() == ["hs_works"]


def test_what_the_county_finds_wrong_is_mended_in_thirty_days_and_checked_again(stage: Stage) -> None:
    finished(stage)
    assert stage.task("hs_final").due_at == at("2026-12-08", "24:00")
    stage.do("hs_final", seismicOk=False, finalNote="没有构造柱，请补做后再验收")
    assert stage.told("citizen", "M145") == [said("M145", result="不合格，限期整改后再验收")]
    assert stage.task("hs_rectify").due_at == at("2026-12-24", "24:00")
    stage.do("hs_rectify")
    stage.do("hs_town_check")
    with pytest.raises(Invalid) as refusal:
        stage.do("hs_final", inspectors=[{"inspectorName": "验收员甲", "inspectorPost": "县住建局"}])
    assert set(refusal.value.problems) == {"inspectors"}
    stage.do("hs_final")
    assert stage.told("citizen", "M145")[1:] == [said("M145", result="合格")]
    assert (stage.case().variables["finalResult"], stage.case().status) == ("合格", "PAYING")


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
