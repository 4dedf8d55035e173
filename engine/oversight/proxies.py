"""代办清单: who asks for many others at once, and for whom nobody has agreed yet (C2).

The rule: how many one person may have open is said by proxy_consent (its property `mostOpen`); whoever looks sees
those over whose cases they watch.
"""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import deployments, listed
from engine.casework.listed import Listed
from engine.casework.models import Case
from engine.casework.paging import Page, bounds
from engine.registry import access, masks, regions
from engine.registry.actors import Actor
from engine.registry.models import Account, Citizen

PROCESS, MOST = "proxy_consent", "mostOpen"
CADRE = "帮扶干部"
LONGEST = 100


@dataclass(frozen=True)
class Proxy:
    """Somebody with more open applications for others than one person should have; `name` of a citizen is masked."""

    name: str
    is_staff: bool
    cases: tuple[str, ...]


@dataclass(frozen=True)
class Unagreed:
    """An application for somebody who has not agreed yet; by a cadre it is to be looked into (`urgent`)."""

    case: Listed
    relation: str

    @property
    def urgent(self) -> bool:
        return self.relation == CADRE


def most(session: Session, actor: Actor) -> int:
    """How many one person may have open where the actor has a post, as the version there says."""
    place = min((post.region_code for post in actor.posts), default=regions.PROVINCE)
    version = deployments.active(session, PROCESS, place, clock.now())
    return int(deployments.bundle_of(session, version.id).process.properties.get(MOST, "30"))


def many(session: Session, actor: Actor) -> list[Proxy]:
    """Those above it, who has most first."""
    whose = (Case.proxy_citizen_id, Case.proxy_account_id)
    number = func.count()
    above = select(*whose).where(*_open(actor)).group_by(*whose).having(number > most(session, actor))
    found = session.execute(above.order_by(number.desc(), *whose).limit(LONGEST)).all()
    numbers: dict[tuple[int | None, int | None], list[str]] = defaultdict(list)
    for citizen, account in found:
        theirs = Case.proxy_citizen_id == citizen if citizen else Case.proxy_account_id == account
        wanted = select(Case.case_no).where(*_open(actor), theirs).order_by(Case.id)
        numbers[citizen, account] = list(session.scalars(wanted))
    return [Proxy(_name(session, *key), key[0] is None, tuple(cases)) for key, cases in numbers.items()]


def unagreed(session: Session, actor: Actor, *, page: int = 1, size: int = 30) -> Page[Unagreed]:
    """What waits for the consent of the person, the oldest first."""
    wanted = select(Case.id).where(*_open(actor), Case.status == "CONSENT_PENDING").order_by(Case.id)
    here = bounds(session, wanted, page, size)
    found = session.scalars(wanted.limit(here.size).offset(here.offset)).all()
    rows = listed.of(session, found)
    told = session.execute(select(Case.id, Case.variables).where(Case.id.in_(found)))
    relations = {key: str(variables.get("proxyRelation") or "") for key, variables in told}
    return here.with_rows([Unagreed(rows[key], relations[key]) for key in found])


def _open(actor: Actor) -> list[ColumnElement[bool]]:
    ways = or_(false(), *access.watched_ways(actor, Case))
    return [Case.channel == "PROXY", Case.state != "ended", Case.subject_id.is_(None), ways]


def _name(session: Session, citizen: int | None, account: int | None) -> str:
    if citizen is not None:
        return masks.name(session.get_one(Citizen, citizen).name)
    return session.get_one(Account, account).name
