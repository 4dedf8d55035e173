"""加签: others sign a step beside its holder. 前加签: before the step can be completed. 后加签: it takes effect when
the last of them has agreed. 减签: a signature that was not given yet is wanted no longer.

The rule: a signature is a row beside the step's own and no token of the machine; who asks decides who signs, but never
what they sign.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.casework import asking, execution, locked_tasks, submissions, telling
from engine.casework.locked_tasks import locked, name_of, not_found, over, require_at_hand, require_open
from engine.casework.models import Submission, TaskDraft, UserTask
from engine.casework.running import Running
from engine.errors import Conflict, Invalid, NotAllowed
from engine.registry import access, regions
from engine.registry.actors import Actor
from engine.registry.models import Role

POSITIONS = {"before": "前加签", "after": "后加签"}
LONGEST_NAME = 80
SHORTEST_REFUSAL = 10


@dataclass(frozen=True)
class Signed:
    """What a signature led to. `effective`: it was the last one, and the step has taken effect; `returned`: it was
    refused, and the step is back with its owner."""

    case_no: str
    effective: bool = False
    returned: bool = False
    ended: bool = False


def signatures(session: Session, step_id: int) -> list[UserTask]:
    """The signatures wanted beside a step, given or not, in the order they were asked for; removed ones left out."""
    wanted = select(UserTask).where(UserTask.host_id == step_id, UserTask.state != "canceled")
    return list(session.scalars(wanted.order_by(UserTask.id)))


def get(session: Session, signature_id: int, actor: Actor) -> UserTask:
    """The signature, for whoever may see the step beside which it stands; for all others there is none."""
    found = session.get(UserTask, signature_id)
    if found is None:
        raise not_found(signature_id, actor)
    locked_tasks.get(session, found.host_id or signature_id, actor)
    return found


def candidates(session: Session, task: UserTask, actor: Actor) -> asking.Candidates:
    """Whom the actor may still ask to sign: everybody responsible for the place who is not asked already."""
    asked = {row.assignee_id for row in _wanted(session, task.id)}
    return [one for one in asking.candidates(session, task, actor) if one[0].id not in asked]


def _wanted(session: Session, step_id: int) -> list[UserTask]:
    return [row for row in signatures(session, step_id) if row.state != "completed"]


def add(
    session: Session,
    task_id: int,
    *,
    actor: Actor,
    to_account_id: int,
    position: str,
    reason: str,
    key: str | None = None,
) -> UserTask:
    """加签: ask somebody to sign before or after. Returns the signature's row."""
    if position not in POSITIONS:
        raise Invalid(
            f"Expected before or after, but got {position!r}", problems={"position": ["请选择前加签或后加签"]}
        )
    words = asking.checked("reason", reason)
    with locked(session, task_id, actor, key, "cosign", task_id, to_account_id, position, words) as at:
        running, task = at.running, at.task
        if at.first:
            asking.require_step(task)
            require_at_hand(session, task, actor)
            _require_not_asked(session, task, to_account_id)
            _, role = asking.chosen(candidates(session, task, actor), to_account_id)
            _take(running, task)
            _ask(running, task, to_account_id, role, position, words)
        found = select(UserTask).where(UserTask.host_id == task_id, UserTask.assignee_id == to_account_id)
        return session.scalars(found.order_by(UserTask.id.desc()).limit(1)).one()


def _require_not_asked(session: Session, task: UserTask, account_id: int) -> None:
    if account_id in {row.assignee_id for row in _wanted(session, task.id)}:
        raise Conflict(
            f"Expected account {account_id} not to be asked to sign task {task.id} yet, but it is",
            notice=f"已经请{name_of(session, account_id)}加签，无需再加",
        )


def _take(running: Running, task: UserTask) -> None:
    """Whoever asks for signatures has the step in hand from now on."""
    if task.assignee_id is None:
        task.assignee_id, task.claimed_at = running.actor.id, running.now


def _ask(running: Running, task: UserTask, account_id: int, role: Role, position: str, reason: str) -> None:
    session = running.session
    session.flush()
    place = regions.ancestor_code(running.case.region_code, role.level) if role.level else None
    row = _row(task, account_id, position) | {
        "owner_id": running.actor.id,
        "role_key": role.key,
        "region_code": place or running.case.region_code,
        "state": "open" if position == "before" else "waiting",
        "created_at": running.now,
    }
    number = session.execute(insert(UserTask).values(**row).returning(UserTask.id)).scalar_one()
    payload = {"task": task.id, "signature": number, "to": account_id, "position": position, "reason": reason}
    running.journal("signature_asked", element_id=task.element_id, payload=payload)
    if position == "before":
        _tell_signers(running, task, [account_id], reason)


def _row(task: UserTask, account_id: int, position: str) -> dict[str, Any]:
    """What a signature has from the step beside which it stands. It has no deadline of its own, only the step's."""
    return {
        "case_id": task.case_id,
        "subject_id": task.subject_id,
        "kind": "cosign",
        "host_id": task.id,
        "position": position,
        "element_id": task.element_id,
        "name": f"加签：{task.name}"[:LONGEST_NAME],
        "item_code": task.item_code,
        "assignee_id": account_id,
        "due_at": task.due_at,
        "due_unit": task.due_unit,
        "remind_at": task.remind_at,
        "in_turn": task.in_turn,
    }


def _tell_signers(running: Running, task: UserTask, account_ids: list[int], reason: str = "") -> None:
    telling.tell(running, "T19", account_ids, task, otherwise="请签署加签意见", reason=reason)


def remove(session: Session, signature_id: int, *, actor: Actor, reason: str, key: str | None = None) -> Signed:
    """减签 by whoever asked for the signature or holds the step. The last one missing after a submission gone, the step
    takes effect."""
    words = asking.checked("reason", reason)
    step_id = get(session, signature_id, actor).host_id or signature_id
    with locked(session, step_id, actor, key, "remove", signature_id, words) as at:
        running, step = at.running, at.task
        if not at.first:
            return Signed(running.case.case_no)
        signature = execution.lock_task(session, signature_id)
        _step_of(session, signature)
        if actor.id not in (signature.owner_id, step.assignee_id):
            raise NotAllowed(
                f"Expected {actor.ref} to have asked for signature {signature_id}, but it has not",
                notice="只有提出加签的人或该步骤的经办人可以减签",
            )
        if signature.state not in ("waiting", "open"):
            raise Conflict(
                f"Expected signature {signature_id} to be wanted, but it is {signature.state}",
                notice="这份意见已经签署，不能减签" if signature.state == "completed" else over(session, signature),
            )
        was_open, signer = signature.state == "open", signature.assignee_id
        signature.state, signature.ended_at = "canceled", running.now
        _journal(running, step, "signature_removed", signature=signature_id, to=signer, reason=words)
        if was_open and signer is not None:
            telling.tell(running, "T22", [signer], step, otherwise="无需再签署加签意见")
        return _settle(running, step)


def sign(
    session: Session, signature_id: int, *, actor: Actor, agrees: bool, opinion: str, key: str | None = None
) -> Signed:
    """签署意见. Before the step either answer is advice to its holder; after it, a refusal gives the step back."""
    text = asking.checked("opinion", opinion, shortest=asking.SHORTEST if agrees else SHORTEST_REFUSAL)
    with locked(session, signature_id, actor, key, "sign", signature_id, agrees, text) as at:
        running, signature = at.running, at.task
        if not at.first:
            return Signed(running.case.case_no, ended=running.case.state == "ended")
        step = _signing(session, signature, actor)
        owner, position = signature.owner_id, signature.position
        assert owner is not None and position is not None
        kept = asking.keep_opinion(
            running, step.id, position, asked_by=owner, text=text, agrees=agrees, signature_id=signature_id
        )
        signature.state, signature.ended_at, signature.completed_by = "completed", running.now, actor.id
        _journal(running, step, "signature_given", signature=signature_id, position=position, **kept)
        if position == "after" and not agrees:
            return _give_back(running, step, text)
        answered = "同意" if agrees else "不同意"
        askers = [number for number in (step.assignee_id, owner) if number is not None]
        telling.tell(running, "T20", askers, step, otherwise=f"加签人{answered}", text=f"{answered}，{text}")
        return _settle(running, step)


def _signing(session: Session, signature: UserTask, actor: Actor) -> UserTask:
    """The step beside which the actor may sign now."""
    if signature.kind != "cosign":
        raise Conflict(
            f"Expected task {signature.id} to be a signature, but it is a step", notice="这不是加签，请直接办理"
        )
    if not access.is_asked(actor, signature):
        raise NotAllowed(
            f"Expected {actor.ref} to be asked for signature {signature.id}, but it is not",
            notice=f"这份意见须由{name_of(session, signature.assignee_id)}本人签署",
        )
    require_open(session, signature)
    return _step_of(session, signature)


def _step_of(session: Session, signature: UserTask) -> UserTask:
    if signature.host_id is None:
        raise Conflict(f"Expected task {signature.id} to be a signature, but it is a step", notice="这不是加签")
    return session.get_one(UserTask, signature.host_id, with_for_update=True, populate_existing=True)


def ask_for_signatures(running: Running, step_id: int, submission: int, values: Mapping[str, Any]) -> bool:
    """A step with signatures beside it is submitted. False when all before it are given and none after it is wanted.

    Raises Conflict while one before it is missing. Otherwise the step waits for those after it, as submitted.
    """
    session = running.session
    wanted = _wanted(session, step_id)
    missing = [name_of(session, row.assignee_id) for row in wanted if row.position == "before"]
    if missing:
        raise Conflict(
            f"Expected all signatures before task {step_id}, but {len(missing)} are missing",
            notice=f"还没有签署前加签意见：{'、'.join(missing)}。签署后才能提交，也可以减签",
        )
    if not wanted:
        return False
    step = session.get_one(UserTask, step_id, populate_existing=True)
    step.submission_id = submission
    _take(running, step)
    for row in wanted:
        row.state, row.created_at, row.submission_id = "open", running.now, submission
    session.flush()
    submissions.drop_drafts(running, step_id)
    payload = {"submission": submission, "digest": submissions.digest(values), "signatures": [row.id for row in wanted]}
    _journal(running, step, "task_submitted", **payload)
    _tell_signers(running, step, [row.assignee_id for row in wanted if row.assignee_id is not None])
    return True


def _settle(running: Running, step: UserTask) -> Signed:
    """When nobody is left to sign after a submitted step, it takes effect as it was submitted."""
    session = running.session
    session.flush()
    if step.submission_id is None or _wanted(session, step.id):
        return Signed(running.case.case_no)
    row = session.get_one(Submission, step.submission_id)
    submissions.end(running, step, step.assignee_id)
    submissions.take_effect(running, step, row.id, row.values, account=step.assignee_id, signed=True)
    if step.due_at is not None and step.companion_at is None:
        running.told.append(("TASK_ENDED", step.id))
    session.refresh(step)
    return Signed(running.case.case_no, effective=True, ended=running.machine.ended)


def _give_back(running: Running, step: UserTask, text: str) -> Signed:
    """A signer after the step refuses: its owner has it again, with what was submitted as draft; when it is submitted
    once more, all of them are asked once more, because they sign what was submitted then."""
    session = running.session
    session.flush()
    for row in signatures(session, step.id):
        if row.submission_id == step.submission_id and row.state == "completed":
            _ask_again(running, step, row)
        elif row.state == "open":
            row.state, row.submission_id = "waiting", None
    submitted = session.get_one(Submission, step.submission_id)
    step.submission_id = None
    _keep_as_draft(running, step, submitted.values)
    _journal(running, step, "task_given_back", submission=submitted.id)
    if step.assignee_id is not None:
        telling.tell(running, "T21", [step.assignee_id], step, otherwise="加签人不同意，退回给您", text=text)
    return Signed(running.case.case_no, returned=True)


def _ask_again(running: Running, step: UserTask, given: UserTask) -> None:
    """The same signer for the next submission; the signature that was given stays as it is."""
    assert given.assignee_id is not None
    same = {name: getattr(given, name) for name in ("owner_id", "role_key", "region_code")}
    row = _row(step, given.assignee_id, "after") | same
    running.session.execute(insert(UserTask).values(**row, state="waiting", created_at=running.now))


def _keep_as_draft(running: Running, step: UserTask, values: Mapping[str, Any]) -> None:
    if step.assignee_id is None:
        return
    running.session.merge(
        TaskDraft(task_id=step.id, account_id=step.assignee_id, values=dict(values), saved_at=running.now)
    )


def _journal(running: Running, step: UserTask, kind: str, **more: Any) -> None:
    running.journal(kind, element_id=step.element_id, payload={"task": step.id, **more})
