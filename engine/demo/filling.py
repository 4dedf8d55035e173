"""Demo cases: months of work in minutes. The clock moves by hours; people act when their plausible delay is over.

Everything goes through the same functions as the pages; the same seed makes the same demonstration.
"""

import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import cases, jobs, user_tasks
from engine.casework.models import Activation, Case, Notice, UserTask
from engine.db import reading, transaction
from engine.demo import answers, people
from engine.errors import Conflict, Refusal
from engine.registry import actors
from engine.registry.actors import Actor
from engine.registry.models import Account, Citizen
from engine.registry.people import holders
from engine.settings import Settings

CASES = 200
SEED = 2026
DAYS = 45
STEP = timedelta(hours=3)
CITIZENS = 160
PROCESS = "water"
BY_PROXY = 0.06
# The citizen whose sign-in is shown has one case, which has ended well and waits to be rated, and none in the way of a
# new one; two neighbours raised their hands lately, so that the first town has something to do.
SHOWN = 1
HANDS = ((SHOWN, timedelta(days=9)), (2, timedelta(hours=62)), (3, timedelta(hours=20)))
READ_AFTER = timedelta(hours=20)
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


def fill(here: Settings, *, cases: int = CASES, seed: int = SEED) -> Iterator[str]:
    """Make people and cases in an empty database; a filled one is left alone. Yields what was done."""
    with reading() as session:
        filled = session.scalar(select(func.count()).select_from(Account))
    if not filled:
        password = password_of(here)
        _enter_people(password, Random(seed))
        _Life(Random(seed), cases).run()
    with reading() as session:
        yield from _summary(session, here)


def _enter_people(password: str, rng: Random) -> None:
    """Accounts and citizens; and the shipped versions are taken to have been active before the first case."""
    with transaction() as session:
        session.execute(update(Activation).values(active_from=clock.now() - timedelta(days=DAYS + 1)))
        people.enter_staff(session, people.staff(session), password)
        people.enter_citizens(session, people.citizen_rows(session, CITIZENS, rng, password))


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


class _Life:
    """Citizens raise their hands, staff work through their lists, some of them late; time passes."""

    def __init__(self, rng: Random, count: int) -> None:
        self.rng = rng
        now = clock.now()
        self.begin = now - timedelta(days=DAYS)
        self.end = now
        self.arrivals = sorted(self._arrival() for _ in range(count))
        self.appointed = [(self.end - span, number) for number, span in HANDS]
        self.when: dict[int, datetime] = {}
        self.neighbour: Citizen
        self.shown_case: int | None = None

    def _arrival(self) -> datetime:
        return self.begin + (self.end - self.begin) * self.rng.random() * 0.995

    def run(self) -> None:
        with reading() as session:
            citizens = list(session.scalars(select(Citizen).order_by(Citizen.id)))
        named = {citizen.id: citizen for citizen in citizens}
        self.neighbour = named[2]
        citizens = [citizen for citizen in citizens if citizen.id != SHOWN]
        self.rng.shuffle(citizens)
        with clock.standing_at(self.begin) as now:
            while now.moment < self.end:
                now.move_to(min(now.moment + STEP, self.end))
                while self.appointed and self.appointed[0][0] <= now.moment:
                    self._raise_hand(named[self.appointed.pop(0)[1]])
                while self.arrivals and self.arrivals[0] <= now.moment:
                    self.arrivals.pop(0)
                    citizens.append(citizens.pop(0))
                    self._raise_hand(citizens[-1])
                jobs.drain()
                if 8 <= clock.local(now.moment).hour <= 19:
                    self._work(now.moment)
                    self._citizens_move()
                    self._read_messages(now.moment)

    def _raise_hand(self, citizen: Citizen) -> None:
        """The citizen reports a water problem, some through a neighbour; an earlier unfinished one is in the way."""
        by_proxy = citizen.id > people.NEIGHBOURS and self.rng.random() < BY_PROXY
        filing = self.neighbour if by_proxy else citizen
        channel = "PROXY" if by_proxy else "SELF"
        with suppress(Refusal), transaction() as session:
            actor = actors.citizen(session, filing.id)
            values = self._application(session, citizen, filing, channel)
            made = cases.start(session, PROCESS, actor=actor, channel=channel, values=values)
            self.shown_case = made.id if citizen.id == SHOWN else self.shown_case

    def _application(self, session: Session, citizen: Citizen, filing: Citizen, channel: str) -> dict[str, Any]:
        own = {
            "applicantName": citizen.name,
            "applicantIdNo": citizen.identity_number,
            "applicantPhone": citizen.phone,
            "residenceAddress": citizen.address,
            "problemRegion": citizen.region_code,
            "proxyName": filing.name,
            "proxyIdNo": filing.identity_number,
            "proxyPhone": filing.phone,
            "proxyReason": "无手机或不会使用",
            "consentMode": "短信或微信确认",
        }
        given: dict[str, Any] = {}
        for form in cases.application_forms(session, PROCESS, citizen.region_code, channel):
            made = answers.answer(form, {"channel": channel, **own}, self.rng)
            given.update({key: own.get(key, value) for key, value in made.items()})
        return given

    def _citizens_move(self) -> None:
        """Those who are asked agree to what a neighbour filed; a few take back their own, or urge what is late."""
        with reading() as session:
            found = session.execute(
                select(Case.case_no, Case.status, Case.citizen_id, Case.applicant_identity, Case.overdue_count).where(
                    Case.subject_id.is_(None), Case.state == "active"
                )
            ).all()
        for case_no, status, citizen_id, identity_number, late in found:
            if citizen_id != SHOWN and self.rng.random() < (
                0.2 if status == "CONSENT_PENDING" else 0.1 if late else 0.0015
            ):
                with suppress(Refusal), transaction() as session:
                    number = citizen_id or session.scalar(
                        select(Citizen.id).where(Citizen.identity_number == identity_number)
                    )
                    if number is not None:
                        self._move(session, actors.citizen(session, number), case_no, status, late)

    def _move(self, session: Session, actor: Actor, case_no: str, status: str, late: int) -> None:
        if status == "CONSENT_PENDING":
            cases.consent(session, case_no, actor, agrees=self.rng.random() < 0.85)
        elif late:
            cases.urge(session, case_no, actor)
        else:
            cases.withdraw(session, case_no, actor, "水已经来了，不用再处理")

    def _read_messages(self, now: datetime) -> None:
        """People read what they are told within a day."""
        with transaction() as session:
            old = update(Notice).where(Notice.read_at.is_(None), Notice.created_at < now - READ_AFTER)
            session.execute(old.values(read_at=now))

    def _work(self, now: datetime) -> None:
        with reading() as session:
            found = session.execute(
                select(UserTask.id, UserTask.case_id, UserTask.created_at, UserTask.due_at).where(
                    UserTask.state == "open"
                )
            ).all()
        for task_id, case_id, created_at, due_at in found:
            shown = case_id == self.shown_case
            delay = timedelta(hours=6) if shown else self._delay(created_at, due_at)
            if self.when.setdefault(task_id, created_at + delay) <= now:
                self._do(task_id, answers.Plain(SEED) if shown else self.rng)

    def _delay(self, created_at: datetime, due_at: datetime | None) -> timedelta:
        """Most in good time, some close to the end, a few late, very few hardly ever."""
        span = (due_at or created_at + timedelta(days=5)) - created_at
        share = self.rng.choices((0.3, 0.7, 1.2, 2.5, 9.0), (60, 25, 8, 4, 3))[0]
        return span * share * self.rng.uniform(0.5, 1.0)

    def _do(self, task_id: int, rng: Random) -> None:
        try:
            with transaction() as session:
                task = session.get_one(UserTask, task_id)
                actor = self._actor(session, task)
                form = user_tasks.form(session, task)
                if actor is None:
                    return
                if actor.is_citizen and self.rng.random() < 0.4:
                    self.when[task_id] = clock.now() + timedelta(days=30)
                    return
                context = user_tasks.context(session, task)
                values = answers.answer(form, context, rng) if form else {}
                user_tasks.complete(session, task_id, actor=actor, values=values, key=f"demo-{task_id}")
        except Conflict:
            self.when[task_id] = clock.now() + timedelta(days=1)

    def _actor(self, session: Session, task: UserTask) -> Actor | None:
        if task.role_key == "citizen":
            root = cases.root_of(session, task.case)
            # What is asked of the citizen who is shown is left to whoever signs in as that one.
            return actors.citizen(session, root.citizen_id) if root.citizen_id not in (None, SHOWN) else None
        if task.assignee_id is not None:
            return actors.staff(session, task.assignee_id)
        able = holders(session, task.role_key, task.region_code)
        return actors.staff(session, self.rng.choice(able).id) if able else None
