"""What home and the introductions show: the boards, and of each open item its steps with who and how long.

The rule: steps and limits are read from the version that new cases run on, so they are never told twice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine import clock
from engine.casework import cases, deployments, offered
from engine.language import schedule
from engine.language.bundle import Bundle
from engine.language.forms import Form
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
    """What a citizen should know before beginning. `basis`: the rules that the item goes by; `standard`: by which
    measure it is given, as far as no table says it; `materials`: the files that the application asks for."""

    action: str
    total: str
    steps: tuple[GuideStep, ...]
    basis: tuple[str, ...]
    standard: str
    materials: tuple[str, ...]


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
    """Steps and limits of the version that new cases run on, and what its process says of itself (`legalBasis`,
    `standard`)."""
    bundle = next(bundles(session, item.code))
    said = bundle.process.properties
    return Guide(
        ACTIONS.get(item.channel_kind, "我要申请"),
        _limit(bundle, "total", "item.total") or _limit(bundle, "total", f"{item.code}.total"),
        tuple(_steps(session, bundle)),
        tuple(part for part in said.get("legalBasis", "").split("；") if part),
        said.get("standard", ""),
        tuple(dict.fromkeys(_materials(cases.application_forms(session, item.code)))),
    )


def bundles(session: Session, code: str, told: set[str] | None = None) -> Iterator[Bundle]:
    """The versions on which new cases run: of the process itself, and of those that it calls, each once."""
    told = set() if told is None else told
    told.add(code)
    bundle = deployments.bundle_of(session, deployments.active(session, code, regions.PROVINCE, clock.now()).id)
    yield bundle
    for called in bundle.called:
        if called not in told and deployments.is_open(session, called):
            yield from bundles(session, called, told)


def _materials(forms: Iterable[Form]) -> Iterator[str]:
    """The labels of all files that are asked for; of one that not everybody has to bring, that it is so."""
    for found in (field for form in forms for field in form.fields):
        for field in (found, *found.fields):
            if field.kind == "filepicker":
                yield field.label if field.required is True and field.hide is None else f"{field.label}（需要时）"


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
