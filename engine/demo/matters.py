"""What the demonstration county begins without an application: citizens ask, complain and appeal; offices find
households in trouble, report what does not work and publish.

Each is begun by whom the diagram lets begin it, and is worked through as every other case.
"""

from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework import beginnings, deployments, plans
from engine.casework.models import Case
from engine.clock import now
from engine.db import transaction
from engine.demo import answers, applying, paperwork
from engine.registry import access, actors
from engine.registry.actors import Actor
from engine.registry.models import Citizen
from engine.registry.people import holders

SPOKEN = {"consult": 6, "complaint": 3, "appeal": 3, "data_dispute": 1, "registration": 2}
"""What citizens begin, and how often."""
OFFICIAL = {"gov_lift": 8, "incident_link": 3, "info_publish": 2, "meeting": 1}
"""What offices begin, and how often."""
SHARE = 0.15
"""How many there are beside each application."""
ABOUT_ENDED = "appeal"
WELL = frozenset({"COMPLETED", "WITHDRAWN"})
"""How cases end that nobody appeals against."""
FRESH = timedelta(days=50)
"""How long ago a case has ended at most that people appeal against: soon it is too late (60 日)."""


def drawn(rng: Random, applications: int) -> list[str]:
    """The processes that are begun beside so many applications."""
    weights = {**SPOKEN, **OFFICIAL}
    return rng.choices(list(weights), list(weights.values()), k=round(applications * SHARE))


def begin(rng: Random, process: str, citizen: Citizen) -> None:
    """By the citizen, or by an office about the citizen. Nothing where nobody has a reason. Raises what
    `beginnings.begin` raises."""
    with transaction() as session:
        about = _disappointing(session, rng) if process == ABOUT_ENDED else None
        if process == ABOUT_ENDED and about is None:
            return
        actor = _actor(session, rng, process, about.citizen_id if about is not None else citizen.id)
        if actor is not None:
            values = _answers(session, rng, process, actor, citizen)
            if about is not None:
                values[beginnings.ABOUT] = about.case_no
            beginnings.begin(session, process, actor=actor, values=values)


def _disappointing(session: Session, rng: Random) -> Case | None:
    applied = select(Case).where(Case.channel.in_(access.CHANNELS), Case.citizen_id.is_not(None))
    applied = applied.where(Case.ended_at > now() - FRESH)
    found = list(session.scalars(applied.where(Case.outcome.not_in(WELL)).order_by(Case.id)))
    return rng.choice(found) if found else None


def _actor(session: Session, rng: Random, process: str, citizen_id: int | None) -> Actor | None:
    """The citizen, or one of those who hold a post that begins the process around the citizen's village."""
    citizen = session.get_one(Citizen, citizen_id)
    if process in SPOKEN:
        return actors.citizen(session, citizen.id)
    version_id = deployments.active_id(session, process, citizen.region_code, now())
    if version_id is None:
        return None
    able = [
        account.id
        for role in sorted(plans.begun_by(plans.bundle_of(session, version_id)))
        for account in holders(session, role, citizen.region_code)
    ]
    return actors.staff(session, rng.choice(able)) if able else None


def _answers(session: Session, rng: Random, process: str, actor: Actor, citizen: Citizen) -> dict[str, Any]:
    beginning = beginnings.find(session, process, actor)
    form = beginnings.form(session, beginning)
    if form is None:
        return {}
    known = applying.about(citizen)
    context = {**beginnings.context(session, beginning, actor), **known}
    given = answers.answer(form, context, rng, partial(paperwork.photos, session, actor))
    return {key: known.get(key, value) for key, value in given.items()}
