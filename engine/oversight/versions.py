"""Where each process version is in force, and how many cases run on it.

The rule: this only counts; who may see versions at all is decided where they are fetched.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.casework.models import Activation, Case
from engine.registry.models import Region


@dataclass(frozen=True, slots=True)
class InForce:
    """From `active_from` on, new cases of the region take this version, until a later activation says otherwise."""

    version_id: int
    region_name: str
    active_from: datetime


def running(session: Session) -> dict[int, int]:
    """Version id → cases that have not ended and run on it; versions without any are left out."""
    counted = select(Case.version_id, func.count().label("cases")).group_by(Case.version_id)
    return {row.version_id: row.cases for row in session.execute(counted.where(Case.state != "ended"))}


def activations(session: Session, version_ids: Iterable[int]) -> dict[int, list[InForce]]:
    """Version id → its activations, the latest first."""
    wanted = (
        select(Activation.version_id, Region.name, Activation.active_from)
        .join(Region, Region.code == Activation.region_code)
        .where(Activation.version_id.in_(list(version_ids)))
        .order_by(Activation.active_from.desc(), Activation.id.desc())
    )
    found: dict[int, list[InForce]] = {}
    for row in session.execute(wanted):
        found.setdefault(row.version_id, []).append(InForce(row.version_id, row.name, row.active_from))
    return found
