"""农村危房改造, paid and filed (domain B6 #13–14): within thirty days, one file a household, looked at every year."""

from typing import Any

import pytest

from engine.casework import documents
from engine.casework.models import PublicNotice
from engine.db import reading
from tests.processes import paying, sentences
from tests.processes.mended import granted, outcome, paid
from tests.processes.stage import Stage, at

ITEM, PROCESS = "house", "house_pay"
STRUCK = {"editLine": 1, "editAction": "剔除", "editReason": "同一户今年已经享受"}


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


@pytest.fixture(autouse=True)
def no_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUSHOU_REGISTER_URL", raising=False)


def test_the_aid_goes_to_the_household_and_its_file_is_made_within_five_working_days(stage: Stage) -> None:
    paid(stage)
    [line] = paying.lines()
    assert (line.state, line.amount) == ("paid", 3_000_000)
    task = stage.task("hs_file")
    assert (task.role_key, task.due_at) == ("county_housing_clerk", at("2026-12-01", "24:00"))
    assert stage.do("hs_file")
    assert outcome(stage.case()) == ("ended", "COMPLETED", "改造完成，补助已发放")
    with reading() as session:
        number = stage.case().variables["houseFile"]["no"]
        shown = documents.read(session, number, stage.people["county_housing_clerk"]).document.content
        listed = session.query(PublicNotice).order_by(PublicNotice.id).all()[-1]
    assert {one["label"]: one["text"] for one in shown["lines"]}["补助金额"] == "30000 元"
    assert len(shown["tables"][0]["rows"]) == 1
    assert listed.kind == "长期公示"
    assert dict(listed.listed_lines or ())["金额"] == "30,000.00 元"
    assert dict(listed.listed_lines or ())["姓名"].endswith("*")
    assert [one.process_key for one in stage.companions("house_recheck")] == ["house_recheck"]


def test_aid_that_is_not_paid_thirty_days_after_acceptance_is_told_to_those_above(stage: Stage) -> None:
    granted(stage)
    stage.let_pass(until=at("2026-12-24", "23:59"))
    assert stage.told("county_finance", "T91") == []
    stage.let_pass(until=at("2026-12-24", "24:00"))
    assert stage.told("county_finance", "T91") == stage.told("county_housing_approver", "T91") == [said("T91")]
    assert "py_dept" in stage.open_tasks()


def test_aid_that_cannot_be_paid_ends_the_case_with_the_reason(stage: Stage) -> None:
    granted(stage)
    stage.complete("county_housing_clerk", "py_dept", payEdits=[STRUCK], deptOpinion="已经核对，这户不能再发放")
    stage.let_pass(until=at("2026-11-24", "09:00"))
    text = "同一户今年已经享受"
    assert outcome(stage.case()) == ("ended", "TERMINATED", f"改造完成，补助没有发放：{text}")
    assert stage.told("citizen", "M147") == [said("M147", reason=text)]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
