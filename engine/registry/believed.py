"""What a process keeps of tables that pages ask again and again and that hardly ever change.

The rule: another process may change them, so what was read is believed for a minute.
"""

import time
from typing import Any, Generic, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session

K = TypeVar("K")
V = TypeVar("V")

BELIEVED_SECONDS = 60.0


class Believed(Generic[K, V]):
    """Rows by their keys, as of at most a minute ago."""

    def __init__(self) -> None:
        self._rows: dict[K, V] = {}
        self._read_at = 0.0

    def rows(self) -> dict[K, V]:
        """What is believed now; whoever misses something asks the table and adds it."""
        if time.monotonic() - self._read_at > BELIEVED_SECONDS:
            self.forget()
        return self._rows

    def forget(self, *_event: Any) -> None:
        """Ask the table again."""
        self._rows, self._read_at = {}, time.monotonic()

    def changed(self, session: Session) -> None:
        """The table was changed in this session. Whoever reads before the commit, or after a rollback, would keep what
        never came to be, so all is forgotten once more at the end."""
        self.forget()
        event.listen(session, "after_transaction_end", self.forget)
