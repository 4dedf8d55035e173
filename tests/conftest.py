"""Fixtures for everybody: a clean database for each test, a session, a clock that stands still, the reference rows.

SQLite files by default; with JUSHOU_TEST_DATABASE_URL set, the same tests run on that PostgreSQL database, whose name
must contain "test", because everything in it is removed.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session

from engine import clock as engine_clock
from engine import db
from engine.casework import append_only, applying, plans, switching
from engine.casework import models as casework_models
from engine.registry import calendars, hospitals, items, reference, regions, roles
from tests import factories

REFERENCE_TABLES = ("region", "department", "role", "service_item", "calendar_day", "hospital")
MONDAY_MORNING = datetime(2026, 11, 16, 9, tzinfo=engine_clock.LOCAL)

Opener = Callable[[bool], Engine]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also the tests that take long (fault loops, soak)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long runs only when it is asked for."""
    if not config.getoption("--long"):
        left_out = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def clock() -> Iterator[engine_clock.Clock]:
    """The clock of the process stands at Monday 2026-11-16 09:00 in Beijing until the test moves it."""
    with engine_clock.standing_at(MONDAY_MORNING) as standing:
        yield standing


@pytest.fixture
def database(request: pytest.FixtureRequest, open_blank: Opener) -> Iterator[Engine]:
    """A database of this test alone: `db.transaction()` and `db.reading()` work on it."""
    _forget()
    factories.count_anew()
    engine = open_blank("reference" in request.fixturenames)
    db.use(engine)
    yield engine
    engine.dispose()
    _forget()


@pytest.fixture
def session(database: Engine) -> Iterator[Session]:
    """A session that is never committed; factories put their rows into it."""
    with (
        Session(database.execution_options(writes=True), expire_on_commit=False) as opened,
        factories.into(opened),
    ):
        yield opened


@pytest.fixture(name="reference")
def reference_fixture(database: Engine) -> Engine:
    """The database holds regions, departments, roles, items and the calendar before the test begins."""
    return database


@pytest.fixture(scope="session")
def open_blank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opener]:
    """Opens an empty database, or one with the reference rows; made once, copied or wiped for each test."""
    url = os.environ.get("JUSHOU_TEST_DATABASE_URL")
    if url is None:
        yield _SqliteTemplates(tmp_path_factory.mktemp("templates"))
        return
    engine = _postgresql(make_url(url))

    def open_wiped(with_reference: bool) -> Engine:
        _wipe(engine)
        if with_reference:
            _restore_reference(engine)
        return engine

    yield open_wiped
    engine.dispose()


def _forget() -> None:
    """What the process keeps of reference tables belongs to the database of another test."""
    calendars.forget()
    roles.forget()
    items.forget()
    hospitals.forget()
    regions.forget()
    plans.forget()
    applying.forget()
    switching.forget()


class _SqliteTemplates:
    """Files with the tables, and with the reference rows, from which each test gets a copy.

    The engine is the same for all tests, because each one would compile all statements anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "jushou.sqlite"
        self.engine = _sqlite(self.path)

    def __call__(self, with_reference: bool) -> Engine:
        template = self._with_reference() if with_reference else self._bare()
        # Removed and not written over: whoever still has the file of the last test open keeps that one.
        for part in ("", "-wal", "-shm"):
            Path(f"{self.path}{part}").unlink(missing_ok=True)
        shutil.copyfile(template, self.path)
        return self.engine

    def _bare(self) -> Path:
        path = self.folder / "bare.sqlite"
        if not path.exists():
            engine = _sqlite(path)
            _create(engine)
            engine.dispose()
        return path

    def _with_reference(self) -> Path:
        path = self.folder / "reference.sqlite"
        if not path.exists():
            shutil.copyfile(self._bare(), path)
            engine = _sqlite(path)
            _load_reference(engine)
            engine.dispose()
        return path


def _sqlite(path: Path) -> Engine:
    engine = db.connect(f"sqlite:///{path}")
    event.listen(engine, "connect", _write_without_waiting)
    return engine


def _write_without_waiting(connection: Any, _record: Any) -> None:
    """A test's file need not survive a power cut."""
    connection.execute("PRAGMA synchronous=OFF")


def _create(engine: Engine) -> None:
    with engine.begin() as connection:
        casework_models.Case.metadata.create_all(connection)
        append_only.install(connection)


def _load_reference(engine: Engine) -> None:
    with Session(engine.execution_options(writes=True)) as opened, opened.begin():
        reference.load(opened)


def _postgresql(url: URL) -> Engine:
    """The database of this xdist worker, emptied and with fresh tables."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if "test" not in (url.database or ""):
        raise pytest.UsageError("Expected a database with 'test' in its name, but everything in this one would be lost")
    if worker:
        name = f"{url.database}_{worker}"
        server = create_engine(url, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        server.dispose()
        url = url.set(database=name)
    engine = db.connect(url.render_as_string(hide_password=False))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS kept CASCADE"))
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    _create(engine)
    return engine


def _quickly(connection: Connection) -> None:
    """Rows that belong together need no check and no append-only trigger while they are removed or put back together;
    only a superuser may say so, anybody else waits a little."""
    if connection.scalar(text("SELECT current_setting('is_superuser')")) == "on":
        connection.execute(text("SET LOCAL session_replication_role = replica"))


def _restore_reference(engine: Engine) -> None:
    """Copy the reference rows out of a schema of their own, where they are put the first time they are needed."""
    with engine.begin() as connection:
        _quickly(connection)
        kept = connection.scalar(text("SELECT 1 FROM pg_namespace WHERE nspname = 'kept'"))
        if kept:
            connection.exec_driver_sql(
                "; ".join(f"INSERT INTO {name} SELECT * FROM kept.{name}" for name in REFERENCE_TABLES)
            )
    if not kept:
        _load_reference(engine)
        with engine.begin() as connection:
            connection.execute(text("CREATE SCHEMA kept"))
            for name in REFERENCE_TABLES:
                connection.execute(text(f"CREATE TABLE kept.{name} AS TABLE {name}"))


def _wipe(engine: Engine) -> None:
    """Remove all rows and start the keys anew; only tables that hold rows are touched, because most hold none."""
    tables = casework_models.Case.metadata.sorted_tables
    probe = " UNION ALL ".join(
        f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM \"{table.name}\")" for table in tables
    )
    numbered = [(table.name, column.name) for table in tables if (column := table.autoincrement_column) is not None]
    restart = ", ".join(f"setval(pg_get_serial_sequence('\"{name}\"', '{key}'), 1, false)" for name, key in numbered)
    with engine.begin() as connection:
        _quickly(connection)
        filled = set(connection.scalars(text(probe)))
        deletions = [f'DELETE FROM "{table.name}"' for table in reversed(tables) if table.name in filled]
        for kept in sorted(filled & set(append_only.TABLES)):
            switch = f"ALTER TABLE {kept} {{}} TRIGGER USER"
            deletions = [switch.format("DISABLE"), *deletions, switch.format("ENABLE")]
        # Sequences move even in transactions that were rolled back.
        connection.exec_driver_sql("; ".join([*deletions, f"SELECT {restart}"]))
