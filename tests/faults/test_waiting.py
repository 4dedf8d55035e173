"""Nobody waits for ever: not for a lock, not for each other, not for a server process that stands still.

Only PostgreSQL has row locks and server processes; `conftest.py` leaves this file out elsewhere.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, select, text

from engine import db, postgresql
from engine.casework.models import Case
from engine.errors import Unavailable
from tests.casework.conftest import Office, office  # noqa: F401 - a fixture


def test_the_server_is_told_how_long_it_may_take(database: Engine) -> None:
    with database.connect() as connection:
        limits = {
            name: connection.scalar(text(f"SHOW {name}"))
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        }
    assert limits == {
        "statement_timeout": "30s", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "1min",
    }  # fmt: skip


def test_a_lock_that_somebody_keeps_is_not_waited_for_for_ever(office: Office) -> None:  # noqa: F811
    case = office.raise_hand()
    with db.transaction() as keeper:
        keeper.execute(select(Case.id).where(Case.id == case.id).with_for_update())
        began = time.monotonic()
        with pytest.raises(Unavailable) as refused, db.transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = '300ms'"))
            session.execute(select(Case.id).where(Case.id == case.id).with_for_update())
    assert time.monotonic() - began < 2 and refused.value.passing and not refused.value.uncertain


def test_two_who_lock_in_opposite_order_both_get_through(office: Office) -> None:  # noqa: F811
    first, second = office.raise_hand().id, office.raise_hand().id
    met = threading.Barrier(2)
    tries: list[int] = []

    def cross(one: int, another: int) -> None:
        def deed() -> None:
            tries.append(one)
            with db.transaction() as session:
                session.execute(select(Case.id).where(Case.id == one).with_for_update())
                if len(tries) <= 2:
                    met.wait(5)
                session.execute(select(Case.id).where(Case.id == another).with_for_update())

        db.riding_out(deed)

    threads = [threading.Thread(target=cross, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads) and len(tries) == 3


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_server_process_that_stands_still_stops_one_statement_only_so_long(
    office: Office, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr(postgresql, "ANSWER_SECONDS", 1.0)
    with pytest.raises(Unavailable) as refused, db.transaction() as session:
        pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with frozen(pid):
            began = time.monotonic()
            with db.reading() as others:
                assert others.execute(text("SELECT pg_backend_pid()")).scalar_one() != pid
            assert time.monotonic() - began < 0.5
            session.execute(select(Case.id))
    assert 0.9 < time.monotonic() - began < 3 and "no answer within" in str(refused.value)
    assert office.raise_hand().state == "active"


def test_a_connection_whose_server_process_stands_still_is_not_handed_out(
    office: Office, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr(postgresql, "GREETING_SECONDS", 0.5)
    with db.reading() as session:
        pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with frozen(pid):
        began = time.monotonic()
        with db.reading() as session:
            assert session.execute(text("SELECT pg_backend_pid()")).scalar_one() != pid
        assert time.monotonic() - began < 3


def test_a_connection_that_the_server_has_ended_is_made_anew_before_anybody_uses_it(office: Office) -> None:  # noqa: F811
    with db.reading() as session:
        pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with db.reading() as one, db.reading() as other:
        assert one.execute(text("SELECT pg_backend_pid()")).scalar_one() == pid
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    with db.transaction() as session:
        assert session.execute(text("SELECT pg_backend_pid()")).scalar_one() != pid
