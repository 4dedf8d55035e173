"""政府托举, the visit: two people and what they found, the county's second look, and one in twenty is asked again."""

import pytest

from engine.casework.models import CaseNumber
from engine.db import transaction
from engine.errors import Invalid
from tests.processes import lifting
from tests.processes.lifting import apart, clue, do, found
from tests.processes.stage import Stage

ITEM, PROCESS = "gov_lift", "gov_lift_verify"


@pytest.fixture(autouse=True)
def employed(stage: Stage) -> None:
    lifting.employ(stage)


def test_the_household_hears_why_people_come(stage: Stage) -> None:
    clue(stage)
    do(stage, "gl_triage")
    assert len(stage.told("citizen", "M190")) == 1
    assert len(stage.told("town_office", "T01")) == 1


def test_one_visitor_or_two_photos_are_too_few(stage: Stage) -> None:
    clue(stage)
    do(stage, "gl_triage")
    with pytest.raises(Invalid) as refusal:
        do(stage, "gl_verify", visitors=lifting.VISIT["visitors"][:1], visitPhotos=[stage.file("town_office")])
    assert {"visitors", "visitPhotos"} <= refusal.value.problems.keys()


def test_the_county_sends_it_back_once_more_and_then_closes_it(stage: Stage) -> None:
    found(stage, "无风险")
    do(stage, "gl_none", noneDecision="重新核实", noneText="没有看饮水情况")
    do(stage, "gl_verify", verifyResult="已有帮扶可化解")
    do(stage, "gl_none")
    assert stage.case().outcome_text == "入户核实：已有帮扶可化解"


def test_one_in_twenty_of_those_without_risk_is_asked_again(stage: Stage) -> None:
    """Drawn by the number of the case, so that nobody chooses: the nineteenth of a day is one."""
    with transaction() as session:
        session.add(CaseNumber(prefix="gov_lift-532622-20261116", last=17))
    for drawn in (0, 1):
        found(stage, "无风险")
        do(stage, "gl_none")
        assert len(apart("gov_lift_revisit")) == drawn


def test_what_needs_help_goes_on(stage: Stage) -> None:
    found(stage, "需救助事项", ["water"])
    assert stage.case().status == "CONSENT_PENDING"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
