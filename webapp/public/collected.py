"""收集信息目录: which personal data an item asks for at which step, who fills it in, and by which rule.

The rule: it is read from the diagrams and forms on which new cases run, so nothing is asked that does not stand here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import clock, db
from engine.casework import deployments
from engine.language.bundle import Bundle
from engine.language.forms import Form
from engine.registry import items, regions
from webapp import auth
from webapp.public import introduction
from webapp.public.blueprint import blueprint


@dataclass(frozen=True)
class Collected:
    """What one step asks for. `basis`: the rule by which it does."""

    step: str
    who: str
    labels: tuple[str, ...]
    basis: str


@blueprint.get("/items/<code>/data")
def collected(code: str) -> ResponseReturnValue:
    with db.reading() as rows:
        found = items.get(rows, code)
        auth.refuse_unknown(introduction.is_open(rows, found) and found.directory is None)
        return render_template("public/collected.html", item=found, steps=list(_collected(rows, code, set())))


def _collected(rows: Session, process: str, told: set[str]) -> Iterator[Collected]:
    """The steps of the process and of those it calls, each process once, in the order of the drawing."""
    told.add(process)
    version = deployments.active(rows, process, regions.PROVINCE, clock.now())
    bundle = deployments.bundle_of(rows, version.id)
    lanes = {lane.id: lane.name for lane in bundle.process.lanes}
    for element in bundle.process.walk():
        form = _form(bundle, element.form)
        if form is not None:
            labels = tuple(dict.fromkeys(field.label for field in form.fields if field.label))
            basis = element.properties.get("legalBasis", "")
            yield Collected(element.name, lanes.get(element.lane or "", ""), labels, basis)
        elif (
            element.called in bundle.called and element.called not in told and deployments.is_open(rows, element.called)
        ):
            yield from _collected(rows, element.called, told)


def _form(bundle: Bundle, form_id: str | None) -> Form | None:
    return bundle.forms.get(form_id) if form_id is not None else None
