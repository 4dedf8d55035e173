"""The offices of the demonstration: everybody works through the open tasks, most in good time, a few late.

A task is done by whom the pages would let do it, with answers drawn from its form.
"""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import cases, segregation, user_tasks
from engine.casework.models import Case, UserTask
from engine.db import reading, transaction
from engine.demo import answers, paperwork
from engine.errors import Conflict, Refusal
from engine.registry import actors, regions
from engine.registry.actors import Actor
from engine.registry.people import holders

SHARES, WEIGHTS = (0.3, 0.7, 1.2, 2.5, 9.0), (60, 25, 8, 4, 3)
"""After which share of its limit a task is done, and how often: a few late, very few hardly ever."""
USUAL_LIMIT = timedelta(days=5)
QUICK = timedelta(hours=6)
NOT_NOW = timedelta(days=1)
FORGOTTEN = timedelta(days=30)
CITIZENS_FORGET = 0.4
TRIES = 5
RETURNED = "payEdits"
"""The list in which each line that the bank returned has to be dealt with."""


class Office:
    """`spared`: the citizen whose tasks are left to the visitor. `refusals`: what was answered and not taken, by step;
    there should be none."""

    def __init__(self, rng: Random, *, spared: int) -> None:
        self.rng = rng
        self.spared = spared
        self.shown_case: int | None = None
        self.when: dict[int, datetime] = {}
        self.refusals: Counter[str] = Counter()

    def work(self, now: datetime) -> None:
        """Whatever its people would have done by now."""
        with reading() as session:
            columns = (UserTask.id, UserTask.case_id, UserTask.created_at, UserTask.due_at)
            found = session.execute(select(*columns).where(UserTask.state == "open").order_by(UserTask.id)).all()
        for task_id, case_id, created_at, due_at in found:
            shown = case_id == self.shown_case
            if task_id not in self.when:
                self.when[task_id] = created_at + (QUICK if shown else self._delay(created_at, due_at))
            if self.when[task_id] <= now:
                self._do(task_id, answers.Plain(0) if shown else self.rng)

    def _delay(self, created_at: datetime, due_at: datetime | None) -> timedelta:
        span = due_at - created_at if due_at else USUAL_LIMIT
        return span * self.rng.choices(SHARES, WEIGHTS)[0] * self.rng.uniform(0.5, 1.0)

    def _do(self, task_id: int, rng: Random) -> None:
        """Answers that are not taken together are drawn again; what nobody may do now waits a day."""
        for _ in range(TRIES):
            try:
                with transaction() as session:
                    task = session.get_one(UserTask, task_id)
                    name = task.element_id
                    self._complete(session, task, rng)
                return
            except Conflict:
                break
            except Refusal as refusal:
                self.refusals[f"{name}: {refusal}"] += 1
        self.when[task_id] = clock.now() + NOT_NOW

    def _complete(self, session: Session, task: UserTask, rng: Random) -> None:
        actor = self._actor(session, task)
        if actor is None or (actor.is_citizen and self.rng.random() < CITIZENS_FORGET):
            self.when[task.id] = clock.now() + FORGOTTEN
            return
        form = user_tasks.form(session, task)
        files = partial(paperwork.files, session, actor, task.case_id)
        known = user_tasks.context(session, task)
        if form and RETURNED in form.keys:
            known = {**known, RETURNED: paperwork.returned(session, task.case_id)}
        if form and answers.PASSED_ON & form.keys:
            known = {**known, answers.ELSEWHERE: _villages_elsewhere(session, task.case)}
        values = answers.answer(form, known, rng, files) if form else {}
        user_tasks.complete(session, task.id, actor=actor, values=values, key=f"demo-{task.id}")

    def _actor(self, session: Session, task: UserTask) -> Actor | None:
        if task.role_key == "citizen":
            citizen_id = cases.root_of(session, task.case).citizen_id
            return None if citizen_id is None or citizen_id == self.spared else actors.citizen(session, citizen_id)
        if task.assignee_id is not None:
            return actors.staff(session, task.assignee_id)
        able = [
            account.id
            for account in holders(session, task.role_key, task.region_code)
            if segregation.reason(session, task.id, account.id) is None
        ]
        return actors.staff(session, self.rng.choice(able)) if able else None


def _villages_elsewhere(session: Session, case: Case) -> list[str]:
    """The villages of the county's other towns."""
    county, town = (regions.ancestor_code(case.region_code, level) for level in ("county", "town"))
    towns = [one.code for one in regions.children(session, county or "") if one.code != town]
    return [village.code for other in towns for village in regions.children(session, other)]
