"""督办 (domain C6): the ladder that time climbs, and the order that is signed, carried out, reported and accepted."""

from datetime import UTC

import pytest

from engine import clock
from engine.casework import beginnings, deployments
from engine.casework.models import Case
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.oversight import replay
from tests.factories import YANSHAN
from tests.processes.sentences import said
from tests.processes.stage import PROVINCE, Stage, at

PROCESS = "supervise"
CHAPTERS = ("supervise_signing", "supervise_ladder", "supervise_level")


def solved_late(stage: Stage) -> None:
    """The case is accepted at once and then nobody goes to look."""
    stage.bring_to("wt_verify")


def ladders(stage: Stage) -> list[Case]:
    return [one for one in stage.companions("supervise") if one.variables["kind"] == "AUTO"]


def replays(case: Case) -> bool:
    with reading() as session:
        return replay.replay(session, case.case_no).equal


# the ladder


def test_a_case_in_time_has_no_ladder(stage: Stage) -> None:
    stage.bring_to("wt_confirm")
    stage.let_pass(until=at("2026-11-18", "12:00"))
    stage.do("wt_confirm")
    stage.let_pass(until=at("2026-12-20"))
    assert stage.companions("supervise") == []


def test_the_ladder_begins_with_the_first_overdue_task_and_there_is_only_one(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "09:00"))
    [ladder] = ladders(stage)
    assert (ladder.state, ladder.variables["lateSince"]) == ("active", "2026-11-17T01:00:00+00:00")
    stage.do("wt_take")
    stage.let_pass(until=at("2026-11-18", "12:00"))
    assert stage.case().overdue_count == 2
    assert len(ladders(stage)) == 1


def test_one_working_day_after_the_overdue_the_department_reminds_those_below(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-18", "23:59"))
    assert stage.told("county_water_reviewer", "T07") == []
    stage.let_pass(until=at("2026-11-18", "24:00"))
    sentence = said("T07", step="是否接单", days=1)
    assert stage.told("county_water_reviewer", "T07") == stage.told("pref_water_supervisor", "T07") == [sentence]


def test_the_county_office_is_asked_at_day_7_the_prefecture_at_day_8_the_province_past_day_10(stage: Stage) -> None:
    solved_late(stage)
    stage.let_pass(until=at("2026-11-23", "23:59"))
    assert stage.tasks("sv_l2") == []
    stage.let_pass(until=at("2026-11-23", "24:00"))
    assert [stage.task("sv_l2").role_key, stage.tasks("sv_l3"), stage.tasks("sv_l4")] == ["county_office", [], []]
    stage.let_pass(until=at("2026-11-24", "24:00"))
    assert (stage.task("sv_l3").role_key, stage.tasks("sv_l4")) == ("pref_water_supervisor", [])
    stage.let_pass(until=at("2026-11-26", "23:59"))
    assert stage.tasks("sv_l4") == []
    stage.let_pass(until=at("2026-11-26", "24:00"))
    assert (stage.task("sv_l4").role_key, stage.task("sv_l4").region_code) == ("prov_office", "530000")


def test_a_case_that_nobody_is_late_with_comes_to_the_county_at_day_7_all_the_same(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.let_pass(until=at("2026-11-18", "15:00"))
    stage.do("wt_verify")
    stage.let_pass(until=at("2026-11-23", "24:00"))
    assert stage.overdue() == []
    assert stage.open_tasks() == ["sv_l2", "wt_solve"]


def test_a_correction_counts_neither_for_the_threshold_nor_for_the_ladder(stage: Stage) -> None:
    stage.bring_to("co_correct")
    stage.let_pass(until=at("2026-11-26", "09:00"))
    assert stage.companions("supervise") == []
    stage.do("co_correct")
    stage.let_pass(until=at("2026-11-28", "09:00"))
    assert [record.element_id for record in stage.overdue()] == ["wt_take"]
    assert (len(ladders(stage)), stage.tasks("sv_l2")) == (1, [])


def test_a_ladder_that_stands_waits_while_the_case_waits_for_the_citizen(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "10:00"))
    stage.do("wt_take", needCorrection=True, correctionList="请写明村小组和门牌")
    stage.let_pass(until=at("2026-11-25", "10:00"))
    assert (len(ladders(stage)), stage.open_tasks()) == (1, ["co_correct"])
    assert stage.told("county_water_reviewer", "T07") == []
    stage.do("co_correct")
    # Eight days were lost, so all levels come eight days later.
    for step, day in (("sv_l2", "2026-12-01"), ("sv_l3", "2026-12-02"), ("sv_l4", "2026-12-04")):
        stage.let_pass(until=at(day, "23:59"))
        assert stage.tasks(step) == []
        stage.let_pass(until=at(day, "24:00"))
        assert len(stage.tasks(step)) == 1


def test_the_departments_reminder_waits_too(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "10:00"))
    stage.do("wt_take", needCorrection=True, correctionList="请写明村小组和门牌")
    stage.let_pass(until=at("2026-11-25", "10:00"))
    stage.do("co_correct")
    stage.let_pass(until=at("2026-11-26", "23:59"))
    assert stage.told("county_water_reviewer", "T07") == []
    stage.let_pass(until=at("2026-11-26", "24:00"))
    assert len(stage.told("county_water_reviewer", "T07")) == 1


def test_a_clock_that_stops_twice_puts_the_ladder_off_twice(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "10:00"))
    for day in ("2026-11-19", "2026-11-20"):
        stage.do("wt_take", needCorrection=True, correctionList="请写明村小组和门牌")
        stage.let_pass(until=at(day, "10:00"))
        stage.do("co_correct")
    stage.let_pass(until=at("2026-11-26", "23:59"))
    assert stage.tasks("sv_l2") == []
    stage.let_pass(until=at("2026-11-26", "24:00"))
    assert len(stage.tasks("sv_l2")) == 1


def test_nobody_is_reminded_of_lateness_when_nobody_is_late(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.let_pass(until=at("2026-11-18", "15:00"))
    stage.do("wt_verify")
    stage.let_pass(until=at("2026-11-25", "15:00"))
    stage.do("wt_solve")
    stage.let_pass(until=at("2026-11-26", "15:00"))
    assert [record for record in stage.overdue() if record.element_id.startswith("wt_")] == []
    assert len(stage.tasks("sv_l2")) == len(stage.tasks("sv_l3")) == 1
    assert stage.told("county_water_reviewer", "T07") == []


# works that take months


def test_works_with_a_log_every_month_meet_no_supervision(stage: Stage) -> None:
    stage.bring_to("wt_long")
    for day in ("2026-12-16", "2027-01-15", "2027-02-14"):
        stage.let_pass(until=at(day, "15:00"))
        stage.do("wt_long")
    assert (stage.overdue(), stage.companions("supervise")) == ([], [])


def test_a_month_without_a_log_brings_supervision_counted_from_the_day_it_was_due(stage: Stage) -> None:
    stage.bring_to("wt_long")
    stage.let_pass(until=at("2026-12-16", "24:00"))
    [ladder] = ladders(stage)
    assert ladder.variables["lateSince"] == at("2026-12-16", "24:00").astimezone(UTC).isoformat()
    stage.let_pass(until=at("2026-12-17", "24:00"))
    assert stage.told("county_water_reviewer", "T07") == [said("T07", step="线下持续推进", days=1)]
    for step, day in (("sv_l2", "2026-12-23"), ("sv_l3", "2026-12-24"), ("sv_l4", "2026-12-26")):
        stage.let_pass(until=at(day, "23:59"))
        assert stage.tasks(step) == []
        stage.let_pass(until=at(day, "24:00"))
        assert len(stage.tasks(step)) == 1


def test_the_log_that_comes_at_last_ends_the_supervision_and_the_next_missing_one_brings_it_again(
    stage: Stage,
) -> None:
    stage.bring_to("wt_long")
    stage.let_pass(until=at("2026-12-24", "09:00"))
    assert "sv_l2" in stage.open_tasks()
    stage.do("wt_long")
    assert (ladders(stage)[0].state, ladders(stage)[0].outcome_text) == ("ended", "逾期环节已办完，不再督办")
    assert (stage.open_tasks(), stage.task("sv_l2").state) == (["wt_long"], "canceled")
    stage.let_pass(until=at("2027-01-22", "24:00"))
    assert len(ladders(stage)) == 1
    stage.let_pass(until=at("2027-01-23", "24:00"))
    assert [ladder.state for ladder in ladders(stage)] == ["ended", "active"]


def late_and_then_works(stage: Stage) -> None:
    """Taken too late, so that a ladder stands; then it turns out on the next day that works are needed."""
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "10:00"))
    stage.do("wt_take")
    stage.do("wt_town_take")
    stage.do("wt_verify", needProject=True)
    stage.do("wt_plan")
    assert [ladder.state for ladder in ladders(stage)] == ["active"]
    stage.do("wt_plan_2")


def test_a_ladder_that_stands_ends_when_works_begin(stage: Stage) -> None:
    late_and_then_works(stage)
    [ladder] = ladders(stage)
    assert (ladder.state, ladder.outcome_text) == ("ended", "改按另一种口径督办，重新起算")
    stage.let_pass(until=at("2026-12-16"))
    assert stage.open_tasks() == ["wt_long"]


@pytest.mark.parametrize("late", [False, True])
def test_after_the_works_the_days_count_anew(stage: Stage, late: bool) -> None:
    if late:
        late_and_then_works(stage)
    else:
        stage.bring_to("wt_long")
    stage.let_pass(until=at("2026-12-10", "15:00"))
    stage.do("wt_long", worksDone=True)
    assert stage.case().supervise_at == at("2026-12-17", "24:00")
    # The call is late on the 14th, so the ladder begins then, but its days are counted from the 10th.
    stage.let_pass(until=at("2026-12-17", "23:59"))
    assert [record.element_id for record in stage.overdue()][-1] == "wt_confirm"
    assert (ladders(stage)[-1].state, stage.tasks("sv_l2")) == ("active", [])
    stage.let_pass(until=at("2026-12-17", "24:00"))
    assert len(stage.tasks("sv_l2")) == 1
    stage.let_pass(until=at("2026-12-20", "24:00"))
    assert len(stage.tasks("sv_l3")) == len(stage.tasks("sv_l4")) == 1
    assert len(ladders(stage)) == (2 if late else 1)


# what each level decides


@pytest.mark.parametrize(
    ("step", "level", "opener"),
    [("sv_l2", "县级", "county_office"), ("sv_l3", "州市", "pref_water_supervisor"), ("sv_l4", "省级", "prov_office")],
)
def test_each_level_sends_an_order_or_says_why_not(stage: Stage, step: str, level: str, opener: str) -> None:
    solved_late(stage)
    stage.let_pass(until=at("2026-11-26", "24:00"))
    with pytest.raises(Invalid) as refusal:
        stage.complete(opener, step, issueOrder=False, noOrderReason="不必")
    assert set(refusal.value.problems) == {"noOrderReason"}
    stage.do(step)
    [order] = stage.orders()
    assert (order.variables["openerRole"], order.state) == (opener, "active")
    assert stage.case().supervised
    assert stage.task("sm_sign").role_key == "county_water_reviewer"
    # The three working days that the county gives end on Wednesday, the two of the others on Tuesday.
    due = "12月2日" if step == "sv_l2" else "12月1日"
    sentence = said("T04", demand=order.variables["orderDemand"], date=due)
    assert stage.told("county_water_reviewer", "T04") == [sentence]
    assert level in str(stage.journal_of(order)[0].payload)


@pytest.mark.parametrize("step", ["sv_l2", "sv_l3", "sv_l4"])
def test_a_level_that_sees_no_need_sends_no_order(stage: Stage, step: str) -> None:
    solved_late(stage)
    stage.let_pass(until=at("2026-11-26", "24:00"))
    stage.do(step, issueOrder=False, noOrderReason="水厂检修，后天即可恢复供水")
    assert stage.orders() == []
    assert not stage.case().supervised


def test_the_levels_answer_each_for_itself_and_the_ladder_ends_with_the_last_of_them(stage: Stage) -> None:
    """The next level enters while the one before it has not answered: the same chapter runs three times at once."""
    solved_late(stage)
    stage.let_pass(until=at("2026-11-26", "24:00"))
    waiting = {"sv_l2", "sv_l3", "sv_l4"}
    for step in ("sv_l3", "sv_l4", "sv_l2"):
        assert waiting == waiting & set(stage.open_tasks())
        assert ladders(stage)[0].state == "active"
        stage.do(step, issueOrder=False, noOrderReason="水厂检修，后天即可恢复供水")
        waiting.remove(step)
    assert (ladders(stage)[0].state, ladders(stage)[0].outcome_text) == ("ended", "逐级督办完毕")
    assert replays(ladders(stage)[0])


def test_the_end_of_the_case_ends_the_ladder_but_not_the_order(stage: Stage) -> None:
    solved_late(stage)
    stage.let_pass(until=at("2026-11-23", "24:00"))
    stage.do("sv_l2")
    stage.let_pass(until=at("2026-11-24", "24:00"))
    assert "sv_l3" in stage.open_tasks()
    stage.do("wt_verify")
    stage.do("wt_solve")
    stage.do("wt_confirm")
    assert stage.case().outcome == "COMPLETED"
    assert (ladders(stage)[0].state, ladders(stage)[0].outcome_text) == ("ended", "案件已办结，不再督办")
    assert (stage.task("sv_l3").state, stage.orders()[0].state) == ("canceled", "active")
    assert replays(ladders(stage)[0])
    for step in ("sm_sign", "sm_do", "sm_report", "sm_check"):
        stage.do(step)
    assert (stage.orders()[0].outcome, stage.case().supervised) == ("COMPLETED", False)


# the order


def test_an_order_is_opened_from_the_case_signed_carried_out_reported_and_accepted(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    order = stage.supervise(orderDueDays=5)
    assert (order.process_key, order.variables["orderDemand"]) == ("supervise", "请在三个工作日内解决停水问题")
    assert stage.case().supervised
    assert stage.task("sm_sign").due_at == at("2026-11-17", "24:00")
    stage.do("sm_sign")
    assert stage.task("sm_do").due_at == at("2026-11-23", "24:00")
    stage.do("sm_do")
    stage.do("sm_report")
    assert (stage.task("sm_check").role_key, stage.task("sm_check").due_at) == (
        "county_office", at("2026-11-18", "24:00"),
    )  # fmt: skip
    assert stage.do("sm_check")
    assert (stage.orders()[0].outcome_text, stage.case().supervised) == ("督办单已办结销号", False)
    assert stage.open_tasks() == ["wt_verify"]


def test_an_order_is_answered_to_whoever_opened_it(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.supervise("pref_water_supervisor")
    for step in ("sm_sign", "sm_do", "sm_report"):
        stage.do(step)
    assert stage.task("sm_check").role_key == "pref_water_supervisor"
    with pytest.raises(NotFound):
        stage.complete("county_office", "sm_check", checkResult="满意")
    stage.complete("pref_water_supervisor", "sm_check", checkResult="满意")
    assert not stage.case().supervised


@pytest.mark.parametrize(
    ("opener", "reported"), [("pref_water_supervisor", True), ("county_office", False), ("prov_office", False)]
)
def test_what_an_order_of_the_prefecture_brought_about_is_reported_to_the_province(
    stage: Stage, opener: str, reported: bool
) -> None:
    stage.hire("prov_water", "prov_water_supervisor", PROVINCE)
    stage.bring_to("wt_verify")
    stage.supervise(opener)
    for step in ("sm_sign", "sm_do", "sm_report"):
        stage.do(step)
    assert stage.told("prov_office", "T241") == []
    stage.complete(opener, "sm_check", checkResult="满意")
    sentence = said("T241", demand="请在三个工作日内解决停水问题", result="已解决", no=stage.case().case_no)
    told = [sentence] if reported else []
    assert stage.told("prov_office", "T241") == stage.told("prov_water", "T241") == told
    assert replays(stage.orders()[0])


def test_an_order_that_climbed_to_the_prefecture_is_reported_too(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.supervise("county_office")
    stage.let_pass(until=at("2026-11-17", "24:00"))
    assert stage.orders()[0].variables["openerRole"] == "pref_water_supervisor"
    for step in ("sm_sign", "sm_do", "sm_report"):
        stage.do(step)
    stage.complete("pref_water_supervisor", "sm_check", checkResult="满意")
    assert "州市督办结果" in stage.told("prov_office", "T241")[0]


def test_an_answer_that_does_not_satisfy_goes_back_with_a_reason_and_a_new_date(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.supervise()
    for step in ("sm_sign", "sm_do", "sm_report"):
        stage.do(step)
    with pytest.raises(Invalid) as refusal:
        stage.complete("county_office", "sm_check", checkResult="退回重办")
    assert set(refusal.value.problems) == {"checkReason", "newDueDays"}
    stage.do("sm_check", checkResult="退回重办", checkReason="没有说明今后如何避免", newDueDays=2)
    assert stage.task("sm_do").due_at == at("2026-11-18", "24:00")
    assert stage.told("county_water_reviewer", "T09") == [said("T09", reason="没有说明今后如何避免", date="11月18日")]
    stage.do("sm_do")
    stage.do("sm_report")
    stage.do("sm_check")
    assert stage.orders()[0].outcome == "COMPLETED"


def test_an_order_is_extended_once_only(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.supervise()
    for step in ("sm_sign", "sm_do", "sm_report"):
        stage.do(step)
    stage.do("sm_check", checkResult="延期", checkReason="配件须从省外调运，同意延期", newDueDays=4)
    assert stage.task("sm_do").due_at == at("2026-11-20", "24:00")
    stage.do("sm_do")
    stage.do("sm_report", result="未解决", newDate="2026-11-25")
    with pytest.raises(Invalid) as refusal:
        stage.do("sm_check", checkResult="延期", checkReason="配件须从省外调运，再次延期", newDueDays=4)
    assert set(refusal.value.problems) == {"checkResult"}
    stage.do("sm_check", checkResult="退回重办", checkReason="不能再延期，请立即解决", newDueDays=1)
    assert stage.open_tasks() == ["sm_do", "wt_verify"]


def test_an_order_that_nobody_signs_is_told_to_those_above(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.supervise()
    stage.let_pass(until=at("2026-11-17", "24:00"))
    assert [record.element_id for record in stage.overdue()] == ["sm_sign"]
    assert len(stage.told("county_water_approver", "T03")) == 1


def test_an_order_that_nobody_signs_climbs_to_the_next_level(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.supervise()
    stage.let_pass(until=at("2026-11-17", "23:59"))
    assert stage.orders()[0].variables["openerRole"] == "county_office"
    stage.let_pass(until=at("2026-11-17", "24:00"))
    assert stage.orders()[0].variables["openerRole"] == "pref_water_supervisor"
    sentence = said("T08", unit="州市", date="11月19日")
    for who in ("county_water_reviewer", "county_water_approver", "county_office", "pref_water_supervisor"):
        assert stage.told(who, "T08") == [sentence]
    stage.clock.move_to(at("2026-11-18", "09:00"))
    for step in ("sm_sign", "sm_do", "sm_report"):
        stage.do(step)
    assert stage.task("sm_check").role_key == "pref_water_supervisor"
    stage.complete("pref_water_supervisor", "sm_check", checkResult="满意")
    assert (stage.orders()[0].outcome, stage.told("prov_office", "T08")) == ("COMPLETED", [])


def test_an_order_that_is_never_signed_climbs_to_the_province_and_stays_there(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.supervise()
    stage.let_pass(until=at("2026-11-19", "24:00"))
    assert stage.orders()[0].variables["openerRole"] == "prov_office"
    assert stage.told("prov_office", "T08") == [said("T08", unit="省级", date="11月23日")]
    stage.let_pass(until=at("2026-11-30"))
    assert (stage.orders()[0].variables["openerRole"], len(stage.told("prov_office", "T08"))) == ("prov_office", 1)
    assert (stage.task("sm_sign").state, len(stage.tasks("sm_sign"))) == ("open", 1)


@pytest.mark.parametrize("by_the_clock", [False, True])
def test_an_order_about_a_case_of_no_department_goes_from_the_countys_office_to_the_prefectures(
    stage: Stage, by_the_clock: bool
) -> None:
    stage.item = "meeting"
    if by_the_clock:
        with transaction() as session:
            version = deployments.active(session, "meeting", YANSHAN, clock.now()).id
            stage.case_id = beginnings.begin_planned(session, "meeting", version, YANSHAN, clock.now()).id
    else:
        stage.begin("county_office")
    stage.supervise()
    assert stage.task("sm_sign").role_key == "county_office"
    # The office has the meeting itself in hand, too.
    assert len(stage.told("county_office", "T04")) == 1
    stage.let_pass(until=at("2026-11-17", "24:00"))
    assert stage.orders()[0].variables["openerRole"] == "pref_office"
    stage.let_pass(until=at("2026-11-19", "24:00"))
    assert stage.orders()[0].variables["openerRole"] == "prov_office"
    assert replays(stage.orders()[0])


def test_an_order_that_is_signed_in_time_does_not_climb(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.supervise()
    stage.let_pass(until=at("2026-11-17", "15:00"))
    stage.do("sm_sign")
    stage.let_pass(until=at("2026-11-24"))
    assert stage.orders()[0].variables["openerRole"] == "county_office"
    assert stage.told("county_water_reviewer", "T08") == []


def test_two_orders_stand_side_by_side_and_the_last_one_frees_the_case(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    first = stage.supervise()
    stage.supervise("pref_water_supervisor")
    assert len(stage.orders()) == 2
    for step in ("sm_sign", "sm_do", "sm_report"):
        stage.do(step)
    stage.complete("pref_water_supervisor", "sm_check", checkResult="满意")
    assert stage.case().supervised
    assert [order.case_no for order in stage.orders() if order.state == "active"] == [first.case_no]


@pytest.mark.parametrize("who", ["town_water_clerk", "county_water_clerk", "town_leader"])
def test_who_does_not_supervise_opens_no_order(stage: Stage, who: str) -> None:
    stage.bring_to("wt_verify")
    with pytest.raises((NotAllowed, NotFound)):
        stage.supervise(who)
    assert stage.companions() == []


def test_a_case_that_has_ended_is_not_supervised(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.withdraw()
    with pytest.raises(Conflict):
        stage.supervise()


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
