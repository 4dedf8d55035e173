"""The page of one task: its form on the left, the case beside it, the timeline and the diagram below.

The rule: whatever a person typed is shown again, right or wrong, in time or too late.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from flask import render_template
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import attachments, plans, timeline, user_tasks, worklists
from engine.casework.models import TaskDraft, UserTask
from engine.errors import Conflict, Invalid, Refusal
from engine.language.forms import Feel, Form, Shown
from engine.registry import access, people
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

    def refused(self, refusal: Refusal | None) -> "Typed":
        """The same with why it was not taken."""
        if refusal is None:
            return self
        if isinstance(refusal, Conflict):
            return replace(self, conflict=refusal.notice)
        problems = refusal.problems if isinstance(refusal, Invalid) else {}
        return replace(self, problems=problems or {"": [refusal.notice]})


def task_page(session: Session, task: UserTask, actor: Actor, typed: Typed | None = None) -> str:
    """The page as this person may see and use it now."""
    form = user_tasks.form(session, task)
    saved = session.get(TaskDraft, (task.id, actor.id))
    typed = typed or Typed(saved.values if saved is not None else {})
    shown = controls(session, task, form, typed)
    return render_template(
        "inbox/task.html",
        task=task,
        case=task.case,
        chip=worklists.chip_of(session, task, task.case, clock.now()),
        glance=case_lines.glance(session, actor, task.case),
        controls=shown,
        summary=form_fields.summary(shown, typed.problems),
        conditional=form is not None and has_conditions(form),
        key=typed.key or uuid4().hex,
        conflict=typed.conflict,
        saved_at=saved.saved_at if saved is not None else None,
        basis=legal_basis(session, task),
        files=attachments.listing(session, task.case_id),
        earlier=timeline.submissions(session, task.case, actor),
        lines=case_lines.timeline_of(session, task.case),
        drawings=drawings.drawings(session, task.case),
        marks=drawings.marks(session, task.case),
        **holding(session, task, actor),
    )


def holding(session: Session, task: UserTask, actor: Actor) -> dict[str, Any]:
    """Who holds the task, and what this person may do about it."""
    is_open = task.state == "open"
    account = session.get(Account, task.assignee_id) if task.assignee_id is not None else None
    above = people.superiors(session, task.role_key, task.region_code) if is_open else []
    return {
        "holder": account.name if account is not None else "",
        "mine": task.assignee_id == actor.id,
        "may_act": access.may_act(actor, task, task.case),
        "usable": is_open and access.may_act(actor, task, task.case) and task.assignee_id in (None, actor.id),
        "may_assign": actor.id in {person.id for person in above},
        "colleagues": user_tasks.colleagues(session, task, actor) if is_open else [],
    }


def controls(session: Session, task: UserTask, form: Form | None, typed: Typed) -> tuple[Control, ...]:
    """The fields as they stand on the page. What may only be read comes from the case."""
    if form is None:
        return ()
    known = user_tasks.context(session, task)
    items = questions(form, typed.values, known)
    fixed = {found.key: known.get(found.key) for item in items for found in item.inputs() if found.read_only}
    values = {**typed.values, **prefilled(items, known, typed), **fixed}
    return form_fields.controls(session, items, values, typed.problems)


def prefilled(items: Iterable[Shown], known: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    """What the case knows already, for empty fields that ask for it (`prefill`): the town where the problem is."""
    wanted = (found for item in items for found in item.inputs() if found.field.properties.get("prefill") == "true")
    return {
        found.key: known.get(found.key)
        for found in wanted
        if not typed.values.get(found.key) and found.key not in typed.problems
    }


def questions(form: Form, values: Mapping[str, Any], known: Mapping[str, Any]) -> list[Shown]:
    """The components to show with these answers."""
    return [item for page in form.visible(form.answered(values, known)) for item in page.items]


def has_conditions(form: Form) -> bool:
    """Does an answer of this form change what else it asks?"""
    parts = [part for page in form.pages for item in page.items for part in item.walk()]
    return any(part.hide is not None or isinstance(part.required, Feel) or part.options_from for part in parts)


def legal_basis(session: Session, task: UserTask) -> str:
    """The clause that the diagram names for this step."""
    plan = plans.plan(session, task.case.version_id, task.case.called_versions)
    return plan.element(task.element_id).properties.get("legalBasis", "")
