"""发起工作 by program: what the holder of the token may begin that is no service item, and beginning it.

The rule: who may begin what is said by the diagrams; here nothing is known of any process.
"""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from engine.casework import beginnings
from engine.db import reading, transaction
from webapp.api import cases, forms, keys
from webapp.api.answers import BeginningSchema, CaseSchema, WholeBeginningSchema
from webapp.api.blueprint import blueprint, current_actor, refuses
from webapp.api.requests import BeginningRegionSchema, KeySchema, NewBeginningSchema


@blueprint.get("/beginnings")
@blueprint.response(200, BeginningSchema(many=True))
def list_beginnings() -> ResponseReturnValue:
    """What this person may begin, once for each region in which a post of theirs may."""
    with reading() as session:
        return [vars(one) | {"process": one.process_key} for one in beginnings.offered(session, current_actor())]


@blueprint.get("/beginnings/<process>")
@blueprint.arguments(BeginningRegionSchema, location="query")
@blueprint.response(200, WholeBeginningSchema)
@refuses(403, "This person does not begin it")
@refuses(404, "People begin no such process")
def show_beginning(asked: dict[str, Any], process: str) -> ResponseReturnValue:
    """One of them with the form of its start."""
    actor = current_actor()
    with reading() as session:
        found = beginnings.find(session, process, actor, asked["region"] or None)
        form = beginnings.form(session, found)
        known = beginnings.context(session, found, actor)
        told = forms.asked(form, {}, known) if form is not None else None
        return vars(found) | {"process": found.process_key, "form": told}


@blueprint.post("/beginnings")
@blueprint.arguments(NewBeginningSchema)
@blueprint.arguments(KeySchema, location="headers")
@blueprint.response(201, CaseSchema)
@refuses(403, "This person does not begin it")
@refuses(404, "People begin no such process")
def begin(asked: dict[str, Any], headers: dict[str, Any]) -> ResponseReturnValue:
    """Begin the process with the answers of its start form.

    With an Idempotency-Key the same request again gives the same case.
    """
    actor, key = current_actor(), headers["key"]
    with transaction() as session:
        case = beginnings.begin(
            session,
            asked["process"],
            actor=actor,
            values=asked["values"],
            key=keys.own(actor, key) if key is not None else None,
            region_code=asked["region"] or None,
        )
        told = cases.whole(session, case, actor)
        return told, 201, {"Location": url_for("api.show_case", case_no=case.case_no)}
