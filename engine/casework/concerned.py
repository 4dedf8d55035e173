"""Whom a case concerns among the citizens: the applicant, who filed it for them, and the guardians who act for them.

The rule: what is said to the applicant is said to their guardians too, as long as the binding holds.
"""

from sqlalchemy import select

from engine.casework.running import Running
from engine.registry import access, guardians
from engine.registry.models import Citizen


def citizen_of(running: Running) -> int | None:
    """The applicant's own registration: of a case filed by another, the citizen with the applicant's ID number."""
    if running.case.citizen_id is not None:
        return running.case.citizen_id
    identity = running.case.applicant_identity
    return running.session.scalar(select(Citizen.id).where(Citizen.identity_number == identity)) if identity else None


def citizens_told(running: Running, to: str) -> list[int]:
    """The registered citizens among the recipients `citizen` or `proxy` of a case, each once."""
    case = running.case
    if to == "proxy":
        return [case.proxy_citizen_id] if case.proxy_citizen_id is not None else []
    own = citizen_of(running)
    guarding = guardians.of_ward(running.session, case.applicant_identity) if case.channel in access.CHANNELS else []
    return list(dict.fromkeys([*([own] if own is not None else []), *guarding]))
