"""申诉: against the result of one's own case, looked into by people who had no part in it, and by the level above."""

from datetime import timedelta
from typing import Any

import pytest

from engine import clock
from engine.casework import timeline
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Invalid, NotAllowed
from engine.oversight import replay
from tests.factories import YANSHAN
from tests.processes.stage import Stage, at

ITEM = PROCESS = "appeal"
REASON = "现场核实那天刚好来水，平时一天只来两个小时，请重新核实"
FOUND = "复查原卷并电话核实，当日为临时供水，认定不属实的依据不足"
REPLY = "原来认定不属实的依据不足，现重新到现场核实"


@pytest.fixture(autouse=True)
def _others(stage: Stage) -> None:
    """A reviewer who had no part in the case, beside the one who had none either; the level above is there."""
    stage.hire("prov_water", "prov_water_supervisor", "530000")


def refused_case(stage: Stage) -> Case:
    """A case of 饮水安全 that was found not to be true."""
    stage.item = "water"
    stage.bring_to("wt_verify")
    stage.do("wt_verify", problemTrue="不属实", visitAt=clock.local(clock.now()).date().isoformat())
    stage.do("wt_not_true")
    stage.item = ITEM
    return stage.case()


def appeal(stage: Stage, about: Case, **values: Any) -> Case:
    told = {"aboutCase": about.case_no, "appealKind": "不符合条件", "otherChannel": "没有", "appealReason": REASON}
    return stage.begin("citizen", **{**told, **values})


def accept(stage: Stage) -> None:
    stage.complete("county_office", "al_accept", appealAccepted=True)


def review(stage: Stage, decision: str, who: str = "county_water_reviewer", **values: Any) -> None:
    given = {"appealDecision": decision, "reviewOpinion": FOUND, "replyText": REPLY, **values}
    stage.complete(who, "al_review", **given)


def sign(stage: Stage, who: str = "county_water_approver", **values: Any) -> None:
    stage.complete(who, "al_sign", **{"signAgreed": True, **values})


def ended(stage: Stage) -> tuple[str | None, str | None]:
    case = stage.case()
    with reading() as session:
        assert replay.replay(session, case.case_no).difference is None
    return case.outcome, case.outcome_text


def test_what_was_decided_stands_and_the_citizen_accepts(stage: Stage) -> None:
    appeal(stage, refused_case(stage))
    accept(stage)
    review(stage, "维持")
    sign(stage, signAgreed=False, returnReason="没有说明向谁核实，请补充")
    review(stage, "维持")
    sign(stage)
    assert len(stage.told("citizen", "M211")) == 1
    stage.complete("citizen", "al_read", replyAccepted=True)
    assert ended(stage) == ("COMPLETED", f"维持：{REPLY}")


def test_the_case_is_done_again_from_the_step_that_was_named(stage: Stage) -> None:
    about = refused_case(stage)
    case = appeal(stage, about)
    accept(stage)
    review(stage, "撤销重办", reopenAt="wt_verify")
    with reading() as session:
        [said] = [
            one.answers
            for one in timeline.submissions(session, case, stage.people["county_office"])
            if one.name == "复查"
        ]
    assert ("从哪个环节重新办理", "现场核实") in said
    sign(stage)
    stage.sleep(until=clock.local(clock.now()) + timedelta(days=16))
    assert ended(stage) == ("COMPLETED", f"撤销重办：{REPLY}")
    assert stage.case().variables["reopenedCase"] == about.case_no
    stage.case_id = about.id
    assert stage.case().state == "active" and "wt_verify" in stage.open_tasks()
    assert case.case_no in str([event.payload for event in stage.journal() if event.kind == "case_reopened"])
    with reading() as session:
        assert replay.replay(session, about.case_no).difference is None


def test_to_begin_anew_is_offered_only_where_the_case_has_a_step_to_begin_at(stage: Stage) -> None:
    stage.item = "medicine"
    about = stage.raise_hand()
    stage.item = ITEM
    assert about.outcome == "NOT_ACCEPTED", "the platform refuses it before anybody has a task"
    appeal(stage, about)
    accept(stage)
    with pytest.raises(Invalid) as refusal:
        review(stage, "撤销重办", who="county_health_reviewer")
    assert "appealDecision" in refusal.value.problems
    review(stage, "维持", who="county_health_reviewer")
    assert stage.open_tasks() == ["al_sign"]


def test_what_is_changed_is_carried_out_and_who_is_not_content_asks_the_level_above(stage: Stage) -> None:
    appeal(stage, refused_case(stage))
    accept(stage)
    review(stage, "变更")
    sign(stage)
    assert stage.task("al_change").due_at == at("2026-11-23", "24:00")
    stage.complete("county_water_clerk", "al_change", changeResult="已安排水务站每天定时供水，并登记回访")
    stage.complete("citizen", "al_read", replyAccepted=False, notAcceptedText="没有说什么时候修好")
    given = {"appealDecision": "维持", "reviewOpinion": FOUND, "replyText": "县级的处理符合规定，予以维持"}
    stage.complete("pref_water_supervisor", "al_again", **given)
    assert ended(stage) == ("COMPLETED", "上级复核维持：县级的处理符合规定，予以维持")
    assert "行政复议" in stage.told("citizen", "M212")[0]


def test_who_had_a_part_in_the_case_does_not_look_into_it(stage: Stage) -> None:
    stage.item = "water"
    stage.bring_to("wt_plan_2")
    stage.do("wt_plan_2", planDecision="退回修改", planOpinion="概算依据不足，请补充后再报")
    stage.item = ITEM
    about = stage.case()
    stage.hire("second", "county_water_reviewer", YANSHAN)
    appeal(stage, about, appealKind="办理超时")
    accept(stage)
    with pytest.raises(NotAllowed) as refusal:
        review(stage, "维持")
    assert about.case_no in str(refusal.value.notice)
    review(stage, "维持", who="second")
    assert stage.open_tasks() == ["al_sign"]


def test_where_everybody_had_a_part_the_level_above_looks_into_it(stage: Stage) -> None:
    stage.item = "water"
    stage.bring_to("wt_plan_2")
    stage.do("wt_plan_2", planDecision="退回修改", planOpinion="概算依据不足，请补充后再报")
    stage.item = ITEM
    appeal(stage, stage.case(), appealKind="办事作风")
    accept(stage)
    review(stage, "维持", who="pref_water_supervisor")
    sign(stage, who="pref_water_supervisor")
    stage.complete("citizen", "al_read", replyAccepted=False, notAcceptedText="还是没有答复我")
    assert stage.task("al_again").role_key == "prov_water_supervisor"


@pytest.mark.parametrize("change", [{"otherChannel": "行政复议"}, {"days": 61}, {"running": True}])
def test_what_may_not_be_appealed_is_refused_at_once_with_the_reason(stage: Stage, change: dict[str, Any]) -> None:
    if change.pop("running", False):
        stage.item = "water"
        about = stage.raise_hand()
        stage.item = ITEM
    else:
        about = refused_case(stage)
    stage.clock.advance(days=change.pop("days", 0))
    appeal(stage, about, **change)
    outcome, reason = ended(stage)
    assert outcome == "NOT_ACCEPTED" and str(reason) in stage.told("citizen", "M210")[0]


def test_on_the_sixtieth_day_it_is_still_in_time_and_the_office_may_refuse(stage: Stage) -> None:
    about = refused_case(stage)
    stage.clock.move_to(at("2027-01-15", "23:00"))
    appeal(stage, about)
    stage.complete("county_office", "al_accept", appealAccepted=False, refuseReason="申诉的不是原处理通知所说的事")
    assert ended(stage) == ("NOT_ACCEPTED", "申诉的不是原处理通知所说的事")


def test_the_limits_leave_out_weekends_and_holidays_and_count_make_up_days(stage: Stage) -> None:
    stage.clock.move_to(at("2026-09-24", "10:00"))
    about = refused_case(stage)
    stage.clock.move_to(at("2026-09-30", "15:00"))
    appeal(stage, about)
    assert stage.task("al_accept").due_at == at("2026-10-09", "24:00")
    accept(stage)
    # From 1 to 7 October nobody works, but on Saturday the 10th everybody does.
    assert stage.task("al_review").due_at == at("2026-10-27", "24:00")
    stage.clock.move_to(at("2026-10-26", "10:00"))
    review(stage, "维持")
    assert stage.task("al_sign").due_at == at("2026-10-27", "24:00")


def test_nobody_appeals_against_the_case_of_another(stage: Stage) -> None:
    about = refused_case(stage)
    told = {"aboutCase": about.case_no, "appealKind": "不符合条件", "otherChannel": "没有", "appealReason": REASON}
    with pytest.raises(Invalid) as refusal:
        stage.begin("stranger", **told)
    assert set(refusal.value.problems) == {"aboutCase"}


def test_it_may_be_urged_supervised_and_withdrawn(stage: Stage) -> None:
    appeal(stage, refused_case(stage))
    stage.urge()
    stage.supervise()
    stage.withdraw(reason="已经和我说清楚了")
    assert stage.case().outcome == "WITHDRAWN"


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
