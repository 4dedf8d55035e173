"""How a case is ended without a decision on what was asked: the reasons there are, and what everybody is told.

The rule: the reason is one of the domain's codes (0.3) with words of one's own; what stands beside the case hears of it
as of every other end.
"""

from engine.casework import outcomes, telling
from engine.casework.consequences import Ending
from engine.casework.models import Case
from engine.casework.running import Running
from engine.errors import NotAllowed
from engine.registry import access
from engine.registry.actors import Actor

CODES = ("REFUSES_COOPERATION", "DECEASED", "MOVED_AWAY", "DUPLICATE", "FALSE_INFORMATION", "UNPAID", "OTHER")
REASONS = {code: outcomes.NAMES[code] for code in CODES}
SHORTEST_REASON = 10


def require_right(actor: Actor, case: Case) -> None:
    """Raises NotAllowed unless the actor may end the case (`access.may_terminate`)."""
    if not access.may_terminate(actor, case):
        raise NotAllowed(
            f"Expected {actor.ref} to be the reviewer or the approver of the department, but it is neither",
            notice="只有县级主管部门的审核、审批岗位可以终止办件",
        )


def terminate(running: Running, code: str, reason: str) -> None:
    """终止 of a case that is not suspended: who holds it and the citizen are told why."""
    told = f"{REASONS[code]}，{reason}"
    running.ending = Ending("TERMINATED", told, code)
    running.act("case_terminated", lambda: running.machine.cancel(), payload={"code": code, "reason": reason})
    telling.tell_citizen(running, "M34", otherwise=f"您的申请已终止：{told}", reason=told)


def tell_holders(running: Running, code: str, reason: str) -> None:
    """To say before the end, when there are holders still."""
    telling.tell_holders(running, "T27", otherwise="办件已终止", reason=f"{REASONS[code]}，{reason}")
