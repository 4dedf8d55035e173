"""Calls to other systems are remembered as long as somebody counts them."""

from datetime import timedelta

from sqlalchemy import Engine, select

from engine import clock
from engine.casework import calling
from engine.casework.models import OutsideCall
from engine.db import reading, transaction
from tests.factories import YANSHAN


def test_calls_of_more_than_a_year_ago_are_forgotten(database: Engine) -> None:
    with transaction() as session:
        for system, days in (("births", 365), ("deaths", 367)):
            at = clock.now() - timedelta(days=days)
            session.add(OutsideCall(system=system, county_code=YANSHAN, called_at=at, heard=True))
    calling.forget_old()
    with reading() as session:
        assert session.scalars(select(OutsideCall.system)).all() == ["births"]
