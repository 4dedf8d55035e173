"""The way of an application: channel, notice, one thing a page, check, submit, confirmation.

The rule: what was typed is in the draft before it is judged, so nothing is lost on the way; and every page that is
shown was asked for by its address, so that 后退 in the browser always finds it.
"""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import db
from engine.casework import applications, cases, drafts, offered, practice, progress, switching
from engine.casework.models import ApplicationDraft, Case
from engine.errors import Invalid
from engine.registry import access, guardians, items, people
from engine.registry.models import Citizen
from webapp import auth, form_fields
from webapp.apply import steps
from webapp.apply.blueprint import blueprint
from webapp.apply.steps import Step, Way

CHANNELS = ("SELF", "PROXY")
# The field by which the forms ask whose case it will be; once it is answered, a refusal can be foreseen.
WHO = "applicantIdNo"
PLACE = "problemRegion"
# Files that were refused leave nothing in the draft, so what was said of them waits here for the page that tells it.
_REFUSED_FILES = "refused_files"


@blueprint.get("/apply/<code>")
def channel(code: str) -> ResponseReturnValue:
    with db.reading() as session:
        cases.application_forms(session, code)
        return _channel_page(session, code, [])


@blueprint.post("/apply/<code>")
def begin(code: str) -> ResponseReturnValue:
    actor, ward = auth.current_actor(), request.form.get("ward", "")
    chosen = "SELF" if ward else request.form.get("channel", "")
    if chosen not in CHANNELS:
        raise Invalid(
            f"Expected a channel of {CHANNELS}, but got {chosen!r}", notice="请选择为自己申请，还是替别人申请"
        )
    with db.transaction() as session:
        asked = cases.application_forms(session, code, channel=chosen)
        known = steps.known_of(session.get_one(Citizen, actor.id), chosen, asked)
        if ward:
            known = steps.known_of_ward(guardians.own(session, auth.own_id(), ward), known)
        refusal = applications.foreseen(session, code, actor=actor, channel=chosen, values=known)
        if refusal is not None and chosen == "SELF":
            return _channel_page(session, code, [refusal.notice], for_ward=bool(ward)), refusal.status
        draft = drafts.open_(session, code, actor=actor, channel=chosen, person=known.get(WHO))
        if not draft.values:
            drafts.save(session, draft.key, actor, known)
        first = steps.way(session, draft).steps[0]
    return redirect(url_for("apply.page", key=draft.key, step_id=first.id), 303)


@blueprint.post("/apply/<code>/practice")
def practise(code: str) -> ResponseReturnValue:
    """模拟办事: the same way, of which nothing is submitted."""
    actor = auth.current_actor()
    with db.transaction() as session:
        draft = practice.begin(session, code, actor=actor)
        if actor.is_citizen:
            asked = cases.application_forms(session, code, channel=draft.channel)
            known = steps.known_of(session.get_one(Citizen, actor.id), draft.channel, asked)
            drafts.save(session, draft.key, actor, known)
        first = steps.way(session, draft).steps[0]
    return redirect(url_for("apply.page", key=draft.key, step_id=first.id), 303)


@blueprint.get("/apply/drafts/<key>")
def resume(key: str) -> ResponseReturnValue:
    """接着填: to the first page that is not answered yet, or to the last look at all of them."""
    with db.reading() as session:
        draft = drafts.get(session, key, auth.current_actor())
        if _is_over(draft):
            return _already(session, draft)
        for step in steps.way(session, draft).steps:
            if not steps.is_answered(session, draft, step):
                return redirect(url_for("apply.page", key=key, step_id=step.id), 303)
    return redirect(url_for("apply.check", key=key), 303)


@blueprint.get("/apply/drafts/<key>/pages/<step_id>")
def page(key: str, step_id: str) -> ResponseReturnValue:
    """The page as the draft fills it in; `tried`: with what is still wrong on it."""
    tried = "tried" in request.args
    with db.transaction() if tried else db.reading() as session:
        draft = drafts.get(session, key, auth.current_actor())
        if _is_over(draft):
            return _already(session, draft)
        way = steps.way(session, draft)
        step = way.step(step_id)
        problems = _merged(_refused_files(draft, step), _problems_of(session, draft, step)) if tried else {}
        return _page(session, draft, way, step, problems), Invalid.status if problems else 200


@blueprint.post("/apply/drafts/<key>/pages/<step_id>")
def fill(key: str, step_id: str) -> ResponseReturnValue:
    actor, then = auth.current_actor(), request.form.get("then")
    with db.reading() as session:
        step = steps.way(session, drafts.get(session, key, actor)).step(step_id)
    typed, refused = _typed(step)
    with db.transaction() as session:
        draft = drafts.save(session, key, actor, typed)
        way = steps.way(session, draft)
        step = way.step(step_id)
        here = url_for("apply.page", key=key, step_id=step.id, then=then)
        if form_fields.asks_to_reload(request.form) and not refused:
            return redirect(here, 303)
        problems = _merged(refused, _problems_of(session, draft, step))
        if problems and form_fields.are_fresh(problems, request.form):
            flash("请接着回答下面新出现的问题。")
            return redirect(here, 303)
        if problems:
            browser[_REFUSED_FILES] = {"page": f"{key}/{step_id}", "problems": refused}
            return redirect(url_for("apply.page", key=key, step_id=step.id, then=then, tried=1), 303)
        following = way.after(step)
    if following is None or then == "check":
        return redirect(url_for("apply.check", key=key), 303)
    return redirect(url_for("apply.page", key=key, step_id=following.id), 303)


@blueprint.post("/apply/drafts/<key>/discard")
def discard(key: str) -> ResponseReturnValue:
    with db.transaction() as session:
        drafts.discard(session, key, auth.current_actor())
    flash("草稿已删除。")
    return redirect(url_for("inbox.beginning_list" if auth.current_actor().is_staff else "apply.my_cases"), 303)


@blueprint.get("/apply/drafts/<key>/check")
def check(key: str) -> ResponseReturnValue:
    """All answers; `tried`: with why they cannot be submitted."""
    actor, tried = auth.current_actor(), "tried" in request.args
    with db.transaction() if tried else db.reading() as session:
        draft = drafts.get(session, key, actor)
        if _is_over(draft):
            return _already(session, draft)
        refusal = drafts.refusal(session, key, actor) if tried else None
        return _check_page(session, draft, refusal), 200 if refusal is None else refusal.status


@blueprint.post("/apply/drafts/<key>/submit")
def submit(key: str) -> ResponseReturnValue:
    actor = auth.current_actor()
    try:
        with db.transaction() as session:
            draft = drafts.get(session, key, actor)
            if draft.practice:
                practice.finish(session, key, actor)
                return _practised(draft)
            case_no = drafts.submit(session, key, actor).case_no
    except Invalid:
        return redirect(url_for("apply.check", key=key, tried=1), 303)
    return redirect(_told_at(case_no), 303)


@blueprint.post("/apply/drafts/<key>/mock")
def mock(key: str) -> ResponseReturnValue:
    """模拟办件: what was practised goes the whole way."""
    try:
        with db.transaction() as session:
            case_no = practice.submit(session, key, auth.current_actor()).case_no
    except Invalid:
        return redirect(url_for("apply.check", key=key, tried=1), 303)
    return redirect(_told_at(case_no), 303)


@blueprint.get("/my/cases/<case_no>/submitted")
def submitted(case_no: str) -> ResponseReturnValue:
    actor = auth.current_actor()
    with db.reading() as session:
        case = cases.get(session, case_no, actor)
        told = progress.lines(session, case, actor)
        unit, phone = people.unit(session, str(case.variables.get("department", "")), case.region_code)
        return render_template("apply/submitted.html", case=case, lines=told, unit=unit, phone=phone)


def _is_over(draft: ApplicationDraft) -> bool:
    return draft.case_id is not None or draft.practice == practice.DONE


def _practised(draft: ApplicationDraft) -> ResponseReturnValue:
    """A mock ends where the item says what would follow now."""
    return redirect(url_for("public.item", code=draft.process_key, practised=1), 303)


def _already(session: Session, draft: ApplicationDraft) -> ResponseReturnValue:
    """A draft that became a case leads to what was said then."""
    if draft.practice:
        return _practised(draft)
    case_no = session.get_one(Case, draft.case_id).case_no
    return redirect(_told_at(case_no), 303)


def _told_at(case_no: str) -> str:
    """Where whoever filed it reads what comes next: staff on the page of the case."""
    return url_for("inbox.case" if auth.current_actor().is_staff else "apply.submitted", case_no=case_no)


def _typed(step: Step) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What the post says of this page, its files kept; and the files that were refused."""
    inputs = list(step.shown.inputs())
    files, problems = form_fields.read_files(inputs, request, form_fields.keeping(auth.current_actor()))
    return {**form_fields.read(inputs, request.form), **files}, problems


def _refused_files(draft: ApplicationDraft, step: Step) -> dict[str, list[str]]:
    """What was said of files that were refused on this page a moment ago; it is told once."""
    said = browser.pop(_REFUSED_FILES, {})
    return said["problems"] if said.get("page") == f"{draft.key}/{step.id}" else {}


def _problems_of(session: Session, draft: ApplicationDraft, step: Step) -> dict[str, list[str]]:
    """What is wrong with the draft's answers of this page; whether the service takes applications of the place; and
    once it is known whose case it will be, what the diagram has against it."""
    try:
        checked = steps.checked(session, draft, step)
    except Invalid as refusal:
        return refusal.problems
    closed = switching.refusal(session, draft.process_key, checked[PLACE]) if checked.get(PLACE) else None
    if closed is not None:
        return closed.problems
    if not checked.get(WHO):
        return {}
    foreseen = applications.foreseen(
        session, draft.process_key, actor=auth.current_actor(), channel=draft.channel, values=draft.values
    )
    return {} if foreseen is None else {WHO: foreseen.problems.get(WHO) or [foreseen.notice]}


def _merged(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, list[str]]:
    return {key: [*one.get(key, []), *other.get(key, [])] for key in {**one, **other}}


def _channel_page(session: Session, code: str, problems: list[str], *, for_ward: bool = False) -> str:
    """For whom the hand is raised; with the case of one's own that is under way."""
    actor = auth.current_actor()
    under_way = cases.under_way(session, actor, code)
    return render_template(
        "apply/channel.html",
        item=items.get(session, code),
        banner=offered.banner(session, code),
        problems=problems,
        for_ward=for_ward,
        under_way=under_way,
        wards=[one for one in guardians.of_guardian(session, auth.own_id()) if guardians.holds(one)],
    )


def _page(session: Session, draft: ApplicationDraft, way: Way, step: Step, problems: form_fields.Problems) -> str:
    controls = form_fields.controls(session, step.shown.items, draft.values, problems)
    return render_template(
        "apply/page.html",
        draft=draft,
        item=items.get(session, draft.process_key),
        banner=offered.banner(session, draft.process_key),
        step=step,
        before=way.before(step),
        then=request.values.get("then", ""),
        asked=" ".join(shown.key for shown in step.shown.inputs()),
        controls=controls,
        summary=form_fields.summary(controls, problems),
    )


def _check_page(session: Session, draft: ApplicationDraft, refusal: Invalid | None) -> str:
    """All answers with their 修改 links; problems lead to the page that asks."""
    way = steps.way(session, draft)
    problems = {} if refusal is None else refusal.problems or {"": [refusal.notice]}
    lines = [(way.of_problem(key), line) for key, found in problems.items() for line in _told(way, key, found)]
    pages = [(step, form_fields.answers(session, step.shown.inputs(), draft.values)) for step in way.steps]
    item = items.get(session, draft.process_key)
    banner = offered.banner(session, draft.process_key)
    may_mock = bool(draft.practice) and access.may_mock(auth.current_actor())
    return render_template(
        "apply/check.html", draft=draft, item=item, banner=banner, pages=pages, lines=lines, may_mock=may_mock
    )


def _told(way: Way, key: str, lines: list[str]) -> list[str]:
    """The sentences, each with the question it is about."""
    step = way.of_problem(key)
    asked = next((one for one in step.shown.inputs() if one.key == key), None) if step is not None else None
    return [form_fields.with_subject(asked.field.label, line) if asked else line for line in lines]
