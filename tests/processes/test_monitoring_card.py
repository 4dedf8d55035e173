"""监察预警: the unit explains or does not, the discipline inspection decides, and a card that stands is counted."""

import pytest

from engine import clock
from engine.casework import measures
from engine.casework.measures import Months
from engine.casework.models import Case
from engine.db import reading
from engine.errors import NotFound
from engine.oversight import replay
from tests.factories import YANSHAN
from tests.processes.stage import Stage, at
from tests.processes.test_monitoring import happened

ITEM, PROCESS = "monitoring", "monitoring_card"
WHY = {"explanation": "当天经办人请假，单位没有及时安排别人签收，已经补签"}
UNIT = "county_water_reviewer"


@pytest.fixture
def warned(stage: Stage) -> Stage:
    """The county's water office has not signed for an order in time."""
    stage.hire("discipline", "discipline", YANSHAN)
    with happened() as rows:
        rows.late("sm_sign", UNIT, at("2026-11-12"))
    stage.begin("discipline")
    with reading() as session:
        stage.case_id = session.query(Case.id).where(Case.process_key == PROCESS).scalar()
    return stage


def cards(stage: Stage) -> tuple[int, int]:
    """The red and yellow cards of the water office this month."""
    with reading() as session:
        found = measures.figures(session, YANSHAN, Months.until("2026-11"), clock.now(), compare=False)
    row = next(one for one in found["departments"] if one["code"] == "water")
    return row["redCards"], row["yellowCards"]


def test_a_good_explanation_clears_the_card(warned: Stage) -> None:
    before = cards(warned)
    assert warned.task("mc_explain").due_at == at("2026-11-18", "24:00")
    assert "请在11月18日" in warned.told(UNIT, "T231")[0]
    warned.complete(UNIT, "mc_explain", **WHY)
    warned.complete("discipline", "mc_review", cardDecision="销卡", cardReason="经核对，当天确有情况，已经补签")
    assert warned.case().outcome_text == "说明成立，销卡：经核对，当天确有情况，已经补签"
    assert len(warned.told(UNIT, "T233")) == 1
    assert cards(warned) == before
    with reading() as session:
        assert replay.replay(session, warned.case().case_no).equal


def test_who_says_nothing_in_two_working_days_is_judged_without_and_the_card_counts(warned: Stage) -> None:
    red, yellow = cards(warned)
    warned.supervise()
    warned.let_pass(until=at("2026-11-19", "09:00"))
    assert "mc_review" in warned.open_tasks()
    assert "mc_explain" not in warned.open_tasks()
    with pytest.raises(NotFound):
        warned.complete(UNIT, "mc_review", cardDecision="销卡", cardReason="自己的单位")
    warned.complete("discipline", "mc_review", cardDecision="保留", cardReason="逾期没有说明，没有签收")
    assert warned.case().outcome_text == "保留红卡：逾期没有说明，没有签收"
    assert "逾期没有说明" in warned.told(UNIT, "T232")[0]
    # To be late with an explanation is to be late with a step.
    assert cards(warned) == (red + 1, yellow + 1)


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
