"""满意度评价 (domain C11): the citizen judges when all is over, and a bad judgement is answered."""

import pytest

from engine.errors import Invalid, NotAllowed, NotFound
from tests.processes.sentences import said
from tests.processes.stage import Stage, at

PROCESS = "rating"


def test_the_citizen_rates_when_the_case_has_ended_and_not_before(stage: Stage) -> None:
    stage.bring_to("wt_confirm")
    assert stage.companions() == []
    stage.do("wt_confirm")
    task = stage.task("rt_rate")
    assert (task.role_key, task.due_at) == ("citizen", None)


def test_five_stars_and_all_is_said(stage: Stage) -> None:
    stage.bring_to("rt_rate")
    assert stage.do("rt_rate", stars=5, ratingTags=["态度", "速度"], ratingText="很快就修好了", anonymous=True)
    assert (stage.companion("rating").outcome_text, stage.open_tasks()) == ("已评价", [])


@pytest.mark.parametrize("stars", [0, 6, "五星", None])
def test_there_are_one_to_five_stars(stage: Stage, stars: object) -> None:
    stage.bring_to("rt_rate")
    with pytest.raises(Invalid) as refusal:
        stage.do("rt_rate", stars=stars)
    assert set(refusal.value.problems) == {"stars"}


def test_only_the_citizen_of_the_case_rates(stage: Stage) -> None:
    stage.bring_to("rt_rate")
    for who in ("stranger", "county_water_clerk"):
        with pytest.raises((NotAllowed, NotFound)):
            stage.complete(who, "rt_rate", stars=5)


def test_one_star_is_called_back_within_a_working_day_and_put_right_within_five(stage: Stage) -> None:
    stage.bring_to("rt_rate")
    stage.do("rt_rate", stars=1, ratingText="修了三次才好")
    callback = stage.task("rt_callback")
    assert (callback.role_key, callback.due_at) == ("county_water_reviewer", at("2026-11-17", "24:00"))
    stage.do("rt_callback")
    assert stage.task("rt_rectify").due_at == at("2026-11-23", "24:00")
    stage.do("rt_rectify")
    assert stage.told("citizen", "M38") == [said("M38", text="更换全部老旧水管，并当面致歉")]
    assert stage.do("rt_rerate", stars=4)
    assert stage.companion("rating").outcome_text == "已再次评价"


def test_two_stars_are_bad_and_three_are_not(stage: Stage) -> None:
    stage.bring_to("rt_rate")
    stage.do("rt_rate", stars=2)
    assert stage.open_tasks() == ["rt_callback"]
    stage.do("rt_callback", badReviewTrue="不属实", callbackNote="群众误把邻村的停水记成本村")
    assert stage.companion("rating").outcome_text == "差评不属实，已回访"
    stage.bring_to("rt_rate")
    assert stage.do("rt_rate", stars=3)


def test_a_bad_rating_that_nobody_calls_back_is_overdue(stage: Stage) -> None:
    stage.bring_to("rt_callback")
    stage.let_pass(until=at("2026-11-17", "24:00"))
    assert [record.element_id for record in stage.overdue()] == ["rt_callback"]
    assert len(stage.told("county_water_approver", "T03")) == 1


def test_after_three_days_the_citizen_is_reminded_once(stage: Stage) -> None:
    stage.bring_to("rt_rate")
    stage.let_pass(until=at("2026-11-19", "23:59"))
    assert stage.told("citizen", "M36") == []
    stage.let_pass(until=at("2026-11-25"))
    assert stage.told("citizen", "M36") == [said("M36")]
    assert stage.open_tasks() == ["rt_rate"]
    stage.do("rt_rate")
    assert stage.companion("rating").state == "ended"


def test_unrated_after_fifteen_days_is_unrated_and_not_good(stage: Stage) -> None:
    stage.bring_to("rt_rate")
    stage.let_pass(until=at("2026-12-01", "23:59"))
    assert stage.open_tasks() == ["rt_rate"]
    stage.let_pass(until=at("2026-12-01", "24:00"))
    rating = stage.companion("rating")
    assert (rating.outcome_text, rating.variables.get("stars"), stage.open_tasks()) == ("默认未评价", None, [])


def test_who_does_not_rate_again_keeps_the_first_rating(stage: Stage) -> None:
    stage.bring_to("rt_rerate")
    stage.let_pass(until=at("2026-12-01", "24:00"))
    rating = stage.companion("rating")
    assert (rating.outcome_text, rating.variables["stars"]) == ("维持原评价", 1)


def test_a_refused_case_may_be_rated_too(stage: Stage) -> None:
    stage.raise_hand()
    stage.do(
        "wt_take",
        inScope=False,
        rejectReasonCode="NR01",
        rejectBasis="《运行管理办法》第四条",
        rejectReason="反映的是企业生产用水问题",
    )
    assert stage.open_tasks() == ["rt_rate"]


def test_a_withdrawn_or_terminated_case_is_not_rated(stage: Stage) -> None:
    stage.raise_hand()
    stage.withdraw()
    assert (stage.companion("rating").outcome_text, stage.open_tasks()) == ("不用评价", [])
    stage.bring_to("co_correct")
    stage.let_pass(until=at("2026-11-30", "24:00"))
    assert (stage.case().outcome, stage.open_tasks()) == ("TERMINATED", [])


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
