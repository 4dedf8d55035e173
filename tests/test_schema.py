"""The migrations make the very tables that the models describe, on an empty database of either kind."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import URL

from engine import db, schema
from engine.casework.models import Case


def blank(database: Engine, tmp_path: Path) -> Engine:
    """A database without tables, of the kind that the tests run on."""
    if database.dialect.name == "sqlite":
        return db.connect(f"sqlite:///{tmp_path / 'migrated.sqlite'}")
    url: URL = database.url.set(database=f"{database.url.database}_migrated")
    server = create_engine(database.url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{url.database}"'))
    server.dispose()
    return db.connect(url.render_as_string(hide_password=False))


def partial_indexes(engine: Engine) -> set[str]:
    """Name, table and condition of every index over some rows only, which the comparison above does not look at."""
    found = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index'",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    }
    with engine.connect() as connection:
        return {
            " ".join(row.split())
            for row in connection.scalars(text(found[engine.dialect.name]))
            if row and "WHERE" in row
        }


def checks(engine: Engine) -> set[tuple[str, str, str]]:
    """Every check constraint: table, name, condition."""
    seen = inspect(engine)
    return {
        (table, str(check["name"]), " ".join(check["sqltext"].split()))
        for table in seen.get_table_names()
        for check in seen.get_check_constraints(table)
    }


def test_the_migrations_lead_to_the_models(database: Engine, tmp_path: Path) -> None:
    engine = blank(database, tmp_path)
    try:
        schema.migrate(engine)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Case.metadata) == []
        assert partial_indexes(engine) == partial_indexes(database)
        assert checks(engine) == checks(database)
    finally:
        engine.dispose()
