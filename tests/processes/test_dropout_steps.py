"""控辍保学, the four steps (domain B8 #5 to #8): talks, an order, a penalty, the court; each may be the last."""

import shutil
from pathlib import Path

import pytest

from engine import settings
from engine.casework import deployments
from engine.db import transaction
from engine.errors import Invalid
from engine.registry.actors import SYSTEM
from tests.processes import steps
from tests.processes.stage import Stage, at

ITEM, PROCESS = "dropout", "dropout_steps"


def past_the_order(stage: Stage, **answers: object) -> None:
    """The limit of the order is over, and somebody looked."""
    stage.bring_to("do_s2")
    stage.do("do_s2")
    stage.let_pass(until=at("2026-11-23", "24:00"))
    stage.do("do_s2_2", **answers)


def test_before_the_second_step_there_are_three_visits(stage: Stage) -> None:
    stage.bring_to("do_s1")
    task = stage.task("do_s1")
    assert (task.role_key, task.due_at) == ("town_edu_clerk", at("2026-11-26", "24:00"))
    visits = steps.USUAL["do_s1"][1]["visits"]
    with pytest.raises(Invalid) as refusal:
        stage.do("do_s1", visits=visits[:2])
    assert set(refusal.value.problems) == {"s1Result"}
    stage.do("do_s1")
    assert stage.open_tasks() == ["do_s2"]


def test_a_child_may_return_after_the_first_visit(stage: Stage) -> None:
    stage.bring_to("do_s1")
    stage.do("do_s1", visits=steps.USUAL["do_s1"][1]["visits"][:1], s1Result="已返校", orderBy=None)
    assert stage.open_tasks() == ["do_return"]


@pytest.mark.parametrize(("by", "role"), [("乡镇人民政府", "town_leader"), ("县教体局", "county_edu_approver")])
def test_the_order_is_given_by_the_town_or_the_county(stage: Stage, by: str, role: str) -> None:
    stage.bring_to("do_s1")
    stage.do("do_s1", orderBy=by)
    task = stage.task("do_s2")
    assert (task.role_key, task.due_at) == (role, at("2026-11-19", "24:00"))
    stage.complete(role, "do_s2", **{**steps.USUAL["do_s2"][1], "orderReceipt": [stage.file(role)]})
    stage.let_pass(until=at("2026-11-23", "23:59"))
    assert stage.open_tasks() == []
    stage.let_pass(until=at("2026-11-23", "24:00"))
    assert stage.task("do_s2_2").role_key == role


def test_the_limit_of_the_order_is_five_to_ten_days_and_counts_holidays(stage: Stage) -> None:
    stage.clock.move_to(at("2026-09-28", "09:00"))
    visits = [{**one, "visitedOn": "2026-09-28"} for one in steps.USUAL["do_s1"][1]["visits"]]
    stage.raise_hand(absentSince="2026-09-20")
    stage.do("do_accept")
    stage.do("do_verify", verifiedOn="2026-09-28")
    stage.do("do_s1", visits=visits)
    # 29 and 30 September and 8 October: the holiday does not count for the official.
    assert stage.task("do_s2").due_at == at("2026-10-08", "24:00")
    with pytest.raises(Invalid) as refusal:
        stage.do("do_s2", orderServedOn="2026-09-28", orderDays=4)
    assert set(refusal.value.problems) == {"orderDays"}
    stage.do("do_s2", orderServedOn="2026-09-28", orderDays=10)
    stage.let_pass(until=at("2026-10-08", "24:00"))
    assert stage.open_tasks() == ["do_s2_2"]
    # Counted from the night to the 9th: Saturday the 10th is worked, then Monday.
    assert stage.task("do_s2_2").due_at == at("2026-10-12", "24:00")


def test_who_returns_within_the_limit_is_placed(stage: Stage) -> None:
    past_the_order(stage, s2Returned=True)
    assert stage.open_tasks() == ["do_return"]


def test_who_does_not_return_is_penalised(stage: Stage) -> None:
    past_the_order(stage)
    assert stage.open_tasks() == ["do_s3"]


def test_a_county_without_the_third_step_goes_to_court_at_once(stage: Stage, tmp_path: Path) -> None:
    """Domain G.2 #19: the fine lacks a national basis, so a county may switch the third step off in its table."""
    for folder in ("processes", "forms", "rules"):
        shutil.copytree(settings.ROOT / folder, tmp_path / "content" / folder)
    table = tmp_path / "content" / "rules" / "dropout_rules.dmn"
    table.write_text(table.read_text("utf-8").replace("<text>true</text>", "<text>false</text>"), "utf-8")
    with transaction() as session:
        deployments.deploy_folder(session, tmp_path / "content", actor=SYSTEM)
    past_the_order(stage)
    assert stage.open_tasks() == ["do_s4"]


def test_a_penalty_after_which_the_child_returns_is_the_last_step(stage: Stage) -> None:
    past_the_order(stage)
    stage.do("do_s3", caseFiledOn="2026-11-24", penaltyNoticeOn="2026-11-24")
    stage.let_pass(until=at("2026-12-01", "24:00"))
    stage.do("do_s3_2")
    stage.do("do_s3_3", penaltyOn="2026-12-02")
    stage.do("do_s3_4", penaltyServedOn="2026-12-02", s3Returned=True)
    assert stage.open_tasks() == ["do_return"]


def test_a_penalty_without_effect_leads_to_court_and_from_there_to_school(stage: Stage) -> None:
    past_the_order(stage)
    stage.do("do_s3", caseFiledOn="2026-11-24", penaltyNoticeOn="2026-11-24")
    stage.let_pass(until=at("2026-12-01", "24:00"))
    for step, answers in (("do_s3_2", {}), ("do_s3_3", {"penaltyOn": "2026-12-02"}), ("do_s3_4", {})):
        stage.do(step, **answers)
    stage.do("do_s4", courtPath="提起诉讼")
    stage.do("do_s4_2")
    stage.do("do_s4_3")
    assert stage.open_tasks() == ["do_return"]


def test_a_child_who_leaves_again_within_the_term_begins_at_the_second_step(stage: Stage) -> None:
    stage.bring_to("do_return")
    stage.do("do_return")
    stage.let_pass(until=at("2026-11-23", "24:00"))
    stage.do("do_keep", keepResult="再次失学")
    assert stage.open_tasks() == ["do_s2"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
