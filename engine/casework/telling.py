"""Notices about what people do to a running case beside its steps: to the colleagues concerned, and to the citizen.

The texts are rows of rules/messages.dmn like all others; a case whose version is older than a row is told the plain
fact instead, because an act must not fail for want of a sentence.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from engine.casework import concerned, notice_tasks, notifications
from engine.casework.models import UserTask
from engine.casework.running import Running
from engine.registry import people
from engine.registry.models import Account


def tell(
    running: Running, message_key: str, account_ids: Iterable[int], task: UserTask, *, otherwise: str, **values: Any
) -> None:
    """Tell these colleagues, the actor left aside, about a step of the case."""
    asked = [number for number in dict.fromkeys(account_ids) if number != running.actor.id]
    if not asked:
        return
    given = {"step": task.name, "date": notice_tasks.day(task.due_at) if task.due_at else None, **values}
    accounts = running.session.scalars(select(Account).where(Account.id.in_(asked), Account.active)).all()
    _tell(running, message_key, accounts, f"{otherwise}：{task.name}", given)


def tell_holders(running: Running, message_key: str, *, otherwise: str, **values: Any) -> None:
    """Tell everybody who has something to do in the case now, the actor left aside."""
    wanted = select(UserTask).where(UserTask.case_id == running.case.id, UserTask.state == "open")
    found: dict[int, Account] = {}
    for task in running.session.scalars(wanted):
        found.update({account.id: account for account in holders(running, task)})
    accounts = [account for number, account in found.items() if number != running.actor.id]
    _tell(running, message_key, accounts, otherwise, values)


def holders(running: Running, task: UserTask) -> list[Account]:
    """Who has the task: its assignee and whoever asked them, or everybody who may take it."""
    if task.assignee_id is None:
        return people.holders(running.session, task.role_key, task.region_code)
    return [running.session.get_one(Account, number) for number in (task.assignee_id, task.owner_id) if number]


def _tell(running: Running, message_key: str, accounts: Iterable[Account], fact: str, values: dict[str, Any]) -> None:
    about = notice_tasks.audience(running)
    text = _text(running, message_key, fact, values)
    notifications.tell_staff(
        running.session, accounts, case_id=about.case.id, message_key=message_key, text=text, at=running.now
    )


def tell_citizen(running: Running, message_key: str, *, otherwise: str, **values: Any) -> None:
    """Tell the applicant, their guardians, and whoever filed the case for them."""
    about = notice_tasks.audience(running)
    text = _text(running, message_key, otherwise, values)
    both = (*concerned.citizens_told(about, "citizen"), *concerned.citizens_told(about, "proxy"))
    for citizen_id in dict.fromkeys(both):
        notifications.tell_citizen(
            running.session, case_id=about.case.id, citizen_id=citizen_id, message_key=message_key, text=text,
            at=running.now,
        )  # fmt: skip
    if about.case.proxy_account_id is not None:
        proxy = running.session.get_one(Account, about.case.proxy_account_id)
        _tell(running, message_key, [proxy], otherwise, values)


def _text(running: Running, message_key: str, fact: str, values: dict[str, Any]) -> str:
    template = notifications.template(running.plan, message_key) or "{fact}，编号{no}。"
    return notifications.fill(template, {**notice_tasks.placeholders(running), "fact": fact, **values})
