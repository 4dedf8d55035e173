"""Asking somebody by name about a step (委派, 加签): who may be asked, and what a request and an answer must say.

The rule: only whoever holds the step may ask, and only people whose own post is responsible for the case's place.
"""

import hashlib

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.casework import segregation
from engine.casework.models import Opinion, UserTask
from engine.casework.running import Running
from engine.errors import Invalid, NotAllowed
from engine.registry import access, people, roles
from engine.registry.actors import Actor
from engine.registry.models import Account, Role

ASKED = ("casework", "leader")
SHORTEST, LONGEST = 2, 500

Candidates = list[tuple[Account, Role]]


def candidates(session: Session, task: UserTask, actor: Actor, *, own_department: bool = False) -> Candidates:
    """Whom the actor may ask about this step: people of village, town and county who are responsible for the place.
    `own_department`: those of other departments are left out, people of no department stay."""
    found = people.responsible(session, task.case.region_code, kinds=ASKED)
    department = _department(session, task) if own_department else None
    return [
        (account, role)
        for account, role in found
        if account.id != actor.id and (department is None or role.department_code in (None, department))
        if segregation.reason(session, task.host_id or task.id, account.id) is None
    ]


def _department(session: Session, task: UserTask) -> str | None:
    facts = roles.facts(session, task.role_key)
    own = facts.department_code if facts else None
    return own or task.case.variables.get("department")


def chosen(found: Candidates, account_id: int) -> tuple[Account, Role]:
    """The one of the candidates that was chosen. Raises Invalid when it is none of them."""
    for account, role in found:
        if account.id == account_id:
            return account, role
    raise Invalid(
        f"Expected account {account_id} to be one that may be asked, but it is not",
        problems={"to_account_id": ["不能选择此人，请从名单中选择"]},
    )


def require_step(task: UserTask) -> None:
    """A signature is given by whoever was asked for it, and passed on to nobody."""
    if task.kind != "step":
        raise NotAllowed(
            f"Expected task {task.id} to be a step, but it is a signature",
            notice="加签意见须由本人签署，不能再转给他人",
        )


def checked(field: str, text: str, *, shortest: int = SHORTEST) -> str:
    """What somebody wrote, trimmed. Raises Invalid with the problem at `field` when it is too short or too long."""
    words = text.strip()
    if not shortest <= len(words) <= LONGEST:
        raise Invalid(
            f"Expected {shortest} to {LONGEST} characters, but got {len(words)}",
            problems={field: [f"请写 {shortest} 至 {LONGEST} 个字，现在是 {len(words)} 个字"]},
        )
    return words


def keep_opinion(
    running: Running,
    step_id: int,
    kind: str,
    *,
    asked_by: int,
    text: str,
    agrees: bool | None = None,
    signature_id: int | None = None,
) -> dict[str, object]:
    """Keep what the actor says about a step; returns what the journal shall say of it, its digest included."""
    row = {
        "case_id": running.case.id, "task_id": step_id, "signature_id": signature_id, "kind": kind,
        "account_id": running.actor.id, "asked_by": asked_by, "agrees": agrees, "text": text, "given_at": running.now,
    }  # fmt: skip
    number = running.session.execute(insert(Opinion).values(**row).returning(Opinion.id)).scalar_one()
    return {"opinion": number, "digest": hashlib.sha256(text.encode()).hexdigest(), "agrees": agrees}


def is_responsible(actor: Actor, task: UserTask) -> bool:
    """Whether the actor may ask about this step at all; what the pages show is decided by it."""
    return task.kind == "step" and actor.is_staff and access.may_act(actor, task, task.case)
