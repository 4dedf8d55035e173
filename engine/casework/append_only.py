"""The history is append-only in the database itself: a trigger refuses to change or remove an event, whoever asks.

`install` is called once, when the tables are made; it may be called again.
"""

from sqlalchemy import Connection

_SQLITE = [
    f"""CREATE TRIGGER IF NOT EXISTS history_event_no_{verb} BEFORE {verb} ON history_event
    BEGIN SELECT RAISE(ABORT, 'history_event is append-only'); END"""
    for verb in ("update", "delete")
]
_POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION history_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'history_event is append-only' USING ERRCODE = 'restrict_violation'; END $$""",
    "DROP TRIGGER IF EXISTS history_event_no_change ON history_event",
    "DROP TRIGGER IF EXISTS history_event_no_truncate ON history_event",
    """CREATE TRIGGER history_event_no_change BEFORE UPDATE OR DELETE ON history_event
    FOR EACH ROW EXECUTE FUNCTION history_event_refuse()""",
    """CREATE TRIGGER history_event_no_truncate BEFORE TRUNCATE ON history_event
    FOR EACH STATEMENT EXECUTE FUNCTION history_event_refuse()""",
]


def statements(dialect: str) -> list[str]:
    """The DDL for a dialect, "sqlite" or "postgresql"."""
    return list({"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[dialect])


def install(connection: Connection) -> None:
    """Give the table its triggers."""
    for statement in statements(connection.dialect.name):
        connection.exec_driver_sql(statement)
