"""大病救助 (domain B16): insured people with a listed disease, whose own part is large, are helped to pay it."""

from typing import Any

import pytest

from engine import clock as engine_clock
from engine import settings
from engine.casework import cases
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Invalid
from engine.language import bundle as bundles
from tests.connectors.http_server import Reply, serving
from tests.processes import funds, sentences
from tests.processes.stage import Stage, at

PROCESS = ITEM = "med_aid"
BAD = {
    "papersFit": False,
    "badPapers": ["结算单和票据"],
    "correctionList": "结算单看不清金额，请重拍",
    "correctionBasis": "《社会救助暂行办法》第三十条",
}
REFUSED: dict[str, Any] = {
    "aidApproval": "不同意",
    "payFund": None,
    "bringPlace": None,
    "bringMaterials": None,
    "rejectReasonCode": "MA04",
    "rejectReason": "政策范围内自付没有超过起付线",
    "rejectBasis": "《社会救助暂行办法》第三十条",
}


def said(message_key: str, **gaps: object) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def outcome(case: Case) -> tuple[str, str | None, str | None]:
    return case.state, case.outcome, case.outcome_text


def decide(table: str, decision: str = "", **given: Any) -> Any:
    found = bundles.read(bundles.collect(ITEM, bundles.from_folder(settings.ROOT))).decisions[decision or table]
    return found.decide(decision or table, {"county": "532622", **given})


@pytest.fixture(autouse=True)
def no_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUSHOU_REGISTER_URL", raising=False)


def test_whoever_is_supported_already_is_helped_by_the_county_directly(stage: Stage) -> None:
    stage.bring_to("ma_calc")
    case = stage.case()
    assert (case.status, case.promised_at) == ("ACCEPTED", at("2026-12-28", "24:00"))
    for step in ("ma_calc", "ma_review", "ma_review_2", "ma_offline"):
        stage.do(step)
    funds.pay(stage)
    # 70 % of 30000, and 60 % of what is left above 5000
    assert outcome(stage.case()) == ("ended", "COMPLETED", "已支付 23400 元；仍有困难的可以申请临时救助")
    assert stage.told("citizen", "M68") == [said("M68", amount="23400")]


@pytest.mark.parametrize(
    ("identity", "direct"),
    [("特困", True), ("低保", True), ("低保边缘", False), ("监测对象", False), ("脱贫户", False), ("其他", False)],
)
def test_who_is_helped_directly_and_whom_the_town_looks_at_first(identity: str, direct: bool) -> None:
    assert decide("med_aid_kind", identityChecked=identity)["direct"] is direct


def test_twenty_two_diseases_are_listed_and_two_are_not_verified(clock: engine_clock.Clock) -> None:
    form = bundles.read(bundles.collect(ITEM, bundles.from_folder(settings.ROOT))).forms["med_aid_apply"]
    asked = [str(one.value) for field in form.fields if field.key == "aidDisease" for one in field.options]
    found = {disease: decide("", "med_aid_listed", aidDisease=disease) for disease in asked}
    assert len(asked) == 23
    assert [disease for disease, one in found.items() if not one["listed"]] == ["其他"]
    assert [disease for disease, one in found.items() if one["listed"] and not one["verified"]] == [
        "儿童苯丙酮尿症",
        "儿童尿道下裂",
    ]


# the preliminary review

FIT: dict[str, Any] = {
    "insuredChecked": True,
    "servedHere": True,
    "aidedBefore": False,
    "papersFit": True,
    "diseaseListed": {"listed": True},
}


@pytest.mark.parametrize(
    ("finding", "result", "code"),
    [
        ({}, "通过", None),
        ({"insuredChecked": False}, "不予受理", "MA01"),
        ({"servedHere": False}, "不予受理", "NR03"),
        ({"diseaseListed": {"listed": False}}, "不予受理", "MA02"),
        ({"aidedBefore": True}, "不予受理", "NR04"),
        ({"papersFit": False}, "补正", None),
    ],
)
def test_each_finding_of_the_review_has_its_consequence(finding: dict[str, Any], result: str, code: str | None) -> None:
    ground = decide("med_aid_accept", **{**FIT, **finding})["ground"]
    assert (ground["result"], ground["code"]) == (result, code)
    assert result != "不予受理" or (len(ground["reason"]) >= 10 and ground["basis"])


def test_an_illness_that_is_not_listed_is_told_what_else_there_is_and_never_named(stage: Stage) -> None:
    stage.raise_hand(aidDisease="其他")
    stage.let_pass(until=at("2026-11-16"))
    stage.do("ma_pre")
    reason = "申请的病种不在大病救助病种清单，可以申请“临时救助”"
    basis = "平台大病救助办理流程（省医保局公布）：22 种大病"
    assert outcome(stage.case()) == ("ended", "NOT_ACCEPTED", f"{reason}。依据：{basis}")
    assert stage.told("citizen", "M04") == [said("M04", reason=reason)]


def test_five_working_days_of_review_skip_the_holiday_and_count_the_make_up_saturday(stage: Stage) -> None:
    stage.clock.move_to(at("2026-09-30", "10:00"))
    signed = {"authSignDate": "2026-09-29", "promiseDate": "2026-09-29"}
    stage.raise_hand(**signed)
    stage.let_pass(until=at("2026-09-30", "10:00"))
    # National Day is from 1 to 7 October, and Saturday the 10th is worked.
    assert stage.task("ma_pre").due_at == at("2026-10-13", "24:00")


def test_missing_papers_are_asked_for_once_and_completely_and_the_review_goes_on(stage: Stage) -> None:
    stage.bring_to("ma_pre")
    stage.do("ma_pre", **BAD)
    assert stage.told("citizen", "M03") == [said("M03", list=BAD["correctionList"], date="11月30日")]
    stage.complete("citizen", "co_correct", supplementText="已经重拍了结算单")
    assert (stage.open_tasks(), stage.case().status) == (["ma_pre"], "SUBMITTED")
    stage.do("ma_pre", **BAD)
    stage.let_pass(until=at("2026-11-30", "24:00"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "逾期未补正材料，办理终止")


def test_a_register_that_stays_silent_for_a_working_day_holds_nobody_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(lambda asked: Reply(status=503)) as server:
        monkeypatch.setenv("JUSHOU_REGISTER_URL", server.url)
        monkeypatch.setenv("JUSHOU_REGISTER_TOKEN", "hush")
        stage.raise_hand()
        stage.sleep(until=at("2026-11-16"))
        assert stage.open_tasks() == []
        stage.sleep(until=at("2026-11-17", "24:00"))
    assert stage.open_tasks() == ["ma_pre"]


def test_the_application_is_complete_or_says_what_is_missing(stage: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(feeFiles=[], members=[], authScope=[], privacyConsent=False, authSignatures=[])
    assert set(refusal.value.problems) == {"feeFiles", "members", "authScope", "privacyConsent", "authSignatures"}


# how it may end


def test_what_the_approver_refuses_is_rejected_with_reason_and_law(stage: Stage) -> None:
    stage.bring_to("ma_review_2")
    stage.do("ma_review_2", **REFUSED)
    text = "政策范围内自付没有超过起付线。依据：《社会救助暂行办法》第三十条"
    assert outcome(stage.case()) == ("ended", "REJECTED", text)
    assert stage.told("citizen", "M71") == [said("M71")]


def test_whoever_never_brings_the_originals_is_not_paid(stage: Stage) -> None:
    stage.bring_to("ma_offline")
    stage.let_pass(until=at("2026-12-16", "24:00"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "逾期没有交验原件，办理终止")
    assert stage.told("citizen", "M67") == [said("M67", reason="逾期没有交验原件")]
    assert stage.overdue() == []


def test_what_the_town_found_wanting_goes_back_to_the_town_or_is_refused(stage: Stage) -> None:
    stage.bring_to("ma_town")
    for found in ("乡镇", "再次"):
        reason = f"{found}核实有两辆营运货车，与申报不符"
        funds.visit(stage, visitConclusion="不符合", visitReason=reason)
        funds.refuse_check(stage)
        with pytest.raises(Invalid):
            stage.do("ma_review")
        stage.do("ma_review", aidReview="拟不予救助", aidReviewNote="乡镇核实不符合，拟不予救助")
        assert stage.open_tasks() == ["ma_review_2"]
        if found == "乡镇":
            again = {**REFUSED, "rejectReasonCode": None, "rejectReason": None, "rejectBasis": None}
            stage.do("ma_review_2", **{**again, "aidApproval": "重新核实"})
    stage.do("ma_review_2", **{**REFUSED, "rejectReasonCode": "MA05", "rejectReason": "名下有两辆营运货车，不符合条件"})
    assert stage.case().outcome == "REJECTED"


def withdrawable(stage: Stage) -> bool:
    with reading() as session:
        return cases.may_withdraw(session, stage.case(), stage.people["citizen"])


def test_the_applicant_may_withdraw_until_it_is_approved(stage: Stage) -> None:
    stage.bring_to("ma_review_2")
    assert withdrawable(stage)
    stage.do("ma_review_2")
    with pytest.raises(Invalid) as refusal:
        stage.withdraw()
    stage.refused("ma_end_too_late", refusal.value)


def test_whoever_withdraws_in_time_is_told_so(stage: Stage) -> None:
    stage.bring_to("ma_pre")
    stage.urge()
    stage.supervise()
    assert len(stage.told("county_medins_clerk", "T06")) == len(stage.told("county_medins_clerk", "T04")) == 1
    stage.withdraw()
    assert outcome(stage.case()) == ("ended", "WITHDRAWN", "您已撤回")


def test_a_proxy_without_consent_ends_the_case(stage: Stage) -> None:
    stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers())
    stage.consent(agrees=False)
    assert stage.case().outcome == "TERMINATED"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
