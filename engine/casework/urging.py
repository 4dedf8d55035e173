"""催办 by staff: those who wait for a step, or watch over it, urge whoever has it. A citizen's own is in `cases`.

The rule: urging tells and counts; it moves nothing, and the same step is urged at most once in four hours.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework import telling
from engine.casework.locked_tasks import locked, require_open
from engine.casework.models import UserTask
from engine.casework.running import Running
from engine.errors import Conflict, Invalid, NotAllowed
from engine.registry import access
from engine.registry.actors import Actor

PAUSE = timedelta(hours=4)
LONGEST_NOTE = 200


def urge(session: Session, task_id: int, *, actor: Actor, note: str = "", key: str | None = None) -> UserTask:
    """催办: remind the person in whose hands the task is, or the whole group, and those who still have to sign."""
    words = note.strip()
    if len(words) > LONGEST_NOTE:
        raise Invalid("Expected a shorter note", problems={"note": [f"说明不能超过 {LONGEST_NOTE} 个字"]})
    with locked(session, task_id, actor, key, "urge", task_id, words) as at:
        running, task = at.running, at.task
        if not at.first:
            return task
        if not access.may_urge(actor, task):
            raise NotAllowed(f"Expected {actor.ref} to watch over task {task_id}, but it does not")
        require_open(session, task)
        _require_pause(running, task)
        told = _told(running, task)
        if not told:
            raise Conflict(
                f"Expected task {task_id} to be in somebody else's hands, but it is not",
                notice="这一步在您自己手上，或者这个岗位现在没有人，无法催办",
            )
        task.urged_at, task.urge_count = running.now, task.urge_count + 1
        payload = {"task": task.id, "to": told, "reason": words}
        running.journal("task_urged", element_id=task.element_id, payload=payload)
        telling.tell(running, "T24", told, task, otherwise="请尽快办理", who=actor.title, text=words)
    return task


def _require_pause(running: Running, task: UserTask) -> None:
    if task.urged_at is not None and running.now - task.urged_at < PAUSE:
        raise Conflict(
            f"Expected four hours since task {task.id} was urged, but it was at {task.urged_at}",
            notice="四小时内已经催办过，请稍后再催",
        )


def _told(running: Running, task: UserTask) -> list[int]:
    """Everybody on whom the step waits, the actor left aside."""
    signers = select(UserTask).where(UserTask.host_id == task.id, UserTask.state == "open")
    waited_for = [task, *running.session.scalars(signers)]
    found = [account.id for one in waited_for for account in telling.holders(running, one)]
    return [number for number in dict.fromkeys(found) if number != running.actor.id]
