"""Fills an empty database with the demonstration: half a year of a county's work, made in minutes.

The same seed makes the same people and cases.
"""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from random import Random

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import applying
from engine.casework.models import Activation, Case, RecurringStart
from engine.db import reading, transaction
from engine.demo import life, people
from engine.registry.models import Account, Citizen
from engine.settings import Settings

CASES = 1500
DAYS = 182
SEED = 2026
REFUSED = "没有被接受"
LOGINS = (
    "county_water_clerk", "town_water_clerk", "town_water_clerk_102", "county_water_reviewer", "county_office",
    "pref_water_supervisor", "prov_office", "policy_admin", "policy_admin_2", "auditor", "platform_ops",
)  # fmt: skip


def password_of(here: Settings) -> str:
    """The demo password, made on the first start and kept in the installation's folder."""
    path = here.folder / "demo-password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(f"Jushou-{secrets.token_hex(4)}\n", encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def fill(here: Settings, *, cases: int = CASES, days: int = DAYS, seed: int = SEED) -> Iterator[str]:
    """Make people and cases of so many days in an empty database; a filled one is left alone. Yields what was done."""
    with reading() as session:
        filled = session.scalar(select(func.count()).select_from(Account))
    if not filled:
        password = password_of(here)
        span = timedelta(days=days)
        _enter_people(password, Random(seed), span)
        lived = life.Life(Random(seed), cases, span)
        lived.run()
        for step, count in lived.office.refusals.items():
            yield f"{REFUSED}：{step}（{count} 次）"
    with reading() as session:
        yield from _summary(session, here)


def _enter_people(password: str, rng: Random, span: timedelta) -> None:
    """Accounts and citizens; and the shipped versions are taken to have been active before the first case, so that what
    the clock begins is planned anew."""
    with transaction() as session:
        session.execute(delete(RecurringStart))
        session.execute(update(Activation).values(active_from=clock.now() - span - timedelta(days=1)))
        applying.changed(session)
        people.enter_staff(session, people.staff(session), password)
        people.enter_citizens(session, people.citizen_rows(session, people.CITIZENS, rng, password))


def _summary(session: Session, here: Settings) -> Iterator[str]:
    states = session.execute(
        select(Case.state, func.count()).where(Case.subject_id.is_(None)).group_by(Case.state)
    ).all()
    yield "演示数据：" + "，".join(
        f"{ {'active': '在办', 'ended': '已办结'}.get(state, state) } {n} 件" for state, n in states
    )
    yield f"演示账号的登录名就是岗位代码；所有演示账号的密码都是 {password_of(here)}"
    for login in LOGINS:
        account = session.scalar(select(Account).where(Account.login == login))
        if account is not None:
            yield f"  {login:24} {account.name}"
    citizen = session.get(Citizen, 1)
    if citizen is not None:
        yield f"  {citizen.phone:24} {citizen.name}（群众端，手机号登录）"
