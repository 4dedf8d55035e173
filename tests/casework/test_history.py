"""The journal: append-only in the database itself, chained, and complete to its end."""

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError

from engine.casework import history
from engine.casework.models import Case, HistoryEvent
from engine.db import current, reading, transaction
from tests.casework.conftest import Office


@pytest.mark.parametrize("statement", [update(HistoryEvent).values(actor_name="别人"), delete(HistoryEvent)])
def test_the_database_refuses_to_change_or_remove_an_event(office: Office, statement: object) -> None:
    case = office.raise_hand()
    with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.execute(statement)  # type: ignore[call-overload]
    with reading() as session:
        assert len(history.events(session, case.id)) == 2
        assert history.verify(session, case.id) is None


def test_postgresql_refuses_to_empty_the_journal(office: Office) -> None:
    office.raise_hand()
    if current().dialect.name == "postgresql":
        with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
            session.execute(text("TRUNCATE history_event CASCADE"))


@pytest.mark.parametrize(
    ("column", "value"),
    [("actor_name", "别人"), ("actor", "staff:9"), ("kind", "task_done"), ("element_id", "sm_end"), ("hash", "0" * 64)],
)
def test_a_changed_event_breaks_the_chain_at_its_number(office: Office, column: str, value: str) -> None:
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=True)
    with reading() as session, session.no_autoflush:
        event = history.events(session, case.id)[1]
        setattr(event, column, value)
        assert history.verify(session, case.id) == 2


def test_events_missing_at_the_end_are_noticed(office: Office) -> None:
    case = office.raise_hand()
    with transaction() as session:
        row = session.get_one(Case, case.id)
        row.seq, row.head = 3, "f" * 64
    with reading() as session:
        assert history.verify(session, case.id) == 3


def test_events_after_a_number_are_the_rest(office: Office) -> None:
    case = office.raise_hand()
    with reading() as session:
        assert [event.seq for event in history.events(session, case.id)] == [1, 2]
        assert [event.seq for event in history.events(session, case.id, after=1)] == [2]
