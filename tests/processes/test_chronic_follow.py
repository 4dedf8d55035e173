"""慢病随访: each disease is followed by its own plan until the patient leaves the programme."""

from typing import Any

import pytest

from engine.casework.models import Case
from tests.processes import sentences
from tests.processes.stage import Stage, at

ITEM, PROCESS = "chronic", "chronic_follow"


def followed(stage: Stage, disease: str = "原发性高血压", first: str = "2026-12-16", **asked: Any) -> None:
    """Somebody is enrolled on 2026-11-16 and awaits the first visit."""
    stage.raise_hand(diseases=[disease], **asked)
    stage.do("ch_accept")
    stage.do("ch_assign")
    stage.do("ch_verify", confirmedDiseases=[disease])
    stage.do("ch_sign", firstFollowOn=first)


def visit(stage: Stage, day: str, **changes: Any) -> None:
    """The visit is due on that day, and done then."""
    stage.let_pass(until=at(day, "10:00"))
    stage.do("cf_visit", visitOn=day, **changes)


def visits(stage: Stage) -> int:
    return len(stage.tasks("cf_visit"))


def follow(stage: Stage) -> Case:
    return stage.companion("chronic_follow")


def test_the_first_visit_comes_on_the_day_that_was_agreed_and_is_announced_without_the_disease(stage: Stage) -> None:
    followed(stage)
    stage.let_pass(until=at("2026-12-16", "08:29"))
    assert visits(stage) == 0
    stage.let_pass(until=at("2026-12-16", "08:30"))
    task = stage.task("cf_visit")
    assert (task.role_key, task.region_code, task.due_at) == (
        "town_health_clerk",
        "532622101",
        at("2026-12-23", "24:00"),
    )
    assert stage.told("citizen", "M73") == [sentences.said("M73", ITEM, date="12月23日")]


def test_a_visit_due_over_the_holiday_has_until_after_it(stage: Stage) -> None:
    stage.clock.move_to(at("2026-08-31"))
    stage.raise_hand(diagnosisDate="2026-08-01")
    stage.do("ch_accept")
    stage.do("ch_assign")
    stage.do("ch_verify", verifiedOn="2026-08-31")
    stage.do("ch_sign", firstFollowOn="2026-09-30")
    # National Day is from 1 to 7 October, and Saturday the 10th is worked.
    stage.let_pass(until=at("2026-09-30", "08:30"))
    assert stage.task("cf_visit").due_at == at("2026-10-13", "24:00")


@pytest.mark.parametrize(
    ("disease", "answers", "days"),
    [
        ("原发性高血压", {}, "2027-03-16"),
        ("2型糖尿病", {"bp": None, "glucose": 6, "glucoseTested": True}, "2027-03-16"),
        ("肺结核", {"bp": None, "doseObserved": True}, "2027-01-15"),
        ("严重精神障碍", {"bp": None, "riskLevel": "0级"}, "2027-03-16"),
    ],
)
def test_each_disease_has_its_interval(stage: Stage, disease: str, answers: dict[str, Any], days: str) -> None:
    guardian = {"guardianName": "监护人甲", "guardianPhone": "13900000008"} if disease == "严重精神障碍" else {}
    followed(stage, disease, **guardian)
    visit(stage, "2026-12-16", **answers)
    stage.let_pass(until=at(days, "23:59"))
    assert visits(stage) == 1
    stage.let_pass(until=at(days, "24:00"))
    assert visits(stage) == 2


@pytest.mark.parametrize(
    "answers",
    [{"followClass": "控制不满意"}, {"followClass": "并发症"}, {"referred": True, "referralTo": "砚山县人民医院"}],
)
def test_who_is_not_well_or_referred_is_visited_again_within_two_weeks(stage: Stage, answers: dict[str, Any]) -> None:
    followed(stage)
    visit(stage, "2026-12-16", **answers)
    stage.let_pass(until=at("2026-12-30", "24:00"))
    assert visits(stage) == 2
    visit(stage, "2026-12-31")
    stage.let_pass(until=at("2027-01-31"))
    assert visits(stage) == 2


def test_a_date_that_was_agreed_counts_when_it_comes_before_the_plans(stage: Stage) -> None:
    followed(stage)
    visit(stage, "2026-12-16", nextFollowOn="2027-01-20")
    stage.let_pass(until=at("2027-01-20", "08:30"))
    assert visits(stage) == 2
    visit(stage, "2027-01-21", nextFollowOn="2028-01-20")
    stage.let_pass(until=at("2027-04-21", "24:00"))
    assert visits(stage) == 3


def test_visits_check_ups_and_glucose_tests_are_counted_by_the_year(stage: Stage) -> None:
    followed(stage, "2型糖尿病")
    answers = {"bp": None, "glucose": 6, "glucoseTested": True}
    visit(stage, "2026-12-16", **answers, checkupDone=True, nextFollowOn="2026-12-28")
    visit(stage, "2026-12-28", **answers, nextFollowOn="2027-01-20")
    assert follow(stage).variables["tally"] == {
        "year": 2026,
        "sameYear": True,
        "visits": 2,
        "glucoseTests": 2,
        "checkups": 1,
    }
    visit(stage, "2027-01-20", **{**answers, "glucoseTested": False})
    tally = follow(stage).variables["tally"]
    assert (tally["year"], tally["visits"], tally["glucoseTests"], tally["checkups"]) == (2027, 1, 0, 0)


@pytest.mark.parametrize("reason", ["死亡", "迁出", "拒绝"])
def test_who_leaves_is_followed_no_longer(stage: Stage, reason: str) -> None:
    followed(stage)
    stage.let_pass(until=at("2026-12-16", "10:00"))
    asked = {"symptoms": None, "bp": None, "adherence": None, "followClass": None, "referred": None}
    stage.do("cf_visit", visitOn="2026-12-16", exitReason=reason, **asked)
    assert (follow(stage).state, follow(stage).outcome_text) == ("ended", "已退出健康管理")


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
