"""政府托举, asked again: after thirty days who did not agree, at once who was drawn; what is found is a new clue."""

from typing import Any

import pytest

from tests.processes import lifting
from tests.processes.lifting import apart, do
from tests.processes.stage import Stage, at

ITEM = PROCESS = "gov_lift_revisit"


@pytest.fixture(autouse=True)
def employed(stage: Stage) -> None:
    lifting.employ(stage)


def begin(stage: Stage, kind: str) -> None:
    values: dict[str, Any] = {"revisitKind": kind, "revisitWhy": "核实后认为没有风险", **lifting.about(stage)}
    stage.begin("town_office", **values)


def test_who_did_not_agree_is_asked_again_after_thirty_days(stage: Stage) -> None:
    begin(stage, "未同意")
    assert stage.open_tasks() == []
    stage.let_pass(until=at("2026-12-17", "09:00"))
    do(stage, "gl_ask_again")
    assert stage.case().outcome_text == "回访后不需要托举"


def test_who_was_drawn_is_asked_at_once_and_a_hardship_is_a_new_clue(stage: Stage) -> None:
    begin(stage, "抽查")
    assert stage.task("gl_revisit").due_at == at("2026-11-26", "24:00")
    do(stage, "gl_revisit", revisitNeeds=True, revisitText="户主又住院了，家里没有收入")
    assert stage.case().outcome_text == "回访后另立托举线索"
    [clue] = apart("gov_lift")
    assert (clue.applicant_name, clue.variables["originCaseNo"]) == (
        stage.people["citizen"].name,
        stage.case().case_no,
    )
    assert clue.variables["riskText"] == "户主又住院了，家里没有收入"
    assert clue.variables["applicantIdNo"] == stage.case().applicant_identity, "what is prepared for them needs it"
    assert clue.variables["problemRegion"] == stage.case().region_code


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
