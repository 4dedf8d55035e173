"""终止: the department ends a case without a decision on what was asked, for a reason that the citizen reads."""

from sqlalchemy.orm import Session

from engine.casework import asking, cases, clicks, endings, execution, suspension
from engine.casework.models import Case
from engine.casework.running import Running
from engine.errors import Conflict, Invalid
from engine.registry.actors import Actor

REASONS = endings.REASONS


def terminate(session: Session, case_no: str, *, actor: Actor, code: str, reason: str, key: str | None = None) -> Case:
    """终止, at any time before the case has ended, suspended or not."""
    if code not in endings.REASONS:
        raise Invalid(
            f"Expected one of {sorted(endings.REASONS)}, but got {code!r}", problems={"code": ["请选择终止的原因"]}
        )
    words = asking.checked("reason", reason, shortest=endings.SHORTEST_REASON)
    case = cases.get(session, case_no, actor)
    with execution.open_case(session, case.id, actor=actor, even_suspended=True) as running:
        if clicks.is_first(running, key, "terminate", code, words):
            _require_terminable(running, actor, case)
            _terminate(running, code, words)
    session.refresh(case)
    return case


def _require_terminable(running: Running, actor: Actor, case: Case) -> None:
    endings.require_right(actor, case)
    suspension.require_main(running.case)
    if running.case.state == "ended":
        raise Conflict(
            f"Expected case {running.case.case_no} to run, but it has ended", notice="该办件已经办结，不能终止"
        )


def _terminate(running: Running, code: str, reason: str) -> None:
    endings.tell_holders(running, code, reason)
    if running.case.state == "suspended":
        suspension.lift_for_ending(running)
    endings.terminate(running, code, reason)
