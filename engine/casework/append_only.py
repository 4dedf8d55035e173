"""What is evidence is append-only in the database itself: a trigger refuses to change or remove a row of the history,
or of the records of exports and sign-ins, whoever asks.

`install` is called once, when the tables are made; it may be called again.
"""

from sqlalchemy import Connection

TABLES = ("history_event", "list_export", "sign_in")

_SQLITE = [
    f"""CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
    for table in TABLES
    for verb in ("update", "delete")
]
_POSTGRESQL = [
    statement
    for table in TABLES
    for statement in (
        f"""CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation'; END $$""",
        f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
        f"""CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_refuse()""",
        f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()""",
    )
]


def statements(dialect: str) -> list[str]:
    """The DDL for a dialect, "sqlite" or "postgresql"."""
    return list({"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[dialect])


def install(connection: Connection) -> None:
    """Give the tables their triggers."""
    for statement in statements(connection.dialect.name):
        connection.exec_driver_sql(statement)
