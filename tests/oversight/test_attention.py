"""What a supervisor can act on, counted by the conditions that also find the cases."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock as engine_clock
from engine.casework import paging
from engine.casework.models import Case
from engine.clock import Clock
from engine.errors import NotFound
from engine.oversight import attention
from engine.registry import access, actors
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


def test_of_more_orders_than_are_counted_the_oldest_come_first(
    session: Session, office: Actor, monkeypatch: pytest.MonkeyPatch
):
    now, subject = engine_clock.now(), begun(1)
    orders = [begun(1 - n / 10, process_key="supervise", subject_id=subject.id) for n in range(5)]
    for number, order in enumerate(orders):
        for hours in (-number, 9):
            factories.UserTaskFactory(case=order, due_at=now + timedelta(hours=hours))
    assert found(session, office, "orders") == [order.id for order in reversed(orders)]
    monkeypatch.setattr(paging, "MOST_COUNTED", 3)
    page = attention.listing(session, office, "orders", size=2)
    assert (page.total, page.more) == (3, True)
    assert [case.id for case in page.rows] == [orders[0].id, orders[1].id]


def test_whoever_was_only_asked_about_a_case_does_not_watch_over_it(session: Session, office: Actor):
    now, elsewhere = engine_clock.now(), begun(9, region_code="532626")
    asked = {"role_key": "county_office", "kind": "step", "assignee_id": office.id, "owner_id": office.id}
    factories.UserTaskFactory(case=elsewhere, due_at=now - timedelta(hours=1), **asked)
    session.flush()
    assert session.scalars(select(Case.id).where(access.case_condition(office, Case))).all() == [elsewhere.id]
    assert found(session, office, "overdue") == found(session, office, "week") == []


def test_what_is_not_counted_is_not_found(session: Session, office: Actor):
    with pytest.raises(NotFound):
        attention.listing(session, office, "everything")


def test_a_case_with_several_late_steps_counts_once_and_stands_by_the_latest_of_them(session: Session, office: Actor):
    now = engine_clock.now()
    first, second, third = (begun(1) for _ in range(3))
    for case, hours in ((first, -2), (second, -5), (second, -1), (second, 3), (third, -3)):
        factories.UserTaskFactory(case=case, due_at=now + timedelta(hours=hours))
    assert found(session, office, "overdue") == [second.id, third.id, first.id]
    assert found(session, office, "today") == [second.id]


def test_orders_stand_by_their_most_urgent_step_those_without_a_deadline_last(session: Session, office: Actor):
    now, subject = engine_clock.now(), begun(1)
    orders = [begun(0, process_key="supervise", subject_id=subject.id) for _ in range(3)]
    for order, hours in ((orders[1], 30), (orders[2], -1), (orders[2], 50)):
        factories.UserTaskFactory(case=order, due_at=now + timedelta(hours=hours))
    factories.UserTaskFactory(case=orders[0], due_at=None)
    assert found(session, office, "orders") == [orders[2].id, orders[1].id, orders[0].id]


def test_the_province_counts_every_county_and_a_leader_what_the_department_answers_for(session: Session, clock: Clock):
    places = [begun(8, region_code=code) for code in ("532622", "532626")]
    begun(8, item_code="dibao", process_key="dibao")
    posts = {"prov_office": "530000", "county_water_reviewer": "532622"}
    people = {role: factories.staff(role, region) for role, region in posts.items()}
    session.flush()
    province, reviewer = (actors.staff(session, people[role].id) for role in posts)
    assert attention.counts(session, province)["week"] == 3
    assert [case.id for case in attention.listing(session, reviewer, "week").rows] == [places[0].id]


def test_many_are_counted_up_to_a_bound_and_shown_a_page_at_a_time(
    session: Session, office: Actor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(paging, "MOST_COUNTED", 3)
    cases = [begun(20 - n) for n in range(5)]
    page = attention.listing(session, office, "ten", page=2, size=2)
    assert (page.total, page.more, page.pages) == (3, True, 2)
    assert [case.id for case in page.rows] == [cases[2].id, cases[3].id]
