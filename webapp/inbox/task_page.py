"""The page of one task: its form on the left, the case beside it, the timeline and the diagram below.

The rule: whatever a person typed is shown again, right or wrong, in time or too late.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import render_template
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import (
    attachments,
    cases,
    copies,
    cosigning,
    delegation,
    disputes,
    documents,
    plans,
    progress,
    segregation,
    straight,
    timeline,
    user_tasks,
    worklists,
)
from engine.casework.models import Attachment, TaskDraft, UserTask
from engine.casework.timeline import Answered
from engine.errors import Conflict, Invalid, Refusal
from engine.language.forms import Feel, Form, Shown
from engine.registry import access, people
from engine.registry.actors import Actor
from engine.registry.models import Account
from webapp import case_lines, drawings, form_fields
from webapp.form_fields import Control
from webapp.inbox import returning

# A page on which everything was only agreed to tells nothing.
AGREED = "是"


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
    held = holding(session, task, actor)
    told = raised(session, task, actor)
    files = attachments.listing(session, task.case_id)
    # What was submitted before is unmasked, so it is for those only who may fill the form in.
    before = straight.prefill(session, task) if held["fills"] and saved is None else {}
    typed = typed or Typed(saved.values if saved is not None else before)
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
        raised=[row for row in told if any(shown != AGREED for _, shown in row.answers)],
        photos=pictures(told, files),
        files=files,
        documents=documents.of_case(session, task.case_id, actor),
        disputed=disputes.open_about(session, task.case),
        earlier=[row for row in timeline.submissions(session, task.case, actor) if row not in told],
        lines=case_lines.timeline_of(session, task.case),
        drawings=drawings.drawings(session, task.case),
        marks=drawings.marks(session, task.case),
        **held,
    )


def raised(session: Session, task: UserTask, actor: Actor) -> list[Answered]:
    """What the citizen told: of this case, or of that beside which it runs where this person may read it, unless the
    citizen did not want to be known beside it."""
    case = cases.root_of(session, task.case)
    beside = not timeline.is_anonymous(task.case) and access.may_see(actor, case)
    readable = case.id == task.case_id or beside
    return progress.filled_in(session, case, actor) if readable else []


def pictures(told: Iterable[Answered], files: Iterable[Attachment]) -> list[Attachment]:
    """The photos that came with what was told."""
    shown = {number for row in told for number in row.files}
    return [file for file in files if file.id in shown and file.media_type.startswith("image/")]


def holding(session: Session, task: UserTask, actor: Actor) -> dict[str, Any]:
    """Who holds the task, and what this person may do about it."""
    is_open = task.state == "open" and task.case.state == "active"
    above = people.superiors(session, task.role_key, task.region_code) if is_open else []
    may_act, mine = access.may_act(actor, task, task.case), task.assignee_id == actor.id
    undivided = task.owner_id is None and task.submission_id is None
    barred = segregation.reason(session, task.id, actor.id) if is_open else None
    at_hand = is_open and may_act and undivided and task.assignee_id in (None, actor.id) and barred is None
    return {
        "barred": barred,
        "holder": name_of(session, task.assignee_id),
        "owner": name_of(session, task.owner_id),
        "mine": mine,
        "may_act": may_act,
        "usable": at_hand,
        "fills": at_hand or (is_open and task.kind == "step" and access.is_asked(actor, task)),
        "advises": is_open and task.kind == "step" and access.is_asked(actor, task),
        "may_give_back": at_hand and mine,
        "may_recall": is_open and task.kind == "step" and task.owner_id == actor.id,
        "may_assign": actor.id in {person.id for person in above},
        "colleagues": user_tasks.colleagues(session, task, actor) if is_open else [],
        **asking_about(session, task, actor, at_hand=at_hand),
        **returning.around(session, task, actor, at_hand=at_hand),
    }


def asking_about(session: Session, task: UserTask, actor: Actor, *, at_hand: bool) -> dict[str, Any]:
    """Who is, or was, asked about the step beside its holder, and whom this person may ask now."""
    is_open = task.state == "open" and task.case.state == "active"
    step_id = task.host_id or task.id
    signatures = [said(session, row, actor) for row in cosigning.signatures(session, step_id)]
    works = is_open and (access.may_act(actor, task, task.case) or access.is_asked(actor, task))
    return {
        "signatures": signatures,
        "unsigned": "、".join(one.who for one in signatures if one.position == "前加签" and not one.given),
        "advice": [
            Said(name_of(session, one.account_id), "委派意见", text=one.text, at=one.given_at)
            for one in delegation.opinions(session, step_id)
            if one.kind == "delegate"
        ],
        "copies": [(one.id, name_of(session, one.account_id)) for one in copies.listing(session, task.case)],
        "may_ask": at_hand and task.kind == "step",
        "may_copy": works,
        "may_call": works,
        "may_urge": is_open and task.assignee_id != actor.id and access.may_urge(actor, task),
        "may_sign": is_open and task.kind == "cosign" and access.is_asked(actor, task),
    }


@dataclass(frozen=True)
class Said:
    """What somebody who was asked said, or has still to say."""

    who: str
    position: str
    text: str = ""
    at: datetime | None = None
    answer: str = ""
    given: bool = True
    number: int = 0
    removable: bool = False


def said(session: Session, row: UserTask, actor: Actor) -> Said:
    """One signature beside the step."""
    found = next((one for one in delegation.opinions(session, row.host_id or 0) if one.signature_id == row.id), None)
    step = session.get_one(UserTask, row.host_id)
    return Said(
        who=name_of(session, row.assignee_id),
        position=cosigning.POSITIONS[row.position or "before"],
        text=found.text if found else "",
        at=found.given_at if found else None,
        answer=("同意" if found.agrees else "不同意") if found else "等待签署" if row.state == "open" else "提交后签署",
        given=found is not None,
        number=row.id,
        removable=found is None and step.case.state == "active" and actor.id in (row.owner_id, step.assignee_id),
    )


def name_of(session: Session, account_id: int | None) -> str:
    """The name of a member of staff; "" for none."""
    account = session.get(Account, account_id) if account_id is not None else None
    return account.name if account is not None else ""


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
