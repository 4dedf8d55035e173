"""控辍保学, acceptance and verification (domain B8 #1 to #4): the school roll, the police, the visit, the kind."""

import pytest

from engine.errors import Invalid
from tests.processes import sentences, steps
from tests.processes.stage import Stage, at

ITEM, PROCESS = "dropout", "dropout_check"


def said(message_key: str, **gaps: object) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def test_a_report_is_pushed_to_the_county_and_the_roll_is_looked_up_in_two_working_days(stage: Stage) -> None:
    stage.raise_hand()
    task = stage.task("do_accept")
    assert (task.role_key, task.region_code, task.due_at) == ("county_edu_clerk", "532622", at("2026-11-18", "24:00"))
    assert stage.told("county_edu_clerk", "T01") == [said("T01", step="受理、学籍核查", date="11月18日")]
    stage.do("do_accept")
    assert (stage.case().status, stage.case().accepted_at) == ("INVESTIGATING", at("2026-11-16"))
    assert stage.told("citizen", "M02") == [said("M02")]


def test_the_two_days_skip_the_national_day_and_count_the_make_up_saturday(stage: Stage) -> None:
    stage.clock.move_to(at("2026-10-08", "15:00"))
    stage.raise_hand(absentSince="2026-09-20")
    assert stage.task("do_accept").due_at == at("2026-10-10", "24:00")


def test_three_days_of_the_visit_begin_after_the_holiday(stage: Stage) -> None:
    stage.clock.move_to(at("2026-09-29", "10:00"))
    stage.raise_hand(absentSince="2026-09-20")
    stage.do("do_accept")
    # 30 September, then from 8 October on, as 1 to 7 October are a holiday.
    assert stage.task("do_verify").due_at == at("2026-10-09", "24:00")


def test_a_correction_brings_the_report_back(stage: Stage) -> None:
    stage.bring_to("do_accept")
    stage.do("do_accept", acceptResult="补正", correctionList="请写明学生家在哪个村小组")
    assert stage.case().status == "CORRECTION"
    stage.do("co_correct", supplementText="在河边第三组")
    assert (stage.open_tasks(), stage.case().status) == (["do_accept"], "SUBMITTED")


def test_a_correction_that_never_comes_ends_the_check(stage: Stage) -> None:
    stage.bring_to("do_accept")
    stage.do("do_accept", acceptResult="补正", correctionList="请写明学生家在哪个村小组")
    stage.let_pass(until=at("2026-11-30", "24:00"))
    assert stage.case().outcome == "TERMINATED"


def test_what_is_untrue_is_not_visited(stage: Stage) -> None:
    stage.bring_to("do_end")
    assert (stage.open_tasks(), stage.tasks("do_verify")) == (["do_end"], [])


def test_a_child_nobody_finds_is_looked_for_by_the_police_every_month(stage: Stage) -> None:
    stage.bring_to("do_police")
    task = stage.task("do_police")
    assert (task.role_key, task.due_at) == ("county_police_clerk", at("2026-11-23", "24:00"))
    stage.do("do_police", placeFound=False, foundPlace=None, policeNote="没有查到去向")
    assert stage.open_tasks() == []
    stage.let_pass(until=at("2026-12-16", "24:00"))
    assert stage.open_tasks() == ["do_police"]
    stage.do("do_police")
    assert stage.open_tasks() == ["do_verify"]


def test_two_people_visit_and_say_why_the_child_is_not_at_school(stage: Stage) -> None:
    stage.bring_to("do_verify")
    task = stage.task("do_verify")
    assert (task.role_key, task.region_code, task.due_at) == ("town_edu_clerk", "532622101", at("2026-11-19", "24:00"))
    with pytest.raises(Invalid) as refusal:
        stage.do("do_verify", verifiers=[{"unit": "学校", "person": "班主任"}], verifiedCauses=[])
    assert set(refusal.value.problems) == {"verifiers", "verifiedCauses"}


@pytest.mark.parametrize(
    ("found", "kind", "next_step"),
    [
        ({"verifiedState": "在校", "verifiedCauses": None, "unfitToStudy": None, "childLabour": None,
          "familyPoor": None}, "在校", "do_end"),
        ({"childLabour": True, "employer": "某砖厂", "familyPoor": True}, "童工", "do_s1"),
        ({"familyPoor": True}, "家庭困难", "do_s1"),
        ({}, "其他失辍学", "do_s1"),
    ],
)  # fmt: skip
def test_the_table_says_what_kind_it_is(stage: Stage, found: dict[str, object], kind: str, next_step: str) -> None:
    stage.bring_to("do_verify")
    stage.do("do_verify", **found)
    assert stage.case().variables["dropoutKind"]["kind"] == kind
    assert next_step in stage.open_tasks()


@pytest.mark.parametrize(("by", "role"), [("县教体局", "county_edu_reviewer"), ("乡镇人民政府", "town_leader")])
def test_a_leave_for_health_is_approved_by_the_town_or_the_county(stage: Stage, by: str, role: str) -> None:
    stage.bring_to("do_verify")
    _, unfit = steps.WAY["do_health"]
    stage.do("do_verify", **{**unfit, "approveBy": by})
    task = stage.task("do_health")
    assert (task.role_key, task.due_at) == (role, at("2026-11-23", "24:00"))
    assert task.region_code == stage.people[role].posts[0].region_code


def test_teaching_at_home_says_how_often(stage: Stage) -> None:
    stage.bring_to("do_health")
    with pytest.raises(Invalid) as refusal:
        stage.do("do_health", healthKind="送教上门", healthTo="2026-11-01")
    assert set(refusal.value.problems) == {"teachTimes", "healthTo"}
    stage.do("do_health", healthKind="送教上门", teachTimes=2)
    assert stage.open_tasks() == ["do_close"]


def test_who_moved_is_looked_for_at_the_new_school(stage: Stage) -> None:
    stage.bring_to("do_move")
    assert stage.task("do_move").due_at == at("2026-11-23", "24:00")
    stage.do("do_move", inSchool=False, arrivalSchool=None, arrivalProof=None, moveNote="转入学校查无此人")
    assert stage.open_tasks() == ["do_s1"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
