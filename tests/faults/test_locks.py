"""Locks are taken in one order, the case first, so that no two acts can wait for each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Delete, Engine, Insert, Select, Update, event

from engine import db
from tests.casework.conftest import Office, office  # noqa: F401 - a fixture
from tests.casework.test_jobs import Other, other  # noqa: F401 - a fixture
from tests.faults.scenes import PEOPLE, WORKER

OF_A_CASE = frozenset({"user_task", "job", "outbox_message", "incident"})


def locked_by(statement: Any) -> list[str]:
    """The tables in which a statement locks rows that others may hold; a row that refers to another locks that one."""
    if isinstance(statement, Select) and statement._for_update_arg is not None:
        if statement._for_update_arg.of:
            return [column_or_table.name for column_or_table in statement._for_update_arg.of]
        return [table.name for table in statement.get_final_froms() if hasattr(table, "name")][:1]
    if isinstance(statement, (Update, Delete)):
        return [statement.table.name]
    if isinstance(statement, Insert):
        return sorted({key.column.table.name for key in statement.table.foreign_keys})
    return []


@contextmanager
def watching(engine: Engine) -> Iterator[list[list[str]]]:
    """The tables locked in each transaction, in order."""
    seen: dict[int, list[str]] = {}
    over: list[list[str]] = []

    def note(connection: Connection, statement: Any, *_rest: Any) -> None:
        seen.setdefault(id(connection.connection.dbapi_connection), []).extend(locked_by(statement))

    def end(connection: Connection) -> None:
        over.append(seen.pop(id(connection.connection.dbapi_connection), []))

    listeners = (("before_execute", note), ("commit", end), ("rollback", end))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield over
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)


@pytest.mark.parametrize("act", [*PEOPLE, *WORKER])
def test_whoever_locks_the_case_locks_it_first(
    office: Office, other: Other, act: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path / "var"))
    scene = {**PEOPLE, **WORKER}[act](office, act)
    with watching(db.current()) as transactions:
        scene.deed()
    assert any(transactions), "it locked something"
    for tables in transactions:
        below = [number for number, table in enumerate(tables) if table in OF_A_CASE]
        assert not below or "case" not in tables or tables.index("case") < below[0], tables
