"""The shipped content deployed and people in all posts: made once, copied into the database of each later test.

The rule: what is kept is the rows, ids included, so each test begins with the same ones.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from engine import clock as engine_clock
from engine import settings
from engine.casework import deployments, plans
from engine.casework.models import Activation, FileContent, ProcessVersion, RecurringStart, VersionFile
from engine.db import Base, transaction
from engine.registry.actors import SYSTEM, Actor
from engine.registry.models import Account, Appointment, Citizen
from tests import factories
from tests.processes import stage

DEPLOYED = (ProcessVersion, FileContent, VersionFile, Activation)
EMPLOYED = (Account, Appointment, Citizen)

_rows: dict[str, list[dict[str, Any]]] = {}
_people: dict[str, Actor] = {}


def deploy() -> None:
    """processes/, forms/ and rules/ as they became active at the beginning of the year."""
    plans.forget()
    with engine_clock.pinned_at(stage.at("2026-01-01")), transaction() as session:
        empty = session.scalar(select(ProcessVersion.id).limit(1)) is None
        if empty and _kept(DEPLOYED):
            _copy(session, DEPLOYED)
            return
        deployments.deploy_folder(session, settings.ROOT, actor=SYSTEM)
        # What the clock begins would be made up for from the day of deployment on; `recurring.plan_all` plans it anew.
        session.execute(delete(RecurringStart))
        if empty:
            _keep(session, DEPLOYED)


def employ() -> dict[str, Actor]:
    """The same people in each empty database; the factories go on counting behind them."""
    if _kept(EMPLOYED):
        with transaction() as session:
            _copy(session, EMPLOYED)
        factories.AccountFactory.reset_sequence(len(_rows[Account.__tablename__]))
        factories.CitizenFactory.reset_sequence(len(_rows[Citizen.__tablename__]))
        return dict(_people)
    _people.update(stage.employ())
    with transaction() as session:
        _keep(session, EMPLOYED)
    return dict(_people)


def _kept(tables: Sequence[type[Base]]) -> bool:
    return all(table.__tablename__ in _rows for table in tables)


def _copy(session: Session, tables: Sequence[type[Base]]) -> None:
    names = [table.__tablename__ for table in tables]
    if session.get_bind().dialect.name == "postgresql":
        _copy_inside(session, names)
        return
    for table in tables:
        session.execute(insert(table), _rows[table.__tablename__])


def _copy_inside(session: Session, names: Sequence[str]) -> None:
    """PostgreSQL copies from tables of its own, which is many times faster than sending the rows again. It counts ids
    by itself, and does not notice those that it was given."""
    copied = "; ".join(f"INSERT INTO {name} SELECT * FROM kept.{name}" for name in names)
    counted = ", ".join(
        f"setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
        for name in names
        if "id" in _rows[name][0]
    )
    session.connection().exec_driver_sql(f"{copied}; SELECT {counted}")


def _keep(session: Session, tables: Sequence[type[Base]]) -> None:
    session.flush()
    for table in tables:
        found = session.execute(select(table.__table__)).mappings()
        _rows[table.__tablename__] = [dict(row) for row in found]
    if session.get_bind().dialect.name == "postgresql":
        for name in (table.__tablename__ for table in tables):
            session.execute(text(f"CREATE TABLE kept.{name} AS TABLE {name}"))
