"""Companions: begun when their moment comes and not before, ended with what they stand beside, never twice."""

from sqlalchemy import func, select

from engine.casework import claims, execution, history, jobs, reminding, services
from engine.casework.models import Case, Job, OverdueRecord, UserTask
from engine.db import current, reading, transaction
from engine.registry.actors import SYSTEM
from tests.casework.test_loops import statements
from tests.processes.stage import Stage, at


def journal_kinds(case: Case) -> list[str]:
    with reading() as session:
        return [event.kind for event in history.events(session, case.id)]


def test_a_task_in_time_costs_nothing_but_its_columns(stage: Stage) -> None:
    stage.raise_hand()
    reminder = stage.task("wt_take").companion_at
    assert reminder is not None
    stage.clock.move_to(reminder)
    stage.clock.advance(seconds=-1)
    assert jobs.sweep() == 0
    stage.do("wt_take")
    assert stage.companions() == []
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0


def test_the_companion_begins_at_the_reminder_and_ends_with_the_task(stage: Stage) -> None:
    stage.raise_hand()
    reminder = stage.task("wt_take").companion_at
    assert reminder is not None
    stage.clock.move_to(reminder)
    jobs.drain()
    companion = stage.companion("deadline")
    assert (companion.state, companion.subject_task_id) == ("active", stage.task("wt_take").id)
    assert (stage.task("wt_take").companion_at, stage.task("wt_take").reminded_at) == (None, reminder)
    stage.do("wt_take")
    ended = stage.companion("deadline")
    assert ended.state == "ended"
    assert "message_received" in journal_kinds(ended)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0
    assert stage.overdue() == []


def test_a_withdrawn_case_ends_the_companions_of_its_tasks(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "08:59"))
    assert stage.companion("deadline").state == "active"
    stage.withdraw()
    assert stage.companion("deadline").state == "ended"


def test_several_sweeps_at_the_same_moment_begin_one_companion(stage: Stage) -> None:
    stage.raise_hand()
    stage.clock.move_to(at("2026-11-17", "08:59"))
    with reading() as session:
        task = session.scalars(select(UserTask)).one()
    for _ in range(2):
        with transaction() as session:
            reminding._alone(task.id, None, session)
    jobs.drain()
    assert len(stage.companions("deadline")) == 1


def test_a_companion_is_written_at_once_with_its_whole_row(stage: Stage) -> None:
    stage.raise_hand()
    stage.clock.move_to(at("2026-11-17", "08:59"))
    with statements() as asked:
        assert reminding.remind() == 1
    writes = [one for one in asked if one.startswith(("WITH", "INSERT", "UPDATE", "DELETE"))]
    on_postgresql = current().dialect.name == "postgresql"
    assert len(writes) <= (2 if on_postgresql else 9), "the number, and all the rest at once"
    (made,) = stage.companions("deadline")
    assert (made.serial, made.county_code, made.version) == (1, made.region_code[:6], 1)
    assert made.case_no.endswith("-00001")


def test_the_ladder_begins_at_the_first_overdue_and_only_once(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "09:00"))
    (ladder,) = stage.companions("supervise")
    assert ladder.variables["kind"] == "AUTO"
    assert stage.case().supervise_at is None
    stage.do("wt_take")
    stage.let_pass(until=at("2026-11-18", "18:00"))
    assert len(stage.overdue()) == 2
    assert len(stage.companions("supervise")) == 1


def test_a_ladder_that_is_through_does_not_begin_again(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "09:00"))
    with transaction() as session:
        session.get_one(Case, stage.companions("supervise")[0].id).state = "ended"
    with transaction() as session, execution.open_case(session, stage.case_id, actor=SYSTEM) as running:
        services.ask_supervision(running, late_since=stage.clock.moment)
    assert len(stage.companions("supervise")) == 1


def test_without_any_overdue_the_ladder_begins_at_the_threshold(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    moment = stage.case().supervise_at
    assert moment == at("2026-11-23", "24:00")
    with transaction() as session:
        session.get_one(UserTask, stage.task("wt_verify").id).companion_at = None
    stage.clock.move_to(at("2026-11-23", "23:59"))
    jobs.drain()
    assert stage.companions() == []
    stage.clock.move_to(moment)
    jobs.drain()
    assert [one.process_key for one in stage.companions()] == ["supervise"]
    jobs.drain()
    assert len(stage.companions()) == 1


def test_while_the_clock_stands_no_supervision_begins(stage: Stage) -> None:
    stage.bring_to("co_correct")
    moment = stage.case().supervise_at
    assert moment is not None
    stage.clock.move_to(at("2026-11-25"))
    jobs.drain()
    assert stage.companions("supervise") == []
    stage.do("co_correct")
    later = stage.case().supervise_at
    assert later is not None and later > moment and later > stage.clock.moment
    jobs.drain()
    assert stage.companions("supervise") == []


def test_a_late_task_is_recorded_once_even_when_its_timer_is_claimed_twice(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "08:59"))
    stage.clock.move_to(at("2026-11-17", "09:00"))
    with transaction() as session:
        (paused,) = claims.claim(session, Job, stage.clock.moment)
    stage.clock.advance(seconds=61)
    jobs.drain()
    before = [journal_kinds(one) for one in (stage.case(), *stage.companions())]
    jobs._run(paused)
    assert [journal_kinds(one) for one in (stage.case(), *stage.companions())] == before
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(OverdueRecord)) == 1
    assert stage.case().overdue_count == 1


def test_all_journals_are_whole_after_the_whole_ladder(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-30"))
    with reading() as session:
        everything = session.scalars(select(Case)).all()
        assert len(everything) >= 4
        assert [history.verify(session, one.id) for one in everything] == [None] * len(everything)
    assert stage.incidents() == []
