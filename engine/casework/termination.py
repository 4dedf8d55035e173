"""终止: the department ends a case without a decision on what was asked, for a reason that the citizen reads.

The rule: the reason is one of the domain's codes (0.3) with words of one's own; what stands beside the case hears of it
as of every other end.
"""

from sqlalchemy.orm import Session

from engine.casework import asking, cases, clicks, execution, outcomes, suspension, telling
from engine.casework.consequences import Ending
from engine.casework.models import Case
from engine.casework.running import Running
from engine.errors import Conflict, Invalid, NotAllowed
from engine.registry import access
from engine.registry.actors import Actor

CODES = ("REFUSES_COOPERATION", "DECEASED", "MOVED_AWAY", "DUPLICATE", "FALSE_INFORMATION", "UNPAID", "OTHER")
REASONS = {code: outcomes.NAMES[code] for code in CODES}
SHORTEST_REASON = 10


def terminate(session: Session, case_no: str, *, actor: Actor, code: str, reason: str, key: str | None = None) -> Case:
    """终止, at any time before the case has ended, suspended or not."""
    if code not in REASONS:
        raise Invalid(f"Expected one of {sorted(REASONS)}, but got {code!r}", problems={"code": ["请选择终止的原因"]})
    words = asking.checked("reason", reason, shortest=SHORTEST_REASON)
    case = cases.get(session, case_no, actor)
    with execution.open_case(session, case.id, actor=actor, even_suspended=True) as running:
        if clicks.is_first(running, key, "terminate", code, words):
            _require_terminable(running, actor, case)
            _terminate(running, code, words)
    session.refresh(case)
    return case


def _require_terminable(running: Running, actor: Actor, case: Case) -> None:
    if not access.may_terminate(actor, case):
        raise NotAllowed(
            f"Expected {actor.ref} to be the reviewer or the approver of the department, but it is neither",
            notice="只有县级主管部门的审核、审批岗位可以终止办件",
        )
    suspension.require_main(running.case)
    if running.case.state == "ended":
        raise Conflict(
            f"Expected case {running.case.case_no} to run, but it has ended", notice="该办件已经办结，不能终止"
        )


def _terminate(running: Running, code: str, reason: str) -> None:
    told = f"{REASONS[code]}，{reason}"
    telling.tell_holders(running, "T27", otherwise="办件已终止", reason=told)
    if running.case.state == "suspended":
        suspension.lift_for_ending(running)
    running.ending = Ending("TERMINATED", told, code)
    running.act("case_terminated", lambda: running.machine.cancel(), payload={"code": code, "reason": reason})
    telling.tell_citizen(running, "M34", otherwise=f"您的申请已终止：{told}", reason=told)
