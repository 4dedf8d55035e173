"""模拟办件 (domain C12, S1 §20): an office sends an application of its own through the whole flow, to see how it is
handled.

The rule: whoever has a step handles it as always and reads that it is a mock; it is about nobody's ID number, counts in
no figure, hangs on no public page, begins nothing else and is not supervised; where money would begin it ends. What the
applicant has to do is done at the post that began it.
"""

from collections.abc import Mapping
from typing import Any

from engine.casework.consequences import Ending
from engine.casework.running import Running
from engine.language.diagram import Element
from engine.registry import access
from engine.registry.actors import Actor

POST = "mockPost"
HELD = "held"
PAYING = "PAYING"
OVER = "MOCK_OVER"
ENDED = "模拟办事到资金发放前结束"
# The services by which money, or the right to it, begins, changes or ends.
OF_MONEY = frozenset(
    {"payment_build", "payment_given", "grant_benefit", "change_benefit", "end_benefit", "move_benefit",
     "deduction_begin", "imprest_top_up", "recovery_book"}
)  # fmt: skip
# Those by which other work would begin because of the case.
OF_OTHERS = frozenset({"begin_apart", "begin_beside", "prepare_drafts"})


def people(actor: Actor, name: str) -> dict[str, Any]:
    """Whose case it is: by name a mock, by number nobody's, so that it never meets what real people have."""
    return {"applicant_name": f"{name}（模拟）", "applicant_identity": "", "proxy_account_id": actor.id}


def known(actor: Actor) -> dict[str, Any]:
    """What it begins with beside its answers: the post that does the applicant's steps. Raises NotAllowed."""
    post = access.mocking_post(actor)
    return {POST: {"role": post.role_key, "region": post.region_code}}


def applicant(running: Running, role_key: str) -> Mapping[str, str] | None:
    """Role and region that do a step of `role_key` in the applicant's place; None where it is no such step of a
    mock."""
    if not access.is_mock(running.case) or role_key not in access.CITIZEN_ROLES:
        return None
    post: Mapping[str, str] = running.case.variables[POST]
    return post


def skips(running: Running, element: Element) -> bool:
    """Whether this service does nothing in a mock."""
    return access.is_mock(running.case) and element.task_type in OF_OTHERS


def holds(running: Running, element: Element) -> bool:
    """Whether a mock waits at this service, to end with the act; noted, so that a replay waits there too."""
    held = access.is_mock(running.case) and element.task_type in OF_MONEY
    if held:
        running.note(HELD, [element.id, True])
    return held


def end(running: Running) -> None:
    """A mock that came to money ends: at a service of it, or where the diagram says that it is being paid."""
    if not access.is_mock(running.case) or running.machine.ended:
        return
    if running.case.status == PAYING or any(one.element.task_type in OF_MONEY for one in running.machine.jobs()):
        running.ending = Ending("TERMINATED", ENDED, OVER)
        running.act("case_terminated", running.machine.cancel, payload={"code": OVER, "reason": ENDED})
