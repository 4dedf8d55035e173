"""医疗机构查询: the public directory of hospitals and clinics, without signing in, without a case, without a trace.

The rule: where the searcher is goes into the distances of this page and nowhere else.
"""

import re

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import db
from engine.casework import deployments, offered
from engine.registry import hospitals as directory
from engine.registry import regions
from webapp.public.blueprint import blueprint

DISPUTE = "data_dispute"
"""The process by which somebody says that what stands here is wrong."""
ASKED = ("region", "name", "level", "kind", "function", "disease")
MOST_SHOWN = 50
_PLACE = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]{1,8})?),(-?[0-9]{1,3}(?:\.[0-9]{1,8})?)")
_REGION = re.compile(r"[0-9]{6}|[0-9]{9}|[0-9]{12}")


@blueprint.get("/hospitals")
def hospitals() -> ResponseReturnValue:
    asked = {name: request.args.get(name, "")[:60] for name in ASKED}
    if not _REGION.fullmatch(asked["region"]):
        asked["region"] = ""
    near = request.args.get("near", "")
    with db.reading() as rows:
        place = _place(rows, near)
        found = directory.search(rows, **asked, near=place)
        if place is None and _REGION.fullmatch(near):
            found.sort(key=lambda one: not regions.lies_in(one.hospital.region_code, near))
        return render_template(
            "public/hospitals.html",
            found=found[:MOST_SHOWN],
            total=len(found),
            asked=asked,
            near=near,
            unplaced=bool(near) and place is None,
            towns=directory.towns(rows),
            choices=_choices(rows),
        )


def _choices(rows: Session) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What may be chosen beside place and name: key, label, options."""
    asked = [
        ("kind", "哪一类", directory.KINDS),
        ("level", "等级", directory.LEVELS),
        ("function", "能办什么", directory.FUNCTIONS),
        ("disease", "大病定点病种", directory.diseases(rows)),
    ]
    return [(key, label, [(one, one) for one in options]) for key, label, options in asked]


def _place(rows: Session, near: str) -> directory.Place | None:
    """Where the searcher is: latitude and longitude from the telephone, or about where the chosen town lies."""
    said = _PLACE.fullmatch(near)
    if said:
        return float(said[1]), float(said[2])
    return directory.place_of(rows, near) if _REGION.fullmatch(near) else None


@blueprint.get("/hospitals/<code>")
def hospital(code: str) -> ResponseReturnValue:
    with db.reading() as rows:
        found = directory.get(rows, code)
        return render_template(
            "public/hospital.html",
            hospital=found,
            versions=directory.versions(rows, code),
            leads_to=offered.beside(rows, "hospitals") if found.open else [],
            dispute=DISPUTE if deployments.is_open(rows, DISPUTE) else None,
        )
