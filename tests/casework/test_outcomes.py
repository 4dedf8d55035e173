"""How a case ended: the words, the kind of reason by its name, and on what it rests; for citizen, staff and journal."""

from typing import Any

import pytest

from engine import clock
from engine.casework import deployments, history, outcomes, plans, termination
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Invalid
from engine.oversight import replay
from tests.factories import YANSHAN
from tests.processes.stage import Stage

REFUSED: dict[str, Any] = {
    "inScope": False, "rejectReasonCode": "NR03", "rejectReason": "反映的是企业生产用水问题，不属于农村饮水",
    "rejectBasis": "《云南省政府救助平台运行管理办法》第五条", "town": None, "urgency": None,
}  # fmt: skip


def kind(case: Case) -> str | None:
    with reading() as session:
        return outcomes.kind_of(session, session.get_one(Case, case.id))


def test_a_refusal_says_why_of_which_kind_and_by_which_rule(stage: Stage) -> None:
    stage.raise_hand()
    stage.do("wt_take", **REFUSED)
    case = stage.case()
    assert (case.outcome, case.reason_code) == ("NOT_ACCEPTED", "NR03")
    assert (case.outcome_text, case.outcome_basis) == (REFUSED["rejectReason"], REFUSED["rejectBasis"])
    assert kind(case) == "非服务对象（非农村人口/非低收入人口）"
    with reading() as session:
        (ended,) = [event for event in history.events(session, case.id) if event.kind == "case_ended"]
        assert (ended.payload["code"], ended.payload["basis"]) == ("NR03", REFUSED["rejectBasis"])
        assert replay.replay(session, case.case_no).equal


def test_a_refusal_without_a_rule_is_not_taken(stage: Stage) -> None:
    stage.raise_hand()
    with pytest.raises(Invalid) as refusal:
        stage.do("wt_take", **{**REFUSED, "rejectBasis": None})
    assert set(refusal.value.problems) == {"rejectBasis"}


def test_a_kind_that_an_item_names_itself_is_called_as_its_form_calls_it(stage: Stage) -> None:
    with reading() as session:
        version = deployments.active(session, "house", YANSHAN, clock.now())
        called = deployments.called_versions(session, plans.bundle_of(session, version.id), YANSHAN, clock.now())
        plan = plans.plan(session, version.id, called)
        assert outcomes.named(plan, "HS12") == "房屋安全（A 级或者 B 级）"
        assert outcomes.named(plan, "XX99") == "XX99", "what nobody names is called as it is"


def test_what_the_department_ended_says_its_kind_and_a_withdrawal_none(stage: Stage) -> None:
    stage.raise_hand()
    stage.withdraw()
    assert stage.case().reason_code == "WITHDRAWN_BY_CITIZEN"
    assert kind(stage.case()) is None


def test_every_code_of_a_termination_has_its_name() -> None:
    assert all(termination.REASONS.values())
