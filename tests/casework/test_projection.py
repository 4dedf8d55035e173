"""Rows follow the machine: tasks with their place, group and moments, jobs, and the clock of the case."""

from datetime import timedelta

from sqlalchemy import select

from engine.casework.models import Case, Job, UserTask
from engine.db import reading
from tests.factories import JIANGNA, YANSHAN
from tests.processes.stage import Stage, at


def test_a_task_has_group_place_form_and_both_moments(stage: Stage) -> None:
    stage.raise_hand()
    task = stage.task("wt_take")
    assert (task.role_key, task.region_code, task.form_id) == ("county_water_clerk", YANSHAN, "water_take")
    assert task.due_at == at("2026-11-17", "09:00")
    assert task.remind_at is not None and task.remind_at < task.due_at
    assert task.companion_at == task.remind_at


def test_the_region_of_a_task_is_what_the_diagram_says(stage: Stage) -> None:
    stage.bring_to("wt_town_take")
    assert stage.task("wt_town_take").region_code == JIANGNA


def test_a_task_that_is_taken_away_is_canceled_and_starts_no_reminder(stage: Stage) -> None:
    stage.raise_hand()
    stage.withdraw()
    task = stage.task("wt_take")
    assert (task.state, task.companion_at, task.completed_by) == ("canceled", None, None)
    assert task.ended_at == stage.clock.moment


def test_a_finished_task_starts_no_reminder(stage: Stage) -> None:
    stage.bring_to("wt_town_take")
    assert stage.task("wt_take").companion_at is None


def test_a_drawn_timer_is_a_job_until_its_task_is_done(stage: Stage) -> None:
    stage.bring_to("co_correct")
    with reading() as session:
        job = session.scalars(select(Job).where(Job.case_id == stage.case_id)).one()
        assert (job.kind, job.element_id, job.state) == ("timer", "co_late", "waiting")
        assert job.due_at == stage.task("co_correct").due_at
    stage.do("co_correct")
    with reading() as session:
        assert session.scalars(select(Job).where(Job.case_id == stage.case_id)).all() == []


def test_the_clock_of_the_case_stands_while_it_waits_for_the_citizen(stage: Stage) -> None:
    stage.bring_to("co_correct")
    stopped = stage.case()
    assert stopped.clock_stopped_at == stage.clock.moment
    stage.clock.advance(hours=30)
    stage.do("co_correct")
    case = stage.case()
    assert (case.clock_stopped_at, case.stopped_seconds) == (None, 30 * 3600)
    assert case.promised_at is not None and stopped.promised_at is not None
    assert case.promised_at - stopped.promised_at == timedelta(days=1)
    assert case.supervise_at is not None and stopped.supervise_at is not None
    assert case.supervise_at - stopped.supervise_at == timedelta(days=1)


def test_an_open_case_always_waits_for_something(stage: Stage) -> None:
    for element in ("wt_take", "co_correct", "wt_town_take", "wt_verify", "wt_plan", "wt_confirm"):
        stage.bring_to(element)
        with reading() as session:
            tasks = session.scalars(select(UserTask).where(UserTask.case_id == stage.case_id, UserTask.state == "open"))
            assert len(tasks.all()) == 1
        if element == "wt_confirm":
            stage.do("wt_confirm")
        else:
            stage.withdraw()
        with reading() as session:
            assert session.get_one(Case, stage.case_id).state == "ended"
            assert session.scalars(select(Job).where(Job.case_id == stage.case_id)).all() == []


def test_a_task_and_a_case_say_by_what_lists_find_them(stage: Stage) -> None:
    case = stage.raise_hand()
    assert (case.county_code, case.serial) == (YANSHAN, int(case.case_no[-5:]))
    assert stage.task("wt_take").subject_id == case.id
