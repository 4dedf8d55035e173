"""异地就医报销 (domain B15): from the receipts of a hospital far away to the money on the account, or why not."""

from typing import Any

import pytest

from engine import settings
from engine.casework import cases
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Invalid
from engine.language import bundle as bundles
from tests.connectors.http_server import Asked, Reply, serving
from tests.processes import funds, sentences
from tests.processes.stage import Stage, at

PROCESS = ITEM = "reimburse"
BAD = {
    "papersFit": False,
    "badPapers": ["收费票据"],
    "correctionList": "收费票据第二张看不清金额，请重拍",
    "correctionBasis": "《社会保险经办条例》第二十条",
}
REFUSED = {
    "medinsApproval": "不同意",
    "payFund": None,
    "rejectReasonCode": "RB07",
    "rejectReason": "政策范围内费用没有超过起付线",
    "rejectBasis": "《中华人民共和国社会保险法》第二十八条",
}


def said(message_key: str, **gaps: object) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def outcome(case: Case) -> tuple[str, str | None, str | None]:
    return case.state, case.outcome, case.outcome_text


def decide(decision: str, **given: Any) -> Any:
    found = bundles.read(bundles.collect(ITEM, bundles.from_folder(settings.ROOT))).decisions[decision]
    return found.decide(decision, {"county": "532622", **given})


@pytest.fixture(autouse=True)
def no_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUSHOU_REGISTER_URL", raising=False)


def test_a_bill_from_far_away_is_paid_back_to_the_account(stage: Stage) -> None:
    stage.bring_to("rb_calc")
    case = stage.case()
    assert (case.status, case.accepted_at, case.clock_stopped_at) == ("ACCEPTED", at("2026-11-16"), None)
    assert case.promised_at == at("2026-12-28", "24:00")
    assert len(stage.told("citizen", "M02")) == 1
    for step in ("rb_calc", "rb_review", "rb_review_2"):
        stage.do(step)
    funds.pay(stage)
    assert outcome(stage.case()) == ("ended", "COMPLETED", "已支付 11400 元")
    assert stage.told("citizen", "M66") == [said("M66", amount="11400")]


def test_the_thirty_working_days_count_from_acceptance_over_the_holidays(stage: Stage) -> None:
    stage.clock.move_to(at("2026-09-11"))
    stage.raise_hand(admitDate="2026-08-01", dischargeDate="2026-08-10")
    stage.let_pass(until=at("2026-09-11"))
    stage.do("rb_pre")
    stage.let_pass(until=at("2026-09-14"))
    stage.do("rb_bring", broughtOn="2026-09-14")
    stage.do("rb_orig")
    # Mid-Autumn is Friday the 25th, National Day is from 1 to 7 October; the 20th and 10 October are worked.
    assert stage.case().promised_at == at("2026-10-30", "24:00")


# the preliminary review


def test_what_a_third_party_has_to_pay_is_not_accepted_and_the_reason_is_told(stage: Stage) -> None:
    stage.raise_hand(thirdParty=True, thirdPartyKind="交通事故")
    stage.let_pass(until=at("2026-11-16"))
    stage.do("rb_pre", thirdPartyFound="第三人")
    reason = "费用应当由造成伤害的第三人负担，不纳入基本医疗保险基金支付范围"
    basis = "《中华人民共和国社会保险法》第三十条"
    assert outcome(stage.case()) == ("ended", "NOT_ACCEPTED", f"{reason}。依据：{basis}")
    assert stage.told("citizen", "M04") == [said("M04", reason=reason)]


FIT: dict[str, Any] = {
    "settledDirect": False,
    "insuredThen": "在保",
    "thirdPartyFound": "医保",
    "inCatalogue": True,
    "lateExcused": False,
    "papersFit": True,
    "dischargeDate": "2025-11-16",
    "startedAt": "2026-11-16T09:00:00+08:00",
}


@pytest.mark.parametrize(
    ("finding", "result", "code"),
    [
        ({}, "通过", None),
        ({"settledDirect": True}, "不予受理", "RB01"),
        ({"insuredThen": "未参保"}, "不予受理", "RB02"),
        ({"thirdPartyFound": "第三人"}, "不予受理", "RB03"),
        ({"thirdPartyFound": "工伤"}, "不予受理", "RB04"),
        ({"thirdPartyFound": "先行支付"}, "通过", None),
        ({"inCatalogue": False}, "不予受理", "RB05"),
        ({"dischargeDate": "2025-11-15"}, "不予受理", "RB06"),
        ({"dischargeDate": "2025-11-15", "lateExcused": True}, "通过", None),
        ({"papersFit": False}, "补正", None),
        ({"papersFit": False, "settledDirect": True}, "不予受理", "RB01"),
    ],
)
def test_each_finding_of_the_review_has_its_consequence(finding: dict[str, Any], result: str, code: str | None) -> None:
    ground = decide("reimburse_accept", **{**FIT, **finding})["ground"]
    assert (ground["result"], ground["code"]) == (result, code)
    assert result != "不予受理" or (len(ground["reason"]) >= 10 and ground["basis"])


def test_five_working_days_of_review_skip_the_holiday_and_count_the_make_up_saturday(stage: Stage) -> None:
    stage.clock.move_to(at("2026-09-30", "10:00"))
    stage.raise_hand(admitDate="2026-09-01", dischargeDate="2026-09-10")
    stage.let_pass(until=at("2026-09-30", "10:00"))
    # National Day is from 1 to 7 October, and Saturday the 10th is worked.
    assert stage.task("rb_pre").due_at == at("2026-10-13", "24:00")
    assert (stage.task("rb_pre").role_key, stage.task("rb_pre").region_code) == ("county_medins_clerk", "532622")


def test_missing_papers_are_asked_for_once_and_completely_and_the_review_goes_on(stage: Stage) -> None:
    stage.bring_to("rb_pre")
    stage.do("rb_pre", **BAD)
    assert stage.told("citizen", "M03") == [said("M03", list=BAD["correctionList"], date="11月30日")]
    assert (stage.case().status, stage.case().clock_stopped_at) == ("CORRECTION", at("2026-11-16"))
    stage.complete("citizen", "co_correct", supplementText="已经重拍了票据")
    assert (stage.open_tasks(), stage.case().status) == (["rb_pre"], "SUBMITTED")
    stage.do("rb_pre", **BAD)
    stage.let_pass(until=at("2026-11-30", "24:00"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "逾期未补正材料，办理终止")


def test_the_register_is_asked_about_the_patient_and_the_year_of_the_stay(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def register(question: Asked) -> Reply:
        asked.append(question.json)
        return Reply(status=503)

    patient = {"patientName": "患者甲", "patientIdNo": "532622201501010010", "patientRelation": "子"}
    with serving(register) as server:
        monkeypatch.setenv("JUSHOU_REGISTER_URL", server.url)
        monkeypatch.setenv("JUSHOU_REGISTER_TOKEN", "hush")
        stage.raise_hand(patient="家庭成员", **patient)
        stage.sleep(until=at("2026-11-16"))
        assert asked == [{"year": "2026", "persons": [{"name": "患者甲", "idNo": "532622201501010010"}]}]
        # A register that stays silent for a working day holds nobody up.
        stage.sleep(until=at("2026-11-17", "24:00"))
    assert stage.open_tasks() == ["rb_pre"]


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({"dischargeDate": "2026-10-19"}, {"dischargeDate"}),
        ({"dischargeDate": "2026-11-17"}, {"dischargeDate"}),
        ({"careType": "急诊"}, {"medicalRecord"}),
        ({"thirdParty": True, "otherInsurance": True}, {"thirdPartyKind", "otherPaid"}),
        ({"patient": "家庭成员"}, {"patientName", "patientIdNo", "patientRelation"}),
        ({"accountNo": "6217001234567890", "totalFee": 0}, {"accountNo", "totalFee"}),
    ],
)
def test_the_application_is_complete_or_says_what_is_missing(
    stage: Stage, answers: dict[str, Any], missing: set[str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(**answers)
    assert set(refusal.value.problems) == missing


# how it may end


def test_originals_that_never_come_end_the_case(stage: Stage) -> None:
    stage.bring_to("rb_bring")
    stage.let_pass(until=at("2026-12-16", "24:00"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "原件逾期未交，办理终止")
    assert stage.overdue() == []


def test_what_the_approver_refuses_is_rejected_with_reason_and_law(stage: Stage) -> None:
    stage.bring_to("rb_review_2")
    stage.do("rb_review_2", **REFUSED)
    text = "政策范围内费用没有超过起付线。依据：《中华人民共和国社会保险法》第二十八条"
    assert outcome(stage.case()) == ("ended", "REJECTED", text)
    assert stage.told("citizen", "M71") == [said("M71")]


def test_what_can_not_be_paid_ends_with_the_reason(stage: Stage) -> None:
    funds.approve(stage)
    funds.take_off(stage, "该笔费用已经由其他渠道支付")
    reason = "经核对已经由其他渠道支付，不再重复支付"
    stage.complete(
        "county_medins_clerk",
        "mp_removed",
        removedResult="不再支付",
        payStopReason=reason,
        payStopBasis="《社会保险经办条例》",
    )
    assert outcome(stage.case()) == ("ended", "TERMINATED", f"{reason}。依据：《社会保险经办条例》")
    assert stage.told("citizen", "M67") == [said("M67", reason=reason)]


def withdrawable(stage: Stage) -> bool:
    with reading() as session:
        return cases.may_withdraw(session, stage.case(), stage.people["citizen"])


def test_the_applicant_may_withdraw_until_it_is_approved(stage: Stage) -> None:
    stage.bring_to("rb_review_2")
    assert withdrawable(stage)
    stage.do("rb_review_2")
    assert not withdrawable(stage)
    with pytest.raises(Invalid) as refusal:
        stage.withdraw()
    stage.refused("rb_end_too_late", refusal.value)


def test_whoever_withdraws_in_time_is_told_so(stage: Stage) -> None:
    stage.bring_to("rb_pre")
    stage.withdraw()
    assert outcome(stage.case()) == ("ended", "WITHDRAWN", "您已撤回")


def test_the_applicant_may_urge_and_supervision_is_told_to_the_clerk(stage: Stage) -> None:
    stage.bring_to("rb_pre")
    stage.urge()
    assert len(stage.told("county_medins_clerk", "T06")) == len(stage.told("citizen", "M30")) == 1
    stage.supervise()
    assert len(stage.told("county_medins_clerk", "T04")) == 1


def test_a_proxy_without_consent_ends_the_case(stage: Stage) -> None:
    stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers())
    stage.consent(agrees=False)
    assert stage.case().outcome == "TERMINATED"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
