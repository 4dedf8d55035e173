"""A case on its diagrams: which drawings to show, what to mark on them, and the same in words.

The rule: whatever is marked on a drawing also stands in the list of steps, so that nobody needs to see the drawing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from engine import spoken
from engine.casework import plans, timeline
from engine.casework.clocks import Chip
from engine.casework.models import Case
from engine.casework.timeline import Mark
from engine.language.bundle import Bundle
from engine.language.diagram import Element

# What people do and how a case can end; gateways, messages and what the machine does are part of the drawing only.
STEPS = frozenset({"userTask", "callActivity", "endEvent"})


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

    @property
    def reached(self) -> list[Step]:
        """The steps that were passed or are at work now."""
        return [step for step in self.steps if step.state != "ahead"]

    @property
    def ahead(self) -> list[Step]:
        """The steps that the case may still come to."""
        return [step for step in self.steps if step.state == "ahead"]


def drawings(session: Session, case: Case) -> list[Drawing]:
    """The diagrams of a case, its own first."""
    numbers = [case.version_id, *case.called_versions.values()]
    return [
        Drawing(bundle.process.name, url_for("inbox.diagram", version_id=number))
        for number, bundle in zip(numbers, _bundles(session, case), strict=True)
    ]


def element_names(session: Session, case: Case) -> dict[str, str]:
    """Element id → what people call it, in all diagrams of a case."""
    return {
        element.id: element.name or element.id
        for bundle in _bundles(session, case)
        for element in bundle.process.walk()
    }


def marks(session: Session, case: Case) -> Marks:
    """Where the case is now."""
    found = timeline.marks(session, case)
    current = {mark.element_id: mark for mark in found.current}
    drawn = {
        "current": [_drawn(mark) for mark in found.current],
        "passed": list(found.passed),
        "flows_passed": list(found.flows),
    }
    return Marks(drawn, _steps(session, case, found.passed, current))


def _bundles(session: Session, case: Case) -> list[Bundle]:
    plan = plans.plan(session, case.version_id, case.called_versions)
    return [plan.main, *(plan.called[name] for name in case.called_versions)]


def _steps(session: Session, case: Case, passed: Collection[str], current: Mapping[str, Mark]) -> list[Step]:
    return [
        _step(element, _lane(bundle, element), passed, current.get(element.id))
        for bundle in _bundles(session, case)
        for element in bundle.process.walk()
        if element.name and (element.kind in STEPS or element.id in current)
    ]


def _lane(bundle: Bundle, element: Element) -> str:
    return next((lane.name for lane in bundle.process.lanes if lane.id == element.lane), "")


def _step(element: Element, lane: str, passed: Collection[str], mark: Mark | None) -> Step:
    if mark is None:
        return Step(element.id, element.name, lane, "passed" if element.id in passed else "ahead")
    return Step(element.id, element.name, lane, "current", mark.who, spoken.moment(mark.since), mark.chip)


def _drawn(mark: Mark) -> dict[str, Any]:
    return {
        "element": mark.element_id,
        "who": mark.who,
        "since": f"{spoken.moment(mark.since)} 起",
        "chip": {"kind": mark.chip.kind, "text": mark.chip.text},
    }
