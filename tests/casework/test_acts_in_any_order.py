"""Any legal sequence of people's acts leaves a case that can still finish, no task lost or doubled, rows equal to the
machine's state, and a journal that replays equal."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from engine import clock as engine_clock
from engine.casework import cases, copies, cosigning, delegation, suspension, urging, user_tasks
from engine.casework.models import Case, UserTask
from engine.db import reading, transaction
from engine.registry.actors import Actor
from tests.casework import content
from tests.casework.acts import do
from tests.casework.conftest import Office, employ
from tests.factories import JIANGNA, YANSHAN
from tests.faults.whole import whole

REASON = "这是一个足够长的原因，说明为什么"
STEPS = {"at_visit": 1, "at_vote": 3, "at_check": 1, "at_sum": 1}


def service() -> dict[str, bytes]:
    """A visit beside a vote of three and a check, all joined, then a summary; withdrawing and urging at any time."""
    vote = content.user_task("at_vote", "表决", "small_again").replace(
        "</bpmn:userTask>",
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics "
        'inputCollection="=[1, 2, 3]" inputElement="one" /></bpmn:extensionElements>'
        "</bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>",
    )
    branches = ("at_visit", "at_vote", "at_check")
    drawn = (
        content.HEAD
        + "".join(f'<bpmn:message id="m_{m}" name="{m}" />' for m in ("CITIZEN_WITHDRAW", "CITIZEN_URGE"))
        + '<bpmn:process id="anyorder" name="任意次序" isExecutable="true"><bpmn:laneSet id="lanes">'
        + content.lane("citizen", "at_begin", "at_ask")
        + content.lane("town_water_clerk", "at_split", *branches, "at_join", "at_sum", "at_end")
        + '</bpmn:laneSet><bpmn:startEvent id="at_begin" name="有事" />'
        + content.user_task("at_ask", "提出", "small_apply")
        + '<bpmn:parallelGateway id="at_split" name="分" /><bpmn:parallelGateway id="at_join" name="合" />'
        + content.user_task("at_visit", "走访", "small_again", slaKey="water.wt_take")
        + vote
        + content.user_task("at_check", "核对", "small_again", slaKey="water.wt_verify")
        + content.user_task("at_sum", "汇总", "small_again")
        + content.end("at_end", "办结", "COMPLETED")
        + content.flow("at_begin", "at_ask")
        + content.flow("at_ask", "at_split")
        + "".join(content.flow("at_split", one) + content.flow(one, "at_join") for one in branches)
        + content.flow("at_join", "at_sum")
        + content.flow("at_sum", "at_end")
        + content.reacting("at_withdraw", "CITIZEN_WITHDRAW", interrupting=True, outcome="WITHDRAWN")
        + content.reacting("at_urge", "CITIZEN_URGE", interrupting=False)
        + "</bpmn:process></bpmn:definitions>"
    )
    files = {path: data for path, data in content.small().items() if path != "processes/small.bpmn"}
    return {**files, "processes/anyorder.bpmn": drawn.encode()}


class Acts(RuleBasedStateMachine):
    """What people may do in one case, one act after the other; only legal acts are tried, and all of them succeed."""

    office: Office
    clock: engine_clock.Clock
    leader: Actor
    watcher: Actor
    clicks = 0

    def __init__(self) -> None:
        super().__init__()
        with transaction() as session:
            case = cases.start(
                session, "anyorder", actor=self.office.citizen, channel="SELF", values=self.office.answers()
            )
        self.case_id, self.case_no = case.id, case.case_no
        self.people = {a.id: a for a in (self.office.town, self.office.colleague, self.office.county, self.leader)}

    # what stands

    def case(self) -> Case:
        with reading() as session:
            return session.get_one(Case, self.case_id)

    def tasks(self, kind: str = "step", state: str = "open") -> list[UserTask]:
        wanted = select(UserTask).where(
            UserTask.case_id == self.case_id, UserTask.kind == kind, UserTask.state == state
        )
        with reading() as session:
            return list(session.scalars(wanted.order_by(UserTask.id)))

    def at_hand(self, *, held: bool | None = None) -> list[UserTask]:
        plain = [task for task in self.tasks() if task.owner_id is None and task.submission_id is None]
        return [task for task in plain if held is None or (task.assignee_id is not None) is held]

    def runs(self) -> bool:
        return self.case().state == "active"

    def holder(self, task: UserTask) -> Actor:
        return self.people[task.assignee_id] if task.assignee_id is not None else self.office.town

    def signers(self, task: UserTask) -> set[int | None]:
        rows = [*self.tasks("cosign"), *self.tasks("cosign", "waiting")]
        return {row.assignee_id for row in rows if row.host_id == task.id}

    def may_complete(self, task: UserTask) -> bool:
        return not any(row.host_id == task.id and row.position == "before" for row in self.tasks("cosign"))

    def one(self, data: Any, found: list[UserTask]) -> UserTask:
        task: UserTask = data.draw(st.sampled_from(found))
        return task

    def key(self) -> str:
        Acts.clicks += 1
        return f"any-{Acts.clicks}"

    # what people do

    @precondition(lambda self: self.runs() and self.at_hand(held=False))
    @rule(data=st.data(), first=st.booleans())
    def claim(self, data: Any, first: bool) -> None:
        who = self.office.town if first else self.office.colleague
        do(user_tasks.claim, self.one(data, self.at_hand(held=False)).id, who)

    @precondition(lambda self: self.runs() and self.at_hand(held=True))
    @rule(data=st.data())
    def unclaim(self, data: Any) -> None:
        task = self.one(data, self.at_hand(held=True))
        do(user_tasks.unclaim, task.id, self.holder(task))

    @precondition(lambda self: self.runs() and any(map(self.may_complete, self.at_hand())))
    @rule(data=st.data())
    def complete(self, data: Any) -> None:
        task = self.one(data, [task for task in self.at_hand() if self.may_complete(task)])
        self.finish(task)

    def finish(self, task: UserTask) -> None:
        do(user_tasks.complete, task.id, self.holder(task), values={"reason": REASON}, key=self.key())

    @precondition(lambda self: self.runs() and self.at_hand())
    @rule(data=st.data())
    def transfer(self, data: Any) -> None:
        task = self.one(data, self.at_hand())
        to = self.office.colleague if self.holder(task) is self.office.town else self.office.town
        do(user_tasks.transfer, task.id, self.holder(task), to_account_id=to.id, reason=REASON)

    @precondition(lambda self: self.runs() and self.at_hand())
    @rule(data=st.data(), far=st.booleans())
    def delegate(self, data: Any, far: bool) -> None:
        task = self.one(data, self.at_hand())
        to = self.office.county if far else self.leader
        do(delegation.delegate, task.id, self.holder(task), to_account_id=to.id, reason=REASON, key=self.key())

    def delegated(self) -> list[UserTask]:
        return [task for task in self.tasks() if task.owner_id is not None]

    @precondition(lambda self: self.runs() and self.delegated())
    @rule(data=st.data(), answers=st.booleans())
    def give_back(self, data: Any, answers: bool) -> None:
        task = self.one(data, self.delegated())
        self.bring_back(task, answers)

    def bring_back(self, task: UserTask, answers: bool) -> None:
        assert task.owner_id is not None
        if answers:
            do(delegation.answer, task.id, self.holder(task), opinion=REASON, key=self.key())
        else:
            do(delegation.recall, task.id, self.people[task.owner_id], key=self.key())

    @precondition(lambda self: self.runs() and self.at_hand())
    @rule(data=st.data(), position=st.sampled_from(["before", "after"]), far=st.booleans())
    def cosign(self, data: Any, position: str, far: bool) -> None:
        task = self.one(data, self.at_hand())
        signer = self.office.county if far else self.leader
        if signer.id in self.signers(task):
            return
        given = {"to_account_id": signer.id, "position": position, "reason": REASON, "key": self.key()}
        do(cosigning.add, task.id, self.holder(task), **given)

    @precondition(lambda self: self.runs() and self.tasks("cosign"))
    @rule(data=st.data(), agrees=st.booleans())
    def sign(self, data: Any, agrees: bool) -> None:
        row = self.one(data, self.tasks("cosign"))
        do(cosigning.sign, row.id, self.holder(row), agrees=agrees, opinion=REASON, key=self.key())

    @precondition(lambda self: self.runs() and (self.tasks("cosign") or self.tasks("cosign", "waiting")))
    @rule(data=st.data())
    def remove(self, data: Any) -> None:
        row = self.one(data, [*self.tasks("cosign"), *self.tasks("cosign", "waiting")])
        assert row.owner_id is not None
        do(cosigning.remove, row.id, self.people[row.owner_id], reason=REASON, key=self.key())

    @precondition(lambda self: self.runs() and self.tasks())
    @rule(data=st.data())
    def copy(self, data: Any) -> None:
        task = self.one(data, self.tasks())
        if self.holder(task) in (self.office.town, self.office.colleague):
            do(copies.copy, task.id, self.holder(task), account_ids=[self.watcher.id], key=self.key())

    @precondition(lambda self: self.runs() and self.tasks())
    @rule(data=st.data())
    def urge(self, data: Any) -> None:
        task = self.one(data, self.tasks())
        if task.urged_at is None or engine_clock.now() - task.urged_at >= urging.PAUSE:
            do(urging.urge, task.id, self.watcher, key=self.key())

    @precondition(lambda self: self.runs())
    @rule()
    def suspend(self) -> None:
        do(suspension.suspend, self.case_no, self.watcher, reason=REASON, key=self.key())

    @precondition(lambda self: self.case().state == "suspended")
    @rule()
    def resume(self) -> None:
        do(suspension.resume, self.case_no, self.watcher, key=self.key())

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.clock.advance(hours=hours)

    @precondition(lambda self: self.runs())
    @rule(really=st.integers(0, 9))
    def withdraw(self, really: int) -> None:
        if really == 0:
            with transaction() as session:
                cases.withdraw(session, self.case_no, self.office.citizen, "修好了")

    # what holds

    @invariant()
    def rows_equal_the_state(self) -> None:
        whole(self.case_id)

    @invariant()
    def nothing_is_overdue_that_was_suspended(self) -> None:
        if self.case().state == "suspended":
            assert all(task.companion_at is None for task in self.tasks())

    def teardown(self) -> None:
        """The case can finish, and every step was done just as often as it is drawn."""
        if self.case().state == "suspended":
            self.resume()
        while self.case().state != "ended":
            self.push()
        with reading() as session:
            rows = session.scalars(select(UserTask).where(UserTask.case_id == self.case_id)).all()
        assert {row.state for row in rows} <= {"completed", "canceled"}
        if self.case().outcome == "COMPLETED":
            steps = [row for row in rows if row.kind == "step" and row.role_key != "citizen"]
            assert Counter(row.element_id for row in steps if row.state == "completed") == STEPS
            assert len(steps) == sum(STEPS.values())
        whole(self.case_id)

    def push(self) -> None:
        """One act towards the end."""
        for task in self.delegated():
            self.bring_back(task, True)
        for row in self.tasks("cosign"):
            do(cosigning.sign, row.id, self.holder(row), agrees=True, opinion=REASON, key=self.key())
        ready = [task for task in self.at_hand() if self.may_complete(task)]
        assert ready or self.delegated() or self.tasks("cosign") or self.case().state == "ended"
        for task in ready[:1]:
            self.finish(task)


@pytest.mark.timeout(600)
def test_any_sequence_of_acts_can_still_finish(office: Office, clock: engine_clock.Clock) -> None:
    office.deploy(service())
    Acts.office, Acts.clock = office, clock
    Acts.leader, Acts.watcher = employ("town_leader", JIANGNA), employ("county_office", YANSHAN)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Acts,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
