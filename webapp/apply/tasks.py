"""What a case asks of its citizen: 补充材料, 评价 and whatever else a diagram gives to the citizen's lane.

The rule: the form of the step says what is asked, as for everybody else.
"""

from typing import Any
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import db
from engine.casework import cases, user_tasks
from engine.casework.models import UserTask
from engine.errors import Conflict, Invalid
from engine.language.forms import Shown
from webapp import auth, form_fields
from webapp.apply.blueprint import blueprint


@blueprint.get("/my/tasks/<key:task_id>")
def task(task_id: int) -> ResponseReturnValue:
    with db.reading() as session:
        found = user_tasks.get(session, task_id, auth.current_actor())
        if found.state != "open":
            raise Conflict(
                f"Expected task {task_id} to be open, but it is {found.state}", notice="这一步已经办完了，不用再填写"
            )
        return _page(session, found, {}, {}, uuid4().hex)


@blueprint.post("/my/tasks/<key:task_id>")
def complete_task(task_id: int) -> ResponseReturnValue:
    actor, key = auth.current_actor(), request.form.get("key", "") or uuid4().hex
    with db.reading() as session:
        inputs = _inputs(session, user_tasks.get(session, task_id, actor))
    files, problems = form_fields.read_files(inputs, request, form_fields.keeping(actor))
    typed = {**form_fields.read(inputs, request.form), **files}
    if problems or form_fields.asks_to_reload(request.form):
        with db.reading() as session:
            page = _page(session, user_tasks.get(session, task_id, actor), typed, problems, key)
        return page, 422 if problems else 200
    try:
        with db.transaction() as session:
            user_tasks.complete(session, task_id, actor=actor, values=typed, key=key)
            case_no = cases.root_of(session, user_tasks.get(session, task_id, actor).case).case_no
    except Invalid as refusal:
        with db.reading() as session:
            problems = refusal.problems or {"": [refusal.notice]}
            return _page(session, user_tasks.get(session, task_id, actor), typed, problems, key), refusal.status
    flash("已提交，谢谢。")
    return redirect(url_for("apply.my_case", case_no=case_no), 303)


def _questions(session: Session, found: UserTask, typed: dict[str, Any]) -> tuple[Shown, ...]:
    """All visible components of the task's form; a step of the citizen is short enough for one page."""
    form = user_tasks.form(session, found)
    if form is None:
        return ()
    known = user_tasks.context(session, found)
    pages = form.visible(form.answered(typed, known))
    return tuple(item for page in pages for item in page.items)


def _inputs(session: Session, found: UserTask) -> list[Shown]:
    """The fields that are asked with the answers of this post."""
    form = user_tasks.form(session, found)
    typed = form_fields.read([Shown(field) for field in form.fields], request.form) if form else {}
    return [shown for item in _questions(session, found, typed) for shown in item.inputs()]


def _page(session: Session, found: UserTask, typed: dict[str, Any], problems: form_fields.Problems, key: str) -> str:
    controls = form_fields.controls(session, _questions(session, found, typed), typed, problems)
    return render_template(
        "apply/task.html",
        task=found,
        case=cases.root_of(session, found.case),
        controls=controls,
        summary=form_fields.summary(controls, problems),
        key=key,
    )
