"""移交 by hand: the county orders that a running case is handled elsewhere, because the household lives there, has
moved there, or applied at the wrong place.

The rule: who receives a case may send it back once and in time; after that only the county's office decides (0.3).
"""

from datetime import datetime

from sqlalchemy.orm import Session

from engine.casework import asking, cases, clicks, execution, moving, telling
from engine.casework.models import Case
from engine.casework.running import Running
from engine.errors import Conflict, NotAllowed
from engine.registry import access
from engine.registry.actors import Actor

SHORTEST_REASON = 10
OFFICE = "county_office"


def transfer(
    session: Session, case_no: str, *, actor: Actor, region_code: str, reason: str, key: str | None = None
) -> Case:
    """移交 to a town or village, for a reason that the citizen reads. Deadlines run on."""
    words = asking.checked("reason", reason, shortest=SHORTEST_REASON)
    case = cases.get(session, case_no, actor)
    with execution.open_case(session, case.id, actor=actor) as running:
        if clicks.is_first(running, key, "transfer", region_code, words):
            _require_right(actor, case)
            moving.require_place(running, region_code)
            moving.require_movable(running)
            _require_turn(running, actor)
            _transfer(running, region_code, words)
    session.refresh(case)
    return case


def _require_right(actor: Actor, case: Case) -> None:
    if not access.may_transfer(actor, case):
        raise NotAllowed(
            f"Expected {actor.ref} to be the reviewer, the approver or the county's office, but it is none",
            notice="只有县级主管部门的审核、审批岗位和县领导小组办公室可以移交办件",
        )


def _require_turn(running: Running, actor: Actor) -> None:
    """The first may pass it on, the second send it back; what the two cannot settle is settled above them."""
    before = running.case.variables.get("transfer")
    if not before or actor.holds(OFFICE):
        return
    if before["times"] > 1:
        why = "该办件已经移交并退回过，再移交由县领导小组办公室决定"
    elif before["refuseUntil"] and running.now > datetime.fromisoformat(before["refuseUntil"]):
        why = "收到移交后没有在规定时间内退回，现在移交由县领导小组办公室决定"
    else:
        return
    raise Conflict(f"Expected case {running.case.case_no} to be transferred for the first time, but {why}", notice=why)


def _transfer(running: Running, region_code: str, reason: str) -> None:
    values = moving.move(running, region_code, reason)
    said = {name: values["transfer"][name] for name in ("from", "to", "fromPlace", "place", "reason")}
    moving.act(running, values, said)
    execution.project(running)
    place = values["transfer"]["place"]
    told = f"您的申请已移交{place}办理：{reason}"
    telling.tell_citizen(running, "M39", otherwise=told, place=place, reason=reason)
