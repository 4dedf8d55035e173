"""医疗机构查询: the public directory of hospitals and clinics.

The rule: this is open to everybody, and says no more than its page does.
"""

from typing import Any

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.db import reading
from engine.registry import hospitals, regions
from engine.registry.hospital_models import Hospital
from webapp.api.answers import HospitalSchema
from webapp.api.blueprint import blueprint, refuses
from webapp.api.requests import HospitalsSchema

_SAID = ("code", "version", "name", "region_code", "level", "kind", "address", "phone", "hours", "open", "published_at")
_PLACED = ("latitude", "longitude", *hospitals.LISTS)


@blueprint.get("/hospitals")
@blueprint.arguments(HospitalsSchema, location="query")
@blueprint.response(200, HospitalSchema(many=True))
@blueprint.doc(security=[])
def list_hospitals(asked: dict[str, Any]) -> ResponseReturnValue:
    """Those that fit; with `latitude` and `longitude` the nearest first, each with its distance."""
    latitude, longitude = asked.pop("latitude"), asked.pop("longitude")
    near = None if latitude is None or longitude is None else (latitude, longitude)
    with reading() as session:
        return [_told(session, one.hospital, one.distance) for one in hospitals.search(session, **asked, near=near)]


@blueprint.get("/hospitals/<code>")
@blueprint.response(200, HospitalSchema)
@blueprint.doc(security=[])
@refuses(404, "There is no such institution")
def show_hospital(code: str) -> ResponseReturnValue:
    """One of them as it was published last, closed or not."""
    with reading() as session:
        return _told(session, hospitals.get(session, code))


def _told(session: Session, row: Hospital, distance: float | None = None) -> dict[str, Any]:
    known = {name: getattr(row, name) for name in (*_SAID, *_PLACED)}
    place = regions.full_name(session, row.region_code)
    return {**known, "region": place, "verified": row.case_no is not None, "distance": distance}
