"""Life in the demonstration county: people raise their hands, agree, urge, take back, read; time passes by hours."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import cases, deployments, jobs, recurring
from engine.casework.models import Case, Notice
from engine.db import reading, transaction
from engine.demo import applying, matters, people
from engine.demo.office import Office
from engine.errors import Conflict, Refusal
from engine.registry import actors, items
from engine.registry.actors import Actor
from engine.registry.models import Citizen

STEP = timedelta(hours=3)
BY_PROXY = 0.06
DEMAND = {"water": 5, "dibao": 4, "insure": 4, "training": 3, "job": 3, "tekun": 3, "linshi": 3}
"""How often an item is asked for beside the others, which count 2."""
USUAL_DEMAND = 2
AFTER = {"medicine": "chronic"}
"""What only those ask for who are looked after already by another item."""
# The citizen whose sign-in is shown has one case, which has ended well and waits to be rated, and none in the way of a
# new one; two neighbours raised their hands lately, so that the first town has something to do.
SHOWN = 1
SHOWN_ITEM = "water"
HANDS = ((SHOWN, timedelta(days=9)), (2, timedelta(hours=62)), (3, timedelta(hours=20)))
READ_AFTER = timedelta(hours=20)
CONSENTS, URGES, WITHDRAWS = 0.2, 0.1, 0.0006
"""How likely it is, each time that people look, that they agree, urge what is late, or take back what is not."""


class Life:
    """`count` hands are raised in the span before now; everything goes through the same functions as the pages."""

    def __init__(self, rng: Random, count: int, span: timedelta) -> None:
        self.rng = rng
        self.end = clock.now()
        self.begin = self.end - span
        self.office = Office(rng, spared=SHOWN)
        with reading() as session:
            self.citizens = list(session.scalars(select(Citizen).order_by(Citizen.id)))
            self.items = [item.code for item in items.listing(session) if deployments.is_open(session, item.code)]
        self.neighbour = self.citizens[1]
        wanted = [*self._asked_for(count), *matters.drawn(rng, count)]
        self.arrivals = sorted((self._arrival(code) for code in wanted), key=lambda arrival: arrival[0])
        self.arrivals += [(self.end - span, SHOWN_ITEM, self.citizens[number - 1]) for number, span in HANDS]
        self.arrivals.sort(key=lambda arrival: arrival[0], reverse=True)

    def _asked_for(self, count: int) -> list[str]:
        """Every service once as far as it goes, then by demand."""
        weights = [DEMAND.get(code, USUAL_DEMAND) for code in self.items]
        once = self.items[:count]
        return once + self.rng.choices(self.items, weights, k=count - len(once))

    def _arrival(self, item: str) -> tuple[datetime, str, Citizen]:
        moment = self.begin + (self.end - self.begin) * self.rng.random() * 0.995
        return moment, item, self.rng.choice(self.citizens[SHOWN:])

    def run(self) -> None:
        """From the first day to now."""
        with clock.standing_at(self.begin) as now:
            recurring.plan_all()
            while now.moment < self.end:
                now.move_to(min(now.moment + STEP, self.end))
                while self.arrivals and self.arrivals[-1][0] <= now.moment:
                    self._come(*self.arrivals.pop()[1:])
                jobs.drain()
                for draft_id in applying.unfiled():
                    self._tried("draft", partial(applying.file_draft, draft_id, self.rng))
                if 8 <= clock.local(now.moment).hour <= 19:
                    self.office.work(now.moment)
                    self._citizens_move()
                    self._read_messages(now.moment)

    def _come(self, code: str, citizen: Citizen) -> None:
        """Somebody asks for a service, or begins what nobody applies for."""
        if code in self.items:
            asking = self.looked_after(code) or citizen
            if not self._waits_already(code, asking):
                self._raise_hand(code, asking)
            return
        self._tried(code, partial(matters.begin, self.rng, code, citizen))

    def _waits_already(self, item: str, citizen: Citizen) -> bool:
        """An unfinished case of the same kind is in the way of another."""
        mine = (Case.process_key == item, Case.applicant_identity == citizen.identity_number, Case.state == "active")
        with reading() as session:
            return session.scalar(select(Case.id).where(*mine).limit(1)) is not None

    def _tried(self, what: str, act: Callable[[], None]) -> None:
        try:
            act()
        except Refusal as refusal:
            self.office.refusals[f"{what}: {refusal}"] += 1

    def looked_after(self, item: str) -> Citizen | None:
        """Somebody for whom the item has gone well that this one follows, if there is one."""
        wanted = select(Case.citizen_id).where(Case.process_key == AFTER.get(item), Case.outcome == "COMPLETED")
        with reading() as session:
            managed = set(session.scalars(wanted))
        found = [citizen for citizen in self.citizens[SHOWN:] if citizen.id in managed]
        return self.rng.choice(found) if found else None

    def _raise_hand(self, item: str, citizen: Citizen) -> None:
        """Some through a neighbour."""
        by_proxy = citizen.id > people.NEIGHBOURS and self.rng.random() < BY_PROXY
        filing = self.neighbour if by_proxy else citizen
        channel = "PROXY" if by_proxy else "SELF"
        try:
            with transaction() as session:
                actor = actors.citizen(session, filing.id)
                values = self._application(session, item, citizen, actor, channel)
                made = cases.start(session, item, actor=actor, channel=channel, values=values)
                if citizen.id == SHOWN:
                    self.office.shown_case = made.id
        except Conflict:
            return
        except Refusal as refusal:
            self.office.refusals[f"{item}: {refusal}"] += 1

    def _application(self, session: Session, item: str, citizen: Citizen, actor: Actor, channel: str) -> dict[str, Any]:
        known = {
            **applying.about(citizen),
            "accountHolder": citizen.name,
            "holderRelation": "本人",
            "proxyName": actor.name,
            "proxyIdNo": actor.identity_number,
            "proxyPhone": self.neighbour.phone,
            "proxyReason": "无手机或不会使用",
            "consentMode": "短信或微信确认",
        }
        return applying.filled(session, self.rng, item, channel, actor, known)

    def _citizens_move(self) -> None:
        """Those who are asked agree to what a neighbour filed; a few take back their own, or urge what is late."""
        with reading() as session:
            columns = (Case.case_no, Case.status, Case.citizen_id, Case.applicant_identity, Case.overdue_count)
            running = select(*columns).where(Case.subject_id.is_(None), Case.state == "active").order_by(Case.id)
            found = session.execute(running).all()
        for case_no, status, citizen_id, identity_number, late in found:
            likely = CONSENTS if status == "CONSENT_PENDING" else URGES if late else WITHDRAWS
            if citizen_id == SHOWN or self.rng.random() >= likely:
                continue
            with suppress(Refusal), transaction() as session:
                same = select(Citizen.id).where(Citizen.identity_number == identity_number)
                number = citizen_id or session.scalar(same)
                if number is not None:
                    self._move(session, actors.citizen(session, number), case_no, status, late)

    def _move(self, session: Session, actor: Actor, case_no: str, status: str, late: int) -> None:
        if status == "CONSENT_PENDING":
            cases.consent(session, case_no, actor, agrees=self.rng.random() < 0.85)
        elif late:
            cases.urge(session, case_no, actor)
        else:
            cases.withdraw(session, case_no, actor, "困难已经解决，不用再办理")

    def _read_messages(self, now: datetime) -> None:
        """People read what they are told within a day."""
        with transaction() as session:
            old = update(Notice).where(Notice.read_at.is_(None), Notice.created_at < now - READ_AFTER)
            session.execute(old.values(read_at=now))
