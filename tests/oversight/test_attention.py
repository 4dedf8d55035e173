"""What a supervisor can act on, counted by the conditions that also find the cases."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engine import clock as engine_clock
from engine.casework.models import Case
from engine.clock import Clock
from engine.errors import NotFound
from engine.oversight import attention
from engine.registry import actors
from engine.registry.actors import Actor
from tests import factories

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def office(session: Session, clock: Clock) -> Actor:
    account = factories.staff("county_office")
    session.flush()
    return actors.staff(session, account.id)


def begun(days_ago: float, **fields: object) -> Case:
    started_at = engine_clock.now() - timedelta(days=days_ago)
    made: Case = factories.CaseFactory(started_at=started_at, **fields)
    return made


def found(session: Session, office: Actor, kind: str) -> list[int]:
    rows = [case.id for case in attention.listing(session, office, kind).rows]
    assert attention.counts(session, office)[kind] == len(rows)
    return rows


def test_days_are_counted_from_acceptance_and_without_the_time_the_clock_stood_still(session: Session, office: Actor):
    old = begun(9)
    begun(9, accepted_at=engine_clock.now() - timedelta(days=5))
    begun(9, stopped_seconds=3 * 86_400)
    begun(9, clock_stopped_at=engine_clock.now() - timedelta(days=4))
    begun(9, state="ended")
    still_old = begun(12, stopped_seconds=3 * 86_400)
    assert found(session, office, "week") == [still_old.id, old.id]
    assert found(session, office, "ten") == []


def test_a_step_that_is_late_is_not_due_today_and_a_stopped_clock_is_never_late(session: Session, office: Actor):
    now = engine_clock.now()
    late, today, tomorrow, stopped = (begun(1) for _ in range(4))
    stopped.clock_stopped_at = now
    for case, hours in ((late, -1), (today, 5), (tomorrow, 30), (stopped, -5)):
        factories.UserTaskFactory(case=case, due_at=now + timedelta(hours=hours))
    assert found(session, office, "overdue") == [late.id]
    assert found(session, office, "today") == [today.id]


def test_works_that_take_months_are_counted_apart(session: Session, office: Actor):
    works = begun(40, status="LONG_TERM")
    begun(1)
    assert found(session, office, "works") == [works.id]
    assert found(session, office, "week") == found(session, office, "ten") == []


def test_an_order_counts_as_long_as_somebody_has_to_do_something(session: Session, office: Actor):
    subject = begun(1)
    waiting = begun(0, process_key="supervise", subject_id=subject.id)
    begun(0, process_key="supervise", subject_id=subject.id)
    factories.UserTaskFactory(case=waiting, role_key="county_water_reviewer")
    assert found(session, office, "orders") == [waiting.id]
    assert found(session, office, "week") == []


def test_what_is_not_counted_is_not_found(session: Session, office: Actor):
    with pytest.raises(NotFound):
        attention.listing(session, office, "everything")
