"""What is offered to citizens now: which items may be used, and what their processes say of themselves in public.

The rule: a process says it in its own properties, so nothing here knows any service by name.
"""

from sqlalchemy.orm import Session

from engine import clock
from engine.casework import deployments, plans
from engine.language.bundle import Bundle
from engine.registry import items
from engine.registry.models import ServiceItem


def is_offered(session: Session, item: ServiceItem) -> bool:
    """Whether people may use the item by now: it is switched on, and a directory answers it, or its process is open."""
    return item.enabled and (item.directory is not None or deployments.is_open(session, item.code))


def beside(session: Session, directory: str) -> list[ServiceItem]:
    """The items that a page of that directory leads to, as their processes say (property `offeredIn`)."""
    offered = (item for item in items.listing(session) if item.enabled)
    return [item for item in offered if _said(session, item.code, "offeredIn") == directory]


def banner(session: Session, process_key: str) -> str:
    """What stands above all that begins the service: property `banner` of its process, "" where it has none."""
    return _said(session, process_key, "banner")


def _said(session: Session, process_key: str, name: str) -> str:
    """A property of the process; "" where it has none, or is not open anywhere."""
    found = bundle(session, process_key)
    return found.process.properties.get(name, "") if found is not None else ""


def bundle(session: Session, process_key: str) -> Bundle | None:
    """The version of the process on which its widest region runs; None where it is not open anywhere."""
    place = deployments.open_somewhere(session, process_key)
    if place is None:
        return None
    return plans.bundle_of(session, deployments.active(session, process_key, place, clock.now()).id)
