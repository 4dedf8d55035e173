"""定时启动: a process whose start is a date or a cycle begins once per county for each of its moments."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine import workflow
from engine.casework import deployments, incidents, jobs, plans, recurring, timeline
from engine.casework.models import Activation, Case, FileContent, Incident, RecurringStart
from engine.clock import Clock
from engine.db import reading, transaction
from engine.oversight import replay
from engine.registry.actors import SYSTEM
from tests.casework import errands
from tests.casework.conftest import Office, employ
from tests.factories import YANSHAN
from tests.processes.stage import at

GUANGNAN = "532627"


def planned(process: str = "monthly") -> list[tuple[str, str]]:
    """County and moment of all that the clock began."""
    with reading() as session:
        found = session.scalars(select(Case).where(Case.process_key == process).order_by(Case.id))
        return [(case.region_code, case.variables["plannedAt"][:10]) for case in found]


def let_pass(clock: Clock, until: datetime) -> None:
    clock.move_to(until)
    jobs.drain()


@pytest.fixture
def monthly(office: Office, clock: Clock) -> Office:
    """Active in the whole province since 16 November; somebody works in two of its counties."""
    office.deploy(errands.monthly())
    employ("county_water_clerk", GUANGNAN)
    return office


def test_it_begins_once_per_staffed_county_and_moment(monthly: Office, clock: Clock) -> None:
    let_pass(clock, at("2026-12-02", "08:59"))
    assert planned() == []
    let_pass(clock, at("2026-12-02", "09:00"))
    jobs.drain()
    both = [(YANSHAN, "2026-12-02"), (GUANGNAN, "2026-12-02")]
    assert sorted(planned()) == sorted(both)
    let_pass(clock, at("2026-12-20"))
    assert len(planned()) == 2


def test_what_was_missed_is_made_up_for_one_by_one(monthly: Office, clock: Clock) -> None:
    let_pass(clock, at("2027-02-10"))
    mine = [day for county, day in planned() if county == YANSHAN]
    assert mine == ["2026-12-02", "2027-01-02", "2027-02-02"]


def test_its_case_runs_like_any_other(monthly: Office, clock: Clock) -> None:
    let_pass(clock, at("2026-12-02", "09:00"))
    with reading() as session:
        case = session.scalars(select(Case).where(Case.region_code == YANSHAN)).one()
        assert (case.channel, case.applicant_name) == ("TIMER", "平台")
    monthly.complete(monthly.county, case, "er_do", result="已经办好")
    with reading() as session:
        case = session.get_one(Case, case.id)
        assert case.outcome == "COMPLETED"
        assert replay.replay(session, case.case_no).equal
        assert timeline.for_staff(session, case)[0].text == "到时自动启动"


def test_a_date_comes_once(office: Office, clock: Clock) -> None:
    office.deploy(errands.monthly("2026-12-24T08:00:00+08:00", kind="timeDate"))
    let_pass(clock, at("2026-12-25"))
    let_pass(clock, at("2027-12-25"))
    assert planned() == [(YANSHAN, "2026-12-24")]


def test_a_new_version_counts_from_the_day_it_applies(monthly: Office, clock: Clock) -> None:
    with transaction() as session:
        files = errands.monthly("R/2026-01-15T09:00:00+08:00/P1M")
        version = deployments.upload(session, files, actor=SYSTEM)
        version.state = "approved"
        deployments.activate(session, version.id, actor=SYSTEM, active_from=at("2026-12-10"), region_codes=[YANSHAN])
    let_pass(clock, at("2026-12-31"))
    assert [day for county, day in planned() if county == YANSHAN] == ["2026-12-02", "2026-12-15"]
    assert [day for county, day in planned() if county == GUANGNAN] == ["2026-12-02"]


def test_what_applies_nowhere_any_more_is_not_begun(monthly: Office, clock: Clock) -> None:
    with transaction() as session:
        for row in session.scalars(select(Activation).where(Activation.process_key == "monthly")):
            session.delete(row)
    let_pass(clock, at("2026-12-31"))
    assert planned() == []
    with reading() as session:
        assert session.scalars(select(RecurringStart).where(RecurringStart.due_at <= at("2027-01-31"))).all() == []


def test_a_county_that_came_later_is_looked_after_from_then_on(monthly: Office, clock: Clock) -> None:
    with transaction() as session:
        for row in session.scalars(select(RecurringStart).where(RecurringStart.region_code == YANSHAN)):
            session.delete(row)
    clock.move_to(at("2026-12-10"))
    recurring.plan_all()
    recurring.plan_all()
    let_pass(clock, at("2027-01-31"))
    assert [day for county, day in planned() if county == YANSHAN] == ["2027-01-02"]


def test_one_that_cannot_begin_is_told_once_and_tried_again(monthly: Office, clock: Clock) -> None:
    files = errands.monthly()
    broken = files["processes/monthly.bpmn"].replace(
        b'<bpmn:userTask id="er_do" name="\xe5\x8a\x9e\xe7\x90\x86"><bpmn:extensionElements>',
        b'<bpmn:userTask id="er_do" name="\xe5\x8a\x9e\xe7\x90\x86"><bpmn:extensionElements>'
        b'<zeebe:taskSchedule dueDate="=nobody" />',
    )
    assert broken != files["processes/monthly.bpmn"]
    with transaction() as session:
        version = deployments.upload(session, files, actor=SYSTEM)
        file = next(file for file in version.files if file.path == "processes/monthly.bpmn")
        row = session.get_one(FileContent, file.sha256)
        row.content = broken
    plans.forget()
    let_pass(clock, at("2026-12-02", "10:00"))
    let_pass(clock, at("2026-12-02", "13:00"))
    assert planned() == []
    with reading() as session:
        told = session.scalars(select(Incident)).all()
        assert [one.kind for one in told] == ["recurring"] * 2
        assert all(incidents.may_try_again(one) for one in told)
    ops = employ("platform_ops", "530000")
    with transaction() as session:
        row = session.merge(row)
        row.content = files["processes/monthly.bpmn"]
        incidents.retry(session, told[0].id, ops)
    plans.forget()
    jobs.drain()
    assert len(planned()) == 2


def test_a_tick_of_months_stays_on_the_day(clock: Clock) -> None:
    since = at("2026-11-16")
    assert workflow.occurrence("timeCycle", errands.MONTHLY, since) == at("2026-12-02")
    assert workflow.occurrence("timeCycle", "R2/2026-01-02T09:00:00+08:00/P1M", since) is None
    assert workflow.occurrence("timeDate", "2026-11-16", since - timedelta(days=1)) == at("2026-11-16", "00:00")
    with pytest.raises(ValueError, match="when it begins"):
        workflow.occurrence("timeCycle", "R/P1M", since)
