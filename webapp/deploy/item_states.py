"""事项情况: for each service item whether it is open, on which version, and where it takes no new applications."""

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import deployments, offered, switching
from engine.casework.models import ItemSwitch
from engine.db import reading
from engine.registry import items, regions
from engine.registry.models import Department, ServiceItem
from webapp.auth import current_actor
from webapp.deploy.blueprint import blueprint


@dataclass(frozen=True)
class State:
    """One row. `version`: its number and key where new cases of the whole province take it, else None."""

    item: ServiceItem
    department: str
    said: str
    version: tuple[int, int] | None
    switched: tuple[tuple[str, ItemSwitch], ...]


@blueprint.get("/versions/items")
def item_states() -> ResponseReturnValue:
    with reading() as session:
        return render_template(
            "deploy/items.html",
            states=[state(session, item) for item in items.listing(session)],
            may_switch=current_actor().holds("policy_admin"),
        )


def state(session: Session, item: ServiceItem) -> State:
    """How the item stands now."""
    number = deployments.active_id(session, item.code, regions.PROVINCE, clock.now())
    version = None if number is None else deployments.get(session, number, current_actor())
    department = session.get_one(Department, item.department_code)
    switched = [(regions.get(session, one.region_code).name, one) for one in switching.standing(session, item.code)]
    if not offered.is_offered(session, item):
        said = "没有开通"
    elif switching.is_closed_everywhere(session, item.code):
        said = "暂停受理"
    else:
        said = "部分地区暂停受理" if switched else "正常受理"
    return State(item, department.county_name, said, (version.number, version.id) if version else None, tuple(switched))
