"""What a case has to do with others: what the same person had before, and processes that begin beside it (另起流程).

The rule: only the diagram says what follows from it; and of another case no more is told than the diagram asks for.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from engine import clock
from engine.casework.consequences import Apart, Companion
from engine.casework.models import Case
from engine.casework.running import Running
from engine.errors import ExecutionFailed
from engine.language.diagram import Element
from engine.workflow.conditions import to_json

RESULT = "earlierCases"
MOST = 20


def earlier_cases(running: Running, element: Element) -> Mapping[str, Any]:
    """办过的事项: the ended cases of header `item` of the same applicant, those filed as companions left aside.

    Headers `outcome`, `outcomeText` and `withinDays` (ended so lately) narrow them; `keep` names variables of the
    newest that are told too; `beside` a process: how many of it still run beside one of them. The property
    `resultVariable` gets {count, newest, ended, running, all}; `ended`: on which days, the latest first; `all`: what is
    told of the newest, of twenty, with `endedOn`.
    """
    asked = {name: running.value_of(text) for name, text in element.headers.items()}
    wanted = select(Case).where(*_ended(running, asked)).order_by(Case.ended_at.desc(), Case.id.desc())
    found = running.session.scalars(wanted).all()
    kept = [name.strip() for name in str(asked.get("keep") or "").split(",") if name.strip()]
    told = [{"caseNo": case.case_no, **{name: case.variables.get(name) for name in kept}} for case in found[:MOST]]
    standing = _standing(running, [case.id for case in found], str(asked.get("beside") or ""))
    ended = [clock.local(case.ended_at).date().isoformat() for case in found if case.ended_at]
    dated = [{**one, "endedOn": day} for one, day in zip(told, ended, strict=False)]
    newest = told[0] if told else None
    result = {"count": len(found), "newest": newest, "ended": ended, "running": standing, "all": dated}
    return {element.properties.get("resultVariable", RESULT): result}


def _ended(running: Running, asked: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    case = running.case
    conditions = [
        Case.process_key == str(asked.get("item") or ""),
        Case.applicant_identity == case.applicant_identity,
        Case.applicant_identity != "",
        Case.subject_id.is_(None),
        Case.state == "ended",
        Case.id != case.id,
    ]
    if asked.get("outcome"):
        conditions.append(Case.outcome == str(asked["outcome"]))
    if asked.get("outcomeText"):
        conditions.append(Case.outcome_text == str(asked["outcomeText"]))
    if asked.get("withinDays") is not None:
        conditions.append(Case.ended_at >= running.now - timedelta(days=int(asked["withinDays"])))
    return conditions


def _standing(running: Running, case_ids: list[int], process_key: str) -> int:
    wanted = select(func.count()).where(
        Case.subject_id.in_(case_ids), Case.process_key == process_key, Case.state != "ended"
    )
    return running.session.scalar(wanted) or 0 if process_key else 0


def begin_beside(running: Running, element: Element) -> Mapping[str, Any]:
    """另起流程: header `message` starts a process beside this case, once for each context of the list in header `each`,
    which is what the process begins with; it goes on when this case has ended."""
    message, each = (running.value_of(element.headers.get(name, "")) for name in ("message", "each"))
    if not message or not isinstance(each, list) or not all(isinstance(one, dict) for one in each):
        raise ExecutionFailed(
            f"Expected a message and a list of contexts to begin with, but got {message!r} and {each!r}",
            element_id=element.id,
        )
    running.wanted += [Companion(str(message), {key: to_json(value) for key, value in one.items()}) for one in each]
    return {}


def begin_apart(running: Running, element: Element) -> Mapping[str, Any]:
    """另立办件: a case of its own of header `process` for each context of the list in header `each`, which is what it
    begins with: `applicantName` and `applicantIdNo` say about whom it is (empty: about nobody), `problemRegion` where,
    else it is as here, and the case knows it by these names."""
    process, each = (running.value_of(element.headers.get(name, "")) for name in ("process", "each"))
    if not process or not isinstance(each, list) or not all(isinstance(one, dict) for one in each):
        raise ExecutionFailed(
            f"Expected a process and a list of contexts to begin with, but got {process!r} and {each!r}",
            element_id=element.id,
        )
    case = running.case
    for one in each:
        values = {key: to_json(value) for key, value in one.items()}
        place = str(values.get("problemRegion") or case.region_code)
        name, number = (
            str(here if values.get(key) is None else values[key])
            for key, here in (("applicantName", case.applicant_name), ("applicantIdNo", case.applicant_identity))
        )
        known = {"applicantName": name, "applicantIdNo": number, "problemRegion": place}
        running.apart.append(Apart(str(process), place, name, number, {**values, **known}))
    return {}


def tell_case(running: Running, element: Element) -> Mapping[str, Any]:
    """告知另一办件: the case of header `caseNo` hears header `message` with header `values`, if it waits for it. For a
    case that has only just begun, so that nobody who holds the other one waits for this."""
    said = {name: running.value_of(element.headers.get(name, "")) for name in ("caseNo", "message", "values")}
    found = running.session.scalar(select(Case.id).where(Case.case_no == str(said["caseNo"])))
    if found is None:
        raise ExecutionFailed(f"Expected a case {said['caseNo']!r}, but there is none", element_id=element.id)
    values = said["values"] if isinstance(said["values"], dict) else {}
    with running.open_case(running.session, found, actor=running.actor, even_suspended=True) as other:
        other.hear(str(said["message"]), {key: to_json(value) for key, value in values.items()})
    return {}
