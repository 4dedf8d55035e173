"""临时救助, acceptance (domain B3 #2): at once where it is urgent, without papers; a second time for the same cause."""

import pytest

from engine.errors import Invalid
from tests.processes import hardship, sentences
from tests.processes.stage import Stage, at

ITEM, PROCESS = "linshi", "linshi_accept"


def test_who_needs_help_now_is_taken_in_four_hours_and_asked_for_no_papers(family: Stage) -> None:
    family.clock.move_to(at("2026-11-21", "22:00"))
    family.raise_hand(urgentNow=True, deposits=None, authPersons=[], promiseSign=None)
    task = family.task("ls_triage_now")
    assert (task.region_code, task.due_at) == ("532622101", at("2026-11-22", "02:00"))
    family.do("ls_triage_now", needCorrection=True, correctionList="请补火灾认定书")
    told = sentences.said("M170", ITEM, type="急难型", no="linshi-532622-20261121-00001")
    assert (family.told("citizen", "M170"), family.open_tasks()) == ([told], ["ls_quick"])


@pytest.mark.parametrize(
    ("asked", "due"), [("2026-10-09", "2026-10-10"), ("2026-09-30", "2026-10-08"), ("2026-11-20", "2026-11-23")]
)
def test_a_working_day_counts_the_make_up_saturday_and_skips_holiday_and_weekend(
    family: Stage, asked: str, due: str
) -> None:
    family.clock.move_to(at(asked, "16:00"))
    family.raise_hand(authSignDate="2026-09-01", promiseDate="2026-09-01", eventDate="2026-09-01")
    assert family.task("ls_triage").due_at == at(due, "24:00")


def test_the_same_cause_in_the_same_year_warns_the_clerk_and_blocks_nothing(family: Stage) -> None:
    """Domain G.3 #11; another cause, or last year's, is no matter."""
    hardship.helped(family)
    first = family.case().case_no
    family.raise_hand(eventType=["教育支出"])
    assert family.case().variables["sameCause"] == ""
    family.withdraw(reason="不需要了")
    family.raise_hand(eventType=["火灾", "其他"])
    assert family.case().variables["sameCause"] == f"2026-11-16 火灾（{first}）"
    family.do("ls_triage")
    assert family.open_tasks() == ["ls_expense"]
    family.withdraw(reason="不需要了")
    family.clock.move_to(at("2027-01-04"))
    family.raise_hand(authSignDate="2026-12-01")
    assert family.case().variables["sameCause"] == ""


def test_what_is_not_urgent_may_have_to_be_completed_or_is_refused(family: Stage) -> None:
    family.raise_hand()
    missing = {"needCorrection": True, "correctionList": "医疗票据看不清，请重拍"}
    family.do("ls_triage", **missing)
    family.do("co_correct")
    family.do("ls_triage", **missing)
    family.let_pass(until=at("2026-11-30", "24:00"))
    assert family.case().outcome == "TERMINATED"
    family.raise_hand()
    nothing = {"inScope": False, "aidType": None, "isLowIncomeAlready": None}
    with pytest.raises(Invalid) as refusal:
        family.do("ls_triage", **nothing, rejectReason="不归我管")
    assert set(refusal.value.problems) == {"rejectReasonCode", "rejectReason", "rejectBasis"}
    family.do(
        "ls_triage", **nothing, rejectReasonCode="NR01", rejectReason="反映的是劳动报酬纠纷，请向劳动监察反映",
        rejectBasis="民发〔2018〕23号",
    )  # fmt: skip
    assert family.case().outcome == "NOT_ACCEPTED"


def test_what_a_family_writes_is_checked(family: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        family.raise_hand(
            eventType=[], eventText="着火了", eventDate="2026-11-17", otherAid=500, members=[], accountNo="62170000",
            promiseDate=None,
        )  # fmt: skip
    assert set(refusal.value.problems) == {
        "eventType", "eventText", "eventDate", "otherAidText", "members", "accountNo", "promiseDate",
    }  # fmt: skip


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
