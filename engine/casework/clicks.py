"""Clicks: the same act sent twice under one key is one effect, whichever act it is.

Asked after the case's row is locked, so that two copies of a click cannot both be the first.
"""

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import clock
from engine.casework.models import Click
from engine.casework.running import Running
from engine.db import dumps, transaction
from engine.errors import Invalid

LONGEST = 80
BATCH = 1000


def is_first(running: Running, key: str | None, act: str, *given: Any) -> bool:
    """Whether this click comes for the first time; without a key every one does. `given`: what else makes it the same.

    Raises Invalid when the key was used for something else.
    """
    if key is None:
        return True
    if not 0 < len(key) <= LONGEST:
        raise Invalid(f"Expected an idempotency key of 1 to {LONGEST} characters, but it has {len(key)}")
    text = dumps([running.case.id, running.actor.ref, act, *given], canonical=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    before = running.session.scalar(select(Click.digest).where(Click.key == key))
    if before is None:
        _keep(running, key, digest)
        return True
    if before != digest:
        raise _used(key)
    return False


def is_known(session: Session, key: str | None) -> bool:
    """Whether a click came under this key before, whoever's and whatever it was."""
    return key is not None and session.get(Click, key) is not None


def forget_old(days: int) -> int:
    """Remove the clicks of so many days ago, a batch at a time: nobody sends a page again that has been open so long.
    Returns how many there were."""
    before, gone = clock.now() - timedelta(days=days), 0
    old = select(Click.key).where(Click.clicked_at < before).limit(BATCH)
    while True:
        with transaction() as session:
            keys = session.scalars(delete(Click).where(Click.key.in_(old)).returning(Click.key)).all()
        gone += len(keys)
        if len(keys) < BATCH:
            return gone


def _keep(running: Running, key: str, digest: str) -> None:
    row = {"key": key, "digest": digest, "case_id": running.case.id, "clicked_at": running.now}
    try:
        running.session.execute(insert(Click), [row])
    except IntegrityError as error:
        raise _used(key) from error


def _used(key: str) -> Invalid:
    return Invalid(
        f"Expected a fresh idempotency key, but {key!r} was used for something else",
        notice="页面已过期，请刷新后再试",
    )
