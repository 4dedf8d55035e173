"""What a migration would do (迁移预览), found by the very code that does it, on states that are thrown away.

Up to a thousand cases are tried one by one; where there are more, the worker finds the others when it comes to them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import migration_plans
from engine.casework.migration_plans import Crossing, MigrationPlan
from engine.casework.models import Case, TaskDraft, UserTask
from engine.casework.plans import Plan
from engine.errors import Conflict
from engine.language.diagram import Element
from engine.language.forms import Form
from engine.registry import roles
from engine.workflow import Moved

MOST_TRIED = 1000
MOST_TOLD = 20


@dataclass(frozen=True)
class Standing:
    """An element at which cases stand: how many, what it becomes (None: nothing), what changes for its people, and
    what it could become instead."""

    element: Element
    cases: int
    target: Element | None
    problem: str
    changes: tuple[str, ...]
    choices: tuple[Element, ...]


@dataclass(frozen=True)
class Preview:
    """`cases`: all that are concerned; `tried`: those looked at one by one; `fitting`: those of them that could go over
    now; `refused`: (case number, why) of the first that could not; `lost`, `armed`: events beside steps that are
    waited for no more, or from now on; `others`: elements without a counterpart at which no case stands now."""

    cases: int
    tried: int
    fitting: int
    standings: tuple[Standing, ...]
    refused: tuple[tuple[str, str], ...]
    lost: tuple[str, ...]
    armed: tuple[str, ...]
    others: tuple[Standing, ...]


@dataclass
class _Found:
    fitting: int = 0
    standing: Counter[str] = field(default_factory=Counter)
    there: dict[str, Crossing] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    lost: dict[str, str] = field(default_factory=dict)
    armed: dict[str, str] = field(default_factory=dict)


def preview(session: Session, wanted: MigrationPlan, case_no: str = "") -> Preview:
    """Try all cases concerned, or one."""
    concerned = migration_plans.concerned(wanted)
    if case_no:
        concerned = concerned & (Case.case_no == case_no)
    total = session.scalar(select(func.count()).select_from(Case).where(concerned)) or 0
    columns = (
        Case.id, Case.case_no, Case.state, Case.process_key, Case.region_code, Case.version_id, Case.called_versions,
        Case.state_blob,
    )  # fmt: skip
    rows = session.execute(select(*columns).where(concerned).order_by(Case.id).limit(MOST_TRIED)).all()
    found = _Found()
    for row in rows:
        _try(session, wanted, row, found)
    drafts = _drafts(session, [row.id for row in rows])
    return Preview(
        cases=total,
        tried=len(rows),
        fitting=found.fitting,
        standings=tuple(_standing(session, wanted, found, key, drafts.get(key, ())) for key in sorted(found.standing)),
        refused=tuple(found.refused[:MOST_TOLD]),
        lost=tuple(found.lost.values()),
        armed=tuple(found.armed.values()),
        others=tuple(_others(found, wanted)),
    )


def _others(found: _Found, wanted: MigrationPlan) -> Iterable[Standing]:
    """Gateways around the steps, events beside them and the like, which may have to be named for the steps to fit."""
    there = next(iter(found.there.values()), None)
    if there is None:
        return
    for key in (*there.passage.unmatched(), *wanted.mapping):
        if key not in found.standing and (choices := there.passage.candidates(key)):
            target = wanted.mapping.get(key, "")
            known = there.new.element(target) if target in there.new.owners else None
            yield Standing(there.old.element(key), 0, known, "", (), tuple(choices))


def _try(session: Session, wanted: MigrationPlan, case: Any, found: _Found) -> None:
    try:
        there = migration_plans.crossing(session, wanted, case, clock.now())
    except Conflict as refusal:
        found.refused.append((case.case_no, refusal.notice))
        return
    state = case.state_blob or b""
    for element_id in set(there.passage.standing(state)):
        found.standing[element_id] += 1
        found.there.setdefault(element_id, there)
    moved = there.passage.move(state)
    if case.state == "suspended":
        found.refused.append((case.case_no, "办件已挂起，恢复办理后再迁移"))
    elif not isinstance(moved, Moved):
        told = "；".join(migration_plans.sentence(there, misfit) for misfit in moved)
        found.refused.append((case.case_no, told))
    else:
        found.fitting += 1
        found.lost |= {key: _name(there.old.element(key)) for key in moved.lost}
        found.armed |= {key: _name(there.new.element(key)) for _, key in moved.armed if key in there.new.owners}


def _name(element: Element) -> str:
    return element.name or element.id


def _standing(
    session: Session, wanted: MigrationPlan, found: _Found, element_id: str, drafted: Iterable[Mapping[str, object]]
) -> Standing:
    there = found.there[element_id]
    problem = there.passage.unmatched().get(element_id, "")
    old = there.old.element(element_id)
    key = wanted.mapping.get(element_id, element_id)
    target = there.new.element(key) if key in there.new.owners else None
    changes = tuple(_changes(session, there, old, target, drafted)) if target is not None and not problem else ()
    choices = tuple(there.passage.candidates(element_id))
    return Standing(old, found.standing[element_id], target, problem, changes, choices)


def _changes(
    session: Session, there: Crossing, old: Element, new: Element, drafted: Iterable[Mapping[str, object]]
) -> Iterable[str]:
    """What the people who have the step will find otherwise."""
    if old.kind != "userTask":
        return
    groups = [_group(session, element) for element in (old, new)]
    if groups[0] != groups[1]:
        yield f"办理岗位由{groups[0]}改为{groups[1]}；经办人没有新岗位的，退回新岗位待签收"
    before, after = _form(there.old, old), _form(there.new, new)
    left = {one.key: one.label for one in before.fields} if before else {}
    kept = {one.key: one.label for one in after.fields} if after else {}
    gone = [label for key, label in left.items() if key not in kept]
    fresh = [label for key, label in kept.items() if key not in left]
    if gone:
        yield f"表单不再填写：{'、'.join(gone)}"
    if fresh:
        yield f"表单新增：{'、'.join(fresh)}"
    lost = sorted({left[key] for values in drafted for key in values if key in left and key not in kept})
    if lost:
        yield f"已保存的草稿保留，其中的{'、'.join(lost)}不再使用"


def _group(session: Session, element: Element) -> str:
    key = element.candidate_groups or element.lane or "system"
    return f"“{key}”" if key.startswith("=") else roles.name_of(session, key)


def _form(plan: Plan, element: Element) -> Form | None:
    """The element's form where its name is fixed."""
    return plan.form(element.form, element.id) if element.form and not element.form.startswith("=") else None


def _drafts(session: Session, case_ids: list[int]) -> Mapping[str, list[Mapping[str, object]]]:
    """What is drafted at the steps of these cases, by element."""
    wanted = (
        select(UserTask.element_id, TaskDraft.values)
        .join(TaskDraft, TaskDraft.task_id == UserTask.id)
        .where(UserTask.case_id.in_(case_ids), UserTask.state == "open")
    )
    found: dict[str, list[Mapping[str, object]]] = {}
    for element_id, values in session.execute(wanted):
        found.setdefault(element_id, []).append(values)
    return found
