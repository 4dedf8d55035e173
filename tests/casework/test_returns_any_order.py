"""The same with returns, straight submissions and steps taken back among all that people do, in any order."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from engine import clock as engine_clock
from engine.casework import returns, straight, taking_back, user_tasks
from engine.casework.models import UserTask
from engine.db import reading
from tests.casework import content
from tests.casework.acts import do
from tests.casework.conftest import Office, employ
from tests.casework.test_acts_in_any_order import REASON, STEPS, Acts, service
from tests.factories import JIANGNA, YANSHAN
from tests.faults.whole import whole


def with_a_step_before() -> dict[str, bytes]:
    """The service with one step before its branches, to which all of them can be sent back."""
    files = service()
    drawn = files["processes/anyorder.bpmn"].decode()
    drawn = drawn.replace(
        "<bpmn:flowNodeRef>at_split</bpmn:flowNodeRef>",
        "<bpmn:flowNodeRef>at_first</bpmn:flowNodeRef><bpmn:flowNodeRef>at_split</bpmn:flowNodeRef>",
    )
    first = content.user_task("at_first", "接收", "small_again")
    way = content.flow("at_ask", "at_first") + content.flow("at_first", "at_split")
    drawn = drawn.replace(content.flow("at_ask", "at_split"), first + way)
    return {**files, "processes/anyorder.bpmn": drawn.encode()}


class ActsAndReturns(Acts):
    """All that, and moves that no flow draws."""

    def choices(self, task: UserTask) -> list[str]:
        with reading() as session:
            found = returns.targets(session, session.get_one(UserTask, task.id), self.holder(task))
            return [row.element_id for row in found]

    @precondition(lambda self: self.runs() and any(map(self.choices, self.at_hand())))
    @rule(data=st.data())
    def send_back(self, data: Any) -> None:
        task = self.one(data, [task for task in self.at_hand() if self.choices(task)])
        to = data.draw(st.sampled_from(self.choices(task)))
        with reading() as session:
            seen = returns.preview(session, task.id, to, actor=self.holder(task))
        before = {task.id for task in self.tasks()}
        do(returns.send_back, task.id, self.holder(task), to=to, reason=REASON, key=self.key())
        after = {task.id: task for task in self.tasks()}
        assert before - after.keys() == {row.id for row in seen.canceled}
        assert before & after.keys() == {row.id for row in seen.kept}
        fresh = [row for number, row in after.items() if number not in before]
        assert [(row.name, row.assignee_id, row.due_at) for row in fresh] == [
            (one.name, one.assignee_id, one.due_at) for one in seen.opened
        ]

    def straightable(self) -> list[UserTask]:
        found = []
        with reading() as session:
            for task in self.at_hand():
                row = session.get_one(UserTask, task.id)
                returned = straight.return_of(session, row)
                if returned is not None and straight.is_possible(session, row, returned) and not self.signers(task):
                    found.append(task)
        return found

    @precondition(lambda self: self.runs() and self.straightable())
    @rule(data=st.data())
    def straight_back(self, data: Any) -> None:
        task = self.one(data, self.straightable())
        given = {"values": {"reason": REASON}, "key": self.key(), "route": "straight"}
        do(user_tasks.complete, task.id, self.holder(task), **given)

    def recent(self) -> list[UserTask]:
        with reading() as session:
            rows = session.scalars(
                select(UserTask).where(UserTask.case_id == self.case_id, UserTask.completed_by.is_not(None))
            )
            return [
                row for row in rows
                if row.kind == "step" and taking_back.is_possible(session, row, self.people[row.completed_by or 0])
            ]  # fmt: skip

    @precondition(lambda self: self.runs() and self.recent())
    @rule(data=st.data())
    def take_back(self, data: Any) -> None:
        task = self.one(data, self.recent())
        back = do(taking_back.take_back, task.id, self.people[task.completed_by or 0], key=self.key())
        assert (back.state, back.due_at) == ("open", task.due_at)

    @invariant()
    def no_step_is_doubled(self) -> None:
        open_now = Counter((task.element_id, task.instance) for task in self.tasks())
        assert set(open_now.values()) <= {1}

    def teardown(self) -> None:
        """The case can finish, and no step was left out."""
        if self.case().state == "suspended":
            self.resume()
        while self.case().state != "ended":
            self.push()
        with reading() as session:
            rows = session.scalars(select(UserTask).where(UserTask.case_id == self.case_id)).all()
        assert {row.state for row in rows} <= {"completed", "canceled"}
        if self.case().outcome == "COMPLETED":
            done = Counter(row.element_id for row in rows if row.kind == "step" and row.state == "completed")
            assert all(done[step] >= count for step, count in STEPS.items()) and done["at_first"] >= 1
        whole(self.case_id)


@pytest.mark.timeout(600)
def test_any_sequence_of_acts_with_returns_can_still_finish(office: Office, clock: engine_clock.Clock) -> None:
    office.deploy(with_a_step_before())
    Acts.office, Acts.clock = office, clock
    Acts.leader, Acts.watcher = employ("town_leader", JIANGNA), employ("county_office", YANSHAN)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        ActsAndReturns,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
