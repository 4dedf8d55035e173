"""Many people at once, on real threads and connections: nothing is lost, happens twice or stays half-done."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, event, func, select

from engine.casework import cases, history, user_tasks
from engine.casework.models import Case, HistoryEvent, Job, Notice, Submission, UserTask
from engine.db import current, reading, transaction
from engine.errors import Conflict
from engine.registry.actors import Actor
from tests.casework import content
from tests.casework.conftest import Office, employ, office, stage  # noqa: F401 - two fixtures
from tests.factories import JIANGNA
from tests.faults.whole import whole
from tests.processes.stage import Stage

T = TypeVar("T")
CROWD = 20


def crowd() -> dict[str, bytes]:
    """The small service, answered by twenty people at once: a parallel split, twenty tasks, a join, the end."""
    tasks = [f"cr_task_{number}" for number in range(CROWD)]
    flows = [content.flow("cr_split", task) + content.flow(task, "cr_join") for task in tasks]
    drawn = (
        f'{content.HEAD}<bpmn:process id="crowd" name="众人" isExecutable="true"><bpmn:laneSet id="lanes">'
        + content.lane("citizen", "cr_begin", "cr_ask")
        + content.lane("town_water_clerk", "cr_split", *tasks, "cr_join", "cr_last", "cr_end")
        + '</bpmn:laneSet><bpmn:startEvent id="cr_begin" name="有事" />'
        + content.user_task("cr_ask", "提出", "small_apply")
        + '<bpmn:parallelGateway id="cr_split" name="分" /><bpmn:parallelGateway id="cr_join" name="合" />'
        + "".join(content.user_task(task, "分头办理", "small_again") for task in tasks)
        + content.user_task("cr_last", "汇总", "small_again")
        + content.end("cr_end", "办结", "COMPLETED")
        + content.flow("cr_begin", "cr_ask") + content.flow("cr_ask", "cr_split")
        + "".join(flows)
        + content.flow("cr_join", "cr_last") + content.flow("cr_last", "cr_end")
        + "</bpmn:process></bpmn:definitions>"
    )  # fmt: skip
    files = {path: data for path, data in content.small().items() if path != "processes/small.bpmn"}
    return {**files, "processes/crowd.bpmn": drawn.encode()}


def at_once(deeds: list[Callable[[], T]]) -> list[T | BaseException]:
    """Do all of them from one barrier, each on a thread and a connection of its own."""
    barrier = threading.Barrier(len(deeds))

    def run(deed: Callable[[], T]) -> T | BaseException:
        barrier.wait()
        try:
            return deed()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def completing(task_id: int, actor: Actor, key: str, **values: Any) -> Callable[[], user_tasks.Completed]:
    def deed() -> user_tasks.Completed:
        with transaction() as session:
            return user_tasks.complete(session, task_id, actor=actor, values=values, key=key)

    return deed


def test_twenty_people_finish_twenty_parallel_tasks_and_the_join_fires_once(office: Office) -> None:  # noqa: F811
    office.deploy(crowd())
    with transaction() as session:
        case = cases.start(session, "crowd", actor=office.citizen, channel="SELF", values=office.answers())
    with reading() as session:
        tasks = session.scalars(select(UserTask.id).where(UserTask.case_id == case.id)).all()
    assert len(tasks) == CROWD
    done = at_once([completing(t, office.town, f"k{t}", reason=f"第 {t} 个人办完了他的那一份工作") for t in tasks])
    assert [one for one in done if isinstance(one, BaseException)] == []
    with reading() as session:
        kept = select(func.count()).select_from(UserTask).where(UserTask.state == "completed")
        assert session.scalar(kept.where(UserTask.id.in_(tasks))) == CROWD
        assert session.scalar(select(func.count()).select_from(UserTask).where(UserTask.element_id == "cr_last")) == 1
        assert session.scalar(select(func.count()).select_from(Submission)) == CROWD + 1
    whole(case.id)


def test_of_ten_rivals_one_completes_and_the_others_read_who_it_was(office: Office) -> None:  # noqa: F811
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    rivals = [employ("town_water_clerk", JIANGNA) for _ in range(10)]
    done = at_once([completing(task.id, rival, rival.ref, good=True) for rival in rivals])
    won = [rivals[index] for index, one in enumerate(done) if isinstance(one, user_tasks.Completed)]
    lost = [one for one in done if not isinstance(one, user_tasks.Completed)]
    assert len(won) == 1 and len(lost) == 9
    assert all(isinstance(one, Conflict) and won[0].name in one.notice for one in lost)
    whole(case.id)


def test_of_ten_rivals_one_claims(office: Office) -> None:  # noqa: F811
    case = office.raise_hand()
    task = office.task(case, "sm_answer")

    def claiming(actor: Actor) -> Callable[[], UserTask]:
        def deed() -> UserTask:
            with transaction() as session:
                return user_tasks.claim(session, task.id, actor=actor)

        return deed

    done = at_once([claiming(employ("town_water_clerk", JIANGNA)) for _ in range(10)])
    assert sum(isinstance(one, UserTask) for one in done) == 1
    assert sum(isinstance(one, Conflict) for one in done) == 9
    whole(case.id)


def test_the_same_completion_ten_times_at_once_has_one_effect(office: Office) -> None:  # noqa: F811
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    done = at_once([completing(task.id, office.town, "page", good=False, opinion="不行")] * 10)
    answers = {(one.case_no, one.ended) for one in done if isinstance(one, user_tasks.Completed)}
    assert answers == {(case.case_no, False)} and len(done) == 10
    assert not [one for one in done if isinstance(one, BaseException)]
    with reading() as session:
        kinds = [one.kind for one in history.events(session, case.id)]
        assert kinds == ["case_started", "task_completed", "task_completed"]
    whole(case.id)


def test_the_same_beginning_ten_times_at_once_makes_one_case(office: Office) -> None:  # noqa: F811
    def deed() -> str:
        with transaction() as session:
            values = office.answers()
            case = cases.start(session, "small", actor=office.citizen, channel="SELF", values=values, key="page")
            return case.case_no

    done = at_once([deed] * 10)
    assert set(done) == {"small-532622-20261116-00001"}
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_a_person_who_begins_twice_at_once_gets_one_case(stage: Stage) -> None:  # noqa: F811
    def beginning(village: str) -> Callable[[], Case]:
        return lambda: stage.raise_hand(problemRegion=village)

    done = at_once([beginning(f"{JIANGNA}00{number}") for number in (1, 2)])
    assert sum(isinstance(one, Case) for one in done) == 1
    assert [type(one).__name__ for one in done if not isinstance(one, Case)] == ["Refused"]


class Outage(Exception):
    """The database went away in the middle of an act."""


@contextmanager
def failing_at(number: int) -> Iterator[list[str]]:
    """The `number`-th statement from here on fails; gives the statements that were tried."""
    tried: list[str] = []

    def refuse(_connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        tried.append(statement)
        if len(tried) == number:
            raise Outage(statement)

    event.listen(current(), "before_cursor_execute", refuse)
    try:
        yield tried
    finally:
        event.remove(current(), "before_cursor_execute", refuse)


def everything() -> list[int]:
    with reading() as session:
        tables = (Case, UserTask, Submission, HistoryEvent, Notice, Job)
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def fail_everywhere(deed: Callable[[], object], check: Callable[[], None]) -> int:
    """Let each statement of the deed fail in turn, until it goes through; returns how many it has."""
    before = everything()
    for number in range(1, 200):
        with failing_at(number) as tried:
            try:
                deed()
            except Outage:
                failed = True
            else:
                failed = False
        if not failed:
            return len(tried)
        assert everything() == before, f"half-saved after {tried[-1]}"
        check()
    raise AssertionError("Expected the deed to go through in the end, but it did not")


def test_a_completion_that_fails_at_any_statement_leaves_nothing(office: Office) -> None:  # noqa: F811
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    statements = fail_everywhere(
        completing(task.id, office.town, "page", good=False, opinion="不行"), lambda: whole(case.id)
    )
    least = 3 if current().dialect.name == "postgresql" else 5
    assert least <= statements <= 25
    whole(case.id)
    assert office.task(case, "sm_again").state == "open"


def test_a_beginning_that_fails_at_any_statement_leaves_nothing(office: Office) -> None:  # noqa: F811
    made: list[Case] = []
    fail_everywhere(lambda: made.append(office.raise_hand()), lambda: None)
    assert made[0].case_no.endswith("-00001"), "a failed beginning uses up no number"
    whole(made[0].id)
    with pytest.raises(Outage), failing_at(1):
        office.raise_hand()
