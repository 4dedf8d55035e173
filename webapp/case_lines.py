"""A case in one line and at one glance, as staff see it: item, person, place, state, clock.

The rule: names and numbers are masked here, for everybody whom the rights do not show them, on every page alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import cases, clocks, outcomes, plans, timeline
from engine.casework.clocks import Chip
from engine.casework.listed import Listed
from engine.casework.models import Case, UserTask
from engine.casework.timeline import Line
from engine.casework.worklists import Waiting
from engine.db import one_of
from engine.oversight import case_facts, persons
from engine.registry import calendars, masks, regions
from engine.registry.actors import Actor
from webapp import filters

# Whoever looks knows the province and the prefecture; what is worth saying begins with the county.
_SAID = ("county", "town", "village")
# The clocks of the open tasks of some cases, the most urgent last.
_CLOCKS = (
    select(UserTask.case_id, UserTask.due_at, UserTask.remind_at, UserTask.due_unit)
    .where(UserTask.state == "open", one_of(UserTask.case_id, "cases"))
    .order_by(UserTask.due_at.desc().nulls_first(), UserTask.id)
)
_MACHINERY = frozenset({"timer_fired", "companion_started"})


@dataclass(frozen=True)
class CaseLine:
    """One row of a table of cases."""

    case_no: str
    item: str
    applicant: str
    place: str
    status: str
    chip: Chip
    started_at: datetime


@dataclass(frozen=True)
class Glance:
    """Who and what, beside a task and on top of a case. `has_person`: there is a page of all that the applicant has."""

    item: str
    applicant: str
    identity: str
    place: str
    channel: str
    subject_no: str
    status: str
    masked: bool
    reason: str | None = None
    opened_with: Sequence[tuple[str, str]] = ()
    has_person: bool = False


def lines(
    session: Session, actor: Actor, found: Sequence[Listed], waiting: Mapping[int, Sequence[Waiting]] | None = None
) -> list[CaseLine]:
    """The rows of these cases; `waiting`: their open tasks, where they are known already."""
    chips = chips_of(session, found) if waiting is None else _chips(session, found, _urgent(waiting))
    regions.remember(session, (case.region_code for case in found))
    return [
        CaseLine(
            case_no=case.case_no,
            item=item_of(session, case, case.root),
            applicant=shown_name(actor, case.root, anonymous=case.anonymous),
            place=place(session, case.region_code),
            status=status(case),
            chip=chips[case.id],
            started_at=case.started_at,
        )
        for case in found
    ]


def timeline_of(session: Session, case: Case, companions: list[Case] | None = None) -> list[Line]:
    """What happened, without what the machine did for itself; the auditor's replay has all of it."""
    told = timeline.for_staff(session, case, companions)
    return [line for line in told if line.kind not in _MACHINERY and not _is_beginning(line)]


def _is_beginning(line: Line) -> bool:
    """The first and last event of a companion say nothing that the case's own events do not."""
    return line.kind in ("case_started", "case_ended") and " · " in line.text


def glance(session: Session, actor: Actor, case: Case) -> Glance:
    """The case at one glance. A companion shows whose case it stands beside."""
    root = cases.root_of(session, case)
    masked = masks.for_viewer(actor, root)
    identity = masks.identity(root.applicant_identity) if masked else root.applicant_identity
    return Glance(
        item=item_name(session, case),
        applicant=applicant(session, actor, case),
        identity="" if actor.is_staff and timeline.is_anonymous(case) else identity,
        place=place(session, case.region_code),
        channel=filters.channel(case.channel),
        subject_no="" if root.id == case.id else root.case_no,
        status=status(case),
        masked=masked,
        reason=outcomes.kind_of(session, case),
        opened_with=case_facts.opened_with(session, case),
        has_person=persons.may_open(session, actor, root),
    )


def status(case: Case | Listed) -> str:
    """The state as citizens read it; a companion, which they do not see, runs or has ended."""
    if case.subject_id is None:
        return filters.status_label(case.status)
    return "已结束" if case.state == "ended" else "进行中"


def item_name(session: Session, case: Case) -> str:
    """What people call the process: 农村饮水安全; of a companion also that of its case: 督办（农村饮水安全）."""
    return item_of(session, case, cases.root_of(session, case))


def item_of(session: Session, case: Case | Listed, root: Case | Listed) -> str:
    """The same, where the case beside which a companion stands is known already."""
    name = plans.bundle_of(session, case.version_id).process.name
    return name if root.id == case.id else f"{name}（{plans.bundle_of(session, root.version_id).process.name}）"


def applicant(session: Session, actor: Actor, case: Case) -> str:
    """The applicant's name, as far as this viewer may read it. A companion is about the applicant of its case."""
    return shown_name(actor, cases.root_of(session, case), anonymous=timeline.is_anonymous(case))


def shown_name(actor: Actor, root: Case | Listed, *, anonymous: bool) -> str:
    """The same, where it is known already whose case it is."""
    if actor.is_staff and anonymous:
        return timeline.ANONYMOUS
    return masks.name(root.applicant_name) if masks.for_viewer(actor, root) else root.applicant_name


def place(session: Session, code: str) -> str:
    """砚山县江那镇听湖村."""
    return "".join(region.name for region in regions.path(session, code) if region.level in _SAID) or (
        regions.get(session, code).name
    )


def chips_of(session: Session, found: Sequence[Case | Listed]) -> dict[int, Chip]:
    """The clock of each case: that of its most urgent open task."""
    waiting = session.connection().execute(_CLOCKS, {"cases": [case.id for case in found]})
    # The most urgent comes last and stays; each is measured in its own unit, as on the task's own page.
    return _chips(session, found, {case_id: clock_of for case_id, *clock_of in waiting})


def _urgent(waiting: Mapping[int, Sequence[Waiting]]) -> dict[int, Sequence[Any]]:
    """The clock of the most urgent of the tasks of each case."""
    first = {
        case_id: min(tasks, key=lambda task: (task.due_at is None, task.due_at, -task.id))
        for case_id, tasks in waiting.items()
        if tasks
    }
    return {case_id: (task.due_at, task.remind_at, task.due_unit) for case_id, task in first.items()}


def _chips(session: Session, found: Sequence[Case | Listed], urgent: Mapping[int, Sequence[Any]]) -> dict[int, Chip]:
    calendar, now = calendars.load(session), clock.now()
    return {
        case.id: clocks.chip(
            due_at=urgent.get(case.id, (None, None, None))[0],
            remind_at=urgent.get(case.id, (None, None, None))[1],
            unit=urgent.get(case.id, (None, None, None))[2],
            now=now,
            calendar=calendar,
            supervised=case.supervised and case.state != "ended",
            stopped=case.clock_stopped_at is not None and case.state != "ended",
        )
        for case in found
    }
