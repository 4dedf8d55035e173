"""临时救助, the town's opinion and its notice (domain B3 G3, G4): three days in the village."""

import pytest

from engine.casework import objections
from engine.db import reading
from engine.errors import Invalid
from tests.processes import hardship, household
from tests.processes.stage import Stage, at

ITEM, PROCESS = "linshi", "linshi_prelim"


def test_the_table_reckons_and_the_notice_hangs_for_three_days(family: Stage) -> None:
    hardship.surveyed(family)
    limit = family.case().variables["aidLimit"]
    assert (limit["standard"], limit["persons"], limit["months"]) == (550, 3, 3)
    assert (limit["suggested"], limit["cap"]) == (4950, 9900)
    family.do("ls_prelim", aidLevel="特别困难", aidPersons=2)
    family.do("ls_prelim_2", signDecision="退回修改", signOpinion="人数应当按全家三人计算，请改")
    family.do("ls_prelim", aidLevel="特别困难")
    family.do("ls_prelim_2")
    assert family.case().variables["aidLimit"]["cap"] == 550 * 3 * 12
    family.do("pb_post")
    with reading() as session:
        shown = objections.get(session, household.notice(family).id)
    assert [label for label, _ in shown.lines] == ["姓名", "家庭人数", "事项", "金额"]
    assert (shown.until_at, family.case().status) == (at("2026-11-19", "24:00"), "PUBLICITY")
    family.let_pass(until=shown.until_at)
    household.taken_down(family)
    assert family.open_tasks() == ["ls_town_approve"]


def test_a_negative_opinion_hangs_nowhere_and_cannot_be_signed_as_a_positive_one(family: Stage) -> None:
    hardship.surveyed(family)
    nothing = dict.fromkeys(["aidLevel", "aidPersons", "aidMonths", "proposedAmount"])
    family.do("ls_prelim", **nothing, prelimDecision="不符合", prelimCode="LS01")
    with pytest.raises(Invalid) as refusal:
        family.do("ls_prelim_2")
    assert set(refusal.value.problems) == {"signDecision"}
    family.do("ls_prelim_2", signDecision="不符合")
    assert (family.open_tasks(), family.told("citizen", "M06")) == (["ls_examine"], [])


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
