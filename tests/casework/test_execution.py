"""The one door: lock, act, save, project, journal; one commit, or nothing at all."""

from typing import Any

import pytest
from sqlalchemy import event, select, update

from engine.casework import cases, execution, history, user_tasks
from engine.casework.models import Case, HistoryEvent, ProcessVersion, UserTask
from engine.casework.running import Running
from engine.db import current, reading, transaction
from engine.errors import Conflict, ExecutionFailed, NotFound
from engine.registry.actors import SYSTEM
from tests.casework import content
from tests.casework.conftest import Office


def row(case: Case) -> tuple[Any, ...]:
    with reading() as session:
        wanted = select(Case.seq, Case.head, Case.version, Case.variables, Case.state_blob).where(Case.id == case.id)
        return tuple(session.execute(wanted).one())


def test_a_completion_commits_once(office: Office) -> None:
    case = office.raise_hand()
    commits: list[int] = []
    event.listen(current(), "commit", lambda _connection: commits.append(1))
    task = office.task(case, "sm_answer")
    commits.clear()
    with transaction() as session:
        user_tasks.complete(session, task.id, actor=office.town, values={"good": True}, key="k")
    assert commits == [1]


def test_an_exception_leaves_nothing_behind(office: Office) -> None:
    case = office.raise_hand()
    before, task = row(case), office.task(case, "sm_answer")
    with pytest.raises(RuntimeError, match="power"), transaction() as session:
        user_tasks.complete(session, task.id, actor=office.town, values={"good": True}, key="k")
        raise RuntimeError("power")
    assert row(case) == before
    assert office.task(case, "sm_answer").state == "open"
    office.complete(office.town, case, "sm_answer", key="k", good=True)


def test_a_save_counts_and_a_row_that_changed_underneath_is_refused(office: Office) -> None:
    case = office.raise_hand()
    _, _, version, *_ = row(case)
    with transaction() as session, execution.open_case(session, case.id, actor=SYSTEM) as running:
        running.journal("noted")
    assert row(case)[2] == version + 1
    with (
        pytest.raises(Conflict),
        transaction() as session,
        execution.open_case(session, case.id, actor=SYSTEM) as running,
    ):
        session.execute(update(Case).where(Case.id == case.id).values(version=Case.version + 1))
        running.journal("noted")
    assert row(case)[2] == version + 1


def test_looking_into_a_case_writes_nothing(office: Office) -> None:
    case = office.raise_hand()
    before = row(case)
    with transaction() as session, execution.open_case(session, case.id, actor=SYSTEM) as running:
        assert [w.element.id for w in running.machine.user_tasks()] == ["sm_answer"]
    assert row(case) == before


def test_opening_an_open_case_gives_the_same_and_saves_once(office: Office) -> None:
    case = office.raise_hand()
    version = row(case)[2]
    with (
        transaction() as session,
        execution.open_case(session, case.id, actor=SYSTEM) as first,
        execution.open_case(session, case.id, actor=SYSTEM) as second,
    ):
        assert second is first
        second.journal("noted")
    assert row(case)[2] == version + 1


def test_there_is_no_door_to_a_case_that_does_not_exist(office: Office) -> None:
    with pytest.raises(NotFound), transaction() as session, execution.open_case(session, 999_999, actor=SYSTEM):
        pass


def test_locks_are_taken_from_the_case_down_to_its_companion(office: Office) -> None:
    case = office.raise_hand()
    with transaction() as session, execution.open_case(session, case.id, actor=SYSTEM) as running:
        companion = standing_beside(running, running.case.version_id)
    locked: list[int] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "stopped_seconds" in statement and statement.startswith("SELECT"):
            values = parameters.values() if isinstance(parameters, dict) else parameters
            # The door first asks for a case that stands beside no other: of a companion that finds and locks nothing.
            nothing = {companion} if "subject_id IS NULL" in statement else set()
            locked.extend(v for v in values if isinstance(v, int) and v not in nothing)

    event.listen(current(), "before_cursor_execute", note)
    with transaction() as session, execution.open_case(session, companion, actor=SYSTEM) as running:
        assert running.subject is not None and running.subject.case.id == case.id
    event.remove(current(), "before_cursor_execute", note)
    assert locked == [case.id, companion]


def standing_beside(running: Running, version_id: int) -> int:
    """A second case of the service, put beside the first."""
    with execution.create(
        running.session, "small", version_id, SYSTEM, channel="GOV",
        region_code=running.case.region_code, item_code="small", variables={}, subject=running,
    ) as made:  # fmt: skip
        made.begin({})
        made.write({"good": True})
    running.changed = True
    return made.case.id


def test_what_a_companion_says_of_its_case_while_it_hears_of_the_end_is_saved(office: Office) -> None:
    """The companion's withdrawal sends a message; here it closes an order, which is a fact about the case."""
    files = content.small(name="小事销号")
    closing = (
        '<bpmn:serviceTask id="sm_close" name="销号"><bpmn:extensionElements>'
        '<zeebe:taskDefinition type="close_supervision" /></bpmn:extensionElements></bpmn:serviceTask>'
    )
    first, last = content.flow("sm_withdraw_start", "sm_close"), content.flow("sm_close", "sm_withdraw_end")
    drawn = files["processes/small.bpmn"].decode()
    drawn = drawn.replace(content.flow("sm_withdraw_start", "sm_withdraw_end"), closing + first + last)
    drawn = drawn.replace("CITIZEN_WITHDRAW", "CASE_CLOSED")
    case = office.raise_hand()
    office.deploy({**files, "processes/small.bpmn": drawn.encode()})
    with transaction() as session, execution.open_case(session, case.id, actor=SYSTEM) as running:
        newest = session.scalars(select(ProcessVersion.id).order_by(ProcessVersion.id.desc())).first()
        assert newest is not None
        companion = standing_beside(running, newest)
        running.case.supervised = True
    with transaction() as session:
        cases.withdraw(session, case.case_no, office.citizen)
    assert office.case(case).supervised is False
    with reading() as session:
        assert session.get_one(Case, companion).state == "ended"
        assert [e.kind for e in history.events(session, case.id)][-1] == "supervision_closed"
        assert history.verify(session, case.id) is None


def test_a_failing_expression_leaves_the_case_where_it_was(office: Office) -> None:
    files = content.small(name="小事坏")
    broken = files["processes/small.bpmn"].decode().replace("=good<", '=contains(opinion, "行")<')
    broken = broken.replace('name="可以吗"', 'name="可以吗" default="sm_good__sm_again"')
    broken = broken.replace("<bpmn:conditionExpression>=not(good)</bpmn:conditionExpression>", "")
    office.deploy({**files, "processes/small.bpmn": broken.encode()})
    case = office.raise_hand()
    before = row(case)
    with pytest.raises(ExecutionFailed) as failure:
        office.complete(office.town, case, "sm_answer", good=True)
    assert failure.value.element_id == "sm_good"
    assert row(case) == before
    assert office.task(case, "sm_answer").state == "open"
    with reading() as session:
        assert len(session.scalars(select(HistoryEvent).where(HistoryEvent.case_id == case.id)).all()) == 2
        assert session.scalars(select(UserTask.state).where(UserTask.case_id == case.id)).all() == ["open"]
