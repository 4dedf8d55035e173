"""The outbox: letters leave after the commit that asked for them, and their failure never touches the case."""

from functools import partial

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.casework.claims import Claim, attempt, claim_due, put_off
from engine.casework.models import OutboxMessage
from engine.connectors import registry as connectors
from engine.db import riding_out, transaction
from engine.errors import Refusal


def deliver_due() -> int:
    """Send every letter that is due; returns how many were tried."""
    claims = claim_due(OutboxMessage)
    for found in claims:
        attempt(partial(_deliver, found), partial(_put_off, found))
    return len(claims)


def _put_off(found: Claim, session: Session, refusal: Refusal) -> None:
    put_off(session, OutboxMessage, found, refusal)


def _deliver(found: Claim) -> None:
    """Send outside any transaction, then forget the letter; the receiver knows a repeated one by its key."""
    with transaction() as session:
        letter = session.scalar(
            select(OutboxMessage).where(OutboxMessage.id == found.id, OutboxMessage.epoch == found.epoch)
        )
    if letter is None:
        return
    connectors.send(letter.connector, letter.recipient, letter.body, key=letter.key)
    riding_out(partial(_forget, found))


def _forget(found: Claim) -> None:
    with transaction() as session:
        session.execute(delete(OutboxMessage).where(OutboxMessage.id == found.id, OutboxMessage.epoch == found.epoch))
