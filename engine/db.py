"""The database: one way to connect, and the only commit.

`transaction()` is the one place that commits. On SQLite it takes the write lock at its start (BEGIN IMMEDIATE),
because a reader that turns into a writer is refused when somebody else wrote in between. Where the database cannot do
what it is asked, both ways to work with it raise Unavailable.
"""

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar, cast

import simplejson
from psycopg import OperationalError
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    bindparam,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from engine import outages, postgresql
from engine.errors import Conflict, Unavailable

T = TypeVar("T")
# Whoever works behind the scenes waits so long for a database that is away; shorter than any lease.
PATIENCE = 30.0


class Base(DeclarativeBase):
    """Columns, constraints and tiny properties; no verbs and no queries. Whole numbers are 64 bits wide."""

    registry = registry(type_annotation_map={int: BigInteger().with_variant(Integer(), "sqlite")})
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError(f"Expected an aware moment, but got the naive {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Digest(TypeDecorator[str]):
    """A SHA-256 of 64 hexadecimal digits, kept as its 32 bytes: there is one for every form that was ever handed in."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(32)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else bytes.fromhex(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else value.hex()


class _Several(TypeDecorator[Any]):
    """Several values as one parameter, for `one_of`: an array, or where there are none, JSON."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        several = ARRAY(self.item) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(several)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return list(value)
        each = self.item.dialect_impl(dialect).bind_processor(dialect)
        return dumps([each(one) for one in value] if each else list(value))


class _OneOf(FunctionElement[bool]):
    name = "one_of"
    type = Boolean()
    inherit_cache = True


@compiles(_OneOf)
def _one_of(element: _OneOf, compiler: SQLCompiler, **given: Any) -> str:
    column, several = (compiler.process(clause, **given) for clause in element.clauses)
    if compiler.dialect.name == "postgresql":
        return f"{column} = ANY ({several})"
    return f"{column} IN (SELECT value FROM json_each({several}))"


def one_of(column: ColumnElement[Any] | InstrumentedAttribute[Any], parameter: str) -> ColumnElement[bool]:
    """Whether the column is one of the values of a parameter. With as many parameters as values, as SQLAlchemy's `in_`
    has them, the statement would be written, sent and planned anew for each number of them."""
    several = bindparam(parameter, type_=_Several(column.type))
    return cast(ColumnElement[bool], _OneOf(column, several))


class Json(TypeDecorator[Any]):
    """JSON as text, key order and exact decimals kept. Never JSONB: its key order is its own."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else loads(value)


def _is_exact(value: object) -> Any:
    raise TypeError(f"Expected what the quick encoder writes, but got {type(value)}")


def _is_no_number(text: str) -> Any:
    raise ValueError(f"Expected a number, but got {text}")


# By `canonical`; built once, because a completion writes several texts. The quick ones leave Decimals to the exact.
_WRITTEN: dict[str, Any] = {"ensure_ascii": False, "separators": (",", ":"), "allow_nan": False}
_QUICK = {
    canonical: json.JSONEncoder(default=_is_exact, sort_keys=canonical, **_WRITTEN) for canonical in (False, True)
}
_EXACT = {
    canonical: simplejson.JSONEncoder(use_decimal=True, sort_keys=canonical, **_WRITTEN) for canonical in (False, True)
}
_READ = json.JSONDecoder(parse_float=Decimal, parse_constant=_is_no_number)


def dumps(value: Any, *, canonical: bool = False) -> str:
    """JSON text, exact Decimals included; `canonical` sorts the keys, for hashing."""
    try:
        return _QUICK[canonical].encode(value)
    except TypeError:
        text: str = _EXACT[canonical].encode(value)
        return text


def loads(text: str | bytes) -> Any:
    """JSON text to values; fractions become exact Decimals."""
    return _READ.decode(text if isinstance(text, str) else text.decode())


def options(url: str) -> dict[str, Any]:
    """Pool and driver settings for `url`, the same for web, worker and command line."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": 30, "check_same_thread": False}}
    return {
        "pool_size": 10,
        "max_overflow": 20,
        "pool_timeout": 10,
        "pool_recycle": 1800,
        "paramstyle": postgresql.PLACES,
        "connect_args": postgresql.LIMITS,
    }


def connect(url: str) -> Engine:
    """An engine for `url`, made ready by `prepare`."""
    engine = create_engine(url, **options(url))
    prepare(engine)
    return engine


def prepare(engine: Engine) -> None:
    """Give SQLite durable writes, foreign keys and an explicit BEGIN; PostgreSQL connections that do not wait for
    ever."""
    if engine.dialect.name == "postgresql" and not event.contains(engine, "do_connect", _connect_postgresql):
        event.listen(engine, "do_connect", _connect_postgresql)
        event.listen(engine, "checkout", _greet_postgresql)
    if engine.dialect.name == "sqlite" and not event.contains(engine, "begin", _begin):
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin)


def _connect_postgresql(_dialect: Dialect, _record: Any, given: Any, named: Any) -> Any:
    return postgresql.Connection.connect(*given, cursor_factory=postgresql.Cursor, **named)


def _greet_postgresql(connection: postgresql.Connection, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Begin on a connection that was used before; where nobody answers, the pool lets go of all it has and makes this
    one anew, which is then taken as it is."""
    if "met" not in record.info:
        record.info["met"] = True
        return
    try:
        connection.begin()
    except OperationalError as gone:
        raise InvalidatePoolError from gone


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


_current: Engine | None = None
_writing: Engine | None = None


def use(engine: Engine) -> None:
    """Let `transaction()` and `reading()` of this process work on `engine`."""
    global _current, _writing
    prepare(engine)
    _current, _writing = engine, engine.execution_options(writes=True)


def current() -> Engine:
    """The engine of this process."""
    if _current is None:
        raise RuntimeError("Expected a database, but engine.db.use() has not been called")
    return _current


_commits: ContextVar[int] = ContextVar("commits", default=0)


def commits() -> int:
    """How many transactions this thread has committed: whether a deed has left something behind."""
    return _commits.get()


@contextmanager
def transaction() -> Iterator[Session]:
    """One session, one commit: all of the block is kept, or nothing. Raises Unavailable, whose `uncertain` says that it
    cannot be known which of both."""
    current()
    session = Session(_writing, expire_on_commit=False)
    committing = False
    try:
        yield session
        session.flush()
        committing = True
        session.commit()
        _commits.set(_commits.get() + 1)
    except (DBAPIError, PoolTimeout) as error:
        if committing:
            # A commit that failed may have left the transaction open; nobody else shall get that connection.
            session.invalidate()
        _raise_outage(error, committing=committing)
        raise
    finally:
        _close(session)


_looking: ContextVar[Session | None] = ContextVar("looking", default=None)


@contextmanager
def reading() -> Iterator[Session]:
    """A session for looking only; whatever it changed is dropped."""
    session, around = Session(current()), _looking.get()
    _looking.set(session)
    try:
        yield session
    except (DBAPIError, PoolTimeout) as error:
        _raise_outage(error, committing=False)
        raise
    finally:
        _looking.set(around)
        _close(session)


@contextmanager
def reading_along() -> Iterator[Session]:
    """The session that this thread looks with already, for a small question in between; else one of its own."""
    session = _looking.get()
    if session is not None:
        yield session
        return
    with reading() as own:
        yield own


def _close(session: Session) -> None:
    """Give the connection back. One that dies of it had nothing left to do."""
    with suppress(DBAPIError):
        session.close()


def _raise_outage(error: DBAPIError | PoolTimeout, *, committing: bool) -> None:
    outage = outages.meaning(error, committing=committing)
    if outage is not None:
        raise outage from error


def is_back_within(seconds: float) -> bool:
    """Whether the database answers, now or before so many seconds have passed."""
    until = time.monotonic() + seconds
    while True:
        # Those who failed together shall not come back together.
        time.sleep(random.uniform(0.02, 0.2))
        try:
            with reading() as session:
                session.execute(select(1))
            return True
        except Unavailable as away:
            if not away.passing or time.monotonic() >= until:
                return False


def riding_out(deed: Callable[[], T], patience: float = PATIENCE) -> T:
    """Do what may be done twice, again and again while the database is away, for so many seconds at most."""
    until = time.monotonic() + patience
    while True:
        try:
            return deed()
        except Unavailable as away:
            left = until - time.monotonic()
            if not away.passing or left <= 0 or not is_back_within(left):
                raise


def now(session: Session) -> datetime:
    """The present moment by the clock of the database, in UTC; all who work on it share that clock."""
    if session.get_bind().dialect.name == "postgresql":
        moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment.astimezone(UTC)
    written = session.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def one_at_a_time(session: Session, deed: str) -> None:
    """Let transactions that do the same deed wait for each other until they end, when there is no row yet to lock."""
    if session.get_bind().dialect.name == "postgresql":  # on SQLite all writers wait for each other anyway
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(deed, 0))))


def must_change_one(rowcount: int, what: str) -> None:
    """Refuse when a guarded UPDATE met no row: somebody else was faster."""
    if rowcount != 1:
        raise Conflict(f"Expected to change {what}, but it had already changed")
