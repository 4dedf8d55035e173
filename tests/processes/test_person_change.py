"""死亡、迁移核实: a reviewer of the department looks into it, and the case ends only by their word."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import suspension, termination
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Conflict, Invalid
from engine.oversight import replay
from tests.casework.acts import do
from tests.demo.registers import Simulator
from tests.processes.lifting import apart
from tests.processes.stage import Stage, at

PROCESS = "person_change"
NOTE = "向村委会核实，登记无误，家人不再申请"


@pytest.fixture
def suspected(stage: Stage, registers: Simulator) -> Stage:
    """The register says that somebody who asked for insurance has died."""
    stage.item = "insure"
    stage.raise_hand()
    registers.hold({"deaths": {stage.people["citizen"].identity_number: [{"diedOn": "2026-11-10"}]}})
    stage.item = "person_watch"
    stage.begin("county_office")
    stage.let_pass(until=at("2026-11-16", "10:00"))
    stage.item, [change] = PROCESS, apart(PROCESS)
    stage.case_id = change.id
    return stage


def asked_for(stage: Stage) -> Case:
    with reading() as session:
        return session.scalars(select(Case).where(Case.case_no == stage.case().variables["aboutCase"])).one()


def verify(stage: Stage, **values: Any) -> None:
    given = {"changeTrue": True, "changeHandling": "终止办件", "changeNote": NOTE}
    stage.complete("county_medins_reviewer", "pn_verify", **{**given, **values})
    with reading() as session:
        assert replay.replay(session, stage.case().case_no).equal
        assert replay.replay(session, asked_for(stage).case_no).equal


def test_who_has_died_asks_for_nothing_more_and_the_family_reads_why(suspected: Stage) -> None:
    task = suspected.task("pn_verify")
    assert (task.role_key, task.due_at) == ("county_medins_reviewer", at("2026-11-23", "24:00"))
    with pytest.raises(Invalid) as refusal:
        verify(suspected, changeNote="死了")
    assert set(refusal.value.problems) == {"changeNote"}
    verify(suspected)
    case = asked_for(suspected)
    assert (case.outcome, case.reason_code) == ("TERMINATED", "DECEASED")
    assert case.outcome_text is not None and NOTE in case.outcome_text
    assert len(suspected.told("citizen", "M34")) == 1
    assert suspected.case().outcome_text == f"属实，办件 {case.case_no} 已终止"


def test_an_error_of_the_register_leaves_the_case_as_it_is(suspected: Stage) -> None:
    verify(suspected, changeTrue=False, changeHandling=None, changeNote="本人仍在本村居住，登记有误")
    assert asked_for(suspected).state == "active"
    assert (suspected.case().outcome_text or "").startswith("不属实")


def test_what_the_family_still_needs_goes_on(suspected: Stage) -> None:
    verify(suspected, changeHandling="继续办理", changeNote="参保人中还有未成年的孩子，继续办理")
    assert asked_for(suspected).state == "active"
    assert (suspected.case().outcome_text or "").startswith("属实，办件")


def test_a_case_that_has_ended_meanwhile_is_left_alone(suspected: Stage) -> None:
    approver, number = suspected.people["county_medins_approver"], asked_for(suspected).case_no
    do(termination.terminate, number, approver, code="OTHER", reason="家人来电，不再申请参保登记")
    verify(suspected)
    assert asked_for(suspected).reason_code == "OTHER"
    assert (suspected.case().outcome_text or "").endswith("已经先办结")


def test_a_suspended_case_has_to_go_on_before_it_can_end(suspected: Stage) -> None:
    reviewer, number = suspected.people["county_medins_reviewer"], asked_for(suspected).case_no
    do(suspension.suspend, number, reviewer, reason="等待派出所出具死亡证明")
    with pytest.raises(Conflict):
        verify(suspected)
    assert suspected.open_tasks() == ["pn_verify"], "nothing of it is kept"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
