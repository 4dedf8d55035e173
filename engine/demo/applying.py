"""How the demonstration fills in applications: those that people make, and those an office has drafted for them."""

from collections.abc import Mapping
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework import cases, drafts, forms_of_tasks
from engine.casework.models import ApplicationDraft
from engine.db import reading, transaction
from engine.demo import answers, paperwork
from engine.registry import actors
from engine.registry.actors import Actor
from engine.registry.models import Citizen
from engine.workflow import Refused

UNDER_WAY = "DUPLICATE"
"""How an application is refused where the same was asked for and is not finished."""
UNFILED = select(ApplicationDraft.id).where(
    ApplicationDraft.account_id.is_not(None), ApplicationDraft.case_id.is_(None), ApplicationDraft.practice == ""
)


def about(citizen: Citizen) -> dict[str, Any]:
    """What is known of the person whom an application is for."""
    return {
        "applicantName": citizen.name,
        "applicantIdNo": citizen.identity_number,
        "applicantPhone": citizen.phone,
        "residenceAddress": citizen.address,
        "problemRegion": citizen.region_code,
    }


def filled(
    session: Session, rng: Random, item: str, channel: str, actor: Actor, known: Mapping[str, Any]
) -> dict[str, Any]:
    """Answers to all forms before an application, of which some are known."""
    place = known["problemRegion"]
    given: dict[str, Any] = {}
    for form in cases.application_forms(session, item, place, channel):
        asked = forms_of_tasks.context(session, place, {"channel": channel, **known, **given})
        made = answers.answer(form, asked, rng, partial(paperwork.photos, session, actor))
        given.update({key: value if isinstance(value, list) else known.get(key, value) for key, value in made.items()})
    return given


def unfiled() -> list[int]:
    """What was drafted for offices and waits."""
    with reading() as session:
        return list(session.scalars(UNFILED.order_by(ApplicationDraft.id)))


def file_draft(draft_id: int, rng: Random) -> None:
    """The office completes and files it, or drops it, where the same is under way already."""
    with transaction() as session:
        draft = session.get_one(ApplicationDraft, draft_id)
        actor = actors.staff(session, draft.account_id or 0)
        values = filled(session, rng, draft.process_key, draft.channel, actor, draft.values)
        drafts.save(session, draft.key, actor, values)
        refused = drafts.refusal(session, draft.key, actor)
        if isinstance(refused, Refused) and refused.code == UNDER_WAY:
            drafts.discard(session, draft.key, actor)
        else:
            drafts.submit(session, draft.key, actor)
