"""撤销重办: an ended case goes on at a step that was done before; all that was done stays as it was written (C8).

The rule: only from within a diagram that orders it (申诉), by whoever may end such a case; never where money was paid
or is owed, nor beside another case of the same person and item. Every deadline counts anew.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine import workflow
from engine.casework import asking, history, plans, promises
from engine.casework.consequences import Ending
from engine.casework.limit_models import SharedLimit
from engine.casework.models import Case, HistoryEvent, UserTask
from engine.casework.money_models import Benefit, PaymentLine
from engine.casework.plans import Plan
from engine.casework.running import Running
from engine.errors import Conflict, Invalid, NotAllowed
from engine.language.diagram import Element
from engine.registry import access
from engine.registry.actors import SYSTEM

SHORTEST_REASON = 10
OVER = "主办件已撤销重办"


def reopen_case(running: Running, element: Element) -> Mapping[str, Any]:
    """撤销重办, a service: header `caseNo` names the ended case, `element` the step at which it goes on, `reason` why.
    It is done by the authority of whoever does the step before. A property `resultVariable` gets the case's number."""
    case_no, target, reason = (
        str(running.value_of(element.headers.get(name, "")) or "") for name in ("caseNo", "element", "reason")
    )
    number = running.session.scalar(select(Case.id).where(Case.case_no == case_no))
    if number is None:
        raise Invalid(f"Expected a case {case_no!r}, but there is none", notice=f"没有编号为“{case_no}”的办件")
    with running.open_case(running.session, number, actor=running.actor, even_suspended=True) as other:
        reopen(other, target, reason, by=running.case.case_no)
    told = element.properties.get("resultVariable")
    return {told: case_no} if told else {}


def reopen(running: Running, element_id: str, reason: str, *, by: str) -> None:
    """Let an ended case go on at a step. `by`: the number of the case that orders it. Raises NotAllowed, Conflict or
    Invalid, with the sentence that whoever orders it reads."""
    words = asking.checked("reason", reason, shortest=SHORTEST_REASON)
    _require_right(running)
    _require_ended(running)
    step = _chosen(running, element_id)
    _require_unpaid(running)
    _require_alone(running)
    _end_companions(running)
    payload = {"target": element_id, "reason": words, "by": by, "after": _last_number(running)}
    running.begin_again(element_id, {**payload, "values": _begin_anew(running, step)})


def steps(session: Session, case: Case) -> list[UserTask]:
    """The steps at which the ended case may be reopened, each as it was completed last."""
    plan = plans.plan(session, case.version_id, case.called_versions)
    return [step for step in _done(session, case.id) if _is_place(plan, step.element_id)]


def _done(session: Session, case_id: int) -> list[UserTask]:
    """What members of staff have completed, each step once, in the order in which it was done last."""
    last = (
        select(func.max(UserTask.id))
        .where(
            UserTask.case_id == case_id,
            UserTask.kind == "step",
            UserTask.state == "completed",
            UserTask.role_key.not_in(access.CITIZEN_ROLES),
        )
        .group_by(UserTask.element_id)
    )
    return list(session.scalars(select(UserTask).where(UserTask.id.in_(last)).order_by(UserTask.id)))


def _is_place(plan: Plan, element_id: str) -> bool:
    try:
        workflow.entrances(plan.definition, element_id)
    except Invalid:
        return False
    return True


def _require_right(running: Running) -> None:
    if not access.may_reopen(running.actor, running.case):
        raise NotAllowed(
            f"Expected {running.actor.ref} to decide cases of the department, or to supervise it, but it does neither",
            notice="只有主管部门的审核、审批岗位和上级主管部门可以撤销原处理结果、责令重新办理",
        )


def _require_ended(running: Running) -> None:
    case = running.case
    if case.subject_id is not None:
        raise Conflict(
            f"Expected {case.case_no} to be a case of its own, but it is a companion",
            notice="伴随办件不能单独重新办理，请到主办件上操作",
        )
    if case.state != "ended":
        raise Conflict(
            f"Expected case {case.case_no} to have ended, but it runs", notice="该办件还在办理，不用重新办理"
        )


def _chosen(running: Running, element_id: str) -> UserTask:
    found = next((one for one in _done(running.session, running.case.id) if one.element_id == element_id), None)
    if found is None:
        raise Invalid(
            f"Expected a step that was done in case {running.case.case_no}, but got {element_id!r}",
            problems={"element": ["请选择原来办过的环节"]},
            notice="请选择原来办过的环节",
        )
    workflow.entrances(running.plan.definition, element_id)
    return found


def is_paid(session: Session, case_id: int) -> bool:
    """Whether money was paid for the case and not recovered, or is still owed."""
    paid = select(PaymentLine.id).where(PaymentLine.case_id == case_id, PaymentLine.state.in_(("open", "paid")))
    owed = select(Benefit.id).where(Benefit.case_id == case_id, Benefit.state != "ended")
    return session.scalar(paid.limit(1)) is not None or session.scalar(owed.limit(1)) is not None


def _require_unpaid(running: Running) -> None:
    if is_paid(running.session, running.case.id):
        raise Conflict(
            f"Expected no money to hang on case {running.case.case_no}, but it does",
            notice="该办件已经发放资金或者正在享受待遇，不能撤销重办；请先停发待遇或者追回资金，或者改为变更处理结果",
        )


def _require_alone(running: Running) -> None:
    case = running.case
    others = select(Case.case_no).where(
        Case.process_key == case.process_key,
        Case.applicant_identity == case.applicant_identity,
        Case.applicant_identity != "",
        Case.state != "ended",
        Case.id != case.id,
    )
    other = running.session.scalar(others.order_by(Case.id).limit(1))
    if other is not None:
        raise Conflict(
            f"Expected no other case of the person and item, but {other} runs",
            notice=f"申请人的同一事项正在办理（编号{other}），不能再重办原来的办件",
        )


def _end_companions(running: Running) -> None:
    """What stands beside the ended case speaks of an end that is none any more: nobody is asked to rate it."""
    standing = select(Case.id).where(Case.subject_id == running.case.id, Case.state != "ended").order_by(Case.id)
    for number in running.session.scalars(standing).all():
        with running.open_case(running.session, number, actor=SYSTEM, even_suspended=True) as beside:
            beside.ending = Ending("TERMINATED", OVER, "OTHER")
            cancel = beside.machine.cancel
            beside.act("case_terminated", cancel, payload={"code": "OTHER", "reason": OVER})


def _last_number(running: Running) -> int:
    """The highest number that a token of the case had, so that no later one is taken for an earlier."""
    wanted = select(HistoryEvent).where(HistoryEvent.case_id == running.case.id, HistoryEvent.kind == "case_ended")
    ended = running.session.scalars(wanted.order_by(HistoryEvent.seq.desc()).limit(1)).one()
    return int(ended.payload["tokens"])


def _begin_anew(running: Running, step: UserTask) -> dict[str, Any]:
    """The case as it was before the step was done, by its row and its clocks; gives the variables that change."""
    case, session = running.case, running.session
    case.state, case.outcome, case.outcome_text, case.ended_at = "active", None, None, None
    case.reason_code = case.outcome_basis = None
    done = history.completion_of(session, step)
    case.status = (done.payload.get("undo", {}).get("status") if done is not None else None) or "SUBMITTED"
    if done is None or not _was_accepted_before(running, done.seq):
        case.accepted_at = None
    session.execute(delete(SharedLimit).where(SharedLimit.case_id == case.id))
    running.shared_limits = None
    promises.begin(running)
    extended = {promises.EXTENDED: None} if promises.EXTENDED in case.variables else {}
    case.variables.update(extended)
    return {"promisedAt": case.variables["promisedAt"], **extended}


def _was_accepted_before(running: Running, seq: int) -> bool:
    """Whether the acceptance came before that event, so that it is not passed again."""
    plan = running.plan
    walked = (element for bundle in (plan.main, *plan.called.values()) for element in bundle.process.walk())
    accepting = {element.id for element in walked if element.properties.get("accepts") == "true"}
    earlier = select(HistoryEvent.payload).where(HistoryEvent.case_id == running.case.id, HistoryEvent.seq < seq)
    passed = (step for payload in running.session.scalars(earlier) for step in payload.get("steps", ()))
    return any(what == "c" and element_id in accepting for what, element_id in passed)
