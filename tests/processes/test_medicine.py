"""用药服务 (domain B13): medicine for whoever is enrolled in chronic care, on a doctor's prescription."""

from typing import Any

import pytest

from engine.casework import cases
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Invalid
from tests.processes import sentences
from tests.processes.stage import Stage, at

PROCESS = ITEM = "medicine"
CHAPTERS = ("medicine_dispense",)


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def outcome(case: Case) -> tuple[str, str | None, str | None]:
    return case.state, case.outcome, case.outcome_text


def enrol(stage: Stage) -> None:
    """The citizen signs with a family doctor; from then on the stage plays the medicine."""
    stage.item = "chronic"
    stage.raise_hand()
    for step in ("ch_accept", "ch_assign", "ch_verify", "ch_sign"):
        stage.do(step)
    stage.item = ITEM


def ask(stage: Stage, **values: Any) -> None:
    enrol(stage)
    stage.raise_hand(**values)


def ready(stage: Stage, **values: Any) -> None:
    """The medicine lies ready to be handed over."""
    ask(stage, **values)
    for step in ("md_review", "md_rx", "md_supply"):
        stage.do(step)


def test_who_is_not_enrolled_is_shown_the_way_to_chronic_care(stage: Stage) -> None:
    stage.raise_hand()
    state, result, text = outcome(stage.case())
    assert (state, result) == ("ended", "NOT_ACCEPTED")
    assert text is not None and "慢病健康管理" in text
    assert stage.told("citizen", "M74") == [said("M74")]


def test_who_left_chronic_care_is_enrolled_no_longer(stage: Stage) -> None:
    enrol(stage)
    stage.let_pass(until=at("2026-12-16", "10:00"))
    gone = {"symptoms": None, "bp": None, "adherence": None, "followClass": None, "referred": None}
    stage.do("cf_visit", visitOn="2026-12-16", exitReason="拒绝", **gone)
    stage.raise_hand()
    assert stage.case().outcome == "NOT_ACCEPTED"


def test_the_family_doctor_of_the_town_reviews_within_a_working_day_over_the_holiday_too(stage: Stage) -> None:
    stage.clock.move_to(at("2026-09-30", "10:00"))
    stage.item = "chronic"
    stage.raise_hand()
    stage.do("ch_accept")
    stage.do("ch_assign")
    stage.do("ch_verify", verifiedOn="2026-09-30")
    stage.do("ch_sign")
    stage.item = ITEM
    stage.raise_hand()
    task = stage.task("md_review")
    # National Day is from 1 to 7 October.
    assert (task.role_key, task.region_code, task.due_at) == (
        "town_health_clerk",
        "532622101",
        at("2026-10-08", "24:00"),
    )
    assert stage.case().variables["enrolment"]["newest"]["healthRecordNo"] == "JK-101-0001"


def test_only_a_prescriber_prescribes_and_on_the_same_day(stage: Stage) -> None:
    ask(stage)
    stage.do("md_review")
    task = stage.task("md_rx")
    assert (task.role_key, task.region_code, task.due_at) == ("prescriber", "532622101", at("2026-11-16", "24:00"))
    with pytest.raises(Invalid) as refusal:
        stage.do("md_rx", rxDays=85)
    assert set(refusal.value.problems) == {"rxDays"}


def test_who_has_to_be_seen_is_asked_to_come_and_reviewed_again(stage: Stage) -> None:
    ask(stage)
    stage.do("md_review", reviewResult="需面诊", facePlace="江那镇卫生院")
    assert stage.told("citizen", "M75") == [said("M75", date="11月23日", place="江那镇卫生院")]
    assert stage.case().clock_stopped_at is not None
    stage.do("md_face")
    assert (stage.open_tasks(), stage.case().clock_stopped_at) == (["md_review"], None)


def test_what_is_not_advisable_is_refused_with_advice_on_the_page_only(stage: Stage) -> None:
    ask(stage)
    advice = "目前不宜继续用药，请先到县医院复查"
    stage.do("md_review", reviewResult="不宜", refuseAdvice=advice, refuseBasis="《处方管理办法》第十四条")
    assert outcome(stage.case()) == ("ended", "REJECTED", advice)
    assert stage.told("citizen", "M71") == [said("M71")]


def test_what_is_not_in_stock_is_ordered(stage: Stage) -> None:
    ask(stage)
    stage.do("md_review")
    stage.do("md_rx", inStock=False)
    assert stage.task("md_order").due_at == at("2026-11-23", "24:00")
    stage.do("md_order")
    assert stage.task("md_supply").due_at == at("2026-11-18", "24:00")


@pytest.mark.parametrize(
    ("delivery", "role", "region"),
    [
        ("自取卫生院", "town_health_clerk", "532622101"),
        ("自取村卫生室", "village_doctor", "532622101001"),
        ("送药上门", "village_doctor", "532622101001"),
    ],
)
def test_who_supplies_follows_from_how_it_is_fetched(stage: Stage, delivery: str, role: str, region: str) -> None:
    ask(stage, delivery=delivery)
    stage.do("md_review")
    stage.do("md_rx")
    task = stage.task("md_supply")
    assert (task.role_key, task.region_code) == (role, region)


def test_what_is_ready_is_told_with_place_price_and_code_and_handed_over(stage: Stage) -> None:
    ready(stage)
    gaps = {"place": "江那镇卫生院", "amount": "12.00", "code": "2468", "date": "11月21日"}
    assert stage.told("citizen", "M76") == [said("M76", **gaps)]
    stage.do("md_hand")
    assert outcome(stage.case()) == ("ended", "COMPLETED", "药品已领取")
    assert stage.told("citizen", "M78") == [said("M78", doctor="处方医生甲")]
    told = [text for who in stage.people for text in stage.told(who)]
    assert [text for text in told if "降压药" in text] == []


def test_what_is_not_fetched_in_five_days_ends_after_a_reminder(stage: Stage) -> None:
    ready(stage)
    stage.let_pass(until=at("2026-11-19", "24:00"))
    assert stage.told("citizen", "M77") == [said("M77", place="江那镇卫生院")]
    stage.let_pass(until=at("2026-11-21", "24:00"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "逾期未领取，用药服务终止")
    assert stage.overdue() == []


def test_twelve_weeks_are_the_most_that_may_be_asked_for(stage: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(medicines=[{"name": "降压药", "daysLeft": 5, "wishDays": 85}])
    assert any("wishDays" in key for key in refusal.value.problems)


def test_the_patient_may_withdraw_until_the_medicine_lies_ready(stage: Stage) -> None:
    ask(stage)
    stage.withdraw()
    assert outcome(stage.case()) == ("ended", "WITHDRAWN", "您已撤回")
    stage.raise_hand()
    for step in ("md_review", "md_rx", "md_supply"):
        stage.do(step)
    with reading() as session:
        assert not cases.may_withdraw(session, stage.case(), stage.people["citizen"])
    with pytest.raises(Invalid) as refusal:
        stage.withdraw()
    stage.refused("md_end_too_late", refusal.value)


def test_the_patient_may_urge_and_supervision_is_told_to_the_doctor(stage: Stage) -> None:
    ask(stage)
    stage.urge()
    assert len(stage.told("town_health_clerk", "T06")) == len(stage.told("citizen", "M30")) == 1
    stage.supervise()
    assert len(stage.told("town_health_clerk", "T04")) == 1


def test_a_proxy_without_consent_ends_the_case(stage: Stage) -> None:
    stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers())
    stage.consent(agrees=False)
    assert outcome(stage.case()) == ("ended", "TERMINATED", "未能取得本人同意，代为提出的申请已终止")


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
