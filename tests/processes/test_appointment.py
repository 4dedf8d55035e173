"""看病预约 (domain B12): a visit is booked, reminded of, cancelled in good time, registered, or missed."""

from typing import Any

import pytest

from engine import clock
from engine.casework import cases, offered
from engine.casework.models import Case
from engine.db import reading
from engine.demo.registers.content import Manner
from engine.errors import Invalid
from tests.demo.registers import Simulator
from tests.processes import sentences
from tests.processes.mended import decide
from tests.processes.stage import Stage, at

PROCESS = ITEM = "appointment"
HOSPITAL = "砚山县人民医院"
DAY = {"institution": HOSPITAL, "day": "11月19日08:30"}


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def outcome(case: Case) -> tuple[str, str | None, str | None]:
    return case.state, case.outcome, case.outcome_text


def ask(stage: Stage, **values: Any) -> None:
    """The hand is raised; no hospital has an interface unless a test connects one."""
    stage.raise_hand(**values)
    stage.let_pass(until=clock.now())


def book(stage: Stage, **values: Any) -> None:
    ask(stage, **values)
    stage.do("ap_confirm")


def test_a_visit_is_confirmed_reminded_of_and_registered(stage: Stage) -> None:
    book(stage)
    assert stage.told("citizen", "M183") == [said("M183", **DAY)]
    case = stage.case()
    assert (case.accepted_at, case.clock_stopped_at, stage.open_tasks()) == (at("2026-11-16"), at("2026-11-16"), [])
    stage.let_pass(until=at("2026-11-18", "08:29"))
    assert stage.told("citizen", "M184") == []
    stage.let_pass(until=at("2026-11-18", "08:30"))
    assert (stage.told("citizen", "M184"), stage.open_tasks()) == ([said("M184", **DAY)], [])
    stage.let_pass(until=at("2026-11-19", "08:30"))
    task = stage.task("ap_done")
    assert (task.role_key, task.region_code, task.due_at) == ("county_hospital", "532622", at("2026-11-20", "24:00"))
    stage.do("ap_done", visitedOn="2026-11-19")
    assert outcome(stage.case()) == ("ended", "COMPLETED", "已就诊")
    assert stage.told("citizen", "M10") == [said("M10")]
    assert "rt_rate" in stage.open_tasks()


def test_neither_complaint_nor_department_stands_in_a_message(stage: Stage) -> None:
    book(stage, symptoms="胸口闷了三天")
    told = [text for who in stage.people for text in stage.told(who)]
    assert [text for text in told if "内科" in text or "胸口" in text] == []


def test_a_clinic_of_another_town_keeps_its_own_appointments(stage: Stage) -> None:
    stage.hire("pingyuan_clinic", "town_health_clerk", "532622102")
    ask(stage, institution="平远镇卫生院", clinic="全科")
    task = stage.task("ap_confirm")
    assert (task.role_key, task.region_code) == ("town_health_clerk", "532622102")
    stage.complete("pingyuan_clinic", "ap_confirm", confirmDecision="确认", visitTime="10:15")
    assert stage.told("citizen", "M183") == [said("M183", institution="平远镇卫生院", day="11月19日10:15")]


def test_without_a_slot_the_patient_reads_what_else_there_is(stage: Stage) -> None:
    ask(stage)
    stage.do("ap_confirm", confirmDecision="没有号", alternatives="可以到江那镇卫生院就诊，每天都有号")
    assert outcome(stage.case()) == ("ended", "NOT_ACCEPTED", "没有号源。可以到江那镇卫生院就诊，每天都有号")
    assert stage.told("citizen", "M182") == [said("M182")]


def test_who_does_not_agree_to_another_time_has_no_appointment(stage: Stage) -> None:
    ask(stage)
    stage.do("ap_confirm", confirmDecision="调整", appointDate="2026-11-23", period="下午")
    stage.do("ap_agree", timeAgreed=False)
    assert outcome(stage.case()) == ("ended", "TERMINATED", "没有约定新的时间，预约终止")


def test_twelve_hours_before_it_is_too_late_to_cancel(stage: Stage) -> None:
    book(stage)
    stage.let_pass(until=at("2026-11-18", "20:31"))
    with reading() as session:
        assert not cases.may_withdraw(session, stage.case(), stage.people["citizen"])
    with pytest.raises(Invalid) as refusal:
        stage.withdraw()
    stage.refused("ap_end_too_late", refusal.value)


def test_until_then_the_patient_cancels_and_the_hospital_gets_its_slot_back(stage: Stage, registers: Simulator) -> None:
    registers.offer({HOSPITAL: {"capacity": {"上午": 1}}})
    ask(stage)
    assert stage.told("citizen", "M183") == [said("M183", **DAY)]
    stage.let_pass(until=at("2026-11-18", "20:29"))
    stage.withdraw()
    stage.let_pass(until=at("2026-11-18", "20:30"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "您已取消预约")
    assert stage.told("citizen", "M186") == [said("M186", institution=HOSPITAL)]
    assert len(stage.told("county_hospital", "T12")) == 1
    ask(stage, period="上午", appointDate="2026-11-19")
    assert stage.case().variables["slotResult"] == "约到了"


def test_a_register_that_stays_silent_does_not_keep_the_appointment(stage: Stage, registers: Simulator) -> None:
    registers.offer({}, hospital_slots=Manner(silent=True))
    ask(stage)
    stage.let_pass(until=at("2026-11-16", "10:00"))
    stage.do("ap_confirm")
    stage.withdraw()
    stage.let_pass(until=at("2026-11-16", "11:00"))
    assert stage.case().outcome == "TERMINATED"


def test_before_it_is_agreed_the_patient_simply_withdraws(stage: Stage) -> None:
    ask(stage)
    stage.withdraw()
    assert outcome(stage.case()) == ("ended", "WITHDRAWN", "您已撤回")


def test_who_stays_away_three_times_telephones_for_ninety_days(stage: Stage) -> None:
    for day in ("2026-11-19", "2026-11-20", "2026-11-23"):
        book(stage, appointDate=day)
        stage.let_pass(until=at(day, "08:30"))
        stage.do("ap_done", visited=False, visitedOn=None)
        assert outcome(stage.case()) == ("ended", "TERMINATED", "未到诊")
    assert stage.told("citizen", "M185")[0] == said("M185", institution=HOSPITAL)
    stage.raise_hand(appointDate="2026-11-30")
    state, result, text = outcome(stage.case())
    assert (state, result) == ("ended", "NOT_ACCEPTED")
    assert text == "您有 3 次预约后没有到诊，2月21日以前不能在线预约，请打电话预约或者直接到医院"
    assert len(stage.told("citizen", "M181")) == 1


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("missed", "until"),
    [
        ([], None),
        (["2026-11-10", "2026-11-01"], None),
        (["2026-11-10", "2026-11-01", "2026-10-01"], "2027-02-08"),
        # The first and the third are ninety days apart, and ninety-one.
        (["2026-11-10", "2026-11-01", "2026-08-12"], "2027-02-08"),
        (["2026-11-10", "2026-11-01", "2026-08-11"], None),
        # Ninety days after the third: over yesterday, and tomorrow.
        (["2026-08-18", "2026-08-17", "2026-08-16"], None),
        (["2026-08-19", "2026-08-18", "2026-08-16"], "2026-11-17"),
        (["2026-11-10", "2026-08-30", "2026-08-29", "2026-08-28"], "2027-02-08"),
    ],
)
def test_three_within_ninety_days_count_and_the_pause_ends_by_itself(missed: list[str], until: str | None) -> None:
    assert decide(ITEM, "appointment_pause", noShows={"ended": missed}) == until


def test_only_tomorrow_to_a_fortnight_ahead_may_be_asked_for(stage: Stage) -> None:
    for day in ("2026-11-16", "2026-12-01"):
        with pytest.raises(Invalid) as refusal:
            stage.raise_hand(appointDate=day)
        assert set(refusal.value.problems) == {"appointDate"}


def test_whom_it_is_urgent_for_is_told_not_to_wait(stage: Stage) -> None:
    with reading() as session:
        assert "120" in str(offered.banner(session, ITEM))


def test_the_patient_may_urge_and_supervision_is_told_to_the_hospital(stage: Stage) -> None:
    ask(stage)
    stage.urge()
    assert len(stage.told("county_hospital", "T06")) == len(stage.told("citizen", "M30")) == 1
    stage.supervise()
    assert len(stage.told("county_hospital", "T04")) == 1


def test_a_proxy_without_consent_ends_the_case(stage: Stage) -> None:
    stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers())
    stage.consent(agrees=False)
    assert outcome(stage.case()) == ("ended", "TERMINATED", "未能取得本人同意，代为提出的申请已终止")


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
