"""The page on which a management process is begun (发起工作), as both faces show it: its form, what was typed, what is
wrong with it.

The rule: the form of the start event says what is asked, and nothing typed is lost when it is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import request
from sqlalchemy.orm import Session

from engine.casework import beginnings
from engine.casework.beginnings import Beginning
from engine.db import reading, transaction
from engine.errors import Invalid
from engine.language.forms import Shown
from engine.registry.actors import Actor
from webapp import form_fields
from webapp.form_fields import Control


@dataclass(frozen=True)
class StartPage:
    """What the page shows. `case_no`: of the case that was begun, when there is nothing to show any more."""

    beginning: Beginning
    controls: tuple[Control, ...] = ()
    summary: tuple[tuple[str, str], ...] = ()
    key: str = ""
    status: int = 200
    case_no: str = ""


def shown(process: str, actor: Actor) -> StartPage:
    """The page as it is opened; what its address says of a field is filled in already."""
    with reading() as session:
        return _page(session, _found(session, process, actor), actor, request.args, {}, uuid4().hex)


def sent(process: str, actor: Actor) -> StartPage:
    """Begin with what was sent, or the page again with what is wrong with it."""
    key = request.form.get("key", "") or uuid4().hex
    with reading() as session:
        beginning = _found(session, process, actor)
        inputs = _inputs(session, beginning, actor)
    files, problems = form_fields.read_files(inputs, request, form_fields.keeping(actor))
    typed = {**form_fields.read(inputs, request.form), **files}
    if not problems and not form_fields.asks_to_reload(request.form):
        try:
            with transaction() as session:
                region = beginning.region_code
                case = beginnings.begin(session, process, actor=actor, values=typed, key=key, region_code=region)
                return StartPage(beginning, case_no=case.case_no)
        except Invalid as refusal:
            problems = refusal.problems or {"": [refusal.notice]}
    with reading() as session:
        return _page(session, beginning, actor, typed, problems, key)


def _found(session: Session, process: str, actor: Actor) -> Beginning:
    return beginnings.find(session, process, actor, request.values.get("region"))


def _questions(session: Session, beginning: Beginning, actor: Actor, typed: Mapping[str, Any]) -> tuple[Shown, ...]:
    """All visible components: a start is short enough for one page."""
    form = beginnings.form(session, beginning)
    if form is None:
        return ()
    pages = form.visible(form.answered(typed, beginnings.context(session, beginning, actor)))
    return tuple(item for page in pages for item in page.items)


def _inputs(session: Session, beginning: Beginning, actor: Actor) -> list[Shown]:
    """The fields that are asked with the answers of this post."""
    form = beginnings.form(session, beginning)
    typed = form_fields.read([Shown(field) for field in form.fields], request.form) if form else {}
    return [found for item in _questions(session, beginning, actor, typed) for found in item.inputs()]


def _page(
    session: Session,
    beginning: Beginning,
    actor: Actor,
    typed: Mapping[str, Any],
    problems: form_fields.Problems,
    key: str,
) -> StartPage:
    controls = form_fields.controls(session, _questions(session, beginning, actor, typed), typed, problems)
    summary = tuple(form_fields.summary(controls, problems))
    return StartPage(beginning, controls, summary, key, Invalid.status if problems else 200)
