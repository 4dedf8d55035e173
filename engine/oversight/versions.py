"""Where each process version is in force, how many cases run on it, and what one changes against the active one.

The rule: this only counts; who may see versions at all is decided where they are fetched.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import deployments, plans
from engine.casework.models import Activation, Case, ProcessVersion
from engine.language import changes
from engine.language.bundle import Bundle
from engine.language.changes import Changes
from engine.registry import regions
from engine.registry.models import Region


@dataclass(frozen=True, slots=True)
class InForce:
    """From `active_from` on, new cases of the region take this version, until a later activation says otherwise."""

    version_id: int
    region_name: str
    active_from: datetime


@dataclass(frozen=True, slots=True)
class Compared:
    """A version's content beside what it was compared with; no `changes` when there is nothing to compare with."""

    against: ProcessVersion | None
    changes: Changes | None


def against_active(session: Session, bundle: Bundle) -> Compared:
    """What the content changes against the version that new cases of the province take now."""
    number = deployments.active_id(session, bundle.process_id, regions.PROVINCE, clock.now())
    before = plans.bundle_of(session, number) if number is not None else bundle
    if before.checksum == bundle.checksum:
        return Compared(None, None)
    return Compared(session.get_one(ProcessVersion, number), changes.between(before, bundle))


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
