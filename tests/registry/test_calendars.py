"""The working calendar as a table."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from engine import db
from engine.errors import Invalid
from engine.registry import calendars

pytestmark = pytest.mark.usefixtures("reference")

SPRING_FESTIVAL, MAKE_UP_SATURDAY, PLAIN_MONDAY = date(2026, 2, 17), date(2026, 2, 14), date(2026, 11, 16)


def test_holidays_rest_and_make_up_days_work(session: Session) -> None:
    calendar = calendars.load(session)
    assert not calendar.is_working_day(SPRING_FESTIVAL)
    assert calendar.is_working_day(MAKE_UP_SATURDAY)
    assert calendar.is_working_day(PLAIN_MONDAY)


@pytest.mark.parametrize("year", calendars.SEEDED_YEARS)
def test_every_seeded_year_has_national_day(session: Session, year: int) -> None:
    assert not calendars.load(session).is_working_day(date(year, 10, 1))
    assert calendars.days(session, year)


def test_an_extra_day_of_rest_can_be_set_and_taken_back(session: Session) -> None:
    assert calendars.load(session).is_working_day(PLAIN_MONDAY)
    calendars.set_day(session, PLAIN_MONDAY, "rest", "停电")
    assert not calendars.load(session).is_working_day(PLAIN_MONDAY)
    calendars.set_day(session, PLAIN_MONDAY, None)
    assert calendars.load(session).is_working_day(PLAIN_MONDAY)


class _ChangedMindError(Exception):
    """Why a transaction ends without a commit."""


@pytest.mark.usefixtures("reference")
def test_what_was_rolled_back_is_not_remembered() -> None:
    with pytest.raises(_ChangedMindError), db.transaction() as session:
        calendars.set_day(session, PLAIN_MONDAY, "rest")
        assert not calendars.load(session).is_working_day(PLAIN_MONDAY)
        raise _ChangedMindError
    with db.reading() as session:
        assert calendars.load(session).is_working_day(PLAIN_MONDAY)


def test_seeding_again_keeps_what_people_entered(session: Session) -> None:
    calendars.set_day(session, SPRING_FESTIVAL, None)
    calendars.seed(session)
    assert calendars.load(session).is_working_day(SPRING_FESTIVAL)


def test_a_day_is_either_rest_or_work(session: Session) -> None:
    with pytest.raises(Invalid):
        calendars.set_day(session, PLAIN_MONDAY, "half")
