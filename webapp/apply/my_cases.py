"""我的申请: the citizen's own cases, what happened, what comes next, and what the citizen can do now.

The rule: plain sentences with dates and names of offices; no word of the machine.
"""

from collections.abc import Mapping
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import db
from engine.casework import beginnings, cases, deployments, documents, drafts, notifications, outcomes, progress
from engine.casework.models import ApplicationDraft, Case
from engine.errors import Conflict, Invalid
from engine.oversight import ledger
from engine.registry import items, masks
from engine.registry.actors import Actor
from webapp import auth
from webapp.apply import notices
from webapp.apply.blueprint import blueprint

REASON_LENGTH = 300


@blueprint.get("/my/cases")
def my_cases() -> ResponseReturnValue:
    actor, ended = auth.current_actor(), request.args.get("tab") == "ended"
    with db.reading() as session:
        found = cases.mine(session, actor, ended=ended)
        new = {notice.case_id for notice in notifications.listing(session, actor, size=200).rows if not notice.read_at}
        asked = cases.consents(session, actor)
        rows = [(case, _now(session, case, actor), case.id in new) for case in found if case not in asked]
        begun = [] if ended else [(draft, items.get(session, draft.process_key)) for draft in _begun(session, actor)]
        return render_template("apply/my_cases.html", rows=rows, ended=ended, asked=asked, drafts=begun)


@blueprint.get("/my/cases/<case_no>")
def my_case(case_no: str) -> ResponseReturnValue:
    actor = auth.current_actor()
    with db.reading() as session:
        case = cases.get(session, case_no, actor)
        new = [notice.id for notice in notifications.of_case(session, case.id, actor) if notice.read_at is None]
        page = _case_page(session, case, actor)
    notices.mark_read(actor, new)
    return page


@blueprint.get("/my/documents/<number>")
def my_document(number: str) -> ResponseReturnValue:
    """A certificate or notice that was made out to the citizen, to be read or printed."""
    with db.reading() as session:
        opened = documents.read(session, number, auth.current_actor())
        return render_template("apply/document.html", opened=opened, document=opened.document, case=opened.case)


@blueprint.post("/my/cases/<case_no>/urge")
def urge(case_no: str) -> ResponseReturnValue:
    """催办. A second click, or one from a page that is old, leads to the case, which says what has become of it."""
    try:
        with db.transaction() as session:
            cases.urge(session, case_no, auth.current_actor(), request.form.get("key") or None)
    except Conflict as refusal:
        flash(f"{refusal.notice}。")
    else:
        flash("已催办，工作人员会收到提醒。24 小时后可以再次催办。")
    return redirect(url_for("apply.my_case", case_no=case_no), 303)


@blueprint.get("/my/cases/<case_no>/withdraw")
def withdraw_page(case_no: str) -> ResponseReturnValue:
    with db.reading() as session:
        case = cases.get(session, case_no, auth.current_actor())
        return _withdraw_page(case)


@blueprint.post("/my/cases/<case_no>/withdraw")
def withdraw(case_no: str) -> ResponseReturnValue:
    reason = request.form.get("reason", "").strip()
    with db.transaction() as session:
        case = cases.get(session, case_no, auth.current_actor())
        if len(reason) > REASON_LENGTH:
            problems = {"reason": [f"最多写 {REASON_LENGTH} 个字，现在是 {len(reason)} 个"]}
            return _withdraw_page(case, problems, reason), Invalid.status
        cases.withdraw(session, case_no, auth.current_actor(), reason, request.form.get("key") or None)
    flash("已撤回。")
    return redirect(url_for("apply.my_case", case_no=case_no), 303)


def _withdraw_page(case: Case, problems: Mapping[str, list[str]] | None = None, reason: str = "") -> str:
    key = request.form.get("key") or uuid4().hex
    return render_template("apply/withdraw.html", case=case, problems=problems or {}, reason=reason, key=key)


def _now(session: Session, case: Case, actor: Actor) -> str:
    """Where the case is now, in one sentence."""
    return "正在等本人确认" if case.status == "CONSENT_PENDING" else progress.summary(session, case, actor)


def _begun(session: Session, actor: Actor) -> list[ApplicationDraft]:
    """What was begun and not submitted, as far as it may still be."""
    return [draft for draft in drafts.mine(session, actor) if deployments.is_open(session, draft.process_key)]


def _case_page(session: Session, case: Case, actor: Actor) -> str:
    awaited = case.status == "CONSENT_PENDING"
    may_urge = cases.may_urge(session, case, actor)
    return render_template(
        "apply/my_case.html",
        case=case,
        by_me=case.proxy_citizen_id == actor.id,
        lines=progress.lines(session, case, actor),
        reason=outcomes.kind_of(session, case),
        payments=[] if masks.for_viewer(actor, case) else ledger.of_case(session, case, actor),
        tasks=cases.citizen_tasks(session, case, actor),
        submissions=progress.filled_in(session, case, actor),
        key=uuid4().hex,
        documents=documents.of_case(session, case.id, actor),
        about_ended=beginnings.about_ended(session, actor, case),
        asks_consent=awaited and case.proxy_citizen_id != actor.id,
        waits_for_other=awaited and case.proxy_citizen_id == actor.id,
        may_urge=may_urge,
        urge_again_at=None if may_urge or case.clock_stopped_at else cases.urge_again_at(case),
        may_withdraw=cases.may_withdraw(session, case, actor),
    )
