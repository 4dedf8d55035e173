"""The case page, the search for cases, the documents issued about one, and the diagrams that the pages show.

The rule: a case is fetched and its viewer's right asked in one call; for whoever may not see it, there is none.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import (
    attachments,
    cases,
    deployments,
    disputes,
    documents,
    suspension,
    taking_back,
    timeline,
    worklists,
)
from engine.casework.clocks import Chip
from engine.casework.models import Case
from engine.db import reading, transaction
from engine.errors import NotAllowed
from engine.oversight import archives, case_facts, ledger
from engine.registry import access, items
from engine.registry.actors import Actor
from webapp import addresses, case_lines, drawings
from webapp.auth import current_actor
from webapp.inbox.blueprint import blueprint
from webapp.inbox.worklist import known_region, places

STATES = {"active": "正在办理", "suspended": "暂停", "ended": "已结束"}


@dataclass(frozen=True)
class OpenTask:
    """A step that waits, as the case page lists it. `may_open`: this viewer may look at the task itself."""

    id: int
    name: str
    who: str
    chip: Chip
    may_open: bool


@dataclass(frozen=True)
class Companion:
    """A case that stands beside this one."""

    case_no: str
    title: str
    state: str
    started_at: datetime


@blueprint.get("/cases")
def search() -> ResponseReturnValue:
    """The cases this person may see."""
    actor, asked = current_actor(), question()
    with reading() as session:
        given: dict[str, Any] = {key: value or None for key, value in asked.items() if key != "text"}
        found = cases.search(session, actor, text=asked["text"], **given, page=request.args.get("page", 1, type=int))
        return render_template(
            "inbox/cases.html",
            page=found.with_rows(case_lines.lines(session, actor, found.rows)),
            asked=asked,
            address=lambda page: address(asked, "inbox.search", page=page),
            open=addresses.each("inbox.case", "case_no"),
            take_out=address(asked, "inbox.take_cases"),
            items=items.listing(session),
            regions=places(session, actor),
            state_names=STATES,
        )


def address(asked: dict[str, str], endpoint: str, **more: Any) -> str:
    """The same list, elsewhere: at another page, or as a file."""
    kept: dict[str, Any] = {key: value for key, value in asked.items() if value}
    return url_for(endpoint, **kept, **more)


def question() -> dict[str, str]:
    """The filters of the address."""
    given = request.args
    return {
        "text": given.get("text", "").strip()[:60],
        "item": given.get("item", "")[:30],
        "state": given.get("state", "") if given.get("state") in STATES else "",
        "region": known_region(given.get("region", "")),
    }


@blueprint.get("/cases/<case_no>")
def case(case_no: str) -> ResponseReturnValue:
    """One case, whole."""
    actor = current_actor()
    with reading() as session:
        found = cases.get(session, case_no, actor)
        return render_template("inbox/case.html", **facts(session, found, actor), **pictures(session, found))


def facts(session: Session, found: Case, actor: Actor) -> dict[str, Any]:
    """Everything the page says in words."""
    beside = cases.companions(session, found)
    return {
        "case": found,
        "glance": case_lines.glance(session, actor, found),
        "chip": case_lines.chips_of(session, [found])[found.id],
        "lines": case_lines.timeline_of(session, found, beside),
        "earlier": timeline.submissions(session, found, actor),
        "open_tasks": open_tasks(session, found, actor),
        "to_take_back": taking_back.of_case(session, found, actor),
        "files": attachments.listing(session, found.id),
        "documents": documents.of_case(session, found.id, actor),
        "payments": ledger.of_case(session, found, actor),
        "companions": [companion(session, one) for one in beside],
        "notices": case_facts.told_to_citizens(session, found),
        "may_supervise": found.state == "active" and found.subject_id is None and may_supervise(actor, found),
        "may_suspend": found.subject_id is None and found.state != "ended" and access.may_suspend(actor, found),
        "may_transfer": may_transfer(actor, found),
        "may_terminate": found.subject_id is None and found.state != "ended" and access.may_terminate(actor, found),
        "disputed": disputes.open_about(session, found),
        "stop": suspension.current(session, found.id) if found.state == "suspended" else None,
        "may_archive": found.state == "ended" and archives.may_take(actor, found),
        "may_audit": any(actor.is_(kind) for kind in ("auditor", "supervisor")),
    }


def pictures(session: Session, found: Case) -> dict[str, Any]:
    """What the page draws."""
    return {"drawings": drawings.drawings(session, found), "marks": drawings.marks(session, found)}


def open_tasks(session: Session, found: Case, actor: Actor) -> list[OpenTask]:
    """The steps that wait now."""
    now = clock.now()
    return [
        OpenTask(
            id=task.id,
            name=task.name,
            who=timeline.holder(session, task),
            chip=worklists.chip_of(session, task, found, now),
            may_open=access.may_see_task(actor, task, found),
        )
        for task in case_facts.open_tasks(session, found)
    ]


def companion(session: Session, found: Case) -> Companion:
    """One companion, as the case page lists it."""
    return Companion(found.case_no, case_lines.item_name(session, found), STATES[found.state], found.started_at)


def may_transfer(actor: Actor, found: Case) -> bool:
    """Whether the button is shown; what else stands in the way is said when it is pressed."""
    is_application = found.subject_id is None and found.channel not in access.MANAGEMENT
    return is_application and found.state == "active" and access.may_transfer(actor, found)


def may_supervise(actor: Actor, found: Case) -> bool:
    """Whether the button for a supervision order is shown; the engine asks again when it is pressed."""
    try:
        access.supervising_post(actor, found)
    except NotAllowed:
        return False
    return True


@blueprint.get("/documents/<number>")
def document(number: str) -> ResponseReturnValue:
    """An issued document, to be read or printed; opening it is put on record."""
    actor = current_actor()
    with transaction() as session:
        opened = documents.read(session, number, actor)
        return render_template("inbox/document.html", opened=opened, document=opened.document, case=opened.case)


@blueprint.get("/diagrams/<key:version_id>")
def diagram(version_id: int) -> ResponseReturnValue:
    """The drawing of a version. It holds no personal data, so any member of staff may see it."""
    with reading() as session:
        return Response(deployments.diagram_xml(session, version_id), mimetype="application/xml")
