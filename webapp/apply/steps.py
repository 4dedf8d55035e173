"""The pages between 【我要反馈】 and the case number: those of the opening forms, as the answers so far show them.

The rule: the forms of the process say what is asked; nothing here knows an item.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine.casework import cases, forms_of_tasks
from engine.casework.models import ApplicationDraft
from engine.errors import Invalid, NotFound
from engine.language.forms import Form, ShownPage
from engine.registry import regions
from engine.registry.models import Citizen, Guardianship

# What real-name registration already knows, by the field of the common blocks B.0 that asks for it.
_KNOWN = {
    "SELF": {
        "applicantName": "name",
        "applicantIdNo": "identity_number",
        "applicantPhone": "phone",
        "residenceAddress": "address",
        "problemRegion": "region_code",
        "hukouRegion": "region_code",
    },
    "PROXY": {
        "proxyName": "name",
        "proxyIdNo": "identity_number",
        "proxyPhone": "phone",
        "problemRegion": "region_code",
    },
}


@dataclass(frozen=True)
class Step:
    """One page of the way. `number` counts from 1 of `total`."""

    form: Form
    shown: ShownPage
    number: int
    total: int

    @property
    def id(self) -> str:
        return f"{self.form.id}.{self.shown.page.id}"

    @property
    def title(self) -> str:
        return self.shown.page.title or self.form.name

    @property
    def is_read_aloud(self) -> bool:
        """A page with a text to be read has the voice."""
        return any(item.field.kind == "text" for item in self.shown.items)


@dataclass(frozen=True)
class Way:
    """All pages of a draft, in order."""

    steps: tuple[Step, ...]

    def step(self, step_id: str) -> Step:
        """The page of that id, or NotFound when it is not asked."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise NotFound(f"Expected a page {step_id!r}, but the way has none")

    def after(self, step: Step) -> Step | None:
        """The next page; None after the last."""
        return self.steps[step.number] if step.number < step.total else None

    def before(self, step: Step) -> Step | None:
        """The page before; None at the first."""
        return self.steps[step.number - 2] if step.number > 1 else None

    def of_problem(self, key: str) -> Step | None:
        """The page that asks for this field."""
        field = key.split("-", 1)[0]
        return next((step for step in self.steps if any(shown.key == field for shown in step.shown.inputs())), None)


def way(session: Session, draft: ApplicationDraft) -> Way:
    """The pages for what the draft holds now."""
    known = context(session, draft)
    pages = [(form, shown) for form in forms(session, draft) for shown in form.visible(known)]
    return Way(tuple(Step(form, shown, number, len(pages)) for number, (form, shown) in enumerate(pages, start=1)))


def forms(session: Session, draft: ApplicationDraft) -> list[Form]:
    """The opening forms of the draft's process, in the version that holds where the problem lies."""
    return cases.application_forms(session, draft.process_key, _region(draft), draft.channel)


def context(session: Session, draft: ApplicationDraft) -> dict[str, Any]:
    """What the conditions of the forms may read: the answers typed, because a draft keeps them as they were sent."""
    variables = {"channel": draft.channel, "itemCode": draft.process_key, **draft.values}
    known: Mapping[str, Any] = forms_of_tasks.context(session, _region(draft) or regions.PROVINCE, variables)
    for form in forms(session, draft):
        known = form.answered(draft.values, known)
    return dict(known)


def checked(session: Session, draft: ApplicationDraft, step: Step) -> dict[str, Any]:
    """The draft's answers of one page, typed. Raises Invalid with problems by field."""
    given = {shown.key: draft.values[shown.key] for shown in step.shown.inputs() if shown.key in draft.values}
    return step.form.load(
        given, context(session, draft), checks=forms_of_tasks.checks(session), page=step.shown.page.id
    )


def is_answered(session: Session, draft: ApplicationDraft, step: Step) -> bool:
    """Does the draft hold good answers to all that this page must know?"""
    try:
        checked(session, draft, step)
    except Invalid:
        return False
    return True


def known_of(citizen: Citizen, channel: str, asked: Sequence[Form]) -> dict[str, Any]:
    """What registration knows already, for the fields that these forms ask."""
    keys = {key for form in asked for key in form.keys}
    return {key: getattr(citizen, column) for key, column in _KNOWN.get(channel, {}).items() if key in keys}


def known_of_ward(bound: Guardianship, known: Mapping[str, Any]) -> dict[str, Any]:
    """The same for a ward: name and number are the ward's, where to reach them is the guardian's."""
    own = {"applicantName": bound.ward_name, "applicantIdNo": bound.ward_identity}
    return {**known, **{key: value for key, value in own.items() if key in known}}


def _region(draft: ApplicationDraft) -> str | None:
    """Where the problem lies, once it is chosen down to the village."""
    code = draft.values.get("problemRegion")
    return code if isinstance(code, str) and len(code) == 12 and code.isdigit() else None
