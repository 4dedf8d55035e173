"""Counting (基础指标): what happened in a period, grouped by the database into cells of town, item and channel.

The rule: each statement reads what its index finds for one region and period, and gives back sums, never cases; so a
figure costs the same for one unit and for all. A case belongs to the town of its own region and to the department of
its item; what was late belongs to the unit of whoever had to do it (domain D.1).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, cast, distinct, exists, extract, func, or_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, aliased

from engine.casework.act_models import Document
from engine.casework.models import Case, Notice, OverdueRecord, Payment, PaymentLine, UserTask
from engine.registry import access, regions
from engine.registry.actors import held_at
from engine.registry.models import Account, Appointment, Role

# 办结 in the sense of the bulletin: refused and not accepted are done, too (G.2 row 27).
DONE = ("COMPLETED", "REJECTED", "NOT_ACCEPTED")
CORRECTION_WANTED = "M03"
BAD_REVIEW_STEP = "rt_rectify"
VOICES = {"complaint": "complaints", "appeal": "appeals", "gov_lift": "liftFound"}
# What citizens ask and complain of has limits that are made public, as applications have (C7, C8).
ANSWERED = ("consult", "complaint", "appeal")
# 饮水三段: taken within 24 hours, verified within 2 working days, solved within 5 (D.1).
WATER, WATER_STRETCHES = "water", ("wt_take", "wt_verify", "wt_solve")
# A clue of hardship goes to a town to be verified; the report of the economic check is made by this step.
CLUE_STEP, REPORT_STEP, HIT = "gl_verify", "ec_report", ("FAIL", "DOUBT")
# A step is a return visit if it says so.
RETURN_VISIT = "回访"
# 抽查一件, and what its order (派单整改) says when something was wrong.
INSPECTED, TO_RECTIFY = "inspection_case", "派单整改"
# 监察预警一件, and what the discipline inspection says of it when it stands.
CARD, CARD_KEPT = "monitoring_card", "保留"
A_DAY = 86_400

Cell = tuple[str, str, str]
Unit = tuple[str, str]


@dataclass(frozen=True)
class Period:
    """From one moment until, but not at, another."""

    start_at: datetime
    end_at: datetime

    def holds(self, moment: Any) -> ColumnElement[bool]:
        return and_(moment >= self.start_at, moment < self.end_at)


@dataclass(frozen=True)
class Counts:
    """Sums by cell (town, item, channel) of the applications, and by unit (town, department) of what units answer for;
    in place of the town stands the county's code where the county's own posts do."""

    cells: dict[Cell, Counter[str]]
    units: dict[Unit, Counter[str]]


def cases(session: Session, prefix: str, period: Period) -> dict[Cell, Counter[str]]:
    """What became of the applications."""
    done = and_(period.holds(Case.ended_at), Case.outcome.in_(DONE))
    timed = and_(done, Case.accepted_at.is_not(None))
    accepted = period.holds(Case.accepted_at)
    late_before = exists().where(OverdueRecord.case_id == Case.id, OverdueRecord.due_at < Case.accepted_at)
    taken = seconds(session, Case.ended_at, Case.accepted_at) - Case.stopped_seconds
    water = and_(done, Case.item_code == WATER)
    late_stretch = exists().where(OverdueRecord.case_id == Case.id, OverdueRecord.element_id.in_(WATER_STRETCHES))
    reported = exists().where(
        Document.case_id == Case.id, Document.element_id == REPORT_STEP, period.holds(Document.made_at)
    )
    hit = variable(session, Case.variables, "checkResult").in_(HIT)
    sums = {
        "applied": when(period.holds(Case.started_at)),
        "accepted": when(accepted),
        "acceptedInTime": when(and_(accepted, ~late_before)),
        "acceptSeconds": when(accepted, seconds(session, Case.accepted_at, Case.started_at)),
        "completed": when(done),
        "approved": when(and_(done, Case.outcome == "COMPLETED")),
        "rejected": when(and_(done, Case.outcome == "REJECTED")),
        "notAccepted": when(and_(done, Case.outcome == "NOT_ACCEPTED")),
        "onTime": when(and_(done, Case.overdue_count == 0)),
        "early": when(and_(done, seconds(session, Case.promised_at, Case.ended_at) > A_DAY)),
        "timed": when(timed),
        "takenSeconds": when(timed, taken),
        "rated": when(and_(done, Case.stars.is_not(None))),
        "pleased": when(and_(done, Case.stars >= 4)),
        "waterDone": when(water),
        "waterMet": when(and_(water, ~late_stretch)),
        "reports": when(reported),
        "reportHits": when(and_(reported, hit)),
        "openAtStart": when(and_(Case.started_at < period.start_at, _open_at(period.start_at))),
        "openAtEnd": when(_open_at(period.end_at)),
    }
    return _by_cell(session, Case, sums, applications(Case, prefix, period))


def late_cases(session: Session, prefix: str, period: Period) -> dict[Cell, Counter[str]]:
    """Applications with a step that became late in the period, and how many steps did."""
    sums = {"overdueCases": func.count(distinct(OverdueRecord.case_id)), "overdueNodes": func.count()}
    late = [regions.within(OverdueRecord.region_code, prefix), period.holds(OverdueRecord.due_at), _counted(Case)]
    return _by_cell(session, Case, sums, late, (OverdueRecord, OverdueRecord.case_id == Case.id))


def late_steps(session: Session, prefix: str, period: Period, now: datetime, red_days: int) -> dict[Unit, Counter[str]]:
    """The steps that became late, by the unit of whoever had to do them; `red`: by so many days or more (EM03)."""
    ended = func.coalesce(UserTask.ended_at, now)
    red = seconds(session, ended, OverdueRecord.due_at) >= red_days * A_DAY
    sums = {"lateSteps": func.count(), "redCards": when(red), "yellowCards": when(~red)}
    late = [regions.within(OverdueRecord.region_code, prefix), period.holds(OverdueRecord.due_at)]
    wanted = _of_units(OverdueRecord, sums).join(UserTask, UserTask.id == OverdueRecord.task_id)
    return _units(session, wanted.where(*late), sums)


def kept_cards(session: Session, prefix: str, period: Period) -> dict[Unit, Counter[str]]:
    """电子监察: the cards that were kept after the unit had explained, by the unit that had to (D.3, D.6)."""
    red = variable(session, Case.variables, "cardColor") == "红"
    sums = {"redCards": when(red), "yellowCards": when(~red)}
    unit = (func.substr(Case.region_code, 1, 9), func.coalesce(variable(session, Case.variables, "department"), ""))
    kept = [Case.process_key == CARD, variable(session, Case.variables, "cardDecision") == CARD_KEPT]
    wanted = select(*unit, *sums.values()).where(_in_county(Case, prefix), *kept, period.holds(Case.ended_at))
    return _units(session, wanted.group_by(*unit), sums)


def late_now(session: Session, prefix: str, now: datetime) -> dict[Unit, Counter[str]]:
    """The steps that are late at this moment, clocks that stand still left aside."""
    sums = {"overdueNow": func.count()}
    late = [
        regions.within(UserTask.region_code, prefix),
        UserTask.state == "open",
        UserTask.kind == "step",
        UserTask.due_at < now,
        Case.clock_stopped_at.is_(None),
        Case.channel != access.MOCK,
    ]
    wanted = _of_units(UserTask, sums).join(Case, Case.id == UserTask.case_id)
    return _units(session, wanted.where(*late), sums)


def voices(session: Session, prefix: str, period: Period) -> dict[Unit, Counter[str]]:
    """Complaints, appeals, clues of hardship and inspections, by the town and department that they concern. A clue that
    was sent out and an inspection count when there is a result, or when it is late."""
    department = variable(session, Case.variables, "department")
    justified = or_(
        variable(session, Case.variables, "complaintTrue").in_(("属实", "部分属实")),
        variable(session, Case.variables, "appealDecision").in_(("变更", "撤销重办")),
    )
    sums = {
        "upheld": when(justified),
        "liftDispatched": when(_has_clue(or_(UserTask.state == "completed", UserTask.overdue_at.is_not(None)))),
        "liftVerified": when(
            and_(_has_clue(UserTask.state == "completed"), ~_has_clue(UserTask.overdue_at.is_not(None)))
        ),
        **_inspections(session),
    }
    town = func.substr(Case.region_code, 1, 9)
    wanted = (
        select(town, func.coalesce(department, ""), Case.process_key, func.count(), *sums.values())
        .where(_in_county(Case, prefix), Case.item_code.in_((*VOICES, INSPECTED)), period.holds(Case.started_at))
        .where(Case.subject_id.is_(None))
        .group_by(town, department, Case.process_key)
    )
    found: dict[Unit, Counter[str]] = {}
    for place, owner, process_key, count, *numbers in session.execute(wanted):
        mine = _counter(sums, numbers)
        if process_key in VOICES:
            mine[VOICES[process_key]] = count
        add(found, {(place, owner): mine})
    return found


def answers(session: Session, prefix: str, period: Period) -> dict[Unit, Counter[str]]:
    """咨询、投诉、申诉 that were answered in the period, and those of them without a step that became late."""
    department = func.coalesce(variable(session, Case.variables, "department"), "")
    sums = {"answered": func.count(), "answeredInTime": when(Case.overdue_count == 0)}
    unit = (func.substr(Case.region_code, 1, 9), department)
    voiced = [Case.process_key.in_(ANSWERED), Case.subject_id.is_(None), Case.outcome.in_(DONE)]
    wanted = select(*unit, *sums.values()).where(_in_county(Case, prefix), *voiced, period.holds(Case.ended_at))
    return _units(session, wanted.group_by(*unit), sums)


def _has_clue(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the case is a clue with a step of verification such as this."""
    return exists().where(UserTask.case_id == Case.id, UserTask.element_id == CLUE_STEP, condition)


def _inspections(session: Session) -> dict[str, ColumnElement[Any]]:
    """抽查: those with a result, and those that found nothing wrong."""
    faulty = func.coalesce(variable(session, Case.variables, "ticketKind"), "") == TO_RECTIFY
    ended = and_(Case.process_key == INSPECTED, Case.outcome == "COMPLETED")
    found = and_(Case.process_key == INSPECTED, faulty)
    return {"inspected": when(or_(ended, found)), "inspectedPassed": when(and_(ended, ~faulty))}


def companions(session: Session, prefix: str, period: Period) -> dict[Cell, Counter[str]]:
    """Supervision orders, bad reviews that had to be put right, and return visits that were due, by the application in
    or beside which they stand."""
    beside = aliased(Case)
    is_order = and_(beside.process_key == "supervise", variable(session, beside.variables, "kind") == "MANUAL")
    closed = and_(is_order, beside.state == "ended")
    sums = {
        "supervised": when(is_order),
        "supClosed": when(closed),
        "supClosedOnTime": when(and_(closed, beside.overdue_count == 0)),
    }
    asked = [_in_county(beside, prefix), beside.process_key == "supervise", period.holds(beside.started_at)]
    found = _by_cell(session, Case, sums, [*asked, _counted(Case)], (beside, beside.subject_id == Case.id))
    add(found, _afterwards(session, prefix, period))
    return found


def _afterwards(session: Session, prefix: str, period: Period) -> dict[Cell, Counter[str]]:
    bad = and_(UserTask.element_id == BAD_REVIEW_STEP, period.holds(UserTask.created_at))
    visit = and_(UserTask.name.contains(RETURN_VISIT), UserTask.kind == "step", period.holds(UserTask.due_at))
    visit = and_(visit, UserTask.state != "canceled")
    done = UserTask.state == "completed"
    sums = {
        "badReviews": when(bad),
        "badFixed": when(and_(bad, done, UserTask.overdue_at.is_(None))),
        "revisitsDue": when(visit),
        "revisitsDone": when(and_(visit, done)),
    }
    asked = [_in_county(Case, prefix), _counted(Case), or_(bad, visit)]
    return _by_cell(session, Case, sums, asked, (UserTask, UserTask.subject_id == Case.id))


def corrections(session: Session, prefix: str, period: Period) -> dict[Cell, Counter[str]]:
    """退回补正: how often citizens were asked for what was missing, and in how many cases."""
    sums = {"corrected": func.count(), "correctedCases": func.count(distinct(Notice.case_id))}
    asked = [Notice.message_key == CORRECTION_WANTED, period.holds(Notice.created_at)]
    asked += applications(Case, prefix, period)
    return _by_cell(session, Case, sums, asked, (Notice, Notice.case_id == Case.id))


def payments(session: Session, prefix: str, period: Period) -> dict[Cell, Counter[str]]:
    """发放: lines that were paid in the period; of the payments made in it, how many lines came back."""
    first, after = period.start_at.date(), period.end_at.date()
    paid = and_(PaymentLine.state == "paid", PaymentLine.paid_on >= first, PaymentLine.paid_on < after)
    sums = {"payOk": func.count(), "payCents": func.sum(PaymentLine.amount)}
    found = _paid(session, sums, [regions.within(PaymentLine.region_code, prefix), paid])
    # What came back and was then given up, or paid and then recovered, was tried all the same.
    back = or_(PaymentLine.state == "failed", PaymentLine.returned_on.is_not(None))
    tried = {"payReturned": when(back), "payTried": func.count()}
    answered = or_(back, PaymentLine.state.in_(("paid", "recovered")))
    made = [_in_county(Payment, prefix), period.holds(Payment.made_at), answered]
    add(found, _paid(session, tried, made))
    return found


def staff(session: Session, prefix: str, now: datetime) -> dict[Unit, int]:
    """How many people the departments have, by the region of their posts and not below it (A.4)."""
    wanted = (
        select(Appointment.region_code, Role.department_code, func.count(distinct(Account.id)))
        .join(Account, Account.id == Appointment.account_id)
        .join(Role, Role.key == Appointment.role_key)
        .where(Account.active, Role.department_code.is_not(None), held_at(now))
        .where(regions.within(Appointment.region_code, prefix))
        .group_by(Appointment.region_code, Role.department_code)
    )
    return {(place, department or ""): count for place, department, count in session.execute(wanted)}


def trend(session: Session, prefix: str, periods: Sequence[Period]) -> list[dict[str, int]]:
    """How many applications came in, and how many were done, in each of some periods that follow each other."""
    done = Case.outcome.in_(DONE)
    sums = [when(period.holds(Case.started_at)) for period in periods]
    sums += [when(and_(done, period.holds(Case.ended_at))) for period in periods]
    whole = Period(periods[0].start_at, periods[-1].end_at)
    row = session.execute(select(*sums).where(*applications(Case, prefix, whole))).one()
    numbers = [int(number or 0) for number in row]
    size = len(periods)
    return [{"applied": numbers[at], "completed": numbers[at + size]} for at in range(size)]


def add(to: dict[Any, Counter[str]], more: Mapping[Any, Counter[str]]) -> None:
    """The sums of the same cells and units together."""
    for key, counted in more.items():
        to.setdefault(key, Counter()).update(counted)


def variable(session: Session, variables: Any, name: str) -> ColumnElement[str]:
    """A text of a case's variables, read by the database."""
    if session.get_bind().dialect.name == "postgresql":
        found: ColumnElement[str] = func.json_extract_path_text(cast(variables, postgresql.JSON), name)
        return found
    return func.json_extract(variables, f"$.{name}")


def applications(cases: Any, prefix: str, period: Period) -> list[ColumnElement[bool]]:
    """Those that were open at any moment of the period: both ways are found by the index of county and end."""
    alive = or_(cases.ended_at.is_(None), cases.ended_at >= period.start_at)
    return [_in_county(cases, prefix), _counted(cases), cases.started_at < period.end_at, alive]


def _counted(cases: Any) -> ColumnElement[bool]:
    return and_(cases.subject_id.is_(None), cases.channel.in_(access.CHANNELS))


def _in_county(cases: Any, prefix: str) -> ColumnElement[bool]:
    return cases.county_code == prefix if len(prefix) == 6 else regions.within(cases.county_code, prefix)


def _open_at(moment: datetime) -> ColumnElement[bool]:
    return or_(Case.ended_at.is_(None), Case.ended_at >= moment)


def when(condition: ColumnElement[bool], value: Any = 1) -> ColumnElement[Any]:
    """A sum over the rows that meet a condition."""
    return func.sum(case((condition, value), else_=0))


def _by_cell(
    session: Session, cases: Any, sums: Mapping[str, Any], conditions: Sequence[Any], *joined: tuple[Any, Any]
) -> dict[Cell, Counter[str]]:
    cell = (func.substr(cases.region_code, 1, 9), cases.item_code, cases.channel)
    wanted = select(*cell, *sums.values()).select_from(cases)
    for other, on in joined:
        wanted = wanted.join(other, on)
    return _cells(session, wanted.where(*conditions).group_by(*cell), sums)


def _paid(session: Session, sums: Mapping[str, Any], conditions: Sequence[Any]) -> dict[Cell, Counter[str]]:
    cell = (func.substr(PaymentLine.region_code, 1, 9), Payment.item_code, Case.channel)
    wanted = select(*cell, *sums.values()).select_from(PaymentLine)
    wanted = wanted.join(Payment, Payment.id == PaymentLine.payment_id).join(Case, Case.id == PaymentLine.case_id)
    return _cells(session, wanted.where(*conditions).group_by(*cell), sums)


def _cells(session: Session, wanted: Any, sums: Mapping[str, Any]) -> dict[Cell, Counter[str]]:
    found: dict[Cell, Counter[str]] = {}
    for place, item, channel, *numbers in session.execute(wanted):
        add(found, {(place, item, channel): _counter(sums, numbers)})
    return found


def _of_units(rows: Any, sums: Mapping[str, Any]) -> Any:
    unit = (func.substr(rows.region_code, 1, 9), Role.department_code)
    return select(*unit, *sums.values()).select_from(rows).outerjoin(Role, Role.key == rows.role_key).group_by(*unit)


def _units(session: Session, wanted: Any, sums: Mapping[str, Any]) -> dict[Unit, Counter[str]]:
    found: dict[Unit, Counter[str]] = {}
    for place, department, *numbers in session.execute(wanted):
        add(found, {(place, department or ""): _counter(sums, numbers)})
    return found


def _counter(sums: Mapping[str, Any], numbers: Sequence[Any]) -> Counter[str]:
    return Counter({name: round(number or 0) for name, number in zip(sums, numbers, strict=True)})


def seconds(session: Session, later: Any, earlier: Any) -> Any:
    """How many seconds lie between two moments; databases subtract them differently, and SQLite as fractions of days,
    of which a minute is not quite sixty seconds."""
    if session.get_bind().dialect.name == "postgresql":
        return extract("epoch", later) - extract("epoch", earlier)
    return func.round((func.julianday(later) - func.julianday(earlier)) * A_DAY, 2)
