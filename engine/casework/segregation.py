"""Segregation of duties and recusal 职责分离和回避: who may not do a step, for what they did or whom they know.

The rule: rules/segregation.dmn decides, over the acts that the diagrams name (property `act`); here it is only asked,
its answers are kept beside the open tasks, and every door looks at them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, exists, insert, select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import named_cases, saving
from engine.casework.act_models import CaseAct, NearRelative, TaskBar
from engine.casework.models import UserTask
from engine.casework.running import Running
from engine.errors import Invalid, NotAllowed
from engine.language import identity
from engine.language.bundle import Bundle
from engine.language.decisions import Model
from engine.registry.actors import Actor

DECISION = "segregation"
# What a step is, in the words of the table; and the number of another case whose people keep away from it.
ACT, APART = "act", "apart"
RELATIONS = ("配偶", "父母", "子女", "兄弟姐妹", "祖父母、外祖父母", "孙子女、外孙子女", "其他近亲属")
# The blocks of persons that the forms of all services share: every value with an `idNo` is somebody of the household.
PERSONS = ("members", "checkPersons", "insuredPersons", "supporters")

Bars = dict[int, str]
"""Account → why it may not."""


def record(running: Running, task: Any, account: int | None) -> None:
    """Remember that somebody completes a step that is an act. Before its values are written: the act is what it was."""
    act = act_of(running, task.element_id)
    if act is None or account is None:
        return
    row = {"case_id": running.case.id, "task_id": task.id, "account_id": account, "act": act, "done_at": running.now}
    running.execute(insert(CaseAct), row)


def record_start(running: Running) -> None:
    """The same for a start event that is an act: whoever begins the case has done it."""
    start = running.plan.main.process.start
    act = act_of(running, start.id)
    if act is None or not running.actor.is_staff:
        return
    row = {"case_id": running.case.id, "task_id": None, "account_id": running.actor.id, "act": act}
    running.execute(insert(CaseAct), {**row, "done_at": running.now})


def keep_apart(running: Running) -> None:
    """Ask the table about every open step of the case, and keep who may not do it; nor may whoever had a part in the
    other case that the step's property `apart` names. Asked after each act; processes that name neither are left
    alone."""
    bundles = (running.plan.main, *running.plan.called.values())
    model, names_cases = _table(running), any(_says(bundle, APART) for bundle in bundles)
    related = _related(running) if model is not None else frozenset()
    done = _done(running) if model is not None else {}
    if not (done or related or names_cases):
        return
    saving.write_rows(running)  # the fresh steps are looked at too
    open_steps = running.session.execute(
        select(UserTask.id, UserTask.element_id).where(
            UserTask.case_id == running.case.id, UserTask.state == "open", UserTask.kind == "step"
        )
    ).all()
    for task_id, element_id in open_steps:
        ruled = _bars(model, act_of(running, element_id), done, related) if model is not None else {}
        _bar(running, task_id, {**_involved(running, element_id), **ruled})


def _done(running: Running) -> Mapping[int, set[str]]:
    """The acts that each account has done on the case."""
    done = defaultdict(set)
    for account, act in running.session.execute(
        select(CaseAct.account_id, CaseAct.act).where(CaseAct.case_id == running.case.id)
    ):
        done[account].add(act)
    return done


def _involved(running: Running, element_id: str) -> Bars:
    """Who had a part in the case from which the step shall be kept apart."""
    said = running.plan.element(element_id).properties.get(APART)
    case_no = running.value_of(said) if said else None
    number = named_cases.id_of(running.session, case_no)
    if number is None:
        return {}
    why = f"您参与过原办件（{case_no}）的办理，应当由没有参与过的人员办理"
    return dict.fromkeys(sorted(named_cases.acted(running.session, number)), why)


def act_of(running: Running, element_id: str) -> str | None:
    """The act that a step is, in the words of the table; None for a step that is none."""
    said = running.plan.element(element_id).properties.get(ACT)
    return str(running.value_of(said)) if said else None


def _table(running: Running) -> Model | None:
    """The table, where the case's processes name acts at all."""
    model = running.plan.main.decisions.get(DECISION)
    bundles = (running.plan.main, *running.plan.called.values())
    return model if model is not None and any(_says(bundle, ACT) for bundle in bundles) else None


@lru_cache(maxsize=256)
def _says(bundle: Bundle, name: str) -> bool:
    return any(name in element.properties for element in bundle.process.walk())


def _related(running: Running) -> frozenset[int]:
    """The accounts that have declared somebody of the household as a near relative."""
    numbers = household(running.case)
    wanted = select(NearRelative.account_id).where(NearRelative.identity_number.in_(sorted(numbers)))
    return frozenset(running.session.scalars(wanted)) if numbers else frozenset()


def household(case: Any) -> frozenset[str]:
    """The ID numbers of the applicant and of all whom the forms name."""
    listed = [person for key in PERSONS if isinstance(found := case.variables.get(key), list) for person in found]
    members = {str(person.get("idNo") or "") for person in listed if isinstance(person, dict)}
    return frozenset({case.applicant_identity, *members} - {""})


def _bars(model: Model, act: str | None, done: Mapping[int, Iterable[str]], related: frozenset[int]) -> Bars:
    found: Bars = {}
    for account in sorted({*done, *related}):
        acts: list[str | None] = [*sorted(done.get(account, ()))]
        for before in acts or [None]:
            asked = {"act": act, "done": before, "relative": account in related}
            reason = model.decide(DECISION, asked)
            if isinstance(reason, str) and reason:
                found.setdefault(account, reason)
    return found


def _bar(running: Running, task_id: int, bars: Bars) -> None:
    if not bars:
        return
    known = set(running.session.scalars(select(TaskBar.account_id).where(TaskBar.task_id == task_id)))
    rows = [
        {"task_id": task_id, "account_id": account, "reason": reason}
        for account, reason in bars.items()
        if account not in known
    ]
    if rows:
        running.execute(insert(TaskBar), rows)


# what the doors ask


def barred(account_id: Any, task_id: Any) -> ColumnElement[bool]:
    """The condition that this account may not do the task, for queries over tasks."""
    return exists().where(TaskBar.task_id == task_id, TaskBar.account_id == account_id)


def reason(session: Session, task_id: int, account_id: int | None) -> str | None:
    """Why the account may not do the task; None when nothing is in the way."""
    bar = session.get(TaskBar, (task_id, account_id)) if account_id is not None else None
    return bar.reason if bar is not None else None


def require_apart(session: Session, task_id: int, actor: Actor) -> None:
    """Raise NotAllowed, with the sentence of the table, when the actor has to leave the task to others."""
    why = reason(session, task_id, actor.id) if actor.is_staff else None
    if why is not None:
        raise refusal(task_id, actor.id, why)


def refusal(task_id: int, account_id: int | None, why: str) -> NotAllowed:
    return NotAllowed(f"Expected account {account_id} to be free for task {task_id}, but {why}", notice=why)


# 近亲属备案


def declared(session: Session, actor: Actor) -> list[NearRelative]:
    """What the actor has declared, oldest first."""
    wanted = select(NearRelative).where(NearRelative.account_id == (actor.id if actor.is_staff else None))
    return list(session.scalars(wanted.order_by(NearRelative.id)))


def declare(session: Session, actor: Actor, *, identity_number: str, relation: str) -> NearRelative:
    """备案: a member of staff names a near relative. Open tasks of running cases follow with the case's next act."""
    problems: dict[str, list[str]] = {}
    number = identity.normal(identity_number)
    if wrong := identity.problem(number):
        problems["identity_number"] = [wrong]
    if relation not in RELATIONS:
        problems["relation"] = ["请选择与您的关系"]
    if problems:
        raise Invalid(f"Expected a near relative, but {sorted(problems)} are wrong", problems=problems)
    if not actor.is_staff:
        raise NotAllowed(f"Expected a member of staff, but got {actor.ref}")
    wanted = select(NearRelative).where(NearRelative.account_id == actor.id, NearRelative.identity_number == number)
    found = session.scalar(wanted)
    if found is None:
        found = NearRelative(
            account_id=actor.id, identity_number=number, declared_at=clock.now(), declared_by=actor.ref
        )
        session.add(found)
    found.relation = relation
    session.flush()
    return found
