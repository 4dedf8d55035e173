"""Reminders that are due together begin together, and each fails, or waits, by itself."""

from typing import Any

import pytest
from sqlalchemy import select, update

from engine.casework import incidents, jobs, reminding
from engine.casework.execution import open_case
from engine.casework.models import Case, Incident, UserTask
from engine.db import commits, current, reading, transaction
from engine.language import bundle
from engine.registry.actors import SYSTEM
from tests.casework import content
from tests.casework.conftest import Office
from tests.casework.test_loops import statements


@pytest.fixture
def due(office: Office, clock: Any) -> list[Case]:
    """Four cases, two of each citizen, whose step is to be reminded of now."""
    office.deploy(bundle.collect("deadline", content.shipped()))
    found = []
    for citizen in (office.citizen, office.other_citizen) * 2:
        office.citizen = citizen
        found.append(office.raise_hand())
    clock.move_to(max(office.task(case, "sm_answer").companion_at for case in found))
    return found


def reminded(office: Office, cases: list[Case]) -> list[bool]:
    return [office.task(case, "sm_answer").reminded_at is not None for case in cases]


def numbers() -> list[str]:
    """The numbers of the companions, in order."""
    with reading() as session:
        return list(session.scalars(select(Case.case_no).where(Case.process_key == "deadline").order_by(Case.case_no)))


def test_what_is_due_together_begins_in_one_transaction_and_is_numbered_without_gaps(
    office: Office, due: list[Case]
) -> None:
    before = commits()
    with statements() as asked:
        assert reminding.remind() == len(due)
    assert commits() - before == 1
    assert sum("FROM account" in one for one in asked) == 1, "who is told is asked once"
    assert reminded(office, due) == [True] * len(due)
    assert [int(number[-5:]) for number in numbers()] == [1, 2, 3, 4]
    assert reminding.remind() == 0


def test_one_that_cannot_begin_fails_alone(office: Office, due: list[Case]) -> None:
    broken = due[1]
    with transaction() as session:
        session.execute(update(Case).where(Case.id == broken.id).values(called_versions={"small": 9999}))
    assert reminding.remind() == len(due) - 1
    assert reminded(office, due) == [True, False, True, True]
    with reading() as session:
        (incident,) = session.scalars(select(Incident)).all()
    assert (incident.case_id, incident.kind) == (broken.id, incidents.REMINDER)
    assert len(numbers()) == len(due) - 1
    assert jobs.sweep() == 0, "it waits for a person"


def test_a_case_that_somebody_has_in_hand_waits_for_the_next_round(office: Office, due: list[Case]) -> None:
    """On SQLite only one writes at a time, and nobody can have a case in hand meanwhile."""
    if current().dialect.name == "postgresql":
        with transaction() as session, open_case(session, due[2].id, actor=SYSTEM):
            assert reminding.remind() == len(due) - 1
            assert reminded(office, due) == [True, True, False, True]
    reminding.remind()
    assert reminded(office, due) == [True] * len(due)


def test_two_steps_of_one_case_are_reminded_of_one_after_the_other(office: Office, due: list[Case]) -> None:
    with transaction() as session:
        task = session.scalars(select(UserTask).where(UserTask.case_id == due[0].id)).one()
        values = {
            column.name: getattr(task, column.name) for column in UserTask.__table__.columns if column.name != "id"
        }
        session.add(UserTask(**{**values, "token": "another"}))
    jobs.drain()
    with reading() as session:
        left = session.scalars(select(UserTask.id).where(UserTask.companion_at.is_not(None))).all()
        beside = session.scalars(select(Case.subject_task_id).where(Case.subject_id == due[0].id)).all()
    assert left == []
    assert len(set(beside)) == 2
