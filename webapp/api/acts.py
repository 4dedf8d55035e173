"""委派, 加签, 减签, 抄送, 催办 of a task and 挂起, 恢复, 移交, 终止 of a case, by program.

The rule: every act needs an Idempotency-Key; sent again under it, it is one effect.
"""

from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import (
    copies,
    cosigning,
    delegation,
    returns,
    suspension,
    taking_back,
    termination,
    transferring,
    urging,
)
from engine.casework.models import Case, UserTask
from engine.db import transaction
from engine.errors import NotAllowed
from engine.registry.actors import Actor
from webapp.api import keys
from webapp.api.act_requests import (
    CopySchema,
    CosignSchema,
    DelegationSchema,
    OpinionSchema,
    ReasonSchema,
    ReturnSchema,
    SignSchema,
    TerminationSchema,
    TransferSchema,
    UrgeSchema,
)
from webapp.api.answers import CaseSchema, ReturnedSchema, TaskSchema
from webapp.api.blueprint import blueprint, current_actor, refuses
from webapp.api.cases import whole
from webapp.api.requests import NeededKeySchema
from webapp.api.tasks import TASK, line

CASE = "/cases/<case_no>"


def _staff() -> Actor:
    actor = current_actor()
    if not actor.is_staff:
        raise NotAllowed(f"Expected staff, but {actor.ref} is none", notice="只有工作人员可以这样做")
    return actor


def _on_task(task_id: int, deed: Callable[[Session, Actor], object]) -> dict[str, Any]:
    """The task as it is after the act."""
    actor = _staff()
    with transaction() as session:
        deed(session, actor)
        return line(session, session.get_one(UserTask, task_id, populate_existing=True), actor)


def _on_case(deed: Callable[[Session, Actor], Case]) -> dict[str, Any]:
    actor = _staff()
    with transaction() as session:
        return whole(session, deed(session, actor), actor)


@blueprint.post(f"{TASK}/delegate")
@blueprint.arguments(DelegationSchema)
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(200, TaskSchema)
@refuses(403, "The task is for another post")
@refuses(404, "There is no such task for this person")
@refuses(409, "The task is not at hand, or its case is suspended")
def delegate_task(asked: dict[str, Any], headers: dict[str, Any], task_id: int) -> ResponseReturnValue:
    """委派: somebody advises, and the task comes back."""
    return _on_task(
        task_id,
        lambda session, actor: delegation.delegate(
            session, task_id, actor=actor, key=keys.own(actor, headers["key"]), **asked
        ),
    )


@blueprint.post(f"{TASK}/answer")
@blueprint.arguments(OpinionSchema)
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(200, TaskSchema)
@refuses(403, "The task was delegated to somebody else")
@refuses(404, "There is no such task for this person")
@refuses(409, "The task is not delegated any more")
def answer_task(asked: dict[str, Any], headers: dict[str, Any], task_id: int) -> ResponseReturnValue:
    """The delegate's opinion."""
    return _on_task(
        task_id,
        lambda session, actor: delegation.answer(
            session, task_id, actor=actor, key=keys.own(actor, headers["key"]), **asked
        ),
    )


@blueprint.post(f"{TASK}/recall")
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(200, TaskSchema)
@refuses(403, "Somebody else has delegated the task, or nobody has")
@refuses(404, "There is no such task for this person")
@refuses(409, "The task is over, or its case is suspended")
def recall_task(headers: dict[str, Any], task_id: int) -> ResponseReturnValue:
    """收回委派."""
    return _on_task(
        task_id,
        lambda session, actor: delegation.recall(session, task_id, actor=actor, key=keys.own(actor, headers["key"])),
    )


@blueprint.post(f"{TASK}/cosign")
@blueprint.arguments(CosignSchema)
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(201, TaskSchema)
@refuses(403, "The task is for another post")
@refuses(404, "There is no such task for this person")
@refuses(409, "The task is not at hand, or that person is asked already")
def cosign_task(asked: dict[str, Any], headers: dict[str, Any], task_id: int) -> ResponseReturnValue:
    """加签. Answers with the signature, a task of the signer's."""
    actor = _staff()
    with transaction() as session:
        made = cosigning.add(session, task_id, actor=actor, key=keys.own(actor, headers["key"]), **asked)
        return line(session, made, actor), 201


@blueprint.post(f"{TASK}/sign")
@blueprint.arguments(SignSchema)
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(200, TaskSchema)
@refuses(403, "Somebody else was asked to sign")
@refuses(404, "There is no such signature for this person")
@refuses(409, "It is signed, removed, or not yet its turn")
def sign_task(asked: dict[str, Any], headers: dict[str, Any], task_id: int) -> ResponseReturnValue:
    """签署加签意见."""
    return _on_task(
        task_id,
        lambda session, actor: cosigning.sign(
            session, task_id, actor=actor, key=keys.own(actor, headers["key"]), **asked
        ),
    )


@blueprint.post(f"{TASK}/remove")
@blueprint.arguments(ReasonSchema)
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(200, TaskSchema)
@refuses(403, "Neither did this person ask for the signature nor hold the step")
@refuses(404, "There is no such signature for this person")
@refuses(409, "It is signed, or removed already")
def remove_signature(asked: dict[str, Any], headers: dict[str, Any], task_id: int) -> ResponseReturnValue:
    """减签."""
    return _on_task(
        task_id,
        lambda session, actor: cosigning.remove(
            session, task_id, actor=actor, key=keys.own(actor, headers["key"]), **asked
        ),
    )


@blueprint.post(f"{TASK}/copy")
@blueprint.arguments(CopySchema)
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(200, TaskSchema)
@refuses(403, "Only who works on the task may let others read its case")
@refuses(404, "There is no such task for this person")
@refuses(409, "The case is suspended")
def copy_task(asked: dict[str, Any], headers: dict[str, Any], task_id: int) -> ResponseReturnValue:
    """抄送."""
    return _on_task(
        task_id,
        lambda session, actor: copies.copy(session, task_id, actor=actor, key=keys.own(actor, headers["key"]), **asked),
    )


@blueprint.post(f"{TASK}/urge")
@blueprint.arguments(UrgeSchema)
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(200, TaskSchema)
@refuses(403, "Only who waits for the task, or watches over it, may urge")
@refuses(404, "There is no such task for this person")
@refuses(409, "It was urged within four hours, or is over")
def urge_task(asked: dict[str, Any], headers: dict[str, Any], task_id: int) -> ResponseReturnValue:
    """催办."""
    return _on_task(
        task_id,
        lambda session, actor: urging.urge(session, task_id, actor=actor, key=keys.own(actor, headers["key"]), **asked),
    )


@blueprint.post(f"{TASK}/return")
@blueprint.arguments(ReturnSchema)
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(200, ReturnedSchema)
@refuses(403, "The task is for another post")
@refuses(404, "There is no such task for this person")
@refuses(409, "The task is not at hand, or its case is suspended")
def return_task(asked: dict[str, Any], headers: dict[str, Any], task_id: int) -> ResponseReturnValue:
    """退回 to an earlier step. Answers with the steps that are open again."""
    actor = _staff()
    with transaction() as session:
        key = keys.own(actor, headers["key"])
        done = returns.send_back(session, task_id, actor=actor, key=key, **asked)
        steps = ("id", "element_id", "name", "due_at")
        return {
            "case_no": done.case_no,
            "tasks": [{name: getattr(task, name) for name in steps} for task in done.tasks],
        }


@blueprint.post(f"{TASK}/take-back")
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(200, TaskSchema)
@refuses(403, "Somebody else has completed the step")
@refuses(404, "There is no such task for this person")
@refuses(409, "It is not completed, or what it led to has been begun")
def take_back_task(headers: dict[str, Any], task_id: int) -> ResponseReturnValue:
    """撤回 one's own step while nobody has begun what it led to."""
    return _on_task(
        task_id,
        lambda session, actor: taking_back.take_back(
            session, task_id, actor=actor, key=keys.own(actor, headers["key"])
        ),
    )


@blueprint.post(f"{CASE}/suspend")
@blueprint.arguments(ReasonSchema)
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(200, CaseSchema)
@refuses(403, "Only the department's reviewer and approver and the county's office may")
@refuses(404, "There is no such case for this person")
@refuses(409, "It is suspended, supervised or over, or stands beside another case")
def suspend_case(asked: dict[str, Any], headers: dict[str, Any], case_no: str) -> ResponseReturnValue:
    """挂起."""
    return _on_case(
        lambda session, actor: suspension.suspend(
            session, case_no, actor=actor, key=keys.own(actor, headers["key"]), **asked
        )
    )


@blueprint.post(f"{CASE}/resume")
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(200, CaseSchema)
@refuses(403, "Only the department's reviewer and approver and the county's office may")
@refuses(404, "There is no such case for this person")
@refuses(409, "It is not suspended")
def resume_case(headers: dict[str, Any], case_no: str) -> ResponseReturnValue:
    """恢复办理."""
    return _on_case(
        lambda session, actor: suspension.resume(session, case_no, actor=actor, key=keys.own(actor, headers["key"]))
    )


@blueprint.post(f"{CASE}/transfer")
@blueprint.arguments(TransferSchema)
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(200, CaseSchema)
@refuses(403, "Only the department's reviewer and approver and the county's office may")
@refuses(404, "There is no such case for this person")
@refuses(409, "It has to be finished where it is, or was sent back already")
def transfer_case(asked: dict[str, Any], headers: dict[str, Any], case_no: str) -> ResponseReturnValue:
    """移交 to another town or village."""
    return _on_case(
        lambda session, actor: transferring.transfer(
            session,
            case_no,
            actor=actor,
            region_code=asked["region"],
            reason=asked["reason"],
            key=keys.own(actor, headers["key"]),
        )
    )


@blueprint.post(f"{CASE}/terminate")
@blueprint.arguments(TerminationSchema)
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(200, CaseSchema)
@refuses(403, "Only the department's reviewer and approver may")
@refuses(404, "There is no such case for this person")
@refuses(409, "It is over, or stands beside another case")
def terminate_case(asked: dict[str, Any], headers: dict[str, Any], case_no: str) -> ResponseReturnValue:
    """终止."""
    return _on_case(
        lambda session, actor: termination.terminate(
            session, case_no, actor=actor, key=keys.own(actor, headers["key"]), **asked
        )
    )
