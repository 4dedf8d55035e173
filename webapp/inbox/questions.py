"""The pages on which an act beside the form is asked for: whom, how, why. One look for all of them, without script.

The rule: what was typed comes back with a refusal: 422 with the problems at the fields, 409 with what happened.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import uuid4

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework.asking import Candidates
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid
from webapp.form_fields import Level

Groups = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True)
class Question:
    """One field. `kind`: person, people, choice, region or words; `options`: of persons by post, of a choice in one
    group; `levels`: of a region, from the province downwards."""

    name: str
    label: str
    kind: str = "words"
    hint: str = ""
    options: Groups = ()
    required: bool = True
    longest: int = 500
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True)
class Act:
    """A page: what is done to which task or case (`about`), what follows from it, and the word on its button."""

    title: str
    about: str
    button: str
    address: str
    back: str
    consequence: str = ""
    questions: tuple[Question, ...] = ()
    empty: str = ""
    """Said instead of the questions when there is nobody to choose."""


def people(found: Candidates) -> Groups:
    """The accounts that may be chosen, by their posts."""
    return tuple(
        (name, tuple((str(account.id), account.name) for account, _ in group))
        for name, group in groupby(found, key=lambda one: one[1].name)
    )


def choice(options: Mapping[str, str]) -> Groups:
    return (("", tuple(options.items())),)


def page(act: Act, problems: Mapping[str, Sequence[str]] | None = None, conflict: str = "") -> str:
    """The page with what was typed and what is wrong with it."""
    return render_template(
        "inbox/act.html",
        act=act,
        problems=problems or {},
        conflict=conflict,
        typed=request.form,
        key=request.form.get("key") or uuid4().hex,
    )


def asked(view: Callable[[Session], Act]) -> ResponseReturnValue:
    """The page when it is opened."""
    with reading() as session:
        return page(view(session))


def asked_again(view: Callable[[Session], Act], problems: Mapping[str, Sequence[str]]) -> ResponseReturnValue:
    """The page when something is missing that the engine is not even asked about."""
    with reading() as session:
        return page(view(session), problems), 422


def send(view: Callable[[Session], Act], deed: Callable[[Session], Any], *, done: str, to: str) -> ResponseReturnValue:
    """The act itself; where it is refused, the page again."""
    try:
        with transaction() as session:
            deed(session)
    except (Invalid, Conflict) as refusal:
        problems = (refusal.problems or {"": [refusal.notice]}) if isinstance(refusal, Invalid) else {}
        with reading() as session:
            conflict = refusal.notice if isinstance(refusal, Conflict) else ""
            return page(view(session), problems, conflict), refusal.status
    flash(done)
    return redirect(to, 303)


def number(name: str) -> int:
    """The account that was chosen; 0, which is nobody, when none was."""
    return numbers(name)[0] if numbers(name) else 0


def numbers(name: str) -> list[int]:
    return [int(written) for written in request.form.getlist(name) if written.isdigit() and len(written) < 19]


def words(name: str) -> str:
    return request.form.get(name, "")


def key() -> str | None:
    """The idempotency key of the page."""
    return request.form.get("key") or None
