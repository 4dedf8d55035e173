"""Faults on the way to the database and to the disk: the n-th statement, commit or file operation from here on fails.

Each in two ways: it never reaches the other side, or it is done there and the answer is lost. A lost answer of the
database is a lost connection, so on PostgreSQL the connection is really closed.
"""

import errno
import io
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg

from engine.db import current

LOST, UNANSWERED = "lost", "unanswered"
WAYS = (LOST, UNANSWERED)
STATEMENTS = ("do_execute", "do_executemany", "do_execute_no_params")
FILES = ((os, "mkdir"), (os, "fsync"), (os, "replace"))


@dataclass
class Fault:
    """Which operation fails, in which way; `done` are the operations that were tried."""

    number: int
    way: str = LOST
    times: int = 1
    done: list[str] = field(default_factory=list)

    @property
    def struck(self) -> bool:
        return len(self.done) >= self.number

    @property
    def at_commit(self) -> bool:
        return self.struck and self.done[self.number - 1] == "COMMIT"

    def _strikes(self, what: str) -> bool:
        self.done.append(what)
        return self.number <= len(self.done) < self.number + self.times

    def around(self, what: str, deed: Callable[[], Any], failure: Callable[[], Exception]) -> Any:
        """The operation, failing before or after it is done when its turn has come."""
        strikes = self._strikes(what)
        if strikes and self.way == LOST:
            raise failure()
        result = deed()
        if strikes:
            if isinstance(result, io.IOBase):
                result.close()  # nobody learns of the file, so nobody else would
            raise failure()
        return result


@contextmanager
def failing(number: int, way: str = LOST, *, times: int = 1) -> Iterator[Fault]:
    """The `number`-th operation from here on fails, and the `times` - 1 after it."""
    fault, dialect = Fault(number, way, times), current().dialect
    with ExitStack() as stack:
        for name in STATEMENTS:
            stack.enter_context(patch.object(dialect, name, _statement(fault, getattr(dialect, name))))
        stack.enter_context(patch.object(dialect, "do_commit", _commit(fault, dialect.do_commit)))
        for module, name in FILES:
            stack.enter_context(patch.object(module, name, _operation(fault, name, getattr(module, name))))
        stack.enter_context(patch.object(Path, "open", _writing(fault, Path.open)))
        yield fault


def _gone(connection: Any) -> Exception:
    if isinstance(connection, psycopg.Connection):
        connection.close()
        return psycopg.OperationalError("the connection is lost")
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    return error


def _statement(fault: Fault, execute: Callable[..., Any]) -> Callable[..., Any]:
    def around(cursor: Any, statement: str, *rest: Any) -> Any:
        return fault.around(statement, lambda: execute(cursor, statement, *rest), lambda: _gone(cursor.connection))

    return around


def _commit(fault: Fault, commit: Callable[..., Any]) -> Callable[..., Any]:
    def around(connection: Any) -> Any:
        return fault.around("COMMIT", lambda: commit(connection), lambda: _gone(connection.dbapi_connection))

    return around


def _full(name: str) -> Exception:
    return OSError(errno.ENOSPC, f"no space left for {name}")


def _operation(fault: Fault, name: str, deed: Callable[..., Any]) -> Callable[..., Any]:
    def around(*given: Any, **named: Any) -> Any:
        return fault.around(name, lambda: deed(*given, **named), lambda: _full(name))

    return around


def _writing(fault: Fault, opened: Callable[..., Any]) -> Callable[..., Any]:
    def around(path: Path, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if "w" not in mode:
            return opened(path, mode, *rest, **named)
        return fault.around("open", lambda: opened(path, mode, *rest, **named), lambda: _full("open"))

    return around
