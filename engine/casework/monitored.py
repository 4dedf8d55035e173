"""What every indicator of electronic supervision 电子监察 looks through, and what it finds (domain D.6).

The rule: a finding names facts that anybody can look up, and nobody in hardship.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework.measure_counts import Period
from engine.casework.models import Case, UserTask
from engine.registry import access, regions
from engine.registry.models import Account, Appointment

DAYS, MONTH = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True)
class Watch:
    """What to look through in the region `place`, by one row of the table: `most` and `least` are the row's two
    numbers, `items` the item codes that it speaks of, none for all."""

    session: Session
    place: str
    period: Period
    most: int
    least: int
    items: tuple[str, ...] = ()

    @property
    def prefix(self) -> str:
        return regions.prefix_of(self.place)


@dataclass(frozen=True)
class Found:
    """One finding. `key`: the same finding has the same one; `role`: whose work it was, "" where it is the office's;
    `region`: where; `about`: the number of the case, if it is one."""

    key: str
    facts: str
    region: str
    role: str = ""
    about: str = ""


def county(watch: Watch) -> list[Any]:
    """The cases of the county, those of the row's items only."""
    return [regions.within(Case.county_code, watch.prefix), *([Case.item_code.in_(watch.items)] if watch.items else [])]


def applications(watch: Watch) -> list[Any]:
    """Those that somebody asked for."""
    return [*county(watch), Case.subject_id.is_(None), Case.channel.in_(access.CHANNELS)]


def last_role(session: Session, case_id: int) -> str:
    """Whose step a case's last one was."""
    wanted = (
        select(UserTask.role_key)
        .where(UserTask.case_id == case_id, UserTask.state == "completed", UserTask.kind == "step")
        .order_by(UserTask.ended_at.desc(), UserTask.id.desc())
        .limit(1)
    )
    return session.scalar(wanted) or ""


def post_of(watch: Watch, account_id: int) -> tuple[str, str]:
    """Where somebody works, and as what: their first post."""
    wanted = (
        select(Appointment.region_code, Appointment.role_key)
        .join(Account, Account.id == Appointment.account_id)
        .where(Account.id == account_id)
        .order_by(Appointment.id)
        .limit(1)
    )
    found = watch.session.execute(wanted).first()
    return (found.region_code, found.role_key) if found else (watch.place, "")
