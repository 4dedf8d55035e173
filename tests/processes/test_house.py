"""农村危房改造 (domain B6): from a house in danger to a safe one that is paid for, or to a reason why not."""

from typing import Any

import pytest

from engine.casework import cases
from engine.db import reading
from engine.errors import Invalid
from engine.oversight import replay
from tests.processes import sentences
from tests.processes.mended import NO_ACCOUNT, approved, graded, granted, outcome, paid
from tests.processes.stage import Stage, at

ITEM = PROCESS = "house"
TOO_LATE = "您的危房改造已经审批同意，不能再撤回。不想改造的，请在签订协议时告诉乡镇工作人员"


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


@pytest.fixture(autouse=True)
def no_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUSHOU_REGISTER_URL", raising=False)


def test_a_house_in_danger_is_rebuilt_accepted_and_paid_for(stage: Stage) -> None:
    paid(stage)
    stage.do("hs_file")
    assert outcome(stage.case()) == ("ended", "COMPLETED", "改造完成，补助已发放")
    assert stage.told("citizen", "M10") == [said("M10")]
    with reading() as session:
        assert replay.replay(session, stage.case().case_no).equal


def test_the_promise_is_forty_working_days(stage: Stage) -> None:
    stage.raise_hand()
    assert stage.told("citizen", "M01") == [said("M01", date="1月12日")]


def test_a_house_of_grade_b_ends_with_the_report_and_no_appraisal(stage: Stage) -> None:
    """Domain G.3 #14: grade B: end with report, no appraisal."""
    graded(stage, houseGrade="B", expertStrengthen=None)
    assert stage.told("citizen", "M141") == [said("M141", grade="B级", text="没有达到危房等级")]
    task = stage.task("hs_reject")
    assert (stage.open_tasks(), task.due_at) == (["hs_reject"], at("2026-11-19", "24:00"))
    with pytest.raises(Invalid) as refusal:
        stage.do("hs_reject", houseRejectReason="房屋安全", houseRejectBasis=None)
    assert set(refusal.value.problems) == {"houseRejectReason", "houseRejectBasis"}
    stage.do("hs_reject")
    reason = "经鉴定您家房屋为 B 级，没有达到危房等级"
    assert outcome(stage.case()) == ("ended", "REJECTED", reason)
    assert stage.told("citizen", "M08") == [said("M08", reason=reason)]
    assert stage.tasks("hs_appraise") == []


def test_who_is_on_no_list_is_rejected(stage: Stage) -> None:
    stage.raise_hand()
    stage.do("hs_civil", civilOk=False, civilType=None, civilNew=False)
    stage.do("hs_rural", ruralOk=False, ruralType=None, ruralNew=False)
    stage.do("hs_reject", houseRejectCode="HS11", houseRejectReason="经民政、乡村振兴部门核对，不是保障对象")
    assert (stage.case().outcome, stage.case().variables["houseRejectCode"]) == ("REJECTED", "HS11")


def test_what_the_village_does_not_confirm_is_rejected(stage: Stage) -> None:
    graded(stage)
    stage.do("hs_appraise", visitConclusion="不符合")
    stage.do("hs_appraise_2", appraisalResult="不真实")
    assert stage.open_tasks() == ["hs_reject"]


def test_who_does_not_want_it_stays_out(stage: Stage) -> None:
    stage.raise_hand(wishMode="不改造", nowDwelling="租住镇上的砖混房", **NO_ACCOUNT)
    stage.do("hs_nowill", safePlace="租住安全房")
    text = "没有改造意愿，已有安全住处，不纳入改造；危房不再居住"
    assert outcome(stage.case()) == ("ended", "COMPLETED", text)


def test_who_has_another_safe_house_is_not_accepted(stage: Stage) -> None:
    stage.bring_to("hs_accept")
    stage.do(
        "hs_accept", hasSafeHouse=True, inScope=False, rejectReasonCode="HS02",
        rejectReason="您家另有一处砖混房，安全可住", rejectBasis="建村〔2021〕35号",
    )  # fmt: skip
    assert outcome(stage.case()) == ("ended", "NOT_ACCEPTED", "您家另有一处砖混房，安全可住")


def test_papers_that_never_come_end_the_case(stage: Stage) -> None:
    stage.bring_to("hs_accept")
    stage.do("hs_accept", needCorrection=True, correctionList="请重拍屋内的照片")
    stage.let_pass(until=at("2026-11-30", "24:00"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "逾期未补正材料，办理终止")


def test_a_household_may_give_up_what_was_approved(stage: Stage) -> None:
    approved(stage)
    stage.complete(
        "town_housing_clerk", "hs_agree", agreeResult="放弃", quitReason="老人随子女搬到外地，不再改造",
        quitFile=[stage.file("town_housing_clerk")],
    )  # fmt: skip
    assert outcome(stage.case()) == ("ended", "TERMINATED", "申请人放弃改造，办理终止")


def test_aid_that_cannot_be_paid_is_told(stage: Stage) -> None:
    granted(stage)
    struck = {"editLine": 1, "editAction": "剔除", "editReason": "同一户今年已经享受"}
    stage.complete("county_housing_clerk", "py_dept", payEdits=[struck], deptOpinion="已经核对，这户不能再发放")
    stage.let_pass(until=at("2026-11-24", "09:00"))
    assert stage.case().outcome == "TERMINATED"


def test_a_proxy_without_consent_ends_the_case(stage: Stage) -> None:
    stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers())
    stage.consent(agrees=False)
    assert outcome(stage.case()) == ("ended", "TERMINATED", "未能取得本人同意，代为申请的事项已终止")


# what the citizen fills in


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"builtYear": 1899}, "builtYear"),
        ({"builtYear": 2027}, "builtYear"),
        ({"floors": 5}, "floors"),
        ({"areaM2": 9}, "areaM2"),
        ({"hazardText": "漏雨"}, "hazardText"),
        ({"isOnlyHouse": False}, "otherHousing"),
        ({"aidedBefore": True}, "aidedYear"),
        ({"accountNo": "6217001234567890"}, "accountNo"),
        ({"cardKept": True}, "custodyAgreementFile"),
        ({"members": []}, "members"),
        ({"wishMode": "不改造", **NO_ACCOUNT}, "nowDwelling"),
    ],
)
def test_the_form_says_what_is_missing_or_cannot_be(stage: Stage, values: dict[str, Any], wrong: str) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(**values)
    assert set(refusal.value.problems) == {wrong}


def test_a_house_is_photographed_from_all_sides(stage: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(photos=[stage.file("citizen") for _ in range(3)])
    assert refusal.value.problems == {"photos": ["至少上传 4 个，现在是 3 个"]}


# what may happen at any time


def test_the_citizen_may_withdraw_until_it_is_approved(stage: Stage) -> None:
    stage.bring_to("hs_grade")
    stage.withdraw(reason="不想改造了")
    assert outcome(stage.case()) == ("ended", "WITHDRAWN", "您已撤回")


def test_what_is_approved_cannot_be_withdrawn(stage: Stage) -> None:
    approved(stage)
    with reading() as session:
        assert not cases.may_withdraw(session, stage.case(), stage.people["citizen"])
    with pytest.raises(Invalid) as refusal:
        stage.withdraw()
    assert refusal.value.notice == TOO_LATE
    stage.refused("hs_end_too_late", refusal.value)


def test_the_citizen_may_urge_and_supervision_is_told(stage: Stage) -> None:
    stage.bring_to("hs_accept")
    stage.urge()
    assert len(stage.told("county_housing_clerk", "T06")) == len(stage.told("citizen", "M30")) == 1
    stage.supervise()
    assert len(stage.told("county_housing_clerk", "T04")) == 1


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
