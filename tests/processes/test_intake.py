"""提出诉求 (domain 0.4): what is checked before a case exists, and when somebody's consent is asked for."""

from typing import Any

import pytest
from sqlalchemy import select, update

from engine.casework.models import Case, ProcessVersion
from engine.casework.money_models import Benefit
from engine.errors import Invalid, NotAllowed
from tests import factories
from tests.processes import granted, household, steps
from tests.processes.sentences import said
from tests.processes.stage import Stage

PROCESS = "intake"


def nothing_was_kept(stage: Stage) -> bool:
    return stage.case_id == 0 and stage.numbers() == []


def test_a_hand_raised_for_oneself_needs_no_consent(stage: Stage) -> None:
    case = stage.raise_hand()
    assert (case.channel, case.variables["consentResult"]) == ("SELF", "免")
    assert stage.told("neighbour") == []
    assert stage.told("citizen") == [said("M01", date="11月26日")]


def test_the_notice_must_be_read_and_accepted(stage: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(noticeAccepted=False)
    assert set(refusal.value.problems) == {"noticeAccepted"}
    assert nothing_was_kept(stage)


def test_all_that_is_wrong_with_an_application_is_said_at_once(stage: Stage) -> None:
    wrong: dict[str, Any] = {
        "applicantPhone": "12345",
        "problemText": "停水",
        "waterProblems": [],
        "applicantIdNo": "532622198001010000",
    }
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(**wrong)
    assert set(refusal.value.problems) == set(wrong)


def test_who_is_checked_allows_it_and_says_what_may_be_asked(stage: Stage) -> None:
    stage.item = "linshi"
    asked = household.answers(stage)
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(**{**asked, "authScope": [], "authSignDate": None, "promiseSign": []})
    assert set(refusal.value.problems) == {"authScope", "authSignDate", "promiseSign"}
    case = stage.raise_hand(**asked)
    assert case.variables["authScope"] == steps.SCOPE


def test_where_help_cannot_wait_a_promise_is_enough(stage: Stage) -> None:
    stage.item = "linshi"
    asked = household.answers(stage)
    unsigned = {**asked, "authScope": None, "authPersons": None, "authSignatures": None, "promiseSign": None}
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(urgentNow=True, **unsigned, promised=False)
    assert set(refusal.value.problems) == {"promised"}
    case = stage.raise_hand(urgentNow=True, **unsigned)
    assert case.variables.get("authScope") is None


def test_a_name_that_contradicts_the_id_number_is_refused_and_nothing_is_kept(stage: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(applicantName="群众某")
    assert refusal.value.notice == "实名信息不一致，请核对姓名和身份证号码"
    assert nothing_was_kept(stage)
    stage.refused("i_end_not_real", refusal.value)


def test_the_id_number_of_somebody_else_is_no_hand_raised_for_oneself(stage: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand("stranger")
    assert set(refusal.value.problems) == {"applicantIdNo"}


def test_the_same_problem_of_the_same_person_is_not_taken_twice(stage: Stage) -> None:
    first = stage.raise_hand()
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(problemText="水管又断了，麻烦快一点")
    assert refusal.value.notice == "申请人已有在办的同一事项，请在“我的申请”中查看进度，不用重复提交"
    assert stage.numbers() == [first.case_no]
    stage.refused("i_end_duplicate", refusal.value)


def test_a_neighbour_cannot_file_what_is_under_way_either(stage: Stage) -> None:
    stage.raise_hand()
    with pytest.raises(Invalid):
        stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers())
    assert len(stage.numbers()) == 1


def test_whoever_accepts_hears_what_the_applicant_gets_and_as_whom_they_are_known(stage: Stage) -> None:
    granted.give(stage, "water", item_code="dibao", item_name="低保")
    citizen = stage.people["citizen"]
    with factories.committed() as session:
        version = session.scalars(select(ProcessVersion.id).limit(1)).one()
        factories.CaseFactory(
            case_no="gov_lift_support-1",
            process_key="gov_lift_support",
            version_id=version,
            applicant_identity=citizen.identity_number,
        )
    stage.item = "insure"
    known = stage.raise_hand().variables
    assert known["lowIncomeTypes"] == ["低保", "防返贫监测对象"]
    assert known["enjoyed"] == ["低保，2025-12 起每月 900 元"]
    with factories.committed() as session:
        session.execute(update(Benefit).values(state="ended"))
        session.execute(update(Case).where(Case.process_key == "gov_lift_support").values(state="ended"))
    stage.item = "training"
    assert (stage.raise_hand().variables["lowIncomeTypes"], stage.case().variables["enjoyed"]) == ([], [])


def test_after_the_end_the_same_person_may_report_again(stage: Stage) -> None:
    stage.bring_to("wt_confirm")
    stage.do("wt_confirm")
    stage.raise_hand()
    assert stage.open_tasks() == ["wt_take"]
    assert len(stage.numbers()) == 2


def test_two_people_may_report_the_same_thing(stage: Stage) -> None:
    stage.raise_hand()
    stranger = stage.people["stranger"]
    stage.raise_hand("stranger", applicantName=stranger.name, applicantIdNo=stranger.identity_number)
    assert len(stage.numbers()) == 2


def test_the_counter_files_for_whoever_comes_without_asking_for_consent(stage: Stage) -> None:
    case = stage.raise_hand("county_water_clerk", "COUNTER")
    assert (case.proxy_account_id, case.citizen_id) == (stage.people["county_water_clerk"].id, None)
    assert stage.open_tasks() == ["wt_take"]
    assert stage.told("citizen", "M01") != []


def test_a_proxy_says_who_they_are_and_the_person_is_asked(stage: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand("neighbour", "PROXY")
    assert {"proxyName", "proxyIdNo", "proxyPhone", "proxyRelation", "proxyReason", "consentMode"} <= set(
        refusal.value.problems
    )
    stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers())
    assert (stage.open_tasks(), stage.case().status) == ([], "CONSENT_PENDING")
    assert stage.told("county_water_clerk") == []
    stage.consent(agrees=True)
    assert stage.open_tasks() == ["wt_take"]
    assert len(stage.told("citizen", "M01")) == len(stage.told("neighbour", "M01")) == 1


def test_a_case_that_the_person_refuses_is_never_submitted(stage: Stage) -> None:
    stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers())
    stage.consent(agrees=False)
    assert (stage.case().outcome, stage.told("citizen", "M01"), stage.told("county_water_clerk")) == (
        "TERMINATED", [], [],
    )  # fmt: skip


def test_what_the_government_raises_for_somebody_waits_for_consent_too(stage: Stage) -> None:
    stage.raise_hand("county_office", "GOV")
    assert stage.case().status == "CONSENT_PENDING"
    assert stage.told("citizen", "M11") == [said("M11", 代办人="政府工作人员")]
    stage.consent(agrees=True)
    assert stage.open_tasks() == ["wt_take"]


def test_a_citizen_cannot_use_the_channels_of_the_office(stage: Stage) -> None:
    for channel in ("GOV", "COUNTER"):
        with pytest.raises(NotAllowed):
            stage.raise_hand("citizen", channel)
    with pytest.raises(NotAllowed):
        stage.raise_hand("county_office", "SELF")
    assert nothing_was_kept(stage)


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
