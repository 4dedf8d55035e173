"""低保, the visit and the check at the same time (domain B1 #3–5b), and the family's word against a bad result."""

import pytest

from engine.errors import Invalid, NotAllowed
from tests.demo.registers import Simulator
from tests.processes import household, sentences
from tests.processes.stage import Stage, at

ITEM, PROCESS = "dibao", "dibao_survey"


def failed(stage: Stage, registers: Simulator) -> None:
    """The check fails, and the family is told why."""
    household.surveyed(stage, registers, cars=True)
    stage.do("db_tell_fail")


def test_the_visit_and_the_check_begin_at_once_and_each_has_its_time(family: Stage) -> None:
    household.accepted(family)
    assert family.open_tasks() == ["db_plan", "ec_accept"]
    assert family.task("db_plan").due_at == at("2026-11-19", "24:00")
    assert family.task("ec_accept").due_at == at("2026-11-17", "24:00")
    family.do("db_plan")
    assert family.told("citizen", "M05") == [sentences.said("M05", ITEM, date="11月18日")]
    assert family.task("db_visit").due_at == at("2026-11-30", "24:00")


@pytest.mark.parametrize(
    ("accepted", "begun"), [("2026-09-30", "2026-10-10"), ("2026-10-09", "2026-10-13"), ("2026-11-20", "2026-11-25")]
)
def test_the_survey_begins_within_three_working_days(family: Stage, accepted: str, begun: str) -> None:
    family.clock.move_to(at(accepted, "10:00"))
    household.accepted(family, authSignDate="2026-09-01", promiseDate="2026-09-01")
    assert family.task("db_plan").due_at == at(begun, "24:00")


def test_a_visit_wants_two_visitors_two_neighbours_and_three_photos(family: Stage) -> None:
    household.accepted(family)
    family.do("db_plan")
    one = family.file("town_civil_clerk")
    with pytest.raises(Invalid) as refusal:
        household.visited_alone(family, one)
    assert set(refusal.value.problems) == {"visitors", "neighboursAsked", "visitPhotos", "visitModeReason"}


def test_somebody_of_the_village_goes_along_unless_the_visit_is_by_telephone(family: Stage) -> None:
    household.accepted(family)
    family.do("db_plan")
    with pytest.raises(Invalid) as refusal:
        family.do("db_visit", villageVisitor="")
    assert set(refusal.value.problems) == {"villageVisitor"}
    family.do("db_visit", villageVisitor=None, visitMode="电话视频", visitModeReason="大雪封路，用视频调查")
    assert "db_visit" not in family.open_tasks()


def test_a_family_that_passes_goes_on_when_both_are_done(family: Stage, registers: Simulator) -> None:
    registers.hold(household.truth(family))
    household.accepted(family)
    household.checked(family)
    assert family.open_tasks() == ["db_plan"]
    household.visited(family)
    assert family.open_tasks() == ["db_draft"]


def test_who_objects_with_evidence_is_checked_again_and_goes_on(family: Stage, registers: Simulator) -> None:
    """Domain G.3 #6: check FAIL, objection within ten working days, recheck PASS: goes on at db_draft."""
    failed(family, registers)
    assert family.case().variables["checkFindings"] == ["机动车：机动车 2 辆，限额 0 辆"]
    told = sentences.said("M160", ITEM, text="名下有两辆小型汽车，超过低保家庭的财产规定", date="11月30日")
    assert family.told("citizen", "M160") == [told]
    assert family.case().clock_stopped_at == at("2026-11-16", "09:00")
    family.do("db_object")
    assert (family.case().clock_stopped_at, family.task("db_recheck").due_at) == (None, at("2026-11-30", "24:00"))
    registers.hold(household.truth(family))
    family.do("db_recheck")
    with pytest.raises(NotAllowed):
        household.checked(family)
    family.complete("second_reviewer", "ec_review", reviewDecision="同意", reviewOpinion="复查程序无误，同意出具报告")
    assert family.told("citizen", "M161") == [sentences.said("M161", ITEM, result="已排除原来的问题，转入初审")]
    assert family.open_tasks() == ["db_draft"]


def test_who_says_nothing_for_ten_working_days_is_refused_by_the_town(family: Stage, registers: Simulator) -> None:
    failed(family, registers)
    family.let_pass(until=at("2026-11-30", "23:59"))
    assert family.open_tasks() == ["db_object"]
    family.let_pass(until=at("2026-11-30", "24:00"))
    assert family.open_tasks() == ["db_reject_2"]


def test_who_accepts_the_result_is_refused_by_the_town(family: Stage, registers: Simulator) -> None:
    failed(family, registers)
    family.do("db_object", objectChoice="接受", objectText=None, objectFiles=[])
    assert family.open_tasks() == ["db_reject_2"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
