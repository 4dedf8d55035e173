"""Messages that other systems send to a case (外部消息), such as the tax office's word that a premium was paid.

The diagram says who may: the element that waits for a message names the roles that may send it (property `sentBy`) and
the variables it brings (`declares`). A message of which the diagram says nothing is not heard from outside.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework import execution
from engine.casework.models import Case, HistoryEvent
from engine.casework.running import Running
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.language.diagram import Element
from engine.registry import access
from engine.registry.actors import Actor

LONGEST = 500


def receive(session: Session, case_no: str, message: str, *, actor: Actor, values: Mapping[str, Any], key: str) -> Case:
    """Let the case hear the message; sent again under the same key, it has no further effect.

    Raises NotFound, NotAllowed (not for this sender), Invalid (values that the message does not bring) or Conflict
    (nothing in the case waits for it now).
    """
    case = session.scalar(select(Case).where(Case.case_no == case_no, Case.subject_id.is_(None)))
    if case is None:
        raise _not_there(case_no, actor)
    with execution.open_case(session, case.id, actor=actor) as running:
        element = _listener(running, message, actor)
        if element is None:
            if not access.may_see(actor, case):
                raise _not_there(case_no, actor)
            raise NotAllowed(f"Expected {actor.ref} to be a sender of {message}", notice="您的岗位不能发送这条消息")
        checked = _checked(element, values)
        if not _heard_already(session, case, message, checked, key) and not running.hear(
            message, checked, element_id=element.id, noted={"key": key}
        ):
            raise Conflict(
                f"Expected {case_no} to wait for {message}, but it does not", notice="该办件现在不等待这条消息"
            )
    session.refresh(case)
    return case


def _not_there(case_no: str, actor: Actor) -> NotFound:
    return NotFound(f"Expected case {case_no}, but there is none for {actor.ref}", notice="没有找到这个办件")


def _listener(running: Running, message: str, actor: Actor) -> Element | None:
    """The element that would hear the message, of those on which the diagram lets this sender speak."""
    for process in running.plan.definition.processes.values():
        for element in process.walk():
            event = element.event
            if (
                event is not None
                and (event.kind, event.value) == ("message", message)
                and _lets(element, running, actor)
            ):
                return element
    return None


def _lets(element: Element, running: Running, actor: Actor) -> bool:
    senders = element.properties.get("sentBy", "").replace(",", " ").split()
    return any(post.role_key in senders and post.covers(running.case.region_code) for post in actor.posts)


def _checked(element: Element, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as variables keep them: those that the message brings, short, and of one piece."""
    brought = element.properties.get("declares", "").replace(",", " ").split()
    problems = {name: ["这条消息不带这一项"] for name in values if name not in brought}
    for name, value in values.items():
        if not isinstance(value, str | int | float | Decimal) or len(str(value)) > LONGEST:
            problems.setdefault(name, [f"应当是数字、是否或者不超过 {LONGEST} 个字的文字"])
    if problems:
        raise Invalid(f"Expected values that {element.id} declares, but {sorted(problems)} are not", problems=problems)
    return {name: Decimal(str(value)) if isinstance(value, float) else value for name, value in values.items()}


def _heard_already(session: Session, case: Case, message: str, values: Mapping[str, Any], key: str) -> bool:
    wanted = select(HistoryEvent.payload).where(
        HistoryEvent.case_id == case.id, HistoryEvent.kind == "message_received"
    )
    before = next((payload for payload in session.scalars(wanted) if payload.get("key") == key), None)
    if before is None:
        return False
    if (before["message"], before["values"]) != (message, dict(values)):
        raise Invalid(
            "Expected the same message under the same key, but it differs",
            notice="同一个 Idempotency-Key 不能用于两条不同的消息",
        )
    return True
