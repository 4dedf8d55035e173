"""征求本人同意 (domain C2): no case goes on for somebody who has not agreed to it."""

import pytest

from engine.errors import Conflict, Invalid, NotFound
from tests.processes import lifting
from tests.processes.sentences import said
from tests.processes.stage import Stage, at

PROCESS = "proxy_consent"


def ask(stage: Stage, **values: object) -> None:
    stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers(**values))


def test_the_person_is_asked_by_message_and_says_yes(stage: Stage) -> None:
    ask(stage)
    proxy = stage.people["neighbour"].name
    assert stage.told("citizen") == [said("M11", 代办人=f"{proxy}（邻居）")]
    stage.consent(agrees=True)
    assert stage.case().variables["consentResult"] == "同意"
    assert stage.told("neighbour", "M26") == [said("M26", applicant=stage.people["citizen"].name)]
    assert stage.case().status == "SUBMITTED"


def test_the_person_says_no_and_the_proxy_is_told(stage: Stage) -> None:
    ask(stage)
    stage.consent(agrees=False)
    assert stage.case().outcome == "TERMINATED"
    assert stage.told("neighbour", "M27") == [said("M27")]


def test_only_the_person_in_question_can_consent(stage: Stage) -> None:
    ask(stage)
    for who in ("neighbour", "stranger", "county_office"):
        with pytest.raises(NotFound):
            stage.consent(agrees=True, who=who)
    assert stage.case().status == "CONSENT_PENDING"


def test_consent_is_asked_for_once(stage: Stage) -> None:
    ask(stage)
    stage.consent(agrees=True)
    with pytest.raises(Conflict):
        stage.consent(agrees=False)


def test_the_clock_stands_still_until_the_person_has_answered(stage: Stage) -> None:
    ask(stage)
    assert stage.case().clock_stopped_at == at("2026-11-16")
    stage.let_pass(until=at("2026-11-18", "09:00"))
    stage.consent(agrees=True)
    case = stage.case()
    assert (case.clock_stopped_at, case.stopped_seconds) == (None, 2 * 86400)
    # Two working days were lost, so two are given back: Friday and Monday.
    assert case.promised_at == at("2026-11-30", "24:00")


def test_without_an_answer_for_three_days_the_village_goes_and_asks(stage: Stage) -> None:
    ask(stage)
    stage.let_pass(until=at("2026-11-19", "23:59"))
    assert stage.open_tasks() == []
    stage.let_pass(until=at("2026-11-19", "24:00"))
    task = stage.task("pc_call")
    assert (task.role_key, task.region_code) == ("village_assistant", "532622101001")
    assert task.due_at == at("2026-11-24", "24:00")
    assert stage.case().clock_stopped_at == at("2026-11-16")


def test_the_village_brings_a_yes_with_proof(stage: Stage) -> None:
    ask(stage)
    stage.let_pass(until=at("2026-11-20", "09:00"))
    with pytest.raises(Invalid) as refusal:
        stage.do("pc_call")
    assert set(refusal.value.problems) == {"consentEvidence"}
    stage.do("pc_call", consentEvidence=[stage.file("village_assistant")])
    assert (stage.open_tasks(), stage.case().variables["consentResult"]) == (["wt_take"], "同意")


@pytest.mark.parametrize(("answer", "message_key"), [("拒绝", "M27"), ("找不到", "M28")])
def test_without_a_yes_for_the_village_the_case_ends(stage: Stage, answer: str, message_key: str) -> None:
    ask(stage)
    stage.let_pass(until=at("2026-11-20", "09:00"))
    assert stage.do("pc_call", consentCallResult=answer)
    assert (stage.case().outcome, stage.case().outcome_text) == (
        "TERMINATED",
        "未能取得本人同意，代为反映的事项已终止",
    )
    assert len(stage.told("neighbour", message_key)) == 1
    clues = lifting.apart("gov_lift")
    if answer == "拒绝":
        assert clues == []
        return
    # Who cannot be found may be in need; a clue may be verified without consent (domain C1).
    (clue,) = clues
    ended = stage.case()
    assert (clue.applicant_identity, clue.region_code) == (ended.applicant_identity, ended.region_code)
    assert ended.case_no in clue.variables["riskText"] and clue.state == "active"
    known = [clue.variables[name] for name in ("applicantName", "applicantIdNo", "problemRegion")]
    assert known == [ended.applicant_name, ended.applicant_identity, ended.region_code]


@pytest.mark.parametrize(
    "because", [{"consentMode": "监护人同意"}, {"consentMode": "村委会证明"}, {"proxyReason": "未成年"}]
)
def test_for_somebody_who_cannot_consent_the_guardian_or_the_village_does(
    stage: Stage, because: dict[str, str]
) -> None:
    if because.get("consentMode"):
        because = {**because, "consentFile": [stage.file("neighbour")]}  # type: ignore[dict-item]
    ask(stage, **because)
    assert stage.told("citizen", "M11") == []
    task = stage.task("pc_guard")
    assert (task.role_key, task.region_code, task.due_at) == (
        "village_leader", "532622101001", at("2026-11-18", "24:00"),
    )  # fmt: skip
    stage.do("pc_guard", consentEvidence=[stage.file("village_leader")])
    assert stage.open_tasks() == ["wt_take"]


def test_a_guardian_who_refuses_ends_the_case(stage: Stage) -> None:
    ask(stage, proxyReason="未成年")
    with pytest.raises(Invalid) as refusal:
        stage.do("pc_guard", guardianKind="监护人", consentGuardResult="拒绝")
    assert set(refusal.value.problems) == {"guardianName"}
    stage.do("pc_guard", guardianKind="监护人", guardianName="监护人甲", consentGuardResult="拒绝")
    assert stage.case().outcome == "TERMINATED"


@pytest.mark.parametrize("who", ["citizen", "neighbour"])
def test_person_and_proxy_may_withdraw_while_the_answer_is_awaited(stage: Stage, who: str) -> None:
    ask(stage)
    stage.withdraw(who)
    assert (stage.case().outcome, stage.open_tasks()) == ("WITHDRAWN", [])
    stage.let_pass(until=at("2026-11-25"))
    assert stage.open_tasks() == []


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
