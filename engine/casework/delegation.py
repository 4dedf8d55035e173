"""委派: the holder of a step asks somebody for advice; that person looks, prepares, answers, and the step comes back.

The rule: a delegate never completes the step; the owner stays answerable for it and for its deadline.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework import asking, telling
from engine.casework.locked_tasks import locked, name_of, require_at_hand, require_open
from engine.casework.models import Opinion, TaskDraft, UserTask
from engine.casework.running import Running
from engine.errors import Conflict, NotAllowed
from engine.registry import access, people
from engine.registry.actors import Actor


def candidates(session: Session, task: UserTask, actor: Actor) -> asking.Candidates:
    """To whom the actor may delegate the step: the department's own people for that place."""
    return asking.candidates(session, task, actor, own_department=True)


def delegate(
    session: Session, task_id: int, *, actor: Actor, to_account_id: int, reason: str, key: str | None = None
) -> UserTask:
    """委派. `reason`: what is asked of the delegate. A free step is taken by whoever delegates it."""
    demand = asking.checked("reason", reason)
    with locked(session, task_id, actor, key, "delegate", task_id, to_account_id, demand) as at:
        running, task = at.running, at.task
        if not at.first:
            return task
        asking.require_step(task)
        require_at_hand(session, task, actor)
        asking.chosen(candidates(session, task, actor), to_account_id)
        task.owner_id, task.assignee_id = actor.id, to_account_id
        task.claimed_at = task.claimed_at or running.now
        _journal(running, task, "task_delegated", to=to_account_id, reason=demand)
        telling.tell(running, "T17", [to_account_id], task, otherwise="委派给您", demand=demand)
    return task


def answer(session: Session, task_id: int, *, actor: Actor, opinion: str, key: str | None = None) -> UserTask:
    """答复: the delegate's opinion; the step goes back to its owner, with what the delegate typed into its form."""
    text = asking.checked("opinion", opinion)
    with locked(session, task_id, actor, key, "answer", task_id, text) as at:
        running, task = at.running, at.task
        if not at.first:
            return task
        require_open(session, task)
        _require_delegate(session, task, actor)
        owner = task.owner_id
        assert owner is not None
        kept = asking.keep_opinion(running, task.id, "delegate", asked_by=owner, text=text)
        _bring_back(running, task)
        _journal(running, task, "delegation_answered", **kept)
        telling.tell(running, "T18", [owner], task, otherwise="委派已答复", text=text)
    return task


def recall(session: Session, task_id: int, *, actor: Actor, key: str | None = None) -> UserTask:
    """收回委派: the owner does not wait any longer."""
    with locked(session, task_id, actor, key, "recall", task_id) as at:
        running, task = at.running, at.task
        if not at.first:
            return task
        require_open(session, task)
        if task.kind != "step" or task.owner_id != actor.id:
            raise NotAllowed(
                f"Expected {actor.ref} to have delegated task {task_id}, but it has not",
                notice="只有委派人可以收回，且该待办须仍在受托人手上",
            )
        delegate_id = task.assignee_id
        assert delegate_id is not None
        _bring_back(running, task)
        _journal(running, task, "delegation_recalled", delegate=delegate_id)
        telling.tell(running, "T28", [delegate_id], task, otherwise="委派已收回")
    return task


def _require_delegate(session: Session, task: UserTask, actor: Actor) -> None:
    if task.kind == "step" and access.is_asked(actor, task):
        return
    if task.kind == "step" and task.owner_id is not None:
        raise NotAllowed(
            f"Expected {actor.ref} to be the delegate of task {task.id}, but it is not",
            notice=f"该待办委派给了{name_of(session, task.assignee_id)}，只能由本人答复",
        )
    raise Conflict(
        f"Expected task {task.id} to be delegated, but it is not", notice="该待办没有委派，或者已经答复、收回"
    )


def _bring_back(running: Running, task: UserTask) -> None:
    """To the owner, or to the whole group when the owner holds the post no longer; what was typed goes along."""
    session, owner, delegate_id = running.session, task.owner_id, task.assignee_id
    assert owner is not None and delegate_id is not None
    still = owner in {account.id for account in people.holders(session, task.role_key, task.region_code)}
    task.assignee_id, task.owner_id = (owner if still else None), None
    task.claimed_at = running.now if still else None
    typed = session.get(TaskDraft, (task.id, delegate_id))
    if typed is not None:
        _merge(session, task.id, owner, typed)
        session.delete(typed)


def _merge(session: Session, task_id: int, owner: int, typed: TaskDraft) -> None:
    """What the delegate filled in stands; what only the owner had filled in stays."""
    filled = {key: value for key, value in typed.values.items() if value not in (None, "", [])}
    own = session.get(TaskDraft, (task_id, owner))
    if own is None:
        session.add(TaskDraft(task_id=task_id, account_id=owner, values=filled, saved_at=typed.saved_at))
    else:
        own.values, own.saved_at = {**own.values, **filled}, typed.saved_at


def _journal(running: Running, task: UserTask, kind: str, **more: object) -> None:
    running.journal(kind, element_id=task.element_id, payload={"task": task.id, **more})


def opinions(session: Session, task_id: int) -> list[Opinion]:
    """What was said about a step by those who were asked, in the order they said it."""
    return list(session.scalars(select(Opinion).where(Opinion.task_id == task_id).order_by(Opinion.id)))
