"""The machine's tokens as rows: user tasks for people, jobs for the worker; written in the act's own transaction, what
is fresh last of all, with the case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update

from engine.casework import mocks, moments, promises, shared_limits
from engine.casework.models import UserTask
from engine.casework.running import NOTHING, Running
from engine.language.diagram import Element
from engine.registry import access, regions, roles
from engine.workflow import Waiting

TASK = UserTask.__table__
CANCEL_TASKS = (
    update(TASK)  # type: ignore[arg-type]
    .where(
        TASK.c.case_id == bindparam("case"),
        TASK.c.token.in_(bindparam("tokens", expanding=True)),
        TASK.c.state == "open",
    )
    .values(state="canceled", ended_at=bindparam("now"), companion_at=None)
    .returning(TASK.c.id, TASK.c.due_at, TASK.c.companion_at)
)
CANCEL_SIGNATURES = (
    update(TASK)  # type: ignore[arg-type]
    .where(TASK.c.host_id.in_(bindparam("hosts", expanding=True)), TASK.c.state.in_(("waiting", "open")))
    .values(state="canceled", ended_at=bindparam("now"))
)


def project(running: Running) -> None:
    """Make the rows follow the machine. The rows of `completed_tokens` were written by whoever completed them."""
    machine, before = running.machine, running.tokens_before
    tasks = {waiting.token: waiting for waiting in machine.user_tasks()}
    gone = before["tasks"] - tasks.keys() - running.completed_tokens
    if gone:
        _cancel(running, gone)
    fresh = [waiting for token, waiting in tasks.items() if token not in before["tasks"]]
    running.task_rows += [task_row(running, waiting) for waiting in fresh]
    stand = {"tasks": frozenset(tasks), **_project_jobs(running)}
    _stop_or_go(running, list(tasks.values()))
    _count_anew(running)
    running.tokens_before = stand


def _cancel(running: Running, tokens: frozenset[str]) -> None:
    """The steps that are gone, and with them the signatures that were still wanted beside them."""
    done = running.execute(CANCEL_TASKS, {"case": running.case.id, "tokens": sorted(tokens), "now": running.now}).all()
    if done:
        running.execute(CANCEL_SIGNATURES, {"hosts": [row.id for row in done], "now": running.now})
    for row in done:
        running.told.append(("TASK_ENDED", row.id))


def _project_jobs(running: Running) -> dict[str, frozenset[str]]:
    """Gives the tokens that wait for a moment or a service now, by kind."""
    machine, before = running.machine, running.tokens_before
    timers = {timer.token: timer for timer in machine.timers()}
    calls = {waiting.token: waiting for waiting in machine.jobs()}
    gone = (before["timers"] - timers.keys()) | (before["jobs"] - calls.keys())
    running.gone_jobs |= gone
    running.job_rows = [row for row in running.job_rows if row["token"] not in gone]
    running.job_rows += [
        _job_row(running, "timer", token, timer.element, timer.due_at)
        for token, timer in timers.items()
        if token not in before["timers"]
    ]
    running.job_rows += [
        _job_row(running, "service", token, waiting.element, running.now)
        for token, waiting in calls.items()
        if token not in before["jobs"]
    ]
    return {"timers": frozenset(timers), "jobs": frozenset(calls)}


def _job_row(running: Running, kind: str, token: str, element: Element, due_at: datetime) -> dict[str, Any]:
    return {
        "case_id": running.case.id,
        "kind": kind,
        "token": token,
        "element_id": element.id,
        "state": "waiting",
        "due_at": due_at,
        "attempts": 0,
        "epoch": 0,
    }


def task_row(running: Running, waiting: Waiting) -> dict[str, Any]:
    """The columns of a fresh user task: whose it is, where, and its two moments."""
    element, case = waiting.element, running.case
    items = items_of(running, waiting)
    role_key = candidate_group(running, element, items)
    two = running.deadlines[waiting.token]
    remind_at, due_at = (two.remind_at, two.due_at) if two else (None, None)
    return {
        "case_id": case.id,
        "subject_id": case.subject_id or case.id,
        "kind": "step",
        "token": waiting.token,
        "element_id": element.id,
        "name": element.name,
        "item_code": case.item_code,
        "role_key": role_key,
        "region_code": task_region(running, element, role_key, items),
        "form_id": form_id(running, element),
        "instance": waiting.index,
        "state": "open",
        "created_at": running.now,
        "due_at": due_at,
        "due_unit": two.unit or None if two else None,
        "remind_at": remind_at,
        "companion_at": None if due_at is None else min(remind_at or due_at, due_at),
        "urge_count": 0,
        "in_turn": not case.supervised,
    }


def supervise(running: Running, *, supervised: bool) -> None:
    """The case is under supervision (督办), or no longer: its work comes first in every list, or in its turn."""
    running.case.supervised = supervised
    waiting = UserTask.case_id == running.case.id, UserTask.state.in_(("open", "waiting"))
    running.execute(update(UserTask).where(*waiting), {"in_turn": not supervised})


def items_of(running: Running, waiting: Waiting) -> Mapping[str, Any]:
    """What an instance of a step that several do is about: for which post it is, and where, may follow from it."""
    return running.items_of(waiting.token) if waiting.index is not None else NOTHING


def candidate_group(running: Running, element: Element, items: Mapping[str, Any] = NOTHING) -> str:
    """The role key whose holders may do the task: the diagram's own assignment, else, also where that says nothing, the
    lane. `items`: those of the multi-instance activities around it."""
    role_key = _drawn_role(running, element, items)
    stand_in = mocks.applicant(running, role_key)
    return stand_in["role"] if stand_in else role_key


def _drawn_role(running: Running, element: Element, items: Mapping[str, Any]) -> str:
    given = element.candidate_groups and running.value_of(element.candidate_groups, items)
    return str(given) if given else element.lane or "system"


def task_region(running: Running, element: Element, role_key: str, items: Mapping[str, Any] = NOTHING) -> str:
    """The region a task belongs to: the diagram's `region`, else the case's region at the role's level."""
    if access.is_mock(running.case) and (stand_in := mocks.applicant(running, _drawn_role(running, element, items))):
        return stand_in["region"]
    given = element.properties.get("region")
    if given:
        value = running.value_of(given, items)
        if isinstance(value, str) and value:
            return value
    level = roles.level_of(running.session, role_key)
    return (level and regions.ancestor_code(running.case.region_code, level)) or running.case.region_code


def form_id(running: Running, element: Element) -> str | None:
    """The id of the element's form, its expression evaluated."""
    return str(running.value_of(element.form)) if element.form else None


def _stop_or_go(running: Running, tasks: list[Waiting]) -> None:
    """The case's clocks stand still while all that it waits for lies outside the office (`clock` = stop): a task of the
    citizen, or a message or moment that the platform waits for when there is no task at all."""
    case, machine = running.case, running.machine
    events = [] if tasks else [e for _, e in machine.messages()] + [timer.element for timer in machine.timers()]
    waited_for = [waiting.element for waiting in tasks] + [e for e in events if "clock" in e.properties]
    said = (running.value_of(element.properties.get("clock", "")) for element in waited_for)
    waits = bool(waited_for) and all(clock == "stop" for clock in said)
    if waits and case.clock_stopped_at is None:
        case.clock_stopped_at = running.now
        _tell_ladder(running, "CLOCK_STOPPED")
    elif not waits and case.clock_stopped_at is not None:
        case.stopped_seconds += int((running.now - case.clock_stopped_at).total_seconds())
        case.promised_at = moments.later(running, case.promised_at, promises.total_key(running))
        case.supervise_at = moments.later(running, case.supervise_at)
        shared_limits.go_on(running)
        case.clock_stopped_at = None
        _tell_ladder(running, "CLOCK_RESUMED")


def _count_anew(running: Running) -> None:
    """A state with thresholds of its own ends what supervision has counted so far; it counts by its row from now on."""
    before, running.status_before = running.status_before, None
    if before is None or running.case.subject_id is not None or not moments.other_thresholds(running, before):
        return
    _tell_ladder(running, "COUNTING_CHANGED")
    running.case.supervise_at = moments.supervise_at(running)


def _tell_ladder(running: Running, message: str) -> None:
    """As long as the first look of supervision is still to come, no ladder stands that could hear."""
    if running.case.supervise_at is None and running.case.subject_id is None:
        running.told.append((message, None))
