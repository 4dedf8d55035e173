"""One database as one file: taken while people work, as it is at one moment, and put back into an empty place.

SQLite's own backup, PostgreSQL's own pg_dump and pg_restore; of both the file is as good as the tool that made it, and
what the file holds is told from the same moment.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, NullPool, create_engine, func, inspect, select, text

from engine.casework.models import Case, HistoryEvent
from engine.errors import Conflict, Invalid, Refusal

NAMES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
SERVERS = Path("/usr/lib/postgresql")
AT_ONCE = 1000


class NotDone(Refusal):
    """A tool of the database failed, or is missing."""

    status = 500
    notice = "备份或恢复没有完成"


@dataclass(frozen=True)
class Evidence:
    """What a database holds at one moment: how many cases and events, and one sum over the last hash of each journal,
    by which it is known again."""

    cases: int
    events: int
    heads: str


def take(url: URL, file: Path) -> Evidence:
    """Write the database to a file. Raises NotDone when the database's tool fails."""
    if url.get_backend_name() == "sqlite":
        return _copy(Path(str(url.database)), file)
    with _looking(url) as connection:
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        _call(url, "pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={file}")
        return _evidence(connection)


def put_back(url: URL, file: Path) -> Evidence:
    """Fill an empty place from a file, whole or not at all; gives what it holds then."""
    if url.get_backend_name() == "sqlite":
        place = Path(str(url.database))
        part = place.with_suffix(".part")
        shutil.copyfile(file, part)
        os.replace(part, place)
    else:
        _call(
            url,
            "pg_restore",
            "--no-owner",
            "--exit-on-error",
            "--single-transaction",
            f"--dbname={url.database}",
            str(file),
        )
    with _looking(url) as connection:
        return _evidence(connection)


def require_empty(url: URL) -> None:
    """Raises Conflict unless there is nothing yet where a database shall be put."""
    if url.get_backend_name() == "sqlite":
        full = Path(str(url.database)).exists()
    else:
        with _looking(url) as connection:
            full = bool(inspect(connection).get_table_names())
    if full:
        raise Conflict(
            f"Expected nothing at {url.render_as_string()}, but there is a database",
            notice="这里已经有数据库。恢复只写到空的位置，不会覆盖任何数据",
        )


def _copy(place: Path, file: Path) -> Evidence:
    if not place.exists():
        raise Invalid(f"Expected a database at {place}, but there is none", notice=f"没有数据库：{place}")
    with closing(sqlite3.connect(place)) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without others beside it
    with _looking(URL.create("sqlite", database=str(file))) as connection:
        return _evidence(connection)


@contextmanager
def _looking(url: URL) -> Iterator[Connection]:
    """A connection of its own that sees one moment and may take its time."""
    backend = url.get_backend_name()
    level = "REPEATABLE READ" if backend == "postgresql" else "SERIALIZABLE"
    engine = create_engine(url, poolclass=NullPool, isolation_level=level)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _evidence(connection: Connection) -> Evidence:
    heads = hashlib.sha256()
    wanted = select(Case.case_no, Case.seq, Case.head).order_by(Case.id)
    cases = 0
    for case_no, seq, head in connection.execution_options(yield_per=AT_ONCE).execute(wanted):
        heads.update(f"{case_no} {seq} {head}\n".encode())
        cases += 1
    events = connection.execute(select(func.count()).select_from(HistoryEvent)).scalar_one()
    return Evidence(cases, events, heads.hexdigest())


def _call(url: URL, tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's tools; the password goes by the environment, where nobody else sees it."""
    query = {key: value for key, value in url.query.items() if isinstance(value, str)}
    named = {
        "PGHOST": url.host or query.get("host"),
        "PGPORT": str(url.port) if url.port else query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": str(url.password) if url.password else None,
        "PGDATABASE": url.database,
    }
    environment = {**os.environ, **{key: value for key, value in named.items() if value}}
    found = _tool(tool)
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotDone(f"Expected {found} to do its work, but it ended with {done.returncode}: {done.stderr[-600:]}")


def _tool(name: str) -> str:
    """The newest of its kind on this machine: an older one than the server refuses its work."""
    found = sorted(SERVERS.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    place = str(found[-1]) if found else shutil.which(name)
    if place is None:
        raise NotDone(f"Expected {name} on this machine, but it is not", notice=f"本机没有安装 {name}，不能备份或恢复")
    return place
