"""迁移 of one running case to another version of its process, and the way back (撤销迁移).

The rule: a step that waits stays the same row, with its person, its due dates and its drafts; only what the diagram
says of it changes. The way back is open until anything else happens to the case, and leads to the very same state.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from engine import workflow
from engine.casework import asking, clicks, execution, migration_plans, plans, projection, telling
from engine.casework.migration_plans import Crossing, MigrationPlan
from engine.casework.models import Case, HistoryEvent, Job, Submission, UserTask
from engine.casework.past_plans import MIGRATED, UNDONE
from engine.casework.running import SET_BY_ENGINE, Running
from engine.errors import Conflict, NotFound
from engine.language.diagram import Element
from engine.registry import access, people
from engine.registry.actors import Actor
from engine.workflow import Moved, Waiting

SHORTEST_REASON = 10
PINS = update(Case.__table__).where(Case.__table__.c.id == bindparam("case"))  # type: ignore[arg-type]
PERSON = ("assignee_id", "owner_id", "claimed_at")


def migrate(session: Session, case_id: int, wanted: MigrationPlan, *, actor: Actor, reason: str) -> int:
    """Let the case go over; returns the number of its event. Raises Conflict, saying why, when it cannot."""
    access.require(actor, migration_plans.POLICY)
    words = asking.checked("reason", reason, shortest=SHORTEST_REASON)
    with execution.open_case(session, case_id, actor=actor, even_suspended=True) as running:
        _require_on(running, wanted)
        there = migration_plans.crossing(session, wanted, running.case, running.now)
        moved = there.passage.move(running.case.state_blob or b"")
        if not isinstance(moved, Moved):
            told = "；".join(migration_plans.sentence(there, misfit) for misfit in moved)
            raise Conflict(f"Expected case {running.case.case_no} to fit, but {moved}", notice=told)
        _go_over(running, wanted, there, moved, words)
        return running.case.seq


def _require_on(running: Running, wanted: MigrationPlan) -> None:
    case = running.case
    if case.state == "ended":
        raise Conflict(f"Expected case {case.case_no} to run, but it has ended", notice="办件已经办结")
    if case.state == "suspended":
        raise Conflict(
            f"Expected case {case.case_no} to be active, but it is suspended", notice="办件已挂起，恢复办理后再迁移"
        )
    if not migration_plans.is_concerned(wanted, case):
        raise Conflict(
            f"Expected case {case.case_no} to run on version {wanted.old.id}, but it does not",
            notice="办件已经不在原版本上",
        )


def _go_over(running: Running, wanted: MigrationPlan, there: Crossing, moved: Moved, reason: str) -> None:
    case, before = running.case, running.machine.save()
    is_own = case.version_id == wanted.old.id
    payload: dict[str, Any] = {
        "was": {"version": case.version_id, "called": dict(case.called_versions), "state": before.decode()},
        "now": {"version": there.version_id, "called": dict(there.called)},
        "process": None if is_own else wanted.new.process_key,
        "process_name": None if is_own else wanted.new.name,
        "from_number": wanted.old.number, "to_number": wanted.new.number,
        "mapping": dict(wanted.mapping), "renamed": [list(pair) for pair in moved.renamed], "lost": list(moved.lost),
        "filled": _missing(running, there), "reason": reason,
    }  # fmt: skip

    def deed() -> None:
        case.variables.update(answers(running.session, payload["filled"]))
        running.exchange(there.new, lambda world: workflow.arrive(there.new.definition, moved, world))
        payload["tasks"] = _redraw_tasks(running, there)

    running.act(MIGRATED, deed, payload=payload)
    _pin(running, there.version_id, dict(there.called))
    _redraw_jobs(running)
    _tell_those_concerned(running, payload["tasks"], "T32", "流程已更新，不再由您办理")


def _missing(running: Running, there: Crossing) -> dict[str, int]:
    """Variables that only the new version reads: name → the latest submission that gave it."""
    wanted = there.new.names - there.old.names - SET_BY_ENGINE - running.case.variables.keys()
    if not wanted:
        return {}
    rows = running.session.scalars(
        select(Submission).where(Submission.case_id == running.case.id).order_by(Submission.id)
    )
    return {name: row.id for row in rows for name in row.values if name in wanted}


def answers(session: Session, filled: dict[str, int]) -> dict[str, Any]:
    """The values of those variables, as the submissions have them."""
    return {name: session.get_one(Submission, number).values[name] for name, number in filled.items()}


def _pin(running: Running, version_id: int, called: dict[str, int]) -> None:
    """The case's own columns, which no other act ever changes."""
    running.case.version_id, running.case.called_versions = version_id, called
    running.session.execute(PINS.values(version_id=version_id, called_versions=called), {"case": running.case.id})


def _redraw_jobs(running: Running) -> None:
    """The rows of timers and calls follow the tokens, which may stand at elements of other ids now."""
    execution.project(running)
    machine = running.machine
    standing = {timer.token: timer.element.id for timer in machine.timers()}
    standing |= {call.token: call.element.id for call in machine.jobs()}
    for token, element_id in standing.items():
        renamed = (Job.case_id == running.case.id, Job.token == token, Job.element_id != element_id)
        running.session.execute(update(Job).where(*renamed).values(element_id=element_id))


def _redraw_tasks(running: Running, there: Crossing) -> list[list[Any]]:
    """The steps that wait as the new version draws them; returns [task, columns as they were] for the way back."""
    session, machine = running.session, running.machine
    standing = {waiting.token: waiting for waiting in machine.user_tasks()}
    wanted = select(UserTask).where(
        UserTask.case_id == running.case.id, UserTask.state == "open", UserTask.kind == "step"
    )
    changed = []
    for row in session.scalars(wanted.order_by(UserTask.id).execution_options(populate_existing=True)):
        waiting = standing.get(row.token or "")
        if waiting is not None:
            changed += _redraw(running, row, there.old.element(row.element_id), waiting)
    session.flush()
    return changed


def _redraw(running: Running, row: UserTask, old: Element, waiting: Waiting) -> list[list[Any]]:
    fresh = _columns(running, old, waiting.element)
    if "role_key" in fresh and not _still_holds(running.session, row, fresh):
        fresh |= dict.fromkeys(PERSON)
    before = {name: getattr(row, name) for name, value in fresh.items() if getattr(row, name) != value}
    changed = [[row.id, _written(before)]] if before else []
    if before.keys() & {"element_id", "name"}:
        beside = select(UserTask).where(UserTask.host_id == row.id, UserTask.state.in_(("waiting", "open")))
        for signature in running.session.scalars(beside.order_by(UserTask.id)):
            changed.append([signature.id, {"element_id": signature.element_id, "name": signature.name}])
            signature.element_id, signature.name = waiting.element.id, waiting.element.name
    for name, value in fresh.items():
        setattr(row, name, value)
    return changed


def _columns(running: Running, old: Element, new: Element) -> dict[str, Any]:
    """What the new version says otherwise of the step; what it says alike stays as it was worked out then."""
    found: dict[str, Any] = {"element_id": new.id, "name": new.name}
    if old.form != new.form:
        found["form_id"] = projection.form_id(running, new)
    place = (old.properties.get("region"), new.properties.get("region"))
    if (old.lane, old.candidate_groups) != (new.lane, new.candidate_groups) or place[0] != place[1]:
        found["role_key"] = projection.candidate_group(running, new)
        found["region_code"] = projection.task_region(running, new, found["role_key"])
    return found


def _still_holds(session: Session, row: UserTask, fresh: dict[str, Any]) -> bool:
    """Whether whoever has the step may do it in its new group as well; otherwise it waits for the group."""
    who = row.owner_id or row.assignee_id
    if who is None:
        return True
    return who in {account.id for account in people.holders(session, fresh["role_key"], fresh["region_code"])}


def _written(columns: dict[str, Any]) -> dict[str, Any]:
    """Columns as JSON values."""
    return {name: value.isoformat() if name == "claimed_at" and value else value for name, value in columns.items()}


def undo(session: Session, case_no: str, *, actor: Actor, reason: str, key: str | None = None) -> tuple[int, int]:
    """撤销迁移; returns the case and the event that was undone. Raises Conflict once anything else has happened."""
    access.require(actor, migration_plans.POLICY)
    words = asking.checked("reason", reason, shortest=SHORTEST_REASON)
    case_id = session.scalar(select(Case.id).where(Case.case_no == case_no))
    if case_id is None:
        raise NotFound(f"Expected case {case_no}, but there is none", notice="没有找到这个办件")
    with execution.open_case(session, case_id, actor=actor, even_suspended=True) as running:
        if not clicks.is_first(running, key, "undo migration", words):
            return case_id, 0
        event = _last(running)
        if event is None:
            raise too_late(case_no)
        _come_back(running, event, words)
        return case_id, event.seq


def too_late(case_no: str) -> Conflict:
    """The way back is closed."""
    return Conflict(
        f"Expected the migration of {case_no} to be the last that happened, but it is not",
        notice="迁移以后该办件又有了新的办理记录，不能撤销；可以另行迁移回原版本",
    )


def _last(running: Running) -> HistoryEvent | None:
    """The migration, if it is the last thing that happened and moved nothing by itself."""
    case = running.case
    wanted = select(HistoryEvent).where(HistoryEvent.case_id == case.id, HistoryEvent.seq == case.seq)
    event = running.session.scalar(wanted)
    if event is None or event.kind != MIGRATED or event.payload["steps"] or case.state != "active":
        return None
    return event if running.machine.state_hash() == event.payload["hash"] else None


def _come_back(running: Running, event: HistoryEvent, reason: str) -> None:
    made, case = event.payload, running.case
    was = made["was"]
    payload = {
        "migrated": event.seq,
        "was": made["now"],
        "now": {"version": was["version"], "called": was["called"]},
        "process_name": made["process_name"],
        "from_number": made["to_number"],
        "to_number": made["from_number"],
        "renamed": [[new, old] for old, new in made["renamed"]],
        "emptied": sorted(made["filled"]),
        "reason": reason,
    }
    plan = plans.plan(running.session, was["version"], was["called"])

    def deed() -> None:
        for name in made["filled"]:
            case.variables.pop(name, None)
        running.exchange(plan, lambda world: workflow.load(plan.definition, was["state"].encode(), world))
        _restore_tasks(running, made["tasks"])

    running.act(UNDONE, deed, payload=payload)
    _pin(running, was["version"], was["called"])
    _redraw_jobs(running)
    _tell_those_concerned(running, made["tasks"], "T33", "更新已撤销，重新由您办理")


def _tell_those_concerned(running: Running, changed: list[list[Any]], message_key: str, fact: str) -> None:
    """Whoever had a step that went to another group by the migration, or has it again, should not wonder."""
    for number, before in changed:
        had = [who for name in ("assignee_id", "owner_id") if (who := before.get(name)) is not None]
        if had:
            telling.tell(running, message_key, had, running.session.get_one(UserTask, number), otherwise=fact)


def _restore_tasks(running: Running, kept: list[list[Any]]) -> None:
    for number, columns in kept:
        row = running.session.get_one(UserTask, number, populate_existing=True)
        for name, value in columns.items():
            setattr(row, name, datetime.fromisoformat(value) if name == "claimed_at" and value else value)
    running.session.flush()
