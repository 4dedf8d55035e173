"""What diagrams do with the public directory of 医疗机构: look an institution up, and publish what is said of it.

The rule: who may say so, and who checks it, is the diagram's; what was published stays, as a version with its case.
"""

from collections.abc import Mapping
from typing import Any

from engine.casework.running import Running
from engine.errors import ExecutionFailed
from engine.language.diagram import Element
from engine.registry import hospitals, regions
from engine.registry.hospital_models import Hospital
from engine.workflow.conditions import to_json

TOLD = ("code", "version", "name", "level", "kind", *hospitals.LISTS, "address", "phone", "hours", "open")


def institution(running: Running, element: Element) -> Mapping[str, Any]:
    """What the directory says of the one of header `code`, or of header `name` in the case's county; null where there
    is none. `region` is where it lies, `town` the town; `latitude` and `longitude` are null where unknown."""
    said = _said(running, element)
    county = regions.ancestor_code(running.case.region_code, "county") or running.case.region_code
    session = running.session
    found = hospitals.find(session, said["code"]) if said.get("code") else None
    if found is None and said.get("name"):
        found = hospitals.named(session, str(said["name"]), county)
    return {element.properties.get("resultVariable", "institutionFound"): _told(found) if found else None}


def _told(row: Hospital) -> dict[str, Any]:
    where = {"region": row.region_code, "town": regions.ancestor_code(row.region_code, "town")}
    return {**{name: getattr(row, name) for name in TOLD}, **where, "place": _place(row)}


def _place(row: Hospital) -> str | None:
    return None if row.latitude is None or row.longitude is None else f"{row.latitude}, {row.longitude}"


def institution_publish(running: Running, element: Element) -> Mapping[str, Any]:
    """Publish the context of header `entry`, by whoever does the step: a new institution where header `code` is null,
    else a new version of that one, if its version is still that of header `basedOn`.

    Gives {code, version}; null where somebody else has published meanwhile.
    """
    said = _said(running, element)
    code, entry = said.get("code"), to_json(said.get("entry"))
    if not isinstance(entry, dict) or set(entry) - {*hospitals.CONTENT, "region", "place"}:
        raise ExecutionFailed(f"Expected what to publish of an institution, but got {entry!r}", element_id=element.id)
    session, result = running.session, element.properties.get("resultVariable", "institutionPublished")
    if code and hospitals.get(session, code).version != said.get("basedOn"):
        return {result: None}
    made = hospitals.publish(
        session,
        code,
        _columns(entry),
        county=regions.ancestor_code(running.case.region_code, "county") or running.case.region_code,
        by=running.actor.id if running.actor.is_staff else None,
        case_no=running.case.case_no,
        at=running.now,
    )
    return {result: {"code": made.code, "version": made.version}}


def _columns(entry: Mapping[str, Any]) -> dict[str, Any]:
    """`region` is where it lies, `place` its latitude and longitude with a comma between; what is null stays so."""
    said = {name: value for name, value in entry.items() if value is not None}
    values = {name: value for name, value in said.items() if name in hospitals.CONTENT}
    if "region" in said:
        values["region_code"] = said["region"]
    if "place" in said:
        values["latitude"], values["longitude"] = (float(part) for part in said["place"].split(","))
    return values


def _said(running: Running, element: Element) -> dict[str, Any]:
    return {key: running.value_of(text) for key, text in element.headers.items()}


SERVICES = {"institution": institution, "institution_publish": institution_publish}
