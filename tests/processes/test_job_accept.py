"""找工作, acceptance (domain B4 #2): within a working day, with the reasons for which it is refused."""

import pytest

from engine.errors import Invalid
from tests.processes import sentences
from tests.processes.stage import Stage, at

ITEM, PROCESS = "job", "job_accept"


def test_a_wish_is_pushed_to_the_county_and_accepted_within_a_working_day(stage: Stage) -> None:
    stage.raise_hand()
    task = stage.task("jb_accept")
    assert (task.role_key, task.region_code, task.due_at) == ("county_hr_clerk", "532622", at("2026-11-17", "24:00"))
    told = sentences.said("T01", ITEM, step="受理求职申请", date="11月17日")
    assert stage.told("county_hr_clerk", "T01") == [told]
    stage.do("jb_accept")
    assert (stage.case().status, stage.case().accepted_at) == ("ACCEPTED", at("2026-11-16"))


@pytest.mark.parametrize(
    ("asked", "due"), [("2026-10-09", "2026-10-10"), ("2026-09-30", "2026-10-08"), ("2026-11-20", "2026-11-23")]
)
def test_the_working_day_counts_the_make_up_saturday_and_skips_holiday_and_weekend(
    stage: Stage, asked: str, due: str
) -> None:
    stage.clock.move_to(at(asked, "16:00"))
    stage.raise_hand()
    assert stage.task("jb_accept").due_at == at(due, "24:00")


def test_a_refusal_has_a_reason_and_a_basis(stage: Stage) -> None:
    stage.raise_hand()
    refused = {"canWork": False, "inScope": False, "rejectReasonCode": "JB01"}
    with pytest.raises(Invalid) as refusal:
        stage.do("jb_accept", **refused, rejectReason="没有劳动能力")
    assert set(refusal.value.problems) == {"rejectReason", "rejectBasis"}
    stage.do(
        "jb_accept", **refused, rejectReason="经核实没有劳动能力，可以申请低保", rejectBasis="就业促进法第三十五条"
    )
    assert stage.case().outcome == "NOT_ACCEPTED"


def test_a_correction_brings_the_wish_back(stage: Stage) -> None:
    stage.raise_hand()
    stage.do("jb_accept", needCorrection=True, correctionList="请重拍身份证正面")
    stage.do("co_correct")
    assert (stage.open_tasks(), stage.case().status) == (["jb_accept"], "SUBMITTED")
    stage.do("jb_accept")
    assert stage.open_tasks() == ["jb_push"]


def test_a_correction_that_never_comes_ends_it(stage: Stage) -> None:
    stage.raise_hand()
    stage.do("jb_accept", needCorrection=True, correctionList="请重拍身份证正面")
    stage.let_pass(until=at("2026-11-30", "24:00"))
    assert stage.case().outcome == "TERMINATED"


def test_a_wish_names_one_to_five_kinds_of_work_and_a_wage(stage: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(
            intentTypes=["建筑", "电焊", "驾驶", "家政", "养殖", "种植"], salaryMin=30001, availableFrom="2026-11-15"
        )
    assert set(refusal.value.problems) == {"intentTypes", "salaryMin", "availableFrom"}


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
