"""政府托举, the help: nothing is filed without consent, what is filed is filled in; who refuses is asked later."""

from typing import Any

import pytest

from engine.casework import drafts
from engine.casework.models import ApplicationDraft, Case
from engine.db import reading, transaction
from engine.errors import Invalid, NotFound
from tests.demo.registers import Simulator
from tests.processes import lifting, steps
from tests.processes.lifting import apart, do, found
from tests.processes.stage import Stage

ITEM, PROCESS = "gov_lift", "gov_lift_help"


@pytest.fixture(autouse=True)
def employed(stage: Stage) -> None:
    lifting.employ(stage)


def prepared(stage: Stage) -> list[ApplicationDraft]:
    with reading() as session:
        return drafts.mine(session, stage.people["town_office"])


def file(stage: Stage, **values: Any) -> Case:
    """The clerk completes the draft and files it."""
    actor = stage.people["town_office"]
    with transaction() as session:
        [draft] = drafts.mine(session, actor)
        drafts.save(session, draft.key, actor, values)
        return drafts.submit(session, draft.key, actor)


def test_who_agrees_gets_an_application_that_is_filled_in_and_asks_for_no_second_consent(stage: Stage) -> None:
    found(stage, "需救助事项", ["water"])
    stage.consent(agrees=True)
    do(stage, "gl_prepare")
    [draft] = prepared(stage)
    assert (draft.process_key, draft.channel, draft.values["applicantName"]) == (
        "water", "GOV", stage.people["citizen"].name,
    )  # fmt: skip
    with pytest.raises(NotFound), reading() as session:
        drafts.get(session, draft.key, stage.people["colleague"])
    with pytest.raises(Invalid) as refusal:
        do(stage, "gl_file")
    stage.refused("gl_not_filed", refusal.value)
    case = file(stage, **steps.ASKED["water"])
    assert (case.status, case.channel, case.variables["originCaseNo"]) == ("SUBMITTED", "GOV", stage.case().case_no)
    assert case.applicant_identity == stage.people["citizen"].identity_number
    do(stage, "gl_file")
    assert stage.case().outcome_text == "需救助事项，代为申请 1 项"


def test_what_runs_already_need_not_be_filed_and_is_not_counted(stage: Stage) -> None:
    stage.item = "water"
    own = stage.raise_hand()
    stage.item = ITEM
    found(stage, "需救助事项", ["water"])
    stage.consent(agrees=True)
    do(stage, "gl_prepare")
    with pytest.raises(Invalid):
        file(stage, **steps.ASKED["water"])
    do(stage, "gl_file")
    assert (own.state, stage.case().outcome_text) == ("active", "需救助事项，代为申请 0 项")


def test_who_refuses_is_visited_again_later(stage: Stage) -> None:
    found(stage, "需救助事项", ["water"])
    stage.consent(agrees=False)
    [visit] = apart("gov_lift_revisit")
    assert (visit.variables["revisitKind"], visit.applicant_name) == ("未同意", stage.people["citizen"].name)
    assert stage.case().outcome_text == "需救助事项"


def test_both_go_on_at_the_same_time_and_consent_is_asked_for_once(stage: Stage, registers: Simulator) -> None:
    found(stage, "需救助事项并拟纳入监测", ["water"])
    stage.consent(agrees=True)
    assert stage.open_tasks() == ["gl_apply", "gl_prepare"]
    do(stage, "gl_prepare")
    file(stage, **steps.ASKED["water"])
    do(stage, "gl_file")
    lifting.signed(stage)
    lifting.compared(stage, registers, cars=True)
    do(stage, "gl_verify", verifyResult="需救助事项并拟纳入监测", wantedItems=["water"])
    assert stage.open_tasks() == ["gl_apply"]
    do(stage, "gl_apply", **lifting.UNWILLING)
    assert stage.case().outcome_text == "需救助事项并拟纳入监测，代为申请 1 项，监测对象：不愿申请"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
