"""续方提醒 (domain B13): before the medicine that was handed over is used up, the patient hears of it once."""

from typing import Any

from tests.processes import sentences
from tests.processes.stage import Stage, at

ITEM, PROCESS = "medicine", "medicine_refill"


def supplied(stage: Stage, **prescription: Any) -> None:
    """Whoever is enrolled in chronic care gets medicine on 2026-11-16."""
    stage.item = "chronic"
    stage.raise_hand()
    for step in ("ch_accept", "ch_assign", "ch_verify", "ch_sign"):
        stage.do(step)
    stage.item = ITEM
    stage.raise_hand()
    stage.do("md_review")
    stage.do("md_rx", **prescription)
    stage.do("md_supply")
    stage.do("md_hand")


def test_a_week_before_it_is_used_up_the_patient_is_told_without_the_name_of_the_drug(stage: Stage) -> None:
    supplied(stage, rxDays=28)
    assert stage.case().outcome == "COMPLETED"
    stage.let_pass(until=at("2026-12-07", "08:59"))
    assert stage.told("citizen", "M188") == []
    stage.let_pass(until=at("2026-12-07", "09:00"))
    assert stage.told("citizen", "M188") == [sentences.template("M188")]


def test_what_lasts_no_longer_than_a_week_is_not_spoken_of(stage: Stage) -> None:
    supplied(stage, rxDays=7)
    assert stage.companions(PROCESS) == []


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
