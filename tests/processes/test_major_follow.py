"""大病救治随访: one, three and six months after the case."""

from tests.processes.stage import Stage, at

ITEM, PROCESS = "major_treat", "major_follow"


def treated(stage: Stage) -> None:
    stage.bring_to("mt_feedback_2")
    stage.do("mt_feedback_2")


def test_the_hospital_follows_up_after_one_three_and_six_months(stage: Stage) -> None:
    treated(stage)
    for days, number in (("2026-12-16", 1), ("2027-02-15", 2), ("2027-05-17", 3)):
        stage.let_pass(until=at(days, "23:59"))
        assert len(stage.tasks("mf_visit")) == number - 1
        stage.let_pass(until=at(days, "24:00"))
        assert len(stage.tasks("mf_visit")) == number
        stage.do("mf_visit", followOn=days)
    assert stage.companion("major_follow").state == "ended"


def test_who_moves_away_is_followed_no_longer(stage: Stage) -> None:
    treated(stage)
    stage.let_pass(until=at("2026-12-16", "24:00"))
    stage.do("mf_visit", followOn="2026-12-16", followExit="迁出", followState=None, aidTold=None)
    assert stage.companion("major_follow").state == "ended"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
