"""What home and the introductions show: the boards, and of each open item its steps with who and how long.

The rule: steps and limits are read from the version that new cases run on, so they are never told twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine import clock
from engine.casework import deployments, offered
from engine.language import schedule
from engine.language.bundle import Bundle
from engine.registry import items, regions
from engine.registry.models import ServiceItem

ACTIONS = {"反映": "我要反馈", "申请": "我要申请", "查询": "我要查询"}


@dataclass(frozen=True)
class Entry:
    """An item on its board."""

    item: ServiceItem
    open: bool


@dataclass(frozen=True)
class Board:
    """One of the seven questions with its items."""

    name: str
    department_code: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class GuideStep:
    """A step on the usual way: what is done, in words for citizens, by whom, and within which limit."""

    text: str
    who: str
    limit: str


@dataclass(frozen=True)
class Guide:
    """What a citizen should know before beginning."""

    action: str
    total: str
    steps: tuple[GuideStep, ...]


def boards(session: Session) -> list[Board]:
    """The boards, each item marked as open or coming: what can be begun now stands first."""
    found = []
    for name, listed in items.boards(session):
        entries = [Entry(item, is_open(session, item)) for item in listed]
        found.append(Board(name, listed[0].department_code, tuple(sorted(entries, key=lambda entry: not entry.open))))
    return sorted(found, key=lambda board: not board.entries[0].open)


def is_open(session: Session, item: ServiceItem) -> bool:
    """Is the item switched on, and has its process an active version, or is it answered by a directory?"""
    return offered.is_offered(session, item)


def guide(session: Session, item: ServiceItem) -> Guide:
    """Steps and limits of the version that new cases run on."""
    version = deployments.active(session, item.code, regions.PROVINCE, clock.now())
    bundle = deployments.bundle_of(session, version.id)
    total = _limit(bundle, "total", "item.total") or _limit(bundle, "total", f"{item.code}.total")
    return Guide(ACTIONS.get(item.channel_kind, "我要申请"), total, tuple(_steps(session, bundle)))


def _steps(session: Session, bundle: Bundle) -> Iterator[GuideStep]:
    """The steps for which the diagram has words of a guide (`guideText`): those of the usual way, in its order, those
    of the processes that it calls where it calls them."""
    lanes = {lane.id: lane.name for lane in bundle.process.lanes}
    for element in bundle.process.walk():
        text = element.properties.get("guideText")
        if element.kind == "userTask" and text:
            yield GuideStep(
                text, lanes.get(element.lane or "", ""), _limit(bundle, element.id, element.properties.get("slaKey"))
            )
        elif element.called in bundle.called and deployments.is_open(session, element.called):
            version = deployments.active(session, element.called, regions.PROVINCE, clock.now())
            yield from _steps(session, deployments.bundle_of(session, version.id))


def _limit(bundle: Bundle, element: str, key: str | None) -> str:
    """24 小时, 2 个工作日; "" where there is none."""
    tables = bundle.decisions.get("deadlines")
    if tables is None:
        return ""
    found = schedule.limit(tables, item=bundle.process_id, element=element, region=regions.PROVINCE, sla_key=key)
    return "" if found is None else str(found)
