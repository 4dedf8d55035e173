"""低保, the written refusal (domain B1 #12R): by whom it was decided, with reasons, remedies and what else there is."""

import pytest

from engine.casework import documents
from engine.db import reading
from engine.errors import Invalid
from tests.demo.registers import Simulator
from tests.processes import household, sentences
from tests.processes.stage import Stage, at

ITEM, PROCESS = "dibao", "dibao_refuse"


def test_the_town_refuses_what_the_check_refused_and_the_county_gets_a_copy(
    family: Stage, registers: Simulator
) -> None:
    household.surveyed(family, registers, cars=True)
    family.do("db_tell_fail")
    family.do("db_object", objectChoice="接受", objectText=None, objectFiles=[])
    assert family.task("db_reject_2").due_at == at("2026-11-19", "24:00")
    with pytest.raises(Invalid) as refusal:
        family.do("db_reject_2", refuseText="不符合", rightsTold=False)
    assert set(refusal.value.problems) == {"refuseText", "rightsTold"}
    family.do("db_reject_2")
    told = sentences.said("T70", ITEM, reason="家庭财产超过低保规定，不符合条件")
    assert family.told("county_civil_clerk", "T70") == [told]


def test_the_county_refuses_within_three_working_days_and_names_the_remedies(
    family: Stage, registers: Simulator
) -> None:
    household.surveyed(family, registers)
    family.do("db_draft", draftDecision="不符合", category=None, proposedAmount=None, draftCode="DB01")
    family.do("db_prelim", prelimDecision="不符合", prelimOpinion="人均收入高于标准，报县级决定")
    family.do("db_county_review", countyDecision="建议不同意")
    family.do("db_approve", **household.DENIED)
    assert family.task("db_reject").due_at == at("2026-11-19", "24:00")
    family.do("db_reject")
    with reading() as session:
        found = documents.of_case(session, family.case_id, family.people["county_civil_clerk"])
    lines = {line["label"]: line["text"] for line in found[-1].content["lines"]}
    assert "60 日内申请行政复议" in lines["救济途径"] and lines["其他办法"] == "低保边缘家庭"
    assert len(family.told("town_civil_clerk", "T70")) == len(family.told("citizen", "M08")) == 1


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
