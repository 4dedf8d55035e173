"""事项开通和暂停: where a service takes new applications; who decides it is the diagram's.

The rule: of what was decided for a place and for the regions around it, the latest holds; without any the service is
open. Cases that run already go on.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.casework.models import Case
from engine.casework.running import Running
from engine.casework.switch_models import ItemSwitch
from engine.errors import ExecutionFailed, Invalid
from engine.language.diagram import Element
from engine.registry import access, items, regions
from engine.registry.believed import Believed

Standing = dict[str, ItemSwitch]
"""What stands of the decisions on a service, by region."""
_decided: Believed[None, dict[str, Standing]] = Believed()


def forget() -> None:
    """Ask the table again."""
    _decided.forget()


def facts(running: Running, element: Element) -> Mapping[str, Any]:
    """事项现状: of header `item` in header `region` the property `resultVariable` gets {itemName, regionName, isOpen,
    running}; `running`: how many of its cases are not finished there."""
    code, place = (str(running.value_of(element.headers.get(name, ""))) for name in ("item", "region"))
    session = running.session
    here = access.lies_within(Case, regions.prefix_of(place))
    wanted = select(func.count()).where(Case.item_code == code, Case.subject_id.is_(None), Case.state != "ended", here)
    told = {
        "itemName": items.get(session, code).name,
        "regionName": regions.get(session, place).name,
        "isOpen": refusal(session, code, place) is None,
        "running": session.scalar(wanted),
    }
    return {element.properties.get("resultVariable", "itemFacts"): told}


def switch(running: Running, element: Element) -> Mapping[str, Any]:
    """开通或者暂停: header `item`, from now on, in header `region`, which is the case's or lies in it; `open` true or
    false, and the `reason` that people read."""
    said = {name: running.value_of(element.headers.get(name, "")) for name in ("item", "region", "open", "reason")}
    code, place = str(said["item"]), str(said["region"])
    if not isinstance(said["open"], bool) or not place.startswith(regions.prefix_of(running.case.region_code)):
        raise ExecutionFailed(
            f"Expected true or false and a region in {running.case.region_code}, but got {said}", element_id=element.id
        )
    decided = ItemSwitch(
        item_code=items.get(running.session, code).code,
        region_code=regions.get(running.session, place).code,
        is_open=said["open"],
        reason=str(said["reason"] or ""),
        since=running.now,
        case_no=running.case.case_no,
    )
    running.session.add(decided)
    running.session.flush()
    _decided.changed(running.session)
    return {}


def refusal(session: Session, item_code: str, region_code: str) -> Invalid | None:
    """Why the service takes no application of that place now; None where it does."""
    found = _holding(_read(session).get(item_code, {}), region_code)
    if found is None or found.is_open:
        return None
    place, item = regions.get(session, found.region_code).name, items.get(session, item_code).name
    said = f"{place}暂停受理“{item}”：{found.reason}"
    refused = f"Expected {item_code} to be open in {region_code}, but it is not"
    return Invalid(refused, notice=said, problems={"problemRegion": [said]})


def is_closed_everywhere(session: Session, item_code: str) -> bool:
    """Whether no place of the province can apply for it, as of at most a minute ago."""
    found = standing(session, item_code)
    closed = [one for one in found if not one.is_open]
    return len(closed) == len(found) and any(one.region_code == regions.PROVINCE for one in closed)


def standing(session: Session, item_code: str) -> list[ItemSwitch]:
    """Where the service is closed, and where it is open within what is closed, the widest region first; as of at most a
    minute ago."""
    rows = _decided.rows()
    if None not in rows:
        rows[None] = _read(session)
    found = rows[None].get(item_code, {}).values()
    return sorted(found, key=lambda one: (len(regions.prefix_of(one.region_code)), one.region_code))


def options(session: Session) -> list[dict[str, str]]:
    """The services, as options of a form."""
    return [{"label": item.name, "value": item.code} for item in items.listing(session) if item.enabled]


def _read(session: Session) -> dict[str, Standing]:
    """By service what stands. A decision overtakes those for places within, and one that opens what is not closed has
    nothing to say."""
    table = ItemSwitch.__table__
    found: dict[str, Standing] = {}
    for row in session.execute(select(table).order_by(table.c.id)).mappings():
        one, mine = ItemSwitch(**row), found.setdefault(row["item_code"], {})
        within = regions.prefix_of(one.region_code)
        for code in [code for code in mine if code.startswith(within)]:
            del mine[code]
        around = _holding(mine, one.region_code)
        if not one.is_open or (around is not None and not around.is_open):
            mine[one.region_code] = one
    return found


def _holding(standing: Standing, region_code: str) -> ItemSwitch | None:
    around = [standing[code] for code in regions.line_of(region_code) if code in standing]
    return around[-1] if around else None


SERVICES = {"item_facts": facts, "item_switch": switch}
