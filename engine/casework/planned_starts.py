"""Which processes the clock begins, and where they are looked after: a row for each county, or prefecture and province
where the start says so, from the day they apply."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework.models import RecurringStart
from engine.db import one_at_a_time
from engine.language.bundle import START_LEVELS, Bundle
from engine.language.diagram import Event
from engine.registry import regions


def event_of(bundle: Bundle) -> Event | None:
    """The date or cycle at which the process begins; None where something else begins it."""
    event = bundle.process.start.event
    return event if event is not None and event.kind in ("timeDate", "timeCycle") else None


def levels_of(bundle: Bundle) -> list[str]:
    """The levels of the regions in each of which the clock begins it: the start's property `startsPer`."""
    return bundle.process.start.properties.get("startsPer", START_LEVELS[0]).split(",")


def activated(session: Session, bundle: Bundle, region_code: str, at: datetime) -> None:
    """A version applies in the region from that moment on: look after all places in it."""
    if event_of(bundle) is None:
        return
    prefix = regions.prefix_of(region_code)
    everywhere = [code for level in levels_of(bundle) for code in regions.of_level(session, level)]
    plan(session, bundle.process_id, [code for code in everywhere if code.startswith(prefix)], at)


def plan(session: Session, process_key: str, places: Iterable[str], at: datetime) -> None:
    """Look after these places from that moment on; where a moment is known already, it is looked at again then."""
    one_at_a_time(session, f"plan {process_key}")
    wanted = select(RecurringStart).where(RecurringStart.process_key == process_key)
    known = {row.region_code: row for row in session.scalars(wanted)}
    for place in places:
        row = known.get(place)
        if row is None:
            session.add(RecurringStart(process_key=process_key, region_code=place, since_at=at, due_at=at))
        else:
            row.due_at = min(row.due_at or at, at)
    session.flush()
