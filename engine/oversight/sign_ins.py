"""登录记录 as auditors and supervisors read it: who signed in when, and who tried in vain.

The rule: one reads those of one's own region. What was typed is kept nowhere, nor is a try with a login that is none.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.casework.paging import Page, bounds
from engine.errors import NotAllowed
from engine.registry import accounts, regions
from engine.registry.actors import Actor
from engine.registry.models import Account, SignIn

SIZE = 50
WATCHING = ("auditor", "supervisor")


@dataclass(frozen=True)
class Row:
    """One try to sign in."""

    tried_at: datetime
    person: str
    login: str
    place: str
    admitted: bool


def listing(session: Session, actor: Actor, *, login: str = "", refused: bool = False, page: int = 1) -> Page[Row]:
    """The tries in the regions over which the actor watches, the latest first; `refused`: only those in vain."""
    prefixes = [post.region_prefix for post in actor.posts if post.role_kind in WATCHING]
    if not prefixes:
        raise NotAllowed(f"Expected {actor.ref} to watch over a region, but it does not")
    wanted = (
        select(SignIn, Account)
        .join(Account, Account.id == SignIn.account_id)
        .where(or_(*(regions.within(SignIn.region_code, prefix) for prefix in prefixes)))
    )
    if login.strip():
        wanted = wanted.where(Account.login == accounts.normal_login(login))
    if refused:
        wanted = wanted.where(SignIn.admitted.is_(False))
    here = bounds(session, wanted, page, SIZE)
    rows = session.execute(wanted.order_by(SignIn.id.desc()).limit(here.size).offset(here.offset)).all()
    regions.remember(session, [tried.region_code for tried, _ in rows])
    return here.with_rows([_row(session, tried, account) for tried, account in rows])


def _row(session: Session, tried: SignIn, account: Account) -> Row:
    place = regions.get(session, tried.region_code).name
    return Row(tried.tried_at, account.name, account.login, place, tried.admitted)
