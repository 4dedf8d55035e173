"""A county with its people, the shipped services and a clock: what tests of the diagrams act with.

Tests say who does what and when; time passes from one due moment to the next, as it does under the worker.
"""

import io
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from engine import clock as engine_clock
from engine.casework import attachments, beginnings, cases, history, incoming, jobs, recurring, user_tasks
from engine.casework.models import Case, HistoryEvent, Incident, Job, Notice, OverdueRecord, UserTask
from engine.db import reading, transaction
from engine.errors import Invalid
from engine.registry import actors
from engine.registry.actors import Actor
from engine.workflow.world import Refused
from tests import factories
from tests.factories import JIANGNA, YANSHAN
from tests.processes import steps

PINGYUAN = "532622102"
VILLAGE = f"{JIANGNA}001"
PREFECTURE = "532600"
PROVINCE = "530000"
POSTS = {
    "village_assistant": VILLAGE,
    "village_leader": VILLAGE,
    "town_office": JIANGNA,
    "town_water_clerk": JIANGNA,
    "town_leader": JIANGNA,
    "county_water_clerk": YANSHAN,
    "county_water_reviewer": YANSHAN,
    "county_water_approver": YANSHAN,
    "town_housing_clerk": JIANGNA,
    "county_housing_clerk": YANSHAN,
    "county_housing_reviewer": YANSHAN,
    "county_housing_approver": YANSHAN,
    "third_party_assessor": YANSHAN,
    "town_hr_clerk": JIANGNA,
    "county_hr_clerk": YANSHAN,
    "county_hr_reviewer": YANSHAN,
    "county_hr_approver": YANSHAN,
    "town_medins_clerk": JIANGNA,
    "county_medins_clerk": YANSHAN,
    "county_medins_reviewer": YANSHAN,
    "county_medins_approver": YANSHAN,
    "county_check_clerk": YANSHAN,
    "county_check_reviewer": YANSHAN,
    "county_finance": YANSHAN,
    "bank_operator": YANSHAN,
    "village_doctor": VILLAGE,
    "prescriber": JIANGNA,
    "town_health_clerk": JIANGNA,
    "county_health_clerk": YANSHAN,
    "county_health_reviewer": YANSHAN,
    "county_health_approver": YANSHAN,
    "county_hospital": YANSHAN,
    "school_staff": JIANGNA,
    "town_edu_clerk": JIANGNA,
    "county_edu_clerk": YANSHAN,
    "county_edu_reviewer": YANSHAN,
    "county_edu_approver": YANSHAN,
    "county_police_clerk": YANSHAN,
    "legal_adviser": YANSHAN,
    "county_civil_clerk": YANSHAN,
    "county_office": YANSHAN,
    "pref_water_supervisor": PREFECTURE,
    "pref_office": PREFECTURE,
    "prov_office": PROVINCE,
    "data_center": PROVINCE,
}
PDF = b"%PDF-1.4\n%%EOF\n"


def at(day: str, clock: str = "09:00") -> datetime:
    """A moment as the office reads it: at("2026-11-16", "08:30"); 24:00 is the end of that day."""
    midnight = datetime.combine(datetime.fromisoformat(day).date(), time(), engine_clock.LOCAL)
    hours, minutes = clock.split(":")
    return midnight + timedelta(hours=int(hours), minutes=int(minutes))


def begin_due() -> None:
    """All that the clock begins by now, however many sweeps it takes."""
    while recurring.begin_due():
        pass


def employ() -> dict[str, Actor]:
    """One person for each post, and the clerk of another town under the key `other_town`; two citizens."""
    with factories.committed() as session:
        numbers = {key: factories.staff(key, region).id for key, region in POSTS.items()}
        numbers["other_town"] = factories.staff("town_water_clerk", PINGYUAN).id
        citizens = {
            name: factories.CitizenFactory(region_code=VILLAGE).id for name in ("citizen", "neighbour", "stranger")
        }
    with reading() as session:
        found = {key: actors.staff(session, number) for key, number in numbers.items()}
        return found | {key: actors.citizen(session, number) for key, number in citizens.items()}


@dataclass
class Stage:
    """`people` by role key. The verbs act on the case of `item` that was raised last unless another is given."""

    clock: engine_clock.Clock
    people: dict[str, Actor]
    item: str = "water"
    case_id: int = 0
    refusals: list[str] = field(default_factory=list)

    # what people do

    def raise_hand(self, by: str = "citizen", channel: str = "SELF", **values: Any) -> Case:
        """The item is asked for; from then on the verbs speak about this case."""
        with transaction() as session:
            answers = {**self.answers(), **values}
            case = cases.start(session, self.item, actor=self.people[by], channel=channel, values=answers)
            self.case_id = case.id
            return case

    def begin(self, who: str, **values: Any) -> Case:
        """Somebody begins the process that nobody applies for; from then on the verbs speak about this case."""
        with transaction() as session:
            case = beginnings.begin(session, self.item, actor=self.people[who], values=values)
            self.case_id = case.id
            return case

    def hire(self, key: str, role_key: str, region_code: str) -> str:
        """One more member of staff, found under that key; gives the login."""
        with factories.committed() as session:
            account = factories.staff(role_key, region_code)
            session.flush()
            number, login = account.id, str(account.login)
        with reading() as session:
            self.people[key] = actors.staff(session, number)
        return login

    def answers(self) -> dict[str, Any]:
        """What the citizen fills in to ask for the item; None stands for what it does not ask."""
        citizen = self.people["citizen"]
        asked = {
            "noticeAccepted": True,
            "applicantName": citizen.name,
            "applicantIdNo": citizen.identity_number,
            "applicantPhone": "13900000000",
            "residenceAddress": "1 组 1 号",
            "problemRegion": VILLAGE,
            **steps.ASKED[self.item],
        }
        return {key: self._given(value, "citizen") for key, value in asked.items() if value is not None}

    def _given(self, value: Any, who: str) -> Any:
        if value is steps.FOUR_FILES:
            return [self.file(who) for _ in range(4)]
        return [self.file(who)] if value is steps.FILE else value

    def proxy_answers(self, **values: Any) -> dict[str, Any]:
        """What the neighbour fills in besides, when they raise the hand for the citizen."""
        neighbour = self.people["neighbour"]
        given = {
            "proxyName": neighbour.name,
            "proxyIdNo": neighbour.identity_number,
            "proxyPhone": "13900000001",
            "proxyRelation": "邻居",
            "proxyReason": "无手机或不会使用",
            "consentMode": "短信或微信确认",
        }
        return {**given, **values}

    def complete(self, who: str, element_id: str, **values: Any) -> bool:
        """Somebody finishes the open task of that step; whether its case (or companion) ended by it."""
        task = self.task(element_id)
        with transaction() as session:
            done = user_tasks.complete(
                session, task.id, actor=self.people[who], values=values, key=f"{task.id}-{task.token}"
            )
            return done.ended

    def do(self, element_id: str, **changes: Any) -> bool:
        """The step is done by whom it belongs to, with the usual answers except for `changes`."""
        found = steps.of(steps.USUAL, self.item, element_id)
        assert found, f"nobody usually does {element_id}"
        who, usual = found
        given = {key: self._given(value, who) for key, value in {**usual, **changes}.items()}
        return self.complete(who, element_id, **given)

    def bring_to(self, element_id: str) -> None:
        """All steps on the beaten path to this one are done, now, beginning with the hand that is raised."""
        found = steps.of(steps.WAY, self.item, element_id)
        if found is None:
            self.raise_hand()
            self.let_pass(until=engine_clock.now())
            return
        before, answers = found
        self.bring_to(before)
        self.do(before, **answers)

    def claim(self, who: str, element_id: str) -> None:
        with transaction() as session:
            user_tasks.claim(session, self.task(element_id).id, actor=self.people[who])

    def file(self, who: str) -> str:
        """The number of a file that this person has uploaded."""
        prepared = attachments.prepare(io.BytesIO(PDF), "证明.pdf")
        with transaction() as session:
            return attachments.keep(session, prepared, actor=self.people[who]).id

    def withdraw(self, who: str = "citizen", reason: str = "已经修好了") -> None:
        with transaction() as session:
            cases.withdraw(session, self.case().case_no, self.people[who], reason)

    def urge(self, who: str = "citizen") -> None:
        with transaction() as session:
            cases.urge(session, self.case().case_no, self.people[who])

    def hear(self, message: str, who: str = "data_center", key: str = "1", **values: Any) -> Case:
        """Another system says something about the case."""
        with transaction() as session:
            return incoming.receive(
                session, self.case().case_no, message, actor=self.people[who], values=values, key=key
            )

    def consent(self, *, agrees: bool, who: str = "citizen") -> None:
        with transaction() as session:
            cases.consent(session, self.case().case_no, self.people[who], agrees=agrees)

    def supervise(self, who: str = "county_office", **values: Any) -> Case:
        """An order is opened from the case's page."""
        given = {
            "kindOfSupervision": "重大",
            "orderDemand": "请在三个工作日内解决停水问题",
            "orderLevel": "重点",
            "orderDueDays": 3,
        }
        with transaction() as session:
            return cases.supervise(session, self.case().case_no, actor=self.people[who], values={**given, **values})

    # time

    def let_pass(self, *, until: datetime) -> None:
        """Time passes, and the worker is awake all along: it sweeps at each moment at which something is due."""
        while (due := self._next_moment()) is not None and due <= until:
            self.clock.move_to(max(due, engine_clock.now()))
            jobs.drain()
        self.clock.move_to(until)
        jobs.drain()

    def sleep(self, *, until: datetime) -> None:
        """Time passes while the worker is down; it sweeps once when it is back."""
        self.clock.move_to(until)
        jobs.drain()

    def _next_moment(self) -> datetime | None:
        wanted = (
            select(func.min(Job.due_at)).where(Job.state == "waiting"),
            select(func.min(UserTask.companion_at)),
            select(func.min(Case.supervise_at)).where(Case.clock_stopped_at.is_(None)),
        )
        with reading() as session:
            found = [moment for one in wanted if (moment := session.scalar(one)) is not None]
        return min(found, default=None)

    # what can be seen

    def case(self) -> Case:
        with reading() as session:
            return session.get_one(Case, self.case_id)

    def companions(self, process_key: str | None = None) -> list[Case]:
        """The companions that ever stood beside the case, oldest first."""
        with reading() as session:
            found = cases.companions(session, session.get_one(Case, self.case_id))
        return [one for one in found if process_key in (None, one.process_key)]

    def companion(self, process_key: str) -> Case:
        """The newest companion of that process."""
        return self.companions(process_key)[-1]

    def orders(self) -> list[Case]:
        """The supervision orders (督办单), without the ladders."""
        return [one for one in self.companions("supervise") if one.variables["kind"] == "MANUAL"]

    def task(self, element_id: str) -> UserTask:
        """The newest task of that step, open or not."""
        found = self.tasks(element_id)
        assert found, f"Expected a task of {element_id}, but only {self.open_tasks()} wait"
        return found[-1]

    def tasks(self, element_id: str) -> list[UserTask]:
        """All tasks of that step, in the case or beside it, oldest first."""
        around = [self.case_id, *(one.id for one in self.companions())]
        wanted = select(UserTask).where(
            UserTask.case_id.in_(around), UserTask.element_id == element_id, UserTask.kind == "step"
        )
        with reading() as session:
            return list(session.scalars(wanted.order_by(UserTask.id)))

    def open_tasks(self) -> list[str]:
        """The steps that wait for somebody, in the case and beside it."""
        around = [self.case_id, *(one.id for one in self.companions())]
        wanted = select(UserTask.element_id).where(UserTask.case_id.in_(around), UserTask.state == "open")
        with reading() as session:
            return sorted(session.scalars(wanted))

    def told(self, who: str, message_key: str | None = None) -> list[str]:
        """What this person was told, oldest first."""
        actor = self.people[who]
        mine = Notice.citizen_id == actor.id if actor.is_citizen else Notice.account_id == actor.id
        wanted = select(Notice.text).where(mine, Notice.message_key == message_key if message_key else mine)
        with reading() as session:
            return list(session.scalars(wanted.order_by(Notice.id)))

    def overdue(self) -> list[OverdueRecord]:
        with reading() as session:
            return list(session.scalars(select(OverdueRecord).order_by(OverdueRecord.id)))

    def incidents(self) -> list[str]:
        with reading() as session:
            return list(session.scalars(select(Incident.message)))

    def refused(self, end_event_id: str, refusal: Invalid) -> None:
        """Note that the diagram itself refused: such an act leaves no journal that could tell."""
        assert isinstance(refusal, Refused) and refusal.element_id == end_event_id
        self.refusals.append(end_event_id)

    def numbers(self) -> list[str]:
        """The case numbers of all citizens' cases."""
        with reading() as session:
            return list(session.scalars(select(Case.case_no).where(Case.subject_id.is_(None)).order_by(Case.id)))

    def journal(self) -> list[HistoryEvent]:
        return self.journal_of(self.case())

    def journal_of(self, case: Case) -> list[HistoryEvent]:
        with reading() as session:
            return history.events(session, case.id)
