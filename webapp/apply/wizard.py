"""The way of an application: channel, notice, one thing a page, check, submit, confirmation.

The rule: what was typed is in the draft before it is judged, so nothing is lost on the way.
"""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import db
from engine.casework import cases, drafts, timeline
from engine.casework.models import ApplicationDraft, Case
from engine.errors import Invalid, Refusal
from engine.registry import items
from engine.registry.models import Citizen
from webapp import auth, form_fields
from webapp.apply import steps
from webapp.apply.blueprint import blueprint
from webapp.apply.steps import Step, Way

CHANNELS = ("SELF", "PROXY")


@blueprint.get("/apply/<code>")
def channel(code: str) -> ResponseReturnValue:
    with db.reading() as session:
        item = items.get(session, code)
        cases.application_forms(session, code)
        return render_template("apply/channel.html", item=item)


@blueprint.post("/apply/<code>")
def begin(code: str) -> ResponseReturnValue:
    actor, chosen = auth.current_actor(), request.form.get("channel", "")
    if chosen not in CHANNELS:
        raise Invalid(
            f"Expected a channel of {CHANNELS}, but got {chosen!r}", notice="请选择为自己申请，还是替别人申请"
        )
    with db.transaction() as session:
        draft = drafts.open_(session, code, actor=actor, channel=chosen)
        if not draft.values:
            known = steps.known_of(session.get_one(Citizen, actor.id), chosen, steps.forms(session, draft))
            drafts.save(session, draft.key, actor, known)
        first = steps.way(session, draft).steps[0]
    return redirect(url_for("apply.page", key=draft.key, step_id=first.id), 303)


@blueprint.get("/apply/drafts/<key>/pages/<step_id>")
def page(key: str, step_id: str) -> ResponseReturnValue:
    with db.reading() as session:
        draft = drafts.get(session, key, auth.current_actor())
        if draft.case_id is not None:
            return _already(session, draft)
        way = steps.way(session, draft)
        return _page(session, draft, way, way.step(step_id), draft.values, {})


@blueprint.post("/apply/drafts/<key>/pages/<step_id>")
def fill(key: str, step_id: str) -> ResponseReturnValue:
    actor, then = auth.current_actor(), request.form.get("then")
    with db.reading() as session:
        step = steps.way(session, drafts.get(session, key, actor)).step(step_id)
    typed, refused = _typed(step)
    with db.transaction() as session:
        draft = drafts.save(session, key, actor, typed)
        way = steps.way(session, draft)
        if form_fields.asks_to_reload(request.form) and not refused:
            return redirect(url_for("apply.page", key=key, step_id=step.id, then=then), 303)
        problems = _merged(refused, _problems_of(session, draft, step, typed))
        if problems:
            return _page(session, draft, way, way.step(step_id), draft.values, problems), 422
        following = way.after(step)
    if following is None or then == "check":
        return redirect(url_for("apply.check", key=key), 303)
    return redirect(url_for("apply.page", key=key, step_id=following.id), 303)


@blueprint.get("/apply/drafts/<key>/check")
def check(key: str) -> ResponseReturnValue:
    with db.reading() as session:
        draft = drafts.get(session, key, auth.current_actor())
        if draft.case_id is not None:
            return _already(session, draft)
        return _check_page(session, draft)


@blueprint.post("/apply/drafts/<key>/submit")
def submit(key: str) -> ResponseReturnValue:
    actor = auth.current_actor()
    try:
        with db.transaction() as session:
            case_no = drafts.submit(session, key, actor).case_no
    except Invalid as refusal:
        with db.reading() as session:
            return _check_page(session, drafts.get(session, key, actor), refusal), refusal.status
    return redirect(url_for("apply.submitted", case_no=case_no), 303)


@blueprint.get("/my/cases/<case_no>/submitted")
def submitted(case_no: str) -> ResponseReturnValue:
    actor = auth.current_actor()
    with db.reading() as session:
        case = cases.get(session, case_no, actor)
        return render_template("apply/submitted.html", case=case, lines=timeline.for_citizen(session, case, actor))


def _already(session: Session, draft: ApplicationDraft) -> ResponseReturnValue:
    """A draft that became a case leads to what was said then."""
    case_no = session.get_one(Case, draft.case_id).case_no
    return redirect(url_for("apply.submitted", case_no=case_no), 303)


def _typed(step: Step) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What the post says of this page, its files kept; and the files that were refused."""
    inputs = list(step.shown.inputs())
    files, problems = form_fields.read_files(inputs, request, form_fields.keeping(auth.current_actor()))
    return {**form_fields.read(inputs, request.form), **files}, problems


def _problems_of(
    session: Session, draft: ApplicationDraft, step: Step, typed: Mapping[str, Any]
) -> dict[str, list[str]]:
    try:
        steps.checked(session, draft, step, typed)
    except Invalid as refusal:
        return refusal.problems
    return {}


def _merged(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, list[str]]:
    return {key: [*one.get(key, []), *other.get(key, [])] for key in {**one, **other}}


def _page(
    session: Session,
    draft: ApplicationDraft,
    way: Way,
    step: Step,
    values: Mapping[str, Any],
    problems: form_fields.Problems,
) -> str:
    controls = form_fields.controls(session, step.shown.items, values, problems)
    return render_template(
        "apply/page.html",
        draft=draft,
        item=items.get(session, draft.process_key),
        step=step,
        before=way.before(step),
        then=request.values.get("then", ""),
        controls=controls,
        summary=form_fields.summary(controls, problems),
    )


def _check_page(session: Session, draft: ApplicationDraft, refusal: Refusal | None = None) -> str:
    """All answers with their 修改 links; problems lead to the page that asks."""
    way = steps.way(session, draft)
    problems = refusal.problems if isinstance(refusal, Invalid) else {}
    lines = [(way.of_problem(key), line) for key, found in problems.items() for line in found]
    if refusal is not None and not lines:
        lines = [(None, refusal.notice)]
    pages = [(step, form_fields.answers(session, step.shown.inputs(), draft.values)) for step in way.steps]
    item = items.get(session, draft.process_key)
    return render_template("apply/check.html", draft=draft, item=item, pages=pages, lines=lines)
