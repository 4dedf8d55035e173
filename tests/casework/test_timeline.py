"""What happened, told to people: plainly to the citizen, step by step to staff, and on the diagram."""

from engine.casework import cases, timeline
from engine.casework.models import Case
from engine.db import reading
from tests.processes.stage import Stage, at


def test_the_citizen_reads_what_was_is_and_comes(stage: Stage) -> None:
    stage.bring_to("wt_town_take")
    with reading() as session:
        case = session.get_one(Case, stage.case_id)
        lines = timeline.for_citizen(session, case, stage.people["citizen"])
    states = [line.state for line in lines]
    assert states == sorted(states, key=["done", "now", "next"].index)
    assert states.count("now") == 1 and states[-1] == "next"
    (current,) = [line for line in lines if line.state == "now"]
    assert "砚山县" in current.who and current.due_at == stage.task("wt_town_take").due_at
    assert lines[-1].due_at == case.promised_at
    assert all("{" not in line.text and "None" not in line.text for line in lines)


def test_the_citizen_reads_how_it_ended(stage: Stage) -> None:
    stage.raise_hand()
    reason = "反映的是小区物业用水收费，不在受理范围"
    stage.do("wt_take", inScope=False, rejectReasonCode="NR01", rejectReason=reason, town=None, urgency=None)
    with reading() as session:
        case = session.get_one(Case, stage.case_id)
        last = timeline.for_citizen(session, case, stage.people["citizen"])[-1]
    assert last.text == f"不予受理：{reason}" and last.at == case.ended_at


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
