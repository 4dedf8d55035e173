"""What a failure of the database means: whether it passes by itself, and whether the commit may have happened.

The rule: only what the database could not do is an outage. What it refused to do is a fault of ours, and stays one.
"""

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine.errors import Unavailable

# PostgreSQL's codes (appendix A of its manual): connection exceptions, serialization failure, deadlock, too many
# connections, lock not available, shut down, crash, starting up, sat idle too long.
_PASSING = ("08", "40001", "40P01", "53300", "55P03", "57P01", "57P02", "57P03", "25P03")
# Out of disk or memory, cancelled because it took too long, broken disk: the same again would only fail again.
_LASTING = ("53", "57014", "58")
# With these the server itself went away; all others are answers, and an answer is never a commit that may have been.
_WENT_AWAY = ("08", "57P01", "57P02")
_SQLITE_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_SQLITE_LASTING = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


def meaning(error: DBAPIError | PoolTimeout, *, committing: bool) -> Unavailable | None:
    """The outage behind a failure, or None when it is none. `committing`: the commit was under way."""
    if isinstance(error, PoolTimeout):
        return Unavailable(f"Expected a free connection, but {error}")
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error.orig, committing)
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        if not isinstance(error, (OperationalError, InterfaceError)):
            return None
        return Unavailable(f"Expected the database to answer, but {error.orig}", uncertain=committing)
    if not state.startswith(_PASSING + _LASTING):
        return None
    return Unavailable(
        f"Expected the database to do it, but {state}: {error.orig}",
        passing=state.startswith(_PASSING),
        uncertain=committing and state.startswith(_WENT_AWAY),
    )


def _of_sqlite(error: sqlite3.Error, committing: bool) -> Unavailable | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code not in _SQLITE_PASSING + _SQLITE_LASTING:
        return None
    return Unavailable(
        f"Expected the database to do it, but {error}",
        passing=code in _SQLITE_PASSING,
        uncertain=committing and code == sqlite3.SQLITE_IOERR,
    )
