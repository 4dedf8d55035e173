"""办件 by program: begin one, look at it, read what happened.

The rule: a case is fetched and its reader's right asked in one call, and what is personal is masked as on the pages.
"""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import cases, history, past_plans, progress, timeline
from engine.casework.models import Case
from engine.db import reading, transaction
from engine.errors import NotFound
from engine.oversight import case_facts
from engine.registry import access, items
from engine.registry.actors import Actor
from webapp import case_lines, filters
from webapp.api import keys
from webapp.api.answers import CaseSchema, HistorySchema
from webapp.api.blueprint import blueprint, current_actor, refuses
from webapp.api.requests import AfterSchema, KeySchema, NewCaseSchema


@blueprint.post("/cases")
@blueprint.arguments(NewCaseSchema)
@blueprint.arguments(KeySchema, location="headers")
@blueprint.response(201, CaseSchema)
@refuses(403, "This channel is not for this person")
@refuses(404, "There is no such service, or it is not open yet")
def start_case(asked: dict[str, Any], headers: dict[str, Any]) -> ResponseReturnValue:
    """Begin a case from the answers to all of its opening forms.

    With an Idempotency-Key the same request again gives the same case.
    """
    actor, key = current_actor(), headers["key"]
    with transaction() as session:
        _require_open(session, asked["process"])
        case = cases.start(
            session,
            asked["process"],
            actor=actor,
            channel=asked["channel"],
            values=asked["values"],
            key=keys.own(actor, key) if key is not None else None,
        )
        return whole(session, case, actor), 201, {"Location": url_for("api.show_case", case_no=case.case_no)}


def _require_open(session: Session, process: str) -> None:
    """What is no service item, such as a supervision, is not begun from outside."""
    if not items.get(session, process).enabled:
        raise NotFound(f"Expected {process} to be open, but it is switched off", notice="该事项尚未开通")


@blueprint.get("/cases/<case_no>")
@blueprint.response(200, CaseSchema)
@refuses(404, "There is no such case for this person")
def show_case(case_no: str) -> ResponseReturnValue:
    """One case."""
    actor = current_actor()
    with reading() as session:
        return whole(session, cases.get(session, case_no, actor), actor)


@blueprint.get("/cases/<case_no>/history")
@blueprint.arguments(AfterSchema, location="query")
@blueprint.response(200, HistorySchema)
@refuses(404, "There is no such case for this person")
def show_history(asked: dict[str, Any], case_no: str) -> ResponseReturnValue:
    """What happened: every event for staff, the plain sentences of their own page for citizens."""
    actor = current_actor()
    with reading() as session:
        case = cases.get(session, case_no, actor)
        if actor.is_citizen:
            told = [{**vars(one), "seq": None, "hash": None} for one in progress.lines(session, case, actor)]
            return {"case_no": case_no, "events": told[-asked["size"] :], "next_after": None}
        found = _events(session, case, asked["after"])
        shown = found[: asked["size"]]
        more = len(found) > len(shown)
        return {"case_no": case_no, "events": shown, "next_after": shown[-1]["seq"] if more else None}


def _events(session: Session, case: Case, after: int) -> list[dict[str, Any]]:
    spells = past_plans.spells(session, case)
    return [
        {
            "seq": event.seq,
            "state": "done",
            "at": event.at,
            "kind": event.kind,
            "element_id": event.element_id,
            "text": timeline.sentence(past_plans.at_event(spells, event.seq), event),
            "who": timeline.who(case, event),
            "hash": event.hash,
        }
        for event in history.events(session, case.id, after=after)
    ]


def whole(session: Session, case: Case, actor: Actor) -> dict[str, Any]:
    """Everything that this reader may know of the case."""
    glance = case_lines.glance(session, actor, case)
    return {
        **{column: getattr(case, column) for column in CaseSchema().fields if hasattr(case, column)},
        "process": case.process_key,
        "item_name": filters.item_name(case),
        "status_text": glance.status,
        "place": glance.place,
        "applicant": glance.applicant,
        "applicant_identity": glance.identity,
        "masked": glance.masked,
        "open_tasks": _open_tasks(session, case, actor),
        "submissions": [
            {**vars(one), "answers": [{"label": label, "value": value} for label, value in one.answers]}
            for one in _submissions(session, case, actor)
        ],
    }


def _submissions(session: Session, case: Case, actor: Actor) -> list[timeline.Answered]:
    """What was filled in: for citizens what they or their proxy gave, for staff at each step."""
    told = progress.filled_in if actor.is_citizen else timeline.submissions
    return told(session, case, actor)


def _open_tasks(session: Session, case: Case, actor: Actor) -> list[Any]:
    if actor.is_citizen:
        return cases.citizen_tasks(session, case, actor)
    return [task for task in case_facts.open_tasks(session, case) if access.may_see_task(actor, task, case)]
