"""找工作 (domain B4): three rounds of posts and visits, a public post for households without work, a follow-up."""

from typing import Any

import pytest

from engine.casework import cases
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Invalid
from tests.processes import sentences
from tests.processes.stage import Stage, at

ITEM = PROCESS = "job"
CHAPTERS = ("job_zero",)
TOO_LATE = "您已经就业登记，不能再撤回。不想继续的，请在回访时告诉工作人员，或者打电话 12345"
HIRED = {"visitResult": "已就业", "visitWhy": None}


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def outcome(case: Case) -> tuple[str, str | None, str | None]:
    return case.state, case.outcome, case.outcome_text


def a_round(stage: Stage, **visit: Any) -> None:
    """A round passes in which nothing suits, and the citizen is visited."""
    stage.do("jb_push")
    stage.do("jb_choose")
    stage.do("jb_visit", **visit)


def three_rounds(stage: Stage, jobless: bool = False, **visit: Any) -> None:
    stage.raise_hand(householdJobless=jobless, **({"workers": [{"workerName": "家人甲", "employed": False}]}
                                                  if jobless else {}))  # fmt: skip
    stage.do("jb_accept")
    if jobless:
        stage.do("jb_zero")
    for _ in range(3):
        a_round(stage, **visit)


# how it ends


def test_who_finds_work_is_registered_and_looked_after_for_three_months(stage: Stage) -> None:
    stage.bring_to("jb_done")
    stage.do("jb_done")
    stage.let_pass(until=at("2026-12-16", "24:00"))
    stage.do("jb_done_2", keptOn="2026-12-17")
    stage.let_pass(until=at("2027-02-14", "24:00"))
    stage.do("jb_done_3", keptOn="2027-02-15")
    assert outcome(stage.case()) == ("ended", "COMPLETED", "已就业并稳定")


def test_who_finds_nothing_in_three_rounds_is_closed_with_a_suggestion(stage: Stage) -> None:
    three_rounds(stage)
    assert (stage.open_tasks(), stage.case().variables["round"]) == (["jb_close"], 3)
    stage.do("jb_close")
    text = "建议先参加技能培训，再找工作"
    assert outcome(stage.case()) == ("ended", "COMPLETED", f"未就业：{text}")


def test_a_household_without_work_gets_a_public_post_after_three_rounds(stage: Stage) -> None:
    """Domain G.3 #12: not employed after 3 rounds and zeroEmployment; 45 distinct posts pushed at most."""
    three_rounds(stage, jobless=True)
    pushed = stage.case().variables["pushedPosts"]
    assert len(pushed) == len(set(pushed)) == 45
    assert stage.open_tasks() == ["jb_public_post"]
    stage.do("jb_public_post")
    stage.do("jb_public_post_2")
    stage.do("pb_post")
    stage.let_pass(until=at("2026-11-21", "24:00"))
    stage.do("pb_down")
    stage.complete("village_leader", "pb_down_2", villageObjection=False)
    assert stage.open_tasks() == ["jb_done"]


def test_a_household_whose_check_is_late_is_checked_at_the_third_visit(stage: Stage) -> None:
    stage.raise_hand(householdJobless=True, workers=[{"workerName": "家人甲", "employed": False}])
    stage.do("jb_accept")
    a_round(stage)
    a_round(stage)
    with pytest.raises(Invalid) as refusal:
        a_round(stage)
    assert set(refusal.value.problems) == {"zeroAtVisit"}
    stage.do("jb_visit", zeroAtVisit=True)
    assert stage.open_tasks() == ["jb_public_post", "jb_zero"]


def test_who_does_not_want_the_public_post_is_closed(stage: Stage) -> None:
    three_rounds(stage, jobless=True)
    stage.do(
        "jb_public_post", placementResult="不接受", postName=None, postUnit=None, postPay=None, postFrom=None,
        postYears=None, refuseReason="想自己出去找活",
    )  # fmt: skip
    assert stage.open_tasks() == ["jb_close"]


@pytest.mark.parametrize("at_visit", [False, True])
def test_who_gives_up_ends_the_case(stage: Stage, at_visit: bool) -> None:
    stage.bring_to("jb_visit" if at_visit else "jb_choose")
    if at_visit:
        stage.do("jb_visit", visitResult="放弃", visitWhy="要照顾老人")
    else:
        stage.do("jb_choose", postChoice="放弃求职", unfitReason=None, giveUpReason="要照顾老人")
    assert outcome(stage.case()) == ("ended", "TERMINATED", "您放弃求职，办理终止")
    assert stage.told("citizen", "M34") == [said("M34", reason="您放弃求职")]


def test_who_loses_the_work_begins_again_at_the_first_round(stage: Stage) -> None:
    stage.bring_to("jb_done")
    stage.do("jb_done")
    stage.let_pass(until=at("2026-12-16", "24:00"))
    with pytest.raises(Invalid) as refusal:
        stage.do("jb_done_2", keptOn="2026-12-17", stability="失业")
    assert set(refusal.value.problems) == {"againWanted"}
    stage.do("jb_done_2", keptOn="2026-12-17", stability="失业", againWanted=True)
    assert (stage.open_tasks(), stage.case().variables["round"]) == (["jb_push"], 1)


def test_who_is_not_accepted_is_told_why(stage: Stage) -> None:
    stage.raise_hand()
    reason = "已在县城一家工厂稳定就业并参加社保"
    stage.do(
        "jb_accept", employedNow=True, inScope=False, rejectReasonCode="JB02", rejectReason=reason,
        rejectBasis="就业促进法第三十五条",
    )  # fmt: skip
    assert outcome(stage.case()) == ("ended", "NOT_ACCEPTED", reason)
    assert stage.told("citizen", "M04") == [said("M04", reason=reason)]


def test_papers_that_never_come_end_the_case(stage: Stage) -> None:
    stage.raise_hand()
    stage.do("jb_accept", needCorrection=True, correctionList="请重拍身份证正面")
    stage.let_pass(until=at("2026-11-30", "24:00"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "逾期未补正材料，办理终止")


def test_a_proxy_without_consent_ends_the_case(stage: Stage) -> None:
    stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers())
    stage.consent(agrees=False)
    assert outcome(stage.case()) == ("ended", "TERMINATED", "未能取得本人同意，代为提出的诉求已终止")


# the household is checked at the same time


def test_the_check_of_the_household_holds_nothing_up(stage: Stage) -> None:
    stage.raise_hand(householdJobless=True, workers=[{"workerName": "家人甲", "employed": False}])
    stage.do("jb_accept")
    assert stage.open_tasks() == ["jb_push", "jb_zero"]
    assert stage.task("jb_zero").due_at == at("2026-11-23", "24:00")
    stage.do("jb_zero", workersEmployed=1, zeroEmployment=False)
    assert stage.open_tasks() == ["jb_push"]


# what may happen at any time


def test_the_citizen_may_withdraw_until_there_is_work(stage: Stage) -> None:
    stage.bring_to("jb_choose")
    stage.withdraw()
    assert outcome(stage.case()) == ("ended", "WITHDRAWN", "您已撤回")


def test_who_has_work_cannot_withdraw(stage: Stage) -> None:
    stage.bring_to("jb_done")
    stage.do("jb_done")
    with reading() as session:
        assert not cases.may_withdraw(session, stage.case(), stage.people["citizen"])
    with pytest.raises(Invalid) as refusal:
        stage.withdraw()
    assert refusal.value.notice == TOO_LATE
    stage.refused("jb_end_too_late", refusal.value)


def test_the_citizen_may_urge_and_supervision_is_told(stage: Stage) -> None:
    stage.bring_to("jb_push")
    stage.urge()
    assert len(stage.told("county_hr_clerk", "T06")) == len(stage.told("citizen", "M30")) == 1
    stage.supervise()
    assert len(stage.told("county_hr_clerk", "T04")) == 1


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
