"""Opening, filling in and completing a task.

The rule: a refused form comes back with everything that was typed: 422 with the problems at the fields, 409 with what
the colleague did.
"""

import re
from contextlib import suppress

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.casework import attachments, user_tasks
from engine.casework.user_tasks import Completed
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotAllowed
from engine.language.forms import Shown
from engine.registry.actors import Actor
from webapp import form_fields
from webapp.auth import current_actor
from webapp.inbox.blueprint import blueprint
from webapp.inbox.task_page import Typed, task_page

# The parts of a region (town.village) and the fields of a row (members-0-name) stand behind the key of their field.
_PART = re.compile(r"[.-]")
# What a post carries besides the answers.
AROUND = frozenset({"csrf_token", "key", "route", "attachment", *form_fields.RELOADS})


@blueprint.get("/tasks/<key:task_id>")
def task(task_id: int) -> ResponseReturnValue:
    """The page of one task."""
    actor = current_actor()
    with reading() as session:
        return task_page(session, user_tasks.get(session, task_id, actor), actor)


@blueprint.post("/tasks/<key:task_id>/complete")
def complete(task_id: int) -> ResponseReturnValue:
    """提交."""
    actor = current_actor()
    typed = read(task_id, actor)
    if typed.problems or form_fields.asks_to_reload(request.form):
        return again(task_id, actor, typed), 422 if typed.problems else 200
    try:
        with transaction() as session:
            route = request.form.get("route", "flow")
            done = user_tasks.complete(session, task_id, actor=actor, values=typed.values, key=typed.key, route=route)
    except (Invalid, Conflict) as refusal:
        if isinstance(refusal, Invalid):
            keep(task_id, actor, typed)
        return again(task_id, actor, typed.refused(refusal)), refusal.status
    flash(told(done))
    return redirect(url_for("inbox.case", case_no=done.case_no), 303)


@blueprint.post("/tasks/<key:task_id>/draft")
def save_draft(task_id: int) -> ResponseReturnValue:
    """先存草稿."""
    actor = current_actor()
    typed = read(task_id, actor)
    try:
        with transaction() as session:
            user_tasks.save_draft(session, task_id, actor=actor, values=typed.values)
    except Conflict as refusal:
        return again(task_id, actor, typed.refused(refusal)), refusal.status
    if typed.problems:
        return again(task_id, actor, typed), 422
    flash("草稿已保存，只有您自己能看到。")
    return redirect(url_for("inbox.task", task_id=task_id), 303)


@blueprint.post("/tasks/<key:task_id>/attach")
def attach(task_id: int) -> ResponseReturnValue:
    """Add files to the case; what was typed is kept as a draft."""
    actor = current_actor()
    typed = read(task_id, actor)
    sent = [file for file in request.files.getlist("attachment") if file.filename]
    if not sent:
        return again(
            task_id, actor, typed.refused(Invalid("Expected a file, but got none", notice="请先选择要上传的文件"))
        ), 422
    try:
        prepared = [form_fields.prepare(file) for file in sent]
        with transaction() as session:
            # The files refer to the case and the draft to the task; and the case is locked first, always.
            case_id = user_tasks.get(session, task_id, actor).case_id
            for one in prepared:
                attachments.keep(session, one, actor=actor, case_id=case_id, task_id=task_id, click=typed.key)
            user_tasks.save_draft(session, task_id, actor=actor, values=typed.values)
    except (Invalid, Conflict) as refusal:
        return again(task_id, actor, typed.refused(refusal)), refusal.status
    flash(f"已添加 {len(sent)} 个附件，填写的内容已存为草稿。")
    return redirect(url_for("inbox.task", task_id=task_id), 303)


def keep(task_id: int, actor: Actor, typed: Typed) -> None:
    """Keep what was refused as a draft, so that whoever leaves the page finds it again with its photos. What the form
    does not ask is left out; and a task that is over, or in other hands, has no draft."""
    with suppress(Conflict, NotAllowed), transaction() as session:
        form = user_tasks.form(session, user_tasks.get(session, task_id, actor))
        asked = {field.key for field in form.fields} if form else set()
        values = {key: value for key, value in typed.values.items() if key in asked}
        user_tasks.save_draft(session, task_id, actor=actor, values=values)


def read(task_id: int, actor: Actor) -> Typed:
    """What this post says: the answers, the files that came along (kept at once), and which of them are refused."""
    with reading() as session:
        task = user_tasks.get(session, task_id, actor)
        form = user_tasks.form(session, task)
        keep = form_fields.keeping(actor, task.case_id, task.id)
        if request.files and not user_tasks.may_fill(actor, task):
            raise NotAllowed(f"Expected {actor.ref} to hold {task.role_key}, but that post is missing")
    asked = [Shown(field) for field in form.fields if field.read_only is not True] if form else []
    files, problems = form_fields.read_files(asked, request, keep)
    values = form_fields.read(asked, request.form)
    return Typed({**values, **files, **undeclared(asked)}, problems, request.form.get("key", ""))


def undeclared(asked: list[Shown]) -> dict[str, str]:
    """Fields of the post that the form does not know; the engine refuses them by name."""
    known = AROUND | {shown.key for shown in asked}
    return {
        name: request.form[name]
        for name in request.form
        if name.split(".")[0].split("-")[0] not in known | {name} & AROUND
    }


def again(task_id: int, actor: Actor, typed: Typed) -> str:
    """The page again with what was typed and why it was not taken."""
    with reading() as session:
        return task_page(session, user_tasks.get(session, task_id, actor), actor, typed)


def told(done: Completed) -> str:
    """What the completion led to, in one sentence."""
    if done.repeated:
        return "这一步此前已经提交成功，没有重复提交。"
    if done.signing:
        return "已提交，后加签的人都同意以后生效。"
    return "已提交，办件办结。" if done.ended else "已提交，办件进入下一步。"
