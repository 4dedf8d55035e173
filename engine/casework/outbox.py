"""The outbox: letters leave after the commit that asked for them, and their failure never touches the case."""

from sqlalchemy import delete, select

from engine import clock
from engine.casework.claims import Claim, claim, put_off
from engine.casework.models import OutboxMessage
from engine.connectors import registry as connectors
from engine.db import transaction
from engine.errors import Refusal


def deliver_due() -> int:
    """Send every letter that is due; returns how many were tried."""
    with transaction() as session:
        claims = claim(session, OutboxMessage, clock.now())
    for found in claims:
        _deliver(found)
    return len(claims)


def _deliver(found: Claim) -> None:
    """Send outside any transaction, then forget the letter; the receiver knows a repeated one by its key."""
    with transaction() as session:
        letter = session.scalar(
            select(OutboxMessage).where(OutboxMessage.id == found.id, OutboxMessage.epoch == found.epoch)
        )
    if letter is None:
        return
    try:
        connectors.send(letter.connector, letter.recipient, letter.body, key=letter.key)
    except Refusal as refusal:
        with transaction() as session:
            put_off(session, OutboxMessage, found, refusal)
        return
    with transaction() as session:
        session.execute(delete(OutboxMessage).where(OutboxMessage.id == found.id, OutboxMessage.epoch == found.epoch))
