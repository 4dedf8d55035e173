"""参保登记 (domain B14): from the question whether one is insured already to the word that one is insured now."""

import json

import pytest

from engine.casework import cases, progress
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.connectors.http_server import Asked, Reply, serving
from tests.processes import sentences
from tests.processes.stage import Stage, at

PROCESS = ITEM = "insure"
CHAPTERS = ("insure_window", "insure_online")
INSURED = "登记信息显示已在别处参加基本医疗保险，同一时间只能参加一处，请先办理停保后再申请"


def said(message_key: str, **gaps: object) -> str:
    return sentences.said(message_key, "insure", **gaps)


def outcome(case: Case) -> tuple[str, str | None, str | None]:
    return case.state, case.outcome, case.outcome_text


def connect(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("JUSHOU_REGISTER_URL", url)
    monkeypatch.setenv("JUSHOU_REGISTER_TOKEN", "hush")


@pytest.fixture(autouse=True)
def no_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUSHOU_REGISTER_URL", raising=False)


# the register of insured persons


def test_who_is_insured_elsewhere_is_stopped_at_once_with_an_explanation(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def register(asked: Asked) -> Reply:
        known = [one for one in asked.json["persons"] if one["name"] == "参保人乙"]
        return Reply(body=json.dumps({"found": bool(known), "records": known}).encode())

    with serving(register) as server:
        connect(monkeypatch, server.url)
        stage.raise_hand()
        assert stage.open_tasks() == []
        stage.let_pass(until=at("2026-11-16"))
    assert outcome(stage.case()) == ("ended", "NOT_ACCEPTED", INSURED)
    assert stage.told("citizen", "M04") == [said("M04", reason=INSURED)]
    assert (stage.open_tasks(), stage.told("county_medins_clerk")) == (["rt_rate"], [])
    citizen = stage.people["citizen"]
    assert [(one.path, one.json) for one in server.asked] == [
        (
            "/residents_insured",
            {
                "year": "2027",
                "persons": [
                    {"name": citizen.name, "idNo": citizen.identity_number},
                    {"name": "参保人甲", "idNo": "532622199001010014"},
                    {"name": "参保人乙", "idNo": "532622201501010010"},
                ],
            },
        )
    ]


def test_whoever_is_insured_nowhere_comes_to_the_county(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda asked: Reply(body=b'{"found": false}')) as server:
        connect(monkeypatch, server.url)
        stage.bring_to("in_review")
    case = stage.case()
    assert (case.status, case.outcome, case.variables["insuredRecord"]["answered"]) == ("SUBMITTED", None, True)
    task = stage.task("in_review")
    assert (task.role_key, task.region_code) == ("county_medins_clerk", "532622")
    assert task.due_at == at("2026-11-19", "24:00")
    assert stage.told("citizen") == [said("M01", date="11月30日")]
    assert stage.told("county_medins_clerk", "T01") == [said("T01", step="在线预审", date="11月19日")]


def test_where_no_register_is_connected_the_clerk_looks(stage: Stage) -> None:
    stage.bring_to("in_review")
    assert stage.open_tasks() == ["in_review"]
    assert stage.case().variables["insuredRecord"] == {"answered": False, "found": False, "records": []}


def test_a_register_that_stays_silent_for_a_working_day_holds_nobody_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(lambda asked: Reply(status=503)) as server:
        connect(monkeypatch, server.url)
        stage.raise_hand()
        stage.sleep(until=at("2026-11-16"))
        assert (len(server.asked), stage.open_tasks()) == (1, [])
        stage.sleep(until=at("2026-11-17", "24:00"))
    assert stage.open_tasks() == ["in_review"]
    assert stage.case().variables.get("insuredRecord") is None
    stage.do("in_review")
    assert stage.case().status == "ACCEPTED"


# the preliminary review


def test_three_working_days_of_review_skip_the_holiday_and_count_the_make_up_saturday(stage: Stage) -> None:
    stage.clock.move_to(at("2026-09-30", "10:00"))
    stage.bring_to("in_review")
    # National Day is from 1 to 7 October, and Saturday the 10th is worked.
    assert stage.task("in_review").due_at == at("2026-10-10", "24:00")
    assert stage.case().promised_at == at("2026-10-20", "24:00")


def test_what_is_refused_says_why_and_by_which_law(stage: Stage) -> None:
    stage.bring_to("in_review")
    refused = {"insureResult": "不予受理", "categoryChecked": None, "onlinePay": None, "rejectReasonCode": "NR04"}
    with pytest.raises(Invalid) as refusal:
        stage.do("in_review", **refused, rejectReason="已参保了", rejectBasis="")
    assert set(refusal.value.problems) == {"rejectReason", "rejectBasis"}
    reason = "参保人甲已在外地参加居民医保，须先停保"
    stage.do("in_review", **refused, rejectReason=reason, rejectBasis="《社会保险经办条例》第二十七条")
    assert outcome(stage.case()) == ("ended", "NOT_ACCEPTED", reason)
    assert stage.told("citizen", "M04") == [said("M04", reason=reason)]


def correct(stage: Stage) -> None:
    stage.do(
        "in_review",
        insureResult="补正",
        categoryChecked=None,
        onlinePay=None,
        correctionList="请重拍参保人乙的户口簿",
        correctionBasis="《社会保险经办条例》第六条",
    )


def test_missing_papers_are_asked_for_once_and_completely_and_the_review_goes_on(stage: Stage) -> None:
    stage.bring_to("in_review")
    correct(stage)
    assert stage.told("citizen", "M03") == [said("M03", list="请重拍参保人乙的户口簿", date="11月30日")]
    assert (stage.case().status, stage.case().clock_stopped_at) == ("CORRECTION", at("2026-11-16"))
    stage.complete("citizen", "co_correct", supplementText="已经重拍了户口簿")
    assert (stage.open_tasks(), stage.case().status) == (["in_review"], "SUBMITTED")


def test_papers_that_never_come_end_the_case(stage: Stage) -> None:
    stage.bring_to("in_review")
    correct(stage)
    stage.let_pass(until=at("2026-11-30", "24:00"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "逾期未补正材料，办理终止")


# payment


def test_who_pays_online_is_told_how_much_and_is_insured_when_the_tax_office_says_so(stage: Stage) -> None:
    stage.bring_to("in_review")
    stage.do("in_review")
    case = stage.case()
    assert (case.status, case.accepted_at, case.clock_stopped_at) == ("ACCEPTED", at("2026-11-16"), at("2026-11-16"))
    assert stage.told("citizen", "M60") == [said("M60", date="12月1日", amount="800")]
    stage.let_pass(until=at("2026-11-20", "10:00"))
    with reading() as session:
        (now,) = [
            line for line in progress.lines(session, stage.case(), stage.people["citizen"]) if line.state == "now"
        ]
    assert now.text == "预审已通过，请按提示在税务渠道缴费；等您缴费的时间不算在办理时间里"
    assert now.at is not None and now.due_at is not None and now.at < now.due_at
    stage.hear("PREMIUM_PAID", paidAmount=800, paidReference="TX-1")
    task = stage.task("in_done")
    assert (task.role_key, stage.case().status, stage.case().clock_stopped_at) == (
        "county_medins_clerk",
        "APPROVED",
        None,
    )
    # Friday the 20th, so the two working days are Monday and Tuesday.
    assert task.due_at == at("2026-11-24", "24:00")
    stage.do("in_done")
    assert outcome(stage.case()) == ("ended", "COMPLETED", "参保登记成功")
    assert stage.told("citizen", "M64") == [said("M64", year="2027", people="2")]


def test_who_is_partly_helped_pays_the_rest(stage: Stage) -> None:
    stage.bring_to("in_review")
    stage.do("in_review", categoryChecked="低保")
    assert stage.told("citizen", "M60") == [said("M60", date="12月1日", amount="400")]


def test_who_is_helped_in_full_pays_nothing(stage: Stage) -> None:
    stage.bring_to("in_done")
    assert (stage.open_tasks(), stage.told("citizen", "M60")) == (["in_done"], [])


def test_who_does_not_pay_is_reminded_twice_and_then_the_case_ends(stage: Stage) -> None:
    stage.bring_to("in_review")
    stage.do("in_review")
    stage.let_pass(until=at("2026-11-23", "23:59"))
    assert stage.told("citizen", "M61") == []
    stage.let_pass(until=at("2026-11-23", "24:00"))
    assert stage.told("citizen", "M61") == [said("M61", amount="800")]
    stage.let_pass(until=at("2026-11-29", "24:00"))
    assert len(stage.told("citizen", "M61")) == 2
    stage.let_pass(until=at("2026-12-01", "23:59"))
    assert stage.case().state == "active"
    stage.let_pass(until=at("2026-12-01", "24:00"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "逾期未缴费，参保登记终止")
    assert stage.told("citizen", "M34") == [said("M34", reason="逾期未缴费")]
    assert stage.overdue() == []


def test_the_end_of_the_collection_period_comes_before_the_fifteen_days(stage: Stage) -> None:
    stage.clock.move_to(at("2026-02-24"))
    stage.bring_to("in_review")
    stage.do("in_review")
    assert stage.told("citizen", "M60")[-1].startswith("参保预审通过，请于3月11日前")
    stage.withdraw()
    stage.raise_hand(insureYear="2026")
    stage.let_pass(until=at("2026-02-24"))
    stage.do("in_review")
    assert stage.told("citizen", "M60")[-1].startswith("参保预审通过，请于2月28日前")
    stage.let_pass(until=at("2026-02-28", "24:00"))
    assert stage.case().outcome == "TERMINATED"


def test_only_the_data_centre_may_say_that_somebody_paid_and_says_it_once(stage: Stage) -> None:
    stage.bring_to("in_review")
    with pytest.raises(Conflict):
        stage.hear("PREMIUM_PAID", paidAmount=800, paidReference="TX-1")
    stage.do("in_review")
    with pytest.raises(NotAllowed):
        stage.hear("PREMIUM_PAID", "county_medins_clerk", paidAmount=800)
    for who in ("stranger", "town_water_clerk"):
        with pytest.raises(NotFound):
            stage.hear("PREMIUM_PAID", who, paidAmount=800)
    with pytest.raises(NotFound):
        stage.hear("CITIZEN_WITHDRAW")
    for wrong in ({"insureResult": "通过"}, {"paidAmount": [800]}, {"paidReference": "1" * 501}):
        with pytest.raises(Invalid) as refusal:
            stage.hear("PREMIUM_PAID", **wrong)
        assert set(refusal.value.problems) == set(wrong)
    for _ in range(2):
        stage.hear("PREMIUM_PAID", key="tax-1", paidAmount=800, paidReference="TX-1")
    assert len([event for event in stage.journal() if event.kind == "message_received"]) == 1
    with pytest.raises(Invalid):
        stage.hear("PREMIUM_PAID", key="tax-1", paidAmount=1, paidReference="TX-1")
    with pytest.raises(Conflict):
        stage.hear("PREMIUM_PAID", key="tax-2", paidAmount=800, paidReference="TX-2")


# at the counter


@pytest.mark.parametrize(
    ("place", "role"), [("县医保局", "county_medins_clerk"), ("乡镇医保窗口", "town_medins_clerk")]
)
def test_who_has_to_come_brings_the_papers_to_the_counter(stage: Stage, place: str, role: str) -> None:
    stage.bring_to("in_review")
    stage.do("in_review", onlinePay=False, offlinePlace=place, offlineMaterials="身份证原件")
    task = stage.task("in_offline")
    assert (task.role_key, task.region_code) == (role, stage.people[role].posts[0].region_code)
    assert stage.told("citizen", "M62") == [said("M62", date="12月1日", materials="身份证原件", place=place)]
    stage.complete(role, "in_offline", offlineOn="2026-11-16", originalsChecked=True, offlinePaid=800)
    stage.do("in_done")
    assert stage.case().outcome == "COMPLETED"


def test_who_does_not_come_is_reminded_and_then_the_case_ends(stage: Stage) -> None:
    stage.bring_to("in_offline")
    stage.let_pass(until=at("2026-11-26", "24:00"))
    assert stage.told("citizen", "M63") == [said("M63", materials="身份证、居住证原件", place="县医保局")]
    stage.let_pass(until=at("2026-12-01", "24:00"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "逾期未到场办理，参保登记终止")
    assert stage.told("citizen", "M34") == [said("M34", reason="逾期未到场办理")]
    assert stage.overdue() == []


# what may happen at any time


def withdrawable(stage: Stage) -> bool:
    with reading() as session:
        return cases.may_withdraw(session, stage.case(), stage.people["citizen"])


@pytest.mark.parametrize("element_id", ["in_review", "in_offline"])
def test_the_applicant_may_withdraw_until_it_is_paid(stage: Stage, element_id: str) -> None:
    stage.bring_to(element_id)
    assert withdrawable(stage)
    stage.withdraw()
    assert outcome(stage.case()) == ("ended", "WITHDRAWN", "您已撤回")


def test_what_is_paid_for_is_not_withdrawn(stage: Stage) -> None:
    stage.bring_to("in_done")
    assert not withdrawable(stage)
    with pytest.raises(Invalid) as refusal:
        stage.withdraw()
    stage.refused("in_end_too_late", refusal.value)
    assert stage.open_tasks() == ["in_done"]


def test_the_applicant_may_urge_and_supervision_is_told_to_the_clerk(stage: Stage) -> None:
    stage.bring_to("in_review")
    stage.urge()
    assert len(stage.told("county_medins_clerk", "T06")) == len(stage.told("citizen", "M30")) == 1
    stage.supervise()
    assert len(stage.told("county_medins_clerk", "T04")) == 1


def test_a_proxy_without_consent_ends_the_case(stage: Stage) -> None:
    stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers())
    stage.consent(agrees=False)
    assert outcome(stage.case()) == ("ended", "TERMINATED", "未能取得本人同意，代为提出的申请已终止")


def test_a_permit_is_asked_of_those_who_insure_where_they_live(stage: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(insureRegion="居住地", personCategory="新生儿", insuredPersons=[])
    assert set(refusal.value.problems) == {"residencePermit", "birthCert", "insuredPersons"}


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
