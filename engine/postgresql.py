"""A connection to PostgreSQL on which nobody waits for ever.

The server ends what takes too long by its own limits. A server process that stands still (a frozen machine, a stopped
process, a broken network) keeps none of them, so each statement also has a limit here, a little longer than there.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

RV = TypeVar("RV")

# How parameters stand in a statement, by SQLAlchemy's name for it.
PLACES = "numeric_dollar"

STATEMENT_SECONDS = 30
LOCK_SECONDS = 10
IDLE_IN_TRANSACTION_SECONDS = 60
CONNECT_SECONDS = 5
# How long a statement may be without an answer: what the server allows it, and time for the answer to arrive.
ANSWER_SECONDS = STATEMENT_SECONDS + 2.0
# Whoever takes a connection asks first whether anybody is there; that answer takes no work.
GREETING_SECONDS = 3.0

LIMITS: dict[str, Any] = {
    # What is asked again and again is in memory or on a disk without a head: a row elsewhere costs hardly more than the
    # next one. PostgreSQL thinks of heads unless told, and then reads whole indexes to spare a hundred rows.
    # Nor does it call helpers: what a page asks is answered before they have come.
    "options": "-c random_page_cost=1.1 -c max_parallel_workers_per_gather=0"
    f" -c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={LOCK_SECONDS}s"
    f" -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_SECONDS}s",
    "connect_timeout": CONNECT_SECONDS,
    # Over a network: what was sent and is not acknowledged for so long means that the other side is gone.
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


class Columns(Sequence[tuple[Any, ...]]):
    """The columns of an answer, name and type of each, as SQLAlchemy asks for them: of a statement that it knows, only
    whether there are any."""

    def __init__(self, answer: PGresult, encoding: str) -> None:
        self._answer, self._encoding = answer, encoding

    def __len__(self) -> int:
        return self._answer.nfields

    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        if not 0 <= number < len(self):
            raise IndexError(number)
        name = self._answer.fname(number) or b""
        return (name.decode(self._encoding), self._answer.ftype(number), None, None, None, None, None)


class Cursor(psycopg.RawCursor[Any]):
    """Takes statements as the server does, with $1 for the first parameter (`PLACES`): in every long statement the
    driver would look for its own kind of places anew, which takes longer than to send it."""

    @property
    def description(self) -> Any:
        found = self.pgresult
        return Columns(found, self._encoding) if found is not None and found.status == ExecStatus.TUPLES_OK else None


class Connection(psycopg.Connection[Any]):
    """Gives up, and is closed for good, when an answer does not come in time."""

    def begin(self) -> None:
        """Begin the transaction now, not with its first statement: that asks whether anybody is there, which has to be
        asked anyway, and costs no journey of its own."""
        with self.lock:
            self.wait(self._start_query(), timeout=GREETING_SECONDS)

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        limit = timeout or ANSWER_SECONDS
        try:
            return super().wait(gen, interval, limit)
        except psycopg.OperationalError as error:
            if self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise
            # The answer might still come, to a question that nobody asks any more: no further use of this connection.
            self.pgconn.finish()
            raise psycopg.OperationalError(f"no answer within {limit:g} seconds") from error
