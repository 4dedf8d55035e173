"""联系方式: where each department and town of a county is asked and complained to, for everybody.

The rule: a unit that has told nothing is named all the same, with the number that is always answered.
"""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import db
from engine.errors import NotFound
from engine.registry import contacts as registry
from engine.registry import regions
from engine.registry.models import Region
from webapp.public.blueprint import blueprint

HOTLINE = "12345"
REPORTS = "12388"
"""Where misconduct of officials is reported by telephone, everywhere in China."""


@blueprint.get("/contacts")
def contacts() -> ResponseReturnValue:
    """The units of the chosen county."""
    code = request.args.get("county", "")
    with db.reading() as rows:
        counties = _counties(rows)
        if code and code not in {county.code for county in counties}:
            raise NotFound(f"Expected a county, but got {code!r}", notice="没有这个县（市、区）")
        return render_template(
            "public/contacts.html",
            counties=counties,
            chosen=code,
            units=registry.of_county(rows, code) if code else [],
            hotline=HOTLINE,
            reports=REPORTS,
        )


def _counties(rows: Session) -> list[Region]:
    return [regions.get(rows, code) for code in regions.of_level(rows, "county")]
