"""The form of a task, or of a beginning, described for programs: what it asks, and what it takes for an answer.

The rule: every field is told, also those that other answers may bring up, each with the condition that hides it.
"""

from typing import Any

from sqlalchemy.orm import Session

from engine.casework import user_tasks
from engine.casework.models import UserTask
from engine.language.forms import Field, Form, Shown


def described(session: Session, task: UserTask, draft: dict[str, Any]) -> dict[str, Any] | None:
    """The form with its fields as they are with the answers of this draft; None for a task without one."""
    form = user_tasks.form(session, task)
    return None if form is None else asked(form, draft, user_tasks.context(session, task))


def asked(form: Form, given: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """The form with its fields as they are with these answers, and with what else is known."""
    pages = form.visible(form.answered(given, known))
    shown = {question.key: question for page in pages for question in page.inputs()}
    return {
        "id": form.id,
        "name": form.name,
        "fields": [_question(field, shown.get(field.key)) for field in form.fields],
    }


def _question(field: Field, shown: Shown | None) -> dict[str, Any]:
    now = shown or Shown(field, options=field.options, format=field.format)
    return {
        "key": field.key,
        "label": field.label,
        "description": field.description,
        "kind": field.kind,
        "format": now.format,
        "required": now.required,
        "read_only": now.read_only,
        "visible": shown is not None,
        "hide": field.hide.text if field.hide is not None else None,
        "options": now.options,
        "minimum": now.minimum,
        "maximum": now.maximum,
        "min_length": now.min_length,
        "max_length": now.max_length,
        "earliest": now.earliest,
        "latest": now.latest,
        "min_files": field.min_files,
        "max_files": field.max_files,
        "max_choices": field.max_choices,
        "rows": _row(field),
    }


def _row(field: Field) -> list[dict[str, Any]]:
    """What each row of a dynamic list asks."""
    if field.kind != "dynamiclist":
        return []
    return [_question(found, Shown(found, options=found.options, format=found.format)) for found in field.fields]
