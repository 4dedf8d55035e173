"""What diagrams ask of the figures: those of a period, the lists behind them, and how few people units have.

The rule: figures are written into a case once. Who comes back to the step finds those that stand there, so nobody
mends a figure; a wrong one is put right in the case that it counts.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from engine import spoken
from engine.casework import measure_counts, measures
from engine.casework.measure_counts import INSPECTED, TO_RECTIFY
from engine.casework.measures import Months
from engine.casework.models import Case, UserTask
from engine.casework.running import Running
from engine.errors import ExecutionFailed
from engine.language.diagram import Element
from engine.registry import access, people, regions
from engine.workflow.conditions import to_json

STAFFING = "staffing_minimum"
LONGEST, TREND = 20, 12


def take(running: Running, element: Element) -> Mapping[str, Any]:
    """取数: the figures of `months` months (1) that end with header `month` (2026-11), of the case's region. Headers
    `each` true: the property's `resultVariable` has them month by month besides, as `each`; `trend` true: twelve months
    of applications; `redDays`: from how many days late on a step gets a red card; `staffUnits`: [{department, digits}],
    the gap of each against the table of minima.

    A case that has them already keeps them."""
    result = element.properties.get("resultVariable")
    if result is None:
        raise ExecutionFailed("Expected a resultVariable for the figures, but there is none", element_id=element.id)
    if running.case.variables.get(result) is not None:
        return {}
    asked = {key: running.value_of(text) for key, text in element.headers.items()}
    months = Months.until(str(asked.get("month") or ""), int(asked.get("months") or 1))
    session, place, now = running.session, running.case.region_code, running.now
    red_days = int(asked.get("redDays") or 7)
    found = measures.figures(session, place, months, now, red_days=red_days)
    if asked.get("each") is True:
        found["each"] = [
            measures.figures(session, place, one, now, red_days=red_days, compare=False) for one in months.each()
        ]
    if asked.get("trend") is True:
        found["trend"] = _trend(running, months)
    gaps = _gaps(running, element, asked.get("staffUnits") or [])
    for made in (found, *found.get("each", ())):
        _put(made, gaps)
    return {result: to_json(found)}


def _trend(running: Running, months: Months) -> list[dict[str, Any]]:
    year = Months(months.year, months.month, TREND).each()
    prefix = regions.prefix_of(running.case.region_code)
    rows = measure_counts.trend(running.session, prefix, [one.period for one in year])
    return [{"month": one.written, **row} for one, row in zip(year, rows, strict=True)]


def _gaps(running: Running, element: Element, units: list[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """人员缺口 of the county's towns and departments: {unit's code: {minimum, gap}} (A.4)."""
    county = running.case.region_code
    there = measure_counts.staff(running.session, regions.prefix_of(county), running.now)
    towns = [town.code for town in regions.children(running.session, county)]
    found: dict[str, dict[str, int]] = {}
    for unit in units:
        department, places = str(unit["department"]), [county] if int(unit["digits"]) == 6 else towns
        asked = {"department": department, "targetRegion": next(iter(places), county)}
        least = int(running.decide(running, element, STAFFING, asked))
        for place in places:
            gap = max(0, least - there.get((place, department), 0))
            for code in {department, place, county}:
                sums = found.setdefault(code, {"minimum": 0, "gap": 0})
                sums["minimum"] += least
                sums["gap"] += gap
    return found


def _put(found: Mapping[str, Any], gaps: Mapping[str, Mapping[str, int]]) -> None:
    for row in (*found.get("towns", ()), *found["departments"], found["whole"]):
        least, gap = (gaps.get(row["code"], {}).get(key) for key in ("minimum", "gap"))
        rate = measures.share(least - gap, least) if least is not None and gap is not None else None
        row |= {"staffMinimum": least, "staffGap": gap, "staffRate": rate}


def lists(running: Running, element: Element) -> Mapping[str, Any]:
    """清单, of the case's region: `longest`, the applications that have been open longest; `late`, the steps that are
    late now; `orders`, the supervision orders that are open; `rectifying`, what inspections found and is not yet put
    right; with header `month` (2026-11) `monthOrders`, all orders of that month and how far they are. Numbers of cases
    and steps, no names. A case that has them keeps them."""
    result = element.properties.get("resultVariable", "caseLists")
    if running.case.variables.get(result) is not None:
        return {}
    found = {"longest": _longest(running), "late": _late(running), "orders": _orders(running)}
    month = str(running.value_of(element.headers.get("month", "")) or "")
    monthly = {"monthOrders": _orders_of(running, Months.until(month))} if month else {}
    return {result: {**found, "rectifying": _rectifying(running), **monthly}}


def _longest(running: Running) -> list[dict[str, Any]]:
    wanted = (
        select(Case)
        .where(_here(running), Case.subject_id.is_(None), Case.state != "ended")
        .where(Case.channel.in_(access.CHANNELS))
        .order_by(Case.started_at, Case.id)
        .limit(LONGEST)
    )
    return [_line(running, case, days=(running.now - case.started_at).days) for case in running.session.scalars(wanted)]


def _late(running: Running) -> list[dict[str, Any]]:
    wanted = (
        select(UserTask, Case)
        .join(Case, Case.id == UserTask.case_id)
        .where(regions.within(UserTask.region_code, running.case.region_code), UserTask.state == "open")
        .where(UserTask.kind == "step", UserTask.due_at < running.now, Case.clock_stopped_at.is_(None))
        .order_by(UserTask.due_at, UserTask.id)
        .limit(LONGEST)
    )
    return [
        {**_line(running, case, days=(running.now - task.due_at).days), "step": task.name}
        for task, case in running.session.execute(wanted)
        if task.due_at is not None
    ]


def _orders(running: Running) -> list[dict[str, Any]]:
    wanted = _ordered(running).where(Case.state != "ended").limit(LONGEST)
    return [_order(running, case) for case in running.session.scalars(wanted)]


def _orders_of(running: Running, month: Months) -> list[dict[str, Any]]:
    """每月督办清单: with `state`, what each order waits for or how it ended, and `late`, whether a step of it was."""
    orders = running.session.scalars(_ordered(running).where(month.period.holds(Case.started_at))).all()
    waits = select(UserTask.case_id, UserTask.name).where(
        UserTask.case_id.in_([case.id for case in orders]), UserTask.state == "open"
    )
    waiting = {row.case_id: row.name for row in running.session.execute(waits)}
    return [
        {
            **_order(running, case),
            "state": "已销号" if case.state == "ended" else waiting.get(case.id, "办理中"),
            "late": case.overdue_count > 0,
        }
        for case in orders
    ]


def _ordered(running: Running) -> Select[Case]:
    """The supervision orders of the region, without the ladders that lead to them, oldest first."""
    is_order = measure_counts.variable(running.session, Case.variables, "kind") == "MANUAL"
    return (
        select(Case)
        .where(Case.process_key == "supervise", _here(running))
        .where(Case.subject_id.is_not(None), is_order)
        .order_by(Case.started_at, Case.id)
    )


def _order(running: Running, case: Case) -> dict[str, Any]:
    days = (running.now - case.started_at).days
    return {**_line(running, case, days=days), "demand": case.variables.get("orderDemand")}


def _rectifying(running: Running) -> list[dict[str, Any]]:
    wanted = (
        select(Case)
        .where(Case.process_key == INSPECTED, _here(running), Case.state != "ended")
        .where(measure_counts.variable(running.session, Case.variables, "ticketKind") == TO_RECTIFY)
        .order_by(Case.started_at, Case.id)
        .limit(LONGEST)
    )
    return [
        {**_line(running, case, days=(running.now - case.started_at).days), "demand": case.variables.get("demand")}
        for case in running.session.scalars(wanted)
    ]


def _here(running: Running) -> ColumnElement[bool]:
    """In the region of the case: a county, or what lies above."""
    return regions.within(Case.county_code, regions.prefix_of(running.case.region_code))


def _line(running: Running, case: Case, *, days: int) -> dict[str, Any]:
    town = regions.ancestor(running.session, case.region_code, "town")
    unit, _ = people.unit(running.session, str(case.variables.get("department") or "office"), case.region_code)
    begun = spoken.moment(case.started_at)
    return {"caseNo": case.case_no, "place": town.name if town else "", "unit": unit, "begun": begun, "days": days}


def past_results(running: Running, element: Element) -> Mapping[str, Any]:
    """往期结果: what header `variable` was in each case of header `process` of this region that was completed and was
    begun for a period that ended in header `year`, oldest first; a list in the property's `resultVariable`."""
    said = {key: running.value_of(text) for key, text in element.headers.items()}
    year = measures.Months(int(said["year"]), 12, 12)
    wanted = (
        select(Case)
        .where(Case.process_key == str(said["process"]), Case.region_code == running.case.region_code)
        .where(Case.state == "ended", Case.outcome == "COMPLETED", Case.started_at >= year.period.start_at)
        .order_by(Case.started_at, Case.id)
    )
    last = f"{year.year}-12"
    found = [
        case.variables.get(str(said["variable"]))
        for case in running.session.scalars(wanted)
        if f"{year.year}-01" <= str(case.variables["figures"]["month"]) <= last
    ]
    return {element.properties.get("resultVariable", "pastResults"): found}


def last_begun(running: Running, element: Element) -> Mapping[str, Any]:
    """上次交办的任务: what was begun, by process of header `beside`, beside the last case of header `process` that this
    region completed: the variables that header `keep` names, and `state`, 已销号 or 办理中; a list in the property's
    `resultVariable`."""
    said = {key: str(running.value_of(text)) for key, text in element.headers.items()}
    before = (
        select(Case.id)
        .where(Case.process_key == said["process"], Case.region_code == running.case.region_code)
        .where(Case.state == "ended", Case.outcome == "COMPLETED", Case.id != running.case.id)
        .order_by(Case.started_at.desc(), Case.id.desc())
        .limit(1)
    )
    last = running.session.scalar(before)
    wanted = select(Case).where(Case.subject_id == last, Case.process_key == said["beside"]).order_by(Case.id)
    kept = [name.strip() for name in said["keep"].split(",")]
    found = [
        {**{name: case.variables.get(name) for name in kept}, "state": "已销号" if case.state == "ended" else "办理中"}
        for case in (running.session.scalars(wanted) if last is not None else ())
    ]
    return {element.properties.get("resultVariable", "lastBegun"): found}


SERVICES: dict[str, Callable[[Running, Element], Mapping[str, Any]]] = {
    "measures": take,
    "case_lists": lists,
    "past_results": past_results,
    "last_begun": last_begun,
}
