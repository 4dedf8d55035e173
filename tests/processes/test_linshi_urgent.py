"""临时救助, aid at once (domain B3 U1–U6): 48 hours in all, the town's fund, one approval with many stages."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine import clock as engine_clock
from engine.casework.models import PaymentLine
from engine.db import reading, transaction
from engine.errors import Invalid
from engine.oversight import replay
from engine.workflow.world import Refused
from tests.processes import hardship, paying
from tests.processes.stage import Stage, at

ITEM, PROCESS = "linshi", "linshi_urgent"
COUNTY = {"townFirstDecision": "报县级", **dict.fromkeys(["firstAmount", "firstMode", "oneApprovalManyStages"])}


def test_the_48_hours_run_from_acceptance_over_the_weekend(family: Stage) -> None:
    family.clock.move_to(at("2026-11-20", "17:00"))
    hardship.urgent(family)
    assert family.task("ls_quick").due_at == at("2026-11-21", "17:00")
    family.clock.move_to(at("2026-11-22", "09:00"))
    family.do("ls_quick")
    assert family.task("ls_town_first").due_at == at("2026-11-22", "17:00")


def test_more_than_the_quota_is_for_the_county_and_more_than_the_cap_needs_minutes(family: Stage) -> None:
    hardship.urgent(family)
    family.do("ls_quick", proposedAmount=3000.01)
    task = family.task("ls_county_first")
    assert (task.role_key, task.due_at) == ("county_civil_approver", at("2026-11-16", "21:00"))
    with pytest.raises(Invalid) as refusal:
        family.do("ls_county_first", firstAmount=550 * 3 * 6 + 1)
    assert set(refusal.value.problems) == {"countyMinutes"}
    family.do("ls_county_first")
    assert family.task("ls_pay_now").role_key == "county_civil_clerk"
    given = {"payNowOn": "2026-11-16", "payNowAmount": 8000, "receivedBy": "群众甲"}
    signed = {key: [family.file("county_civil_clerk")] for key in ("receiptSign", "receiptPhotos")}
    family.complete("county_civil_clerk", "ls_pay_now", **given, **signed)
    [payment] = paying.payments()
    assert (payment.channel, payment.fund) == ("GIVEN", "县级临时救助资金")
    family.do("ls_paperwork", paperAmount=8000)
    assert family.case().outcome == "COMPLETED"


def test_the_town_decides_up_to_its_quota_and_may_pass_it_to_the_county(family: Stage) -> None:
    hardship.urgent(family)
    family.do("ls_quick")
    with pytest.raises(Invalid) as refusal:
        family.do("ls_town_first", firstAmount=3001)
    assert set(refusal.value.problems) == {"firstAmount"}
    family.do("ls_town_first", **COUNTY)
    nothing = dict.fromkeys(["firstAmount", "firstMode", "oneApprovalManyStages"])
    family.do("ls_county_first", **nothing, countyFirstDecision="不属急难")
    assert family.open_tasks() == ["ls_expense"]


def test_what_the_town_finds_not_urgent_goes_the_general_way(family: Stage) -> None:
    hardship.urgent(family)
    family.do("ls_quick")
    family.do("ls_town_first", **{**COUNTY, "townFirstDecision": "不属急难"})
    assert family.open_tasks() == ["ls_expense"]


def test_a_fund_that_is_short_pays_nothing_until_it_is_topped_up(family: Stage) -> None:
    """Thirty thousand are the town's; twenty-eight of them have been given."""
    hardship.helped(family)
    with transaction() as session:
        session.execute(update(PaymentLine).values(amount=2_800_000))
    hardship.decided(family)
    assert family.case().variables["imprestLeft"] == 2000
    with pytest.raises(Refused) as refusal:
        family.do("ls_pay_now")
    assert refusal.value.notice == (
        "乡镇临时救助备用金余额不足，不能支付；请先申请补充备用金，或者退回乡镇领导改报县级紧急审批"
    )
    family.refused("ls_end_short", refusal.value)
    assert len(paying.lines()) == 1


def test_one_approval_may_be_paid_in_stages_in_goods_and_by_transfer(family: Stage) -> None:
    goods = [{"goodsName": "大米", "goodsCount": "2 袋", "goodsValue": 1000}]
    hardship.decided(family, oneApprovalManyStages=True, stageDays=30, firstMode="实物")
    with pytest.raises(Invalid) as refusal:
        family.do("ls_pay_now", payNowAmount=3001)
    assert set(refusal.value.problems) == {"payNowAmount", "goodsList"}
    family.do("ls_pay_now", payNowAmount=1000, goodsList=goods)
    family.do("ls_paperwork")
    family.let_pass(until=at("2026-12-16", "24:00"))
    assert family.task("ls_pay_next").due_at == at("2026-12-21", "24:00")
    family.do("ls_pay_next", payNowAmount=2000, goodsList=goods)
    assert family.case().outcome_text == "急难型，已先行救助 3000 元"
    assert [line.amount for line in paying.lines()] == [100_000, 200_000]
    with reading() as session:
        assert replay.replay(session, family.case().case_no).difference is None


def test_paperwork_is_due_five_working_days_after_the_aid_across_the_national_day(family: Stage) -> None:
    family.clock.move_to(at("2026-09-29", "10:00"))
    asked = {"promiseDate": "2026-09-29", "eventDate": "2026-09-28"}
    hardship.urgent(family, **asked)
    family.do("ls_quick", quickOn="2026-09-29T10:00:00+08:00")
    family.do("ls_town_first")
    family.let_pass(until=engine_clock.local(engine_clock.now()) + timedelta(hours=26))
    family.do("ls_pay_now", payNowOn="2026-09-30")
    assert family.task("ls_paperwork").due_at == at("2026-10-13", "24:00")


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
