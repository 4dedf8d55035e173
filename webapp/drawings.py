"""A case on its diagrams: which drawings to show, what to mark on them, and the same in words.

The rule: whatever is marked on a drawing also stands in the list of steps, so that nobody needs to see the drawing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from engine.casework import deployments, timeline
from engine.casework.clocks import Chip
from engine.casework.models import Case
from engine.language.bundle import Bundle
from engine.language.diagram import Element
from webapp import filters

# What people would call a step; gateways and the events between are part of the drawing only.
STEPS = frozenset({"userTask", "callActivity", "sendTask", "serviceTask", "businessRuleTask", "scriptTask", "endEvent"})


@dataclass(frozen=True)
class Drawing:
    """One diagram: the case's own, or one that it calls."""

    title: str
    address: str


@dataclass(frozen=True)
class Step:
    """One line of the diagram in words. `state`: passed, current or ahead."""

    element: str
    name: str
    lane: str
    state: str
    who: str = ""
    since: str = ""
    chip: Chip | None = None


@dataclass(frozen=True)
class Marks:
    """`drawn` goes to the viewer as JSON; `steps` are for reading."""

    drawn: dict[str, Any]
    steps: list[Step]


def drawings(session: Session, case: Case) -> list[Drawing]:
    """The diagrams of a case, its own first."""
    numbers = [case.version_id, *case.called_versions.values()]
    return [
        Drawing(deployments.bundle_of(session, number).process.name, url_for("inbox.diagram", version_id=number))
        for number in numbers
    ]


def element_names(session: Session, case: Case) -> dict[str, str]:
    """Element id → what people call it, of all diagrams of a case."""
    return {element.id: element.name or element.id for bundle in _bundles(session, case) for element in bundle.process.walk()}


def marks(session: Session, case: Case) -> Marks:
    """Where the case is now."""
    found = timeline.marks(session, case)
    current = {mark["element"]: mark for mark in found["current"]}
    steps = [
        _step(element, bundle, found["passed"], current)
        for bundle in _bundles(session, case)
        for element in bundle.process.walk()
        if element.kind in STEPS and element.name
    ]
    drawn = {
        "current": [_drawn(mark) for mark in found["current"]],
        "passed": list(found["passed"]),
        "flows_passed": list(found["flows_passed"]),
    }
    return Marks(drawn, steps)


def _bundles(session: Session, case: Case) -> list[Bundle]:
    return [deployments.bundle_of(session, number) for number in (case.version_id, *case.called_versions.values())]


def _step(element: Element, bundle: Bundle, passed: Iterable[str], current: Mapping[str, Mapping[str, Any]]) -> Step:
    lane = next((lane.name for lane in bundle.process.lanes if lane.id == element.lane), "")
    mark = current.get(element.id)
    if mark is None:
        return Step(element.id, element.name, lane, "passed" if element.id in passed else "ahead")
    return Step(element.id, element.name, lane, "current", mark["who"], filters.moment(mark["since"]), mark["chip"])


def _drawn(mark: Mapping[str, Any]) -> dict[str, Any]:
    chip = mark["chip"]
    return {
        "element": mark["element"],
        "who": mark["who"],
        "since": f"{filters.moment(mark['since'])}起" if mark["since"] else "",
        "chip": {"kind": chip.kind, "text": chip.text} if chip else None,
    }
