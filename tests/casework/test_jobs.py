"""Due work: claimed with an epoch, tried again with growing pauses, and in the end shown to a person."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.casework import claims, history, incidents, jobs
from engine.casework.claims import Claim
from engine.casework.models import Case, Incident, Job, OutsideCall, UserTask
from engine.db import reading, transaction
from engine.errors import Conflict, NotAllowed, NotFound, Refusal
from engine.language import bundle
from tests.casework import content
from tests.casework.conftest import Office, employ
from tests.connectors.http_server import Asked, Reply, serving
from tests.factories import YANSHAN


@dataclass
class Other:
    """Another system of the administration. `replies`: what it says next; afterwards it is content. `before`: what
    happens before it answers."""

    asked: list[Asked] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        self.before()
        return self.replies.pop(0) if self.replies else Reply()


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Iterator[Other]:
    found = Other()
    with serving(found.answer) as server:
        monkeypatch.setenv("JUSHOU_WEBHOOK_URL", f"{server.url}/hook")
        monkeypatch.setenv("JUSHOU_WEBHOOK_HOSTS", server.address)
        monkeypatch.setenv("JUSHOU_WEBHOOK_SECRET", "secret")
        yield found


def outside_calls() -> list[tuple[str, str, bool]]:
    with reading() as session:
        made = session.scalars(select(OutsideCall).order_by(OutsideCall.id))
        return [(one.system, one.county_code, one.heard) for one in made]


def calling(kind: str = 'type="webhook"', key: str = "case", value: str = "=caseNo") -> dict[str, bytes]:
    """The small service with a call to the outside after the answer."""
    files = content.small(name="小事外呼")
    call = (
        f'<bpmn:serviceTask id="sm_call" name="外呼"><bpmn:extensionElements><zeebe:taskDefinition {kind} />'
        f'<zeebe:taskHeaders><zeebe:header key="{key}" value="{value}" /></zeebe:taskHeaders>'
        "</bpmn:extensionElements></bpmn:serviceTask>"
    )
    drawn = files["processes/small.bpmn"].decode()
    first, last = content.flow("sm_answer", "sm_call"), content.flow("sm_call", "sm_good")
    drawn = drawn.replace(content.flow("sm_answer", "sm_good"), call + first + last)
    return {**files, "processes/small.bpmn": drawn.encode()}


def calling_for_each() -> dict[str, bytes]:
    """The same with one call for each of two offices, whose answers stand in the order of the offices."""
    drawn = calling()["processes/small.bpmn"].decode()
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics "
        'inputCollection="=[{name: &quot;甲&quot;}, {name: &quot;乙&quot;}]" inputElement="office" '
        'outputCollection="replies" outputElement="=office.name + reply.reference" />'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    properties = '<zeebe:properties><zeebe:property name="resultVariable" value="reply" /></zeebe:properties>'
    drawn = drawn.replace(
        'key="case" value="=caseNo" /></zeebe:taskHeaders>',
        f'key="office" value="=office.name" /></zeebe:taskHeaders>{properties}',
    )
    drawn = drawn.replace(
        "</bpmn:extensionElements></bpmn:serviceTask>", f"</bpmn:extensionElements>{loop}</bpmn:serviceTask>"
    )
    return {**calling(), "processes/small.bpmn": drawn.encode()}


@pytest.fixture
def called(office: Office, other: Other) -> Case:
    """A case that waits for the other system."""
    office.deploy(calling())
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=False, opinion="不行")
    return case


def job() -> Any:
    with reading() as session:
        return session.scalar(select(Job))


def open_incidents() -> list[Incident]:
    with reading() as session:
        return list(session.scalars(select(Incident).where(Incident.resolved_at.is_(None))))


def test_the_case_goes_on_when_the_other_system_has_answered(office: Office, called: Case, other: Other) -> None:
    assert office.task(called, "sm_again") is None
    assert jobs.drain() == 1
    assert office.task(called, "sm_again").state == "open"
    assert job() is None
    assert len(other.asked) == 1
    with reading() as session:
        assert [event.kind for event in history.events(session, called.id)][-1] == "job_completed"


def test_each_instance_of_a_call_asks_about_its_own_item(office: Office, other: Other) -> None:
    office.deploy(calling_for_each())
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=False, opinion="不行")
    jobs.drain()
    assert sorted(one.json["office"] for one in other.asked) == ["乙", "甲"]
    assert office.task(case, "sm_again").state == "open"


def test_a_register_that_needs_time_is_asked_again_when_it_says_and_fails_never(
    office: Office, other: Other, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    with serving(other.answer) as server:
        monkeypatch.setenv("JUSHOU_REGISTER_URL", server.url)
        monkeypatch.setenv("JUSHOU_REGISTER_TOKEN", "hush")
        office.deploy(calling('type="register_query"', key="register", value="births"))
        case = office.raise_hand()
        office.complete(office.town, case, "sm_answer", good=False, opinion="不行")
        other.replies = [Reply(202, headers={"Retry-After": "10800"})] * 7 + [Reply(body=b'{"found": false}')]
        for _ in range(7):
            assert jobs.sweep() == 1
            assert (job().state, job().attempts, job().due_at) == ("waiting", 0, clock.moment + timedelta(hours=3))
            assert jobs.sweep() == 0
            clock.advance(hours=3)
        jobs.sweep()
    assert (open_incidents(), office.task(case, "sm_again").state) == ([], "open")
    assert len({asked.headers["idempotency-key"] for asked in other.asked}) == 1
    # Who says "later" has been heard.
    assert outside_calls() == [("births", YANSHAN, True)] * 8


def test_a_failing_service_is_tried_with_growing_pauses_then_shown_and_retried(
    office: Office, called: Case, other: Other, clock: Any
) -> None:
    other.replies = [Reply(503)] * 5
    pauses = []
    for _ in range(4):
        assert jobs.sweep() == 1
        pauses.append((job().due_at - clock.moment).total_seconds())
        assert jobs.sweep() == 0, "not before its moment"
        clock.move_to(job().due_at)
    assert pauses == sorted(pauses) and len(set(pauses)) == 4
    assert open_incidents() == []
    jobs.sweep()
    (incident,) = open_incidents()
    assert (incident.case_id, incident.job_id, job().state) == (called.id, job().id, "failed")
    clock.advance(days=1)
    assert jobs.sweep() == 0
    operator = employ("platform_ops", YANSHAN)
    with pytest.raises(NotAllowed), transaction() as session:
        incidents.retry(session, incident.id, office.town)
    with transaction() as session:
        incidents.retry(session, incident.id, operator)
    jobs.drain()
    assert office.task(called, "sm_again").state == "open"
    assert open_incidents() == []
    with pytest.raises(Conflict), transaction() as session:
        incidents.retry(session, incident.id, operator)
    with pytest.raises(NotFound), transaction() as session:
        incidents.retry(session, 999, operator)
    with reading() as session:
        assert [one.id for one in incidents.listing(session, operator, resolved=True)] == [incident.id]


def test_what_the_other_system_rejects_is_not_tried_again(office: Office, called: Case, other: Other) -> None:
    other.replies = [Reply(400)]
    jobs.sweep()
    assert len(open_incidents()) == 1 and job().state == "failed"


def test_every_attempt_to_reach_another_system_is_remembered(
    office: Office, called: Case, other: Other, clock: Any
) -> None:
    other.replies = [Reply(503)]
    jobs.sweep()
    clock.advance(minutes=1)
    jobs.sweep()
    assert outside_calls() == [("webhook", YANSHAN, False), ("webhook", YANSHAN, True)]


def test_where_no_register_is_connected_nobody_was_called(office: Office, other: Other) -> None:
    office.deploy(calling('type="register_query"', key="register", value="births"))
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=False, opinion="不行")
    jobs.drain()
    assert office.task(case, "sm_again").state == "open"
    assert outside_calls() == []


def test_a_worker_that_was_paused_beyond_its_lease_leaves_no_second_effect(
    office: Office, called: Case, other: Other, clock: Any
) -> None:
    with transaction() as session:
        (paused,) = claims.claim(session, Job, clock.moment)
    clock.advance(seconds=30)
    assert jobs.sweep() == 0, "the lease still runs"
    clock.advance(seconds=31)
    assert jobs.sweep() == 1
    before = office.case(called).seq
    jobs._run(paused)
    assert office.case(called).seq == before
    assert len(other.asked) == 1
    with transaction() as session:
        claims.put_off(session, Job, paused, Refusal("too late"))
    assert open_incidents() == []


def test_an_answer_that_comes_after_the_lease_is_dropped(
    office: Office, called: Case, other: Other, clock: Any
) -> None:
    """The worker is paused in the very call: somebody else claims the job meanwhile."""

    def meanwhile() -> None:
        with transaction() as session:
            session.execute(update(Job).values(epoch=Job.epoch + 1))

    other.before = meanwhile
    with transaction() as session:
        (paused,) = claims.claim(session, Job, clock.moment)
    before = office.case(called).seq
    jobs._run(paused)
    assert office.case(called).seq == before
    assert office.task(called, "sm_again") is None


def test_gone_means_nothing_to_do(office: Office, called: Case, clock: Any) -> None:
    with transaction() as session:
        (found,) = claims.claim(session, Job, clock.moment)
    with transaction() as session:
        session.execute(Job.__table__.delete())
    jobs._run(found)
    assert open_incidents() == []


def test_a_fault_of_ours_does_not_stop_the_others(office: Office, clock: Any, other: Other) -> None:
    office.deploy(calling())
    found = []
    for citizen in (office.citizen, office.other_citizen):
        office.citizen = citizen
        case = office.raise_hand()
        office.complete(office.town, case, "sm_answer", good=False, opinion="不行")
        found.append(case)
    with transaction() as session:
        session.execute(update(Job).where(Job.case_id == found[0].id).values(element_id="no_such_element"))
    jobs.sweep()
    assert office.task(found[1], "sm_again").state == "open"
    assert [incident.case_id for incident in open_incidents()] == [found[0].id]


def test_a_reminder_that_cannot_begin_is_shown_and_can_be_retried(office: Office, clock: Any) -> None:
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    shipped = content.shipped()
    files = bundle.collect("deadline", shipped)
    drawn = files["processes/deadline.bpmn"].decode()
    assert drawn.count("date and time(taskDueAt)") > 1
    broken = drawn.replace("date and time(taskDueAt)", "date and time(taskName)")
    office.deploy({**files, "processes/deadline.bpmn": broken.encode()})
    clock.move_to(task.companion_at)
    jobs.sweep()
    (incident,) = open_incidents()
    assert incident.case_id == case.id
    assert (office.task(case, "sm_answer").companion_at, office.task(case, "sm_answer").reminded_at) == (None, None)
    assert jobs.sweep() == 0
    clock.advance(seconds=1)
    office.deploy({**files, "processes/deadline.bpmn": drawn.encode()})
    with transaction() as session:
        incidents.retry(session, incident.id, employ("platform_ops", YANSHAN))
    jobs.drain()
    assert office.task(case, "sm_answer").reminded_at == clock.moment
    assert open_incidents() == []


def test_the_oldest_due_work_is_taken_first_and_no_more_than_a_batch(office: Office, clock: Any) -> None:
    case = office.raise_hand()
    with transaction() as session:
        for number in range(claims.BATCH + 5):
            session.add(
                Job(
                    case_id=case.id, kind="timer", token=f"t{number}", element_id="sm_answer",
                    due_at=clock.moment - timedelta(minutes=number),
                )
            )  # fmt: skip
    with transaction() as session:
        first = claims.claim(session, Job, clock.moment)
    with transaction() as session:
        rest = claims.claim(session, Job, clock.moment)
    assert (len(first), len(rest)) == (claims.BATCH, 5)
    assert {one.id for one in rest} == {1, 2, 3, 4, 5}
    assert all(isinstance(one, Claim) and one.epoch == 1 for one in first)
    with reading() as session:
        assert session.scalar(select(UserTask.state).where(UserTask.case_id == case.id)) == "open"
