"""撤销重办: an ended case goes on at a step, its old acts kept, its deadlines counted anew."""

from typing import Any

import pytest
from sqlalchemy import func, select, update

from engine.casework import execution, named_cases, reopening, timeline
from engine.casework.models import Case, HistoryEvent, UserTask
from engine.casework.money_models import Payment, PaymentLine
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotAllowed
from engine.oversight import replay
from engine.registry.actors import Actor
from tests import factories
from tests.factories import JIANGNA, YANSHAN
from tests.processes.stage import Stage, at

WHY = "受理范围认定有误，应当受理"
ORDER = "appeal-532622-20261116-00001"


def ended(stage: Stage) -> Case:
    """A case of 饮水安全 that the county did not take."""
    stage.bring_to("wt_verify")
    stage.do("wt_verify", problemTrue="不属实")
    stage.do("wt_not_true")
    return stage.case()


def order(stage: Stage, who: str = "county_water_approver", *, step: str = "wt_verify", reason: str = WHY) -> None:
    with transaction() as session, execution.open_case(session, stage.case_id, actor=stage.people[who]) as running:
        reopening.reopen(running, step, reason, by=ORDER)


def difference(stage: Stage) -> str | None:
    with reading() as session:
        return replay.replay(session, stage.case().case_no).difference


def everything() -> tuple[Any, ...]:
    with reading() as session:
        return tuple(session.scalar(select(func.count()).select_from(table)) for table in (HistoryEvent, UserTask))


def test_the_case_goes_on_at_the_step_and_ends_again(stage: Stage) -> None:
    before = ended(stage)
    assert stage.open_tasks() == ["rt_rate"]
    stage.clock.move_to(at("2026-11-20", "10:00"))
    order(stage)
    case = stage.case()
    assert (case.state, case.status, case.outcome, case.ended_at) == ("active", "INVESTIGATING", None, None)
    assert case.accepted_at == before.accepted_at and case.promised_at != before.promised_at
    assert stage.open_tasks() == ["wt_verify"] and stage.task("wt_verify").due_at == at("2026-11-24", "24:00")
    assert difference(stage) is None
    stage.do("wt_verify")
    stage.do("wt_solve")
    stage.do("wt_confirm")
    assert (stage.case().state, difference(stage)) == ("ended", None)
    assert len(stage.companions("rating")) == 2
    verified = [task.state for task in stage.tasks("wt_verify")]
    assert verified == ["completed", "completed"]


def test_a_step_before_acceptance_is_accepted_anew(stage: Stage) -> None:
    ended(stage)
    stage.clock.move_to(at("2026-11-20", "10:00"))
    order(stage, step="wt_take")
    assert stage.case().accepted_at is None
    stage.do("wt_take")
    assert stage.case().accepted_at == at("2026-11-20", "10:00")
    assert difference(stage) is None


def test_the_journal_tells_in_words_what_was_ordered(stage: Stage) -> None:
    ended(stage)
    order(stage)
    with reading() as session:
        told = [line.text for line in timeline.for_staff(session, stage.case())]
    assert f"撤销原处理结果，从“现场核实”起重新办理：{WHY}" in told


@pytest.mark.parametrize("who", ["county_water_clerk", "county_hr_approver", "county_office", "citizen"])
def test_only_those_who_decide_or_supervise_the_department_may_order_it(stage: Stage, who: str) -> None:
    ended(stage)
    before = everything()
    with pytest.raises(NotAllowed):
        order(stage, who)
    assert everything() == before and stage.case().state == "ended"


def test_the_prefectures_supervisor_may_order_it(stage: Stage) -> None:
    ended(stage)
    order(stage, "pref_water_supervisor")
    assert stage.case().state == "active"


@pytest.mark.parametrize(("step", "reason"), [("wt_solve", WHY), ("nowhere", WHY), ("wt_verify", "短")])
def test_a_step_that_was_not_done_and_a_short_reason_are_refused(stage: Stage, step: str, reason: str) -> None:
    ended(stage)
    before = everything()
    with pytest.raises(Invalid):
        order(stage, step=step, reason=reason)
    assert everything() == before and stage.case().state == "ended"


def test_a_case_that_runs_is_not_reopened_nor_twice(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    with pytest.raises(Conflict):
        order(stage, step="wt_take")
    stage.do("wt_verify", problemTrue="不属实")
    stage.do("wt_not_true")
    order(stage)
    with pytest.raises(Conflict):
        order(stage)


def test_nor_beside_another_case_of_the_same_item(stage: Stage) -> None:
    first = ended(stage)
    second = stage.raise_hand()
    stage.case_id = first.id
    with pytest.raises(Conflict) as refusal:
        order(stage)
    assert second.case_no in str(refusal.value.notice)


def test_nor_where_money_was_paid(stage: Stage) -> None:
    case = ended(stage)
    with factories.committed() as session:
        payment = Payment(
            number="P1", case_id=case.id, item_code="water", purpose="补助", department="water", county_code=YANSHAN,
            fund="专项", channel="DIRECT", status="CLOSED", made_at=case.started_at,
        )  # fmt: skip
        session.add(payment)
        session.flush()
        session.add(
            PaymentLine(
                payment_id=payment.id, line_no=1, case_id=case.id, payee_name="甲", payee_identity="1",
                region_code=JIANGNA, month="2026-11", amount=100, bank_name="", account_holder="", account_no="",
                holder_relation="本人", state="paid",
            )
        )  # fmt: skip
    with pytest.raises(Conflict) as refusal:
        order(stage)
    assert "已经发放资金" in str(refusal.value.notice)
    with transaction() as session:
        session.execute(update(PaymentLine).values(state="recovered"))
    order(stage)
    assert stage.case().state == "active"


def test_who_acted_on_a_case_is_everybody_who_did_a_part(stage: Stage) -> None:

    case = ended(stage)
    with reading() as session:
        found = named_cases.acted(session, case.id)
    people: dict[str, Actor] = stage.people
    assert {people[key].id for key in ("county_water_clerk", "town_water_clerk")} <= found
    assert people["county_water_reviewer"].id not in found
