"""发通知: what the diagrams' send tasks tell, to whom, and with which words filled into the text.

The rule: the text is the row of the messages' table that the diagram names; whom the case concerns is asked at that
moment, and an act tells nobody the same twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select

from engine import clock
from engine.casework import concerned, moments, notifications
from engine.casework.consequences import OpenStep
from engine.casework.models import UserTask
from engine.casework.running import Running
from engine.language.diagram import Element
from engine.registry import people, regions, roles
from engine.registry.models import Account
from engine.registry.people import Recipient

TASK = UserTask.__table__
OPEN = select(*(TASK.c[name] for name in OpenStep._fields)).where(TASK.c.state == "open")
OPEN_BESIDE = OPEN.where(or_(TASK.c.id == bindparam("beside"), TASK.c.host_id == bindparam("beside")))
OPEN_OF_CASE = OPEN.where(TASK.c.case_id == bindparam("case"))


def notice(running: Running, element: Element) -> Mapping[str, Any]:
    """Send the message of header `messageKey` to those of header `to`."""
    headers = element.headers
    key = str(running.value_of(headers.get("messageKey") or element.properties.get("messageKey", "")))
    to = str(running.value_of(headers.get("to", "citizen")) or "")
    told: list[str] = []
    for name in (part.strip() for part in to.split(",")):
        told += tell(running, element, key, name)
    running.note("notices", [key, told])
    return {}


def tell(running: Running, element: Element, message_key: str, to: str) -> list[str]:
    """Send one message to one kind of recipient; returns who was told. An act tells no colleague the same twice."""
    about = audience(running)
    due = _due_at(running, element)
    values = {**placeholders(running), **({"date": day(due)} if due else {}), **_headers(running, element, due)}
    text = notifications.render(running.plan, message_key, values)
    case_id, session, at = about.case.id, running.session, running.now
    if to in ("citizen", "proxy"):
        numbers = concerned.citizens_told(about, to)
        for number in numbers:
            notifications.tell_citizen(
                session, case_id=case_id, citizen_id=number, message_key=message_key, text=text, at=at
            )
        if numbers or to == "citizen" or about.case.proxy_account_id is None:
            return [f"citizen:{number}" for number in numbers]
        accounts: Iterable[Recipient] = [session.get_one(Account, about.case.proxy_account_id)]
    else:
        accounts = recipients(running, to)
    chosen = list({account.id: account for account in accounts if (account.id, text) not in about.heard}.values())
    about.heard |= {(account.id, text) for account in chosen}
    running.notice_rows += notifications.rows_for_staff(session, chosen, case_id, message_key, text, at)
    return [f"staff:{account.id}" for account in chosen]


def audience(running: Running) -> Running:
    """A companion speaks about the case beside which it stands: its citizen, its page."""
    while running.subject is not None:
        running = running.subject
    return running


def placeholders(running: Running) -> dict[str, Any]:
    """The placeholders that every template may use; the open steps are looked up only when one asks for `step`."""
    root = audience(running)
    variables = {**root.case.variables, **running.case.variables}
    unit, phone = people.unit(running.session, str(variables.get("department", "")), root.case.region_code)
    promised = root.case.promised_at
    return {
        **variables,
        "no": root.case.case_no,
        "事项": variables.get("itemName"),
        "date": day(promised) if promised else None,
        "unit": unit,
        "tel": phone,
        "代办人": variables.get("proxyName"),
        "step": lambda: "、".join(dict.fromkeys(task.name for task in _open_tasks(running) if task.kind == "step")),
    }


def _due_at(running: Running, element: Element) -> datetime | None:
    """Until when to do what the message speaks of: an element with a `slaKey` counts its row from now."""
    key = element.properties.get("slaKey")
    found = moments.of_key(running, key, element.id) if key else None
    return found.due_at if found else None


def _headers(running: Running, element: Element, due_at: datetime | None) -> dict[str, Any]:
    skipped, known = ("messageKey", "to"), {"dueAt": due_at}
    values = {key: running.value_of(text, known) for key, text in element.headers.items() if key not in skipped}
    return {key: day(value) if isinstance(value, datetime) else value for key, value in values.items()}


def day(moment: datetime) -> str:
    """11月25日, as people say it."""
    # 24:00 of a day is the beginning of the next one, but people mean the day that ends.
    local = clock.local(moment - timedelta(microseconds=1))
    return f"{local.month}月{local.day}日"


def recipients(running: Running, to: str) -> list[Recipient]:
    """Accounts by `handler` (who holds the open tasks), `superior` (those above them) or a role key: of a town's or a
    village's role in the case of a county, all that hold it there."""
    session = running.session
    if to not in ("handler", "superior"):
        level, place = roles.level_of(session, to), audience(running).case.region_code
        region = regions.ancestor_code(place, level) if level else place
        if region is None:
            return [*people.holders_below(session, to, place)]
        return people.reached(session, to, region)
    found: list[Recipient] = []
    for task in _open_tasks(running):
        if to == "superior":
            found += people.superiors(session, task.role_key, task.region_code) if task.kind == "step" else []
        elif task.assignee_id is not None:
            found += [session.get_one(Account, number) for number in (task.assignee_id, task.owner_id) if number]
        else:
            found += people.reached(session, task.role_key, task.region_code)
    return found


def _open_tasks(running: Running) -> Sequence[Any]:
    """The task beside which a deadline companion stands, else all open tasks of the subject, else the case's own; with
    the signatures that are wanted for them."""
    if running.beside is not None:
        return running.beside
    running.session.flush()
    beside = running.case.subject_task_id
    if beside is not None:
        return running.execute(OPEN_BESIDE, {"beside": beside}).all()
    return running.execute(OPEN_OF_CASE, {"case": running.case.subject_id or running.case.id}).all()
