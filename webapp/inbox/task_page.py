"""The page of one task: its form on the left, the case beside it, the timeline and the diagram below.

The rule: whatever a person typed is shown again, right or wrong, in time or too late.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from flask import render_template
from sqlalchemy.orm import Session

from engine.casework import attachments, plans, timeline, user_tasks
from engine.casework.models import TaskDraft, UserTask
from engine.language.forms import Feel, Form, Shown
from engine.registry import access
from engine.registry.actors import Actor
from engine.registry.models import Account
from webapp import case_lines, drawings, form_fields
from webapp.form_fields import Control


@dataclass(frozen=True)
class Typed:
    """What came with a post: the values, what is wrong with them, and the sentence of whoever was faster."""

    values: Mapping[str, Any] = field(default_factory=dict)
    problems: Mapping[str, list[str]] = field(default_factory=dict)
    key: str = ""
    conflict: str = ""


def task_page(session: Session, task: UserTask, actor: Actor, typed: Typed | None = None) -> str:
    """The page as this person may see and use it now."""
    usable = task.state == "open" and access.may_act(actor, task, task.case) and task.assignee_id in (None, actor.id)
    form = user_tasks.form(session, task)
    typed = typed or Typed(user_tasks.draft(session, task.id, actor))
    shown = controls(session, task, form, typed)
    return render_template(
        "inbox/task.html",
        task=task,
        case=task.case,
        line=case_lines.of_task(session, actor, task),
        glance=case_lines.glance(session, actor, task.case),
        controls=shown,
        summary=form_fields.summary(shown, typed.problems),
        conditional=form is not None and has_conditions(form),
        key=typed.key or uuid4().hex,
        conflict=typed.conflict,
        usable=usable,
        mine=task.assignee_id == actor.id,
        saved_at=saved_at(session, task, actor),
        basis=plans.bundle_of(session, task.case.version_id) and legal_basis(session, task),
        holder=holder(session, task),
        colleagues=user_tasks.colleagues(session, task, actor) if task.state == "open" else [],
        may_assign=task.state == "open" and user_tasks.may_assign(session, task, actor),
        files=attachments.listing(session, task.case_id, actor),
        earlier=timeline.submissions(session, task.case, actor),
        lines=timeline.for_staff(session, task.case, actor),
        drawings=drawings.drawings(session, task.case),
        marks=drawings.marks(session, task.case),
    )


def questions(session: Session, task: UserTask, form: Form | None, values: Mapping[str, Any]) -> list[Shown]:
    """The components to show with these answers."""
    if form is None:
        return []
    scope = {**user_tasks.context(session, task), **values}
    return [item for page in form.visible(scope) for item in page.items]


def controls(session: Session, task: UserTask, form: Form | None, typed: Typed) -> tuple[Control, ...]:
    """The fields as they stand on the page. What may only be read comes from the case."""
    items = questions(session, task, form, typed.values)
    known = user_tasks.context(session, task)
    inputs = [found for item in items for found in item.inputs()]
    fixed = {found.key: known.get(found.key) for found in inputs if found.read_only}
    return form_fields.controls(session, items, {**fixed, **typed.values}, typed.problems)


def has_conditions(form: Form) -> bool:
    """Does an answer of this form change what else it asks?"""
    parts = [part for page in form.pages for item in page.items for part in item.walk()]
    return any(part.hide is not None or isinstance(part.required, Feel) or part.options_from for part in parts)


def legal_basis(session: Session, task: UserTask) -> str:
    """The clause that the diagram names for this step."""
    plan = plans.plan(session, task.case.version_id, task.case.called_versions)
    return plan.element(task.element_id).properties.get("legalBasis", "")


def holder(session: Session, task: UserTask) -> str:
    """The name of who holds the task; "" for nobody."""
    account = session.get(Account, task.assignee_id) if task.assignee_id is not None else None
    return account.name if account is not None else ""


def saved_at(session: Session, task: UserTask, actor: Actor) -> Any:
    """When this person last saved a draft of this task."""
    draft = session.get(TaskDraft, (task.id, actor.id))
    return draft.saved_at if draft is not None else None
