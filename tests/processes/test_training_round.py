"""找培训, one round (domain B5 #3 to #7): plan, course, the citizen's word, the course itself, the visit."""

from typing import Any

import pytest

from engine.errors import Invalid
from tests.processes import sentences
from tests.processes.stage import Stage, at

ITEM, PROCESS = "training", "training_round"


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def test_a_course_of_the_countys_plan_is_organised(stage: Stage) -> None:
    stage.bring_to("tr_org")
    task = stage.task("tr_org")
    assert (task.role_key, task.due_at) == ("county_hr_clerk", at("2026-11-23", "24:00"))
    plans = stage.case().variables["trainingPlans"]
    assert [(plan["planNo"], plan["course"], plan["seats"]) for plan in plans] == [("PX-2026-101", "电工", 30)]
    with pytest.raises(Invalid) as refusal:
        stage.do("tr_org", planNo="PX-2026-102", seatKept=False)
    assert set(refusal.value.problems) == {"planNo", "seatKept"}
    stage.do("tr_org")
    told = said("M51", course="电工", start="12月7日", place="县城，培训中心实训楼", date="11月21日")
    assert stage.told("citizen", "M51") == [told]


@pytest.mark.parametrize(
    ("wish", "why"),
    [("焊工", "no seat is left"), ("家政", "enrolment has not begun"), ("护理", "nobody offers it"),
     ("缝纫刺绣", "only another county offers it")],
)  # fmt: skip
def test_without_a_plan_the_town_recommends_another_course(stage: Stage, wish: str, why: str) -> None:
    stage.raise_hand(intentCourses=[wish])
    stage.do("tr_accept")
    task = stage.task("tr_mobilise")
    assert (stage.open_tasks(), task.role_key) == (["tr_mobilise"], "town_hr_clerk"), why
    assert task.due_at == at("2026-11-23", "24:00")
    stage.do("tr_mobilise")
    assert stage.open_tasks() == ["tr_confirm"]


def test_a_course_ends_after_it_has_begun(stage: Stage) -> None:
    stage.bring_to("tr_org")
    with pytest.raises(Invalid) as refusal:
        stage.do("tr_org", courseEndOn="2026-12-01")
    assert set(refusal.value.problems) == {"courseEndOn"}


def test_who_agrees_is_told_where_to_come_and_the_register_is_due_after_the_course(stage: Stage) -> None:
    stage.bring_to("tr_class")
    assert stage.case().status == "IMPLEMENTING"
    assert stage.told("citizen", "M52") == [said("M52", start="12月7日", school="县职业技能培训中心", course="电工")]
    # The course ends on Sunday the 20th: five working days later it is Friday the 25th.
    assert stage.task("tr_class").due_at == at("2026-12-25", "24:00")


def test_a_course_that_ends_before_the_new_year_is_registered_after_the_holiday(stage: Stage) -> None:
    stage.bring_to("tr_org")
    stage.do("tr_org", courseEndOn="2026-12-29")
    stage.do("tr_confirm")
    # 30 and 31 December, then the holiday from 1 January, then what the calendar of 2027 counts.
    assert stage.task("tr_class").due_at > at("2027-01-05", "00:00")


def test_five_days_without_a_word_lead_to_the_visit_with_a_reminder_before(stage: Stage) -> None:
    stage.bring_to("tr_confirm")
    assert stage.task("tr_confirm").due_at == at("2026-11-21", "24:00")
    stage.let_pass(until=at("2026-11-21", "23:59"))
    assert stage.told("citizen", "M50") == [said("M50", date="11月21日", step="确认是否参训")]
    assert stage.open_tasks() == ["tr_confirm"]
    stage.let_pass(until=at("2026-11-21", "24:00"))
    assert (stage.open_tasks(), stage.overdue()) == (["tr_visit"], [])
    # From Saturday night five working days: to Friday.
    assert stage.task("tr_visit").due_at == at("2026-11-27", "24:00")


def test_a_no_needs_a_reason_and_leads_to_the_visit(stage: Stage) -> None:
    stage.bring_to("tr_confirm")
    with pytest.raises(Invalid) as refusal:
        stage.do("tr_confirm", joinCourse="不参加")
    assert set(refusal.value.problems) == {"declineReason"}
    stage.do("tr_confirm", joinCourse="不参加", declineReason="离家太远")
    assert stage.open_tasks() == ["tr_visit"]


def test_only_a_passed_course_can_be_called_completed(stage: Stage) -> None:
    stage.bring_to("tr_class")
    stage.do("tr_class", trainResult="中途退出", certificateNo=None)
    with pytest.raises(Invalid) as refusal:
        stage.do("tr_visit")
    assert set(refusal.value.problems) == {"visitResult"}
    stage.do("tr_visit", visitResult="需再训", employedAfter=None)
    assert stage.open_tasks() == ["tr_org"]


def test_who_did_not_come_is_visited_too(stage: Stage) -> None:
    stage.bring_to("tr_class")
    stage.complete("county_hr_clerk", "tr_class", attended=False)
    assert stage.open_tasks() == ["tr_visit"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
