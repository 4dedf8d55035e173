"""The fixtures that everybody stands on."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from engine import clock as engine_clock
from engine import db
from engine.casework.models import HistoryEvent
from engine.registry.models import Account, Region
from tests.factories import CaseFactory, CitizenFactory, UserTaskFactory, committed, staff


def test_the_clock_stands_on_monday_morning_in_beijing(clock: engine_clock.Clock) -> None:
    assert engine_clock.now() == datetime(2026, 11, 16, 1, tzinfo=UTC)


@pytest.mark.parametrize("_again", range(2))
def test_each_test_begins_with_an_empty_database(database: Engine, _again: int) -> None:
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 0
    with committed():
        assert staff().id == 1


@pytest.mark.usefixtures("reference")
def test_factories_use_the_reference_rows_that_are_there(session: Session) -> None:
    account = staff("town_water_clerk", "532622101")
    assert account.appointments[0].region.name == "江那镇"


def test_factories_make_the_regions_above(session: Session) -> None:
    CitizenFactory(region_code=CaseFactory().region_code)
    UserTaskFactory()
    assert session.scalar(select(func.count()).select_from(Region)) == 5


@pytest.mark.parametrize("change", [update(HistoryEvent).values(actor="nobody"), delete(HistoryEvent)])
def test_the_database_refuses_to_change_the_history(session: Session, change: object) -> None:
    case = CaseFactory()
    event = HistoryEvent(
        case_id=case.id,
        seq=1,
        at=engine_clock.now(),
        kind="case_started",
        actor="system",
        actor_name="",
        payload={},
        hash="",
    )
    session.add(event)
    session.flush()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(change)  # type: ignore[call-overload]
