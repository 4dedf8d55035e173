"""What was shown to a citizen counts as read.

The rule: a page that only looks takes no lock unless there was something new on it.
"""

from collections.abc import Sequence

from engine import db
from engine.casework import notifications
from engine.registry.actors import Actor


def mark_read(actor: Actor, notice_ids: Sequence[int]) -> None:
    """Put out the red dot for these."""
    if notice_ids:
        with db.transaction() as session:
            notifications.mark_read(session, actor, notice_ids)
