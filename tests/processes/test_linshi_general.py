"""临时救助, the general way (domain B3 G4–G6): objections, who decides, and how long they have."""

import pytest

from engine.errors import Invalid
from tests.demo.registers import Simulator
from tests.processes import hardship, household
from tests.processes.mended import decide
from tests.processes.stage import Stage, at

ITEM, PROCESS = "linshi", "linshi_general"


def test_an_objection_that_is_right_means_another_look_and_another_notice_each_time(family: Stage) -> None:
    hardship.surveyed(family)
    for number in (1, 2):
        family.do("ls_prelim")
        family.do("ls_prelim_2")
        family.do("pb_post")
        household.objected(family)
        assert family.task("ls_resurvey").due_at == at("2026-11-23", "24:00")
        family.do("ls_resurvey")
        assert len(family.told("citizen", "M06")) == number
    hardship.published(family)
    assert family.open_tasks() == ["ls_town_approve"]


def test_the_town_decides_what_is_small_within_three_days(family: Stage) -> None:
    hardship.proposed(family)
    assert (family.task("ls_town_approve").role_key, family.task("ls_town_approve").due_at) == (
        "town_leader",
        at("2026-11-25", "24:00"),
    )
    with pytest.raises(Invalid) as refusal:
        hardship.grant(family, "ls_town_approve", payAmount=3001)
    assert set(refusal.value.problems) == {"payAmount"}
    family.do("ls_town_approve", **hardship.BACK)
    family.do("ls_resurvey")
    assert family.task("ls_prelim").due_at == at("2026-11-23", "24:00")


def test_more_than_the_quota_is_for_the_county_ten_days_and_two_people(family: Stage) -> None:
    hardship.proposed(family, proposedAmount=9000)
    task = family.task("ls_examine")
    assert (task.role_key, task.due_at) == ("county_civil_reviewer", at("2026-11-27", "24:00"))
    family.do("ls_examine")
    assert family.task("ls_approve").due_at == at("2026-12-04", "24:00")
    with pytest.raises(Invalid) as refusal:
        hardship.grant(family, "ls_approve", payAmount=9901)
    assert set(refusal.value.problems) == {"countyMinutes"}
    hardship.grant(family, "ls_approve", payAmount=9900)
    assert family.case().status == "PAYING"


def test_where_the_county_has_not_delegated_it_decides_itself() -> None:
    of = {
        place: decide("linshi_general", "linshi_authority", county=place[:6], problemRegion=place)
        for place in ("532622101001", "532622102001", "532626101001", "532601101001")
    }
    assert [one["delegated"] for one in of.values()] == [True, True, False, True]
    assert [one["imprest"] for one in of.values()] == [30000, 20000, 20000, 20000]


def test_a_family_that_does_not_let_itself_be_checked_goes_no_further(family: Stage, registers: Simulator) -> None:
    family.raise_hand()
    family.do("ls_triage", isLowIncomeAlready=False)
    family.do("ls_survey")
    unsigned = {"authSigned": False, "authFits": True, "authInDate": True, "authReturnList": "申请人本人没有签字"}
    family.complete("county_check_clerk", "ec_accept", **unsigned)
    declined = "申请人拒绝签字授权，已经两次上门说明"
    family.complete("town_civil_clerk", "ec_request", checkWanted=False, checkDeclined=declined)
    assert family.case().outcome == "TERMINATED"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
