"""低保, acceptance (domain B1 #2): two working days, one list of what is missing, near relatives on record."""

import pytest

from engine.casework import documents
from engine.db import reading
from engine.errors import Invalid
from tests.processes import sentences
from tests.processes.stage import PINGYUAN, Stage, at

ITEM, PROCESS = "dibao", "dibao_accept"


def test_the_town_is_told_and_accepts_within_two_working_days(family: Stage) -> None:
    family.raise_hand()
    task = family.task("db_accept")
    assert (task.role_key, task.region_code, task.due_at) == (
        "town_civil_clerk",
        "532622101",
        at("2026-11-18", "24:00"),
    )
    told = sentences.said("T01", ITEM, step="受理审查", date="11月18日")
    assert family.told("town_civil_clerk", "T01") == [told]
    family.do("db_accept")
    assert (family.case().status, family.case().accepted_at) == ("INVESTIGATING", at("2026-11-16"))


@pytest.mark.parametrize(
    ("asked", "due"), [("2026-10-09", "2026-10-12"), ("2026-09-29", "2026-10-08"), ("2026-11-20", "2026-11-24")]
)
def test_working_days_count_the_make_up_saturday_and_skip_holiday_and_weekend(
    family: Stage, asked: str, due: str
) -> None:
    family.clock.move_to(at(asked, "16:00"))
    family.raise_hand(authSignDate="2026-09-01", promiseDate="2026-09-01")
    assert family.task("db_accept").due_at == at(due, "24:00")


def test_who_misses_papers_twice_may_be_asked_a_third_time_by_the_leader_only(family: Stage) -> None:
    """Domain G.3 #5: two CORRECTION rounds, the third needs the leader."""
    family.raise_hand()
    missing = {"checkProof": "缺", "needCorrection": True, "correctionList": "户口簿第二页看不清，请重拍"}
    for _ in range(2):
        family.do("db_accept", **missing)
        assert family.case().clock_stopped_at is not None
        family.do("co_correct")
    family.do("db_accept", **missing)
    assert family.open_tasks() == ["co_leader"]
    family.complete(
        "county_civil_approver", "co_leader", correctionDecision="不同意", correctionOpinion="材料够了，不再要求补正"
    )
    family.do("db_accept")
    assert family.case().accepted_at is not None


def test_a_family_of_another_town_is_passed_on_and_no_papers_are_asked_for(family: Stage) -> None:
    family.hire("there", "town_civil_clerk", PINGYUAN)
    family.raise_hand()
    family.complete(
        "town_civil_clerk", "db_accept", hukouHere=False, passOn=True, transferRegion=f"{PINGYUAN}202",
        transferReason="您家的户籍在平远镇，由平远镇办理",
    )  # fmt: skip
    assert family.task("db_accept").region_code == PINGYUAN


def test_papers_that_never_come_end_it(family: Stage) -> None:
    family.raise_hand()
    family.do("db_accept", needCorrection=True, correctionList="承诺书没有签字，请补签")
    family.let_pass(until=at("2026-11-30", "24:00"))
    assert family.case().outcome == "TERMINATED"


def test_a_refusal_has_a_reason_and_a_basis(family: Stage) -> None:
    family.raise_hand()
    refused = {"inScope": False, "rejectReasonCode": "NR04"}
    with pytest.raises(Invalid) as refusal:
        family.do("db_accept", **refused, rejectReason="已享受低保")
    assert set(refusal.value.problems) == {"rejectReason", "rejectBasis"}
    family.do(
        "db_accept", **refused, rejectReason="您家已经在享受低保，不用重复申请", rejectBasis="民发〔2021〕57号第十条"
    )
    assert family.case().outcome == "NOT_ACCEPTED"


def test_a_near_relative_of_those_in_office_is_put_on_record(family: Stage) -> None:
    family.raise_hand(nearRelative=True, relativeName="村委会副主任")
    family.do("db_accept", relativeConfirmed=True)
    with reading() as session:
        found = documents.of_case(session, family.case_id, family.people["county_civil_reviewer"])
    assert [one.title for one in found] == ["近亲属备案登记表"]
    assert {"label": "有近亲属关系的人员", "text": "村委会副主任"} in found[0].content["lines"]


def test_what_a_family_writes_is_checked(family: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        family.raise_hand(
            members=[], causeText="很困难", deposits=-1, accountNo="6217000010001234560", applyScope="单人户",
            nearRelative=True, businessRegistration=True, cardKept=True, authPersons=[],
        )  # fmt: skip
    assert set(refusal.value.problems) == {
        "members", "causeText", "deposits", "accountNo", "singleReason", "relativeName", "businessName",
        "businessCapital", "custodyAgreementFile", "authPersons",
    }  # fmt: skip


def test_nobody_applies_without_signing_that_all_is_true(family: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        family.raise_hand(promiseSign=[], promiseDate=None)
    assert set(refusal.value.problems) == {"promiseSign", "promiseDate"}


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
