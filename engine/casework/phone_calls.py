"""电话联系 [S2 §4(2)]: whoever works on a step writes down that they called the applicant, and what came of it.

The rule: a call moves nothing and stops no clock; it stands in the journal, and the citizen reads that and when one was
made, not what the office wrote about it.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework.locked_tasks import locked, require_open
from engine.casework.models import HistoryEvent, UserTask
from engine.errors import Invalid, NotAllowed
from engine.registry import access
from engine.registry.actors import Actor

CALLED = "citizen_called"
RESULTS = {"reached": "已接通", "no_answer": "没有人接", "wrong_number": "号码不对或者停机"}
TOLD = {
    "reached": "工作人员给您打了电话",
    "no_answer": "工作人员给您打电话，没有打通",
    "wrong_number": "工作人员给您打电话，没有打通",
}
LONGEST_NOTE = 300


def note(session: Session, task_id: int, *, actor: Actor, result: str, text: str = "", key: str | None = None) -> None:
    """登记电话联系. What was said is required of a call that was answered."""
    words = text.strip()
    problems = {} if result in RESULTS else {"result": ["请选择联系结果"]}
    if result == "reached" and not words:
        problems["text"] = ["请写明告知或者了解到的内容"]
    if len(words) > LONGEST_NOTE:
        problems["text"] = [f"不能超过 {LONGEST_NOTE} 个字"]
    if problems:
        raise Invalid(f"Expected a result and words, but {sorted(problems)} are wrong", problems=problems)
    with locked(session, task_id, actor, key, "call", task_id, result, words) as at:
        if not at.first:
            return
        if not may_note(actor, at.task):
            raise NotAllowed(
                f"Expected {actor.ref} to work on task {task_id}, but it does not",
                notice="只有办理该步骤的人可以登记电话联系",
            )
        require_open(session, at.task)
        payload = {"task": task_id, "result": result, "reason": words}
        at.running.journal(CALLED, element_id=at.task.element_id, payload=payload)


def may_note(actor: Actor, task: UserTask) -> bool:
    """Whether the actor works on the step."""
    return actor.is_staff and (access.may_act(actor, task, task.case) or access.is_asked(actor, task))


def of_case(session: Session, case_id: int) -> list[HistoryEvent]:
    """The calls that were noted, oldest first."""
    wanted = select(HistoryEvent).where(HistoryEvent.case_id == case_id, HistoryEvent.kind == CALLED)
    return list(session.scalars(wanted.order_by(HistoryEvent.seq)))
