"""临时救助, visit and check (domain B3 G1, G2): both at once; whoever has 低保 is asked for the expenses alone."""

import pytest

from engine.errors import Invalid
from engine.workflow.world import Refused
from tests.demo.registers import Simulator
from tests.processes import hardship, household
from tests.processes.stage import Stage, at

ITEM, PROCESS = "linshi", "linshi_survey"


def test_the_family_is_visited_while_the_registers_are_asked(family: Stage, registers: Simulator) -> None:
    registers.hold(household.truth(family))
    family.raise_hand()
    family.do("ls_triage", isLowIncomeAlready=False)
    assert family.open_tasks() == ["ec_accept", "ls_survey"]
    assert family.task("ls_survey").due_at == at("2026-11-23", "24:00")
    with pytest.raises(Invalid) as refusal:
        alone = [{"visitorName": "经办甲", "visitorPost": "乡镇"}]
        family.do("ls_survey", visitors=alone, villageVisitor="", expenseTable=[])
    assert set(refusal.value.problems) == {"visitors", "villageVisitor", "expenseTable"}
    family.do("ls_survey")
    household.checked(family)
    assert (family.open_tasks(), family.case().variables["checkResult"]) == (["ls_prelim"], "PASS")


def test_the_village_may_be_asked_and_its_meeting_must_be_a_meeting(family: Stage, registers: Simulator) -> None:
    registers.hold(household.truth(family))
    family.raise_hand()
    family.do("ls_triage", isLowIncomeAlready=False)
    household.checked(family)
    family.do("ls_survey", appraiseWanted=True)
    assert family.task("ls_appraise").role_key == "village_leader"
    with pytest.raises(Refused) as refusal:
        family.do("ls_appraise", votesFor=4)
    family.refused("ls_end_unmet", refusal.value)
    family.do("ls_appraise")
    assert family.open_tasks() == ["ls_prelim"]


def test_whoever_has_a_benefit_already_is_asked_for_the_expenses_alone(family: Stage) -> None:
    hardship.surveyed(family)
    assert (family.open_tasks(), family.case().variables.get("checkResult")) == (["ls_prelim"], None)


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
