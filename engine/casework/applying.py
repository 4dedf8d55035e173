"""Which versions apply (适用) in a region at a moment: to new cases, and to the companions that a message starts.

The rule: new cases ask the table. Companions begin by the thousand, so what they begin with is believed for a minute,
as regions and items are; whatever this process itself switches on, it knows at once.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from engine.casework import plans
from engine.casework.models import Activation
from engine.db import Moment, one_of
from engine.registry import regions
from engine.registry.believed import Believed

ACTIVATION = Activation.__table__
_AROUND = one_of(ACTIVATION.c.region_code, "around")
_AT = bindparam("at", type_=Moment)
ACTIVE = (
    select(ACTIVATION.c.process_key, ACTIVATION.c.version_id, ACTIVATION.c.region_code)
    .where(_AROUND, ACTIVATION.c.active_from <= _AT)
    .order_by(ACTIVATION.c.active_from, ACTIVATION.c.id)
)
NEXT = select(func.min(ACTIVATION.c.active_from)).where(_AROUND, ACTIVATION.c.active_from > _AT)


@dataclass(frozen=True)
class Listener:
    """The process (key, version) that a message starts from one moment until another; None when none does."""

    process: tuple[str, int] | None
    since: datetime
    until: datetime | None

    def holds_at(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


_listeners: Believed[tuple[str, str], Listener] = Believed()


def forget() -> None:
    """Ask the table again."""
    _listeners.forget()


def changed(session: Session) -> None:
    """Another version was switched on in this session."""
    _listeners.changed(session)


def actives(session: Session, region_code: str, at: datetime) -> dict[str, int]:
    """The versions that new cases in the region take at that moment, by process: the narrowest region's, then the
    latest activation."""
    session.flush()
    rows = session.connection().execute(ACTIVE, {"around": regions.line_of(region_code), "at": at}).all()
    found: dict[str, tuple[int, int]] = {}
    for process_key, version_id, code in rows:
        narrowness = len(regions.prefix_of(code))
        if narrowness >= found.get(process_key, (0, 0))[0]:
            found[process_key] = (narrowness, version_id)
    return {process_key: version_id for process_key, (_, version_id) in found.items()}


def listening(session: Session, message: str, region_code: str, at: datetime) -> tuple[str, int] | None:
    """The process (key, version) that a message starts as a companion, or None when no active one does."""
    known = _listeners.rows()
    found = known.get((message, region_code))
    if found is None or not found.holds_at(at):
        found = known[message, region_code] = _listener(session, message, region_code, at)
    return found.process


def _listener(session: Session, message: str, region_code: str, at: datetime) -> Listener:
    versions = sorted(actives(session, region_code, at).items())
    until = session.connection().execute(NEXT, {"around": regions.line_of(region_code), "at": at}).scalar_one()
    listens = (one for one in versions if plans.starts_on(plans.bundle_of(session, one[1])) == message)
    return Listener(next(listens, None), at, until)
