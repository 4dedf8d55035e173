"""约定号源 (domain B12 #1–2): a slot of the hospital's register, or one that the hospital confirms by hand."""

from typing import Any

from engine import clock
from engine.demo.registers.content import Manner
from tests.demo.registers import Simulator
from tests.processes import sentences
from tests.processes.stage import Stage, at

ITEM = "appointment"
PROCESS = "appointment_slot"
HOSPITAL = "砚山县人民医院"
ONE = {HOSPITAL: {"capacity": {"上午": 1, "下午": 1}}}


def ask(stage: Stage, **values: Any) -> None:
    stage.raise_hand(**values)
    stage.let_pass(until=clock.now())


def result(stage: Stage) -> tuple[Any, Any]:
    known = stage.case().variables
    return known.get("slotResult"), known.get("visitAt")


def test_a_hospital_with_an_interface_gives_the_slot_at_once(stage: Stage, registers: Simulator) -> None:
    registers.offer(ONE)
    ask(stage)
    assert (result(stage), stage.open_tasks()) == (("约到了", "2026-11-19T08:30:00+08:00"), [])


def test_where_all_are_taken_the_patient_chooses_again(stage: Stage, registers: Simulator) -> None:
    registers.offer({HOSPITAL: {**ONE[HOSPITAL], "full": ["2026-11-19"]}})
    ask(stage)
    assert stage.case().clock_stopped_at is not None
    stage.do("ap_again")
    stage.let_pass(until=clock.now())
    assert result(stage) == ("约到了", "2026-11-20T14:30:00+08:00")


def test_who_does_not_choose_again_within_a_day_has_no_appointment(stage: Stage, registers: Simulator) -> None:
    registers.offer({HOSPITAL: {"capacity": {}}})
    ask(stage)
    stage.let_pass(until=at("2026-11-17", "09:00"))
    assert (stage.case().outcome, result(stage)[0]) == ("TERMINATED", "没有同意")


def test_a_hospital_without_an_interface_confirms_within_a_working_day(stage: Stage, registers: Simulator) -> None:
    registers.offer({})
    stage.clock.move_to(at("2026-11-13", "10:00"))
    ask(stage)
    task = stage.task("ap_confirm")
    # A Friday; the next working day is Monday.
    assert (task.role_key, task.region_code, task.due_at) == ("county_hospital", "532622", at("2026-11-16", "24:00"))
    stage.do("ap_confirm", visitTime="09:40")
    assert result(stage) == ("约到了", "2026-11-19T09:40:00+08:00")


def test_and_at_least_twelve_hours_before_the_visit(stage: Stage) -> None:
    ask(stage, appointDate="2026-11-17")
    assert stage.task("ap_confirm").due_at == at("2026-11-16", "20:30")


def test_a_register_that_does_not_answer_leaves_it_to_the_hospital(stage: Stage, registers: Simulator) -> None:
    registers.offer(ONE, hospital_slots=Manner(silent=True))
    ask(stage)
    assert stage.open_tasks() == []
    stage.let_pass(until=at("2026-11-16", "10:00"))
    assert stage.open_tasks() == ["ap_confirm"]
    stage.do("ap_confirm", confirmDecision="没有号", alternatives="可以到江那镇卫生院就诊，每天都有号")
    assert result(stage) == ("没有号", None)


def test_another_time_wants_the_patients_word_within_a_day(stage: Stage) -> None:
    ask(stage)
    stage.do("ap_confirm", confirmDecision="调整", appointDate="2026-11-23", period="下午")
    told = sentences.said("M187", ITEM, institution=HOSPITAL, day="11月23日下午", date="11月17日")
    assert stage.told("citizen", "M187") == [told]
    stage.do("ap_agree")
    assert result(stage) == ("约到了", "2026-11-23T14:30:00+08:00")


def test_whoever_says_no_or_nothing_has_no_appointment(stage: Stage) -> None:
    ask(stage)
    stage.do("ap_confirm", confirmDecision="调整", appointDate="2026-11-23", period="下午")
    stage.do("ap_agree", timeAgreed=False)
    assert result(stage) == ("没有同意", None)
    ask(stage)
    stage.do("ap_confirm", confirmDecision="调整", appointDate="2026-11-23", period="下午")
    stage.let_pass(until=at("2026-11-17", "09:00"))
    assert (stage.case().outcome, result(stage)[0]) == ("TERMINATED", "没有同意")


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
