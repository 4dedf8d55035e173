"""What happened, told to staff step by step and on the diagram."""

import pytest

from engine.casework import cases, timeline
from engine.casework.models import Case
from engine.casework.timeline import Line
from engine.db import reading
from tests.processes.stage import Stage, at


def for_staff(stage: Stage) -> list[Line]:
    with reading() as session:
        return timeline.for_staff(session, session.get_one(Case, stage.case_id))


def test_a_timer_is_told_by_its_name(stage: Stage) -> None:
    stage.bring_to("wt_confirm")
    stage.do("wt_confirm")
    stage.let_pass(until=at("2026-12-10"))
    told = [line.text for line in for_staff(stage) if line.kind == "timer_fired"]
    assert told == ["满意度评价 · “3日未评价”到时", "满意度评价 · “15日未评价”到时"]


def test_a_companion_is_begun_and_nobody_hands_anything_in(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "10:00"))
    begun = [line.text for line in for_staff(stage) if line.kind == "case_started"]
    assert begun == ["提交诉求", "时限提醒 · 启动", "督办 · 启动"]
    assert "时限提醒 · 结束" in [line.text for line in for_staff(stage) if line.kind == "case_ended"]


@pytest.mark.parametrize(("anonymous", "who"), [(True, "匿名"), (False, "群众")])
def test_an_anonymous_rating_names_nobody_to_staff_and_the_journal_keeps_who_it_was(
    stage: Stage, anonymous: bool, who: str
) -> None:
    stage.bring_to("rt_rate")
    stage.do("rt_rate", stars=2, anonymous=anonymous)
    about = [line for line in for_staff(stage) if line.kind == "rating_given" or line.element_id == "rt_rate"]
    assert [line.who for line in about] == [who, who]
    with reading() as session:
        rating = stage.companion("rating")
        (given,) = timeline.submissions(session, rating, stage.people["county_water_reviewer"])
    assert given.who == who
    assert {event.actor for event in stage.journal_of(rating) if event.element_id == "rt_rate"} == {
        stage.people["citizen"].ref
    }
    assert for_staff(stage)[0].who == "群众", "the case itself was not filed anonymously"


def test_staff_read_every_event_of_the_case_and_of_its_companions_in_order(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "10:00"))
    with reading() as session:
        case = session.get_one(Case, stage.case_id)
        lines = timeline.for_staff(session, case)
        total = case.seq + sum(one.seq for one in cases.companions(session, case))
    assert len(lines) == total
    moments = [line.at for line in lines]
    assert moments == sorted(moments)  # type: ignore[type-var]
    assert any(line.text.startswith("时限提醒 · ") for line in lines)
    assert any("超过办理时限" in line.text for line in lines)
    assert all("{" not in line.text for line in lines)


def test_the_order_of_a_late_task_of_an_order_is_told_too(stage: Stage) -> None:
    stage.raise_hand()
    stage.supervise()
    stage.let_pass(until=at("2026-11-20"))
    with reading() as session:
        case = session.get_one(Case, stage.case_id)
        grandchildren = [one for one in cases.companions(session, case) if one.subject_id != case.id]
        assert grandchildren
        assert len(timeline.for_staff(session, case)) == case.seq + sum(
            one.seq for one in cases.companions(session, case)
        )


def test_the_diagram_shows_where_the_case_stands_and_how_it_came_there(stage: Stage) -> None:
    stage.bring_to("wt_town_take")
    with reading() as session:
        case = session.get_one(Case, stage.case_id)
        marks = timeline.marks(session, case)
    (mark,) = marks.current
    assert (mark.element_id, mark.since, mark.chip.kind) == ("wt_town_take", stage.clock.moment, "in_time")
    assert "江那镇" in mark.who
    assert {"wt_start", "wt_take", "wt_tell_taken"} <= set(marks.passed)
    assert "wt_verify" not in marks.passed
    assert "wt_take__wt_scope" in marks.flows and "wt_dispatch__wt_town_take" in marks.flows
    stage.claim("town_water_clerk", "wt_town_take")
    with reading() as session:
        marks = timeline.marks(session, session.get_one(Case, stage.case_id))
    assert marks.current[0].who == stage.people["town_water_clerk"].name


def test_answers_are_masked_for_those_who_need_not_know(stage: Stage) -> None:
    stage.bring_to("wt_town_take")
    citizen = stage.people["citizen"]
    with reading() as session:
        case = session.get_one(Case, stage.case_id)
        clear = dict(timeline.submissions(session, case, stage.people["town_water_clerk"])[1].answers)
        hidden = dict(timeline.submissions(session, case, stage.people["prov_office"])[1].answers)
    assert citizen.identity_number in clear.values()
    assert citizen.identity_number not in hidden.values()
    assert any("砚山县" in value for value in clear.values()), "a region is read by its name"
