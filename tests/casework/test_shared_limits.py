"""共用时限: several steps have one limit together; its clock stands still with the case and survives a 退回."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.casework import cases, returns, suspension, taking_back
from engine.casework.models import Case, Job, SharedLimit
from engine.db import reading, transaction
from engine.oversight.replay import replay
from tests.casework.acts import do
from tests.casework.conftest import Office, employ
from tests.casework.content import HEAD, end, flow, form, lane, small, text, user_task
from tests.casework.sections import ANSWERS, service, walk
from tests.factories import YANSHAN
from tests.processes.stage import at

# Monday 16 November 2026, 09:00, is when these cases begin.
THREE_DAYS, FROM_ACCEPTANCE = "dibao.survey_start", "tekun.town"


def within(key: str, *steps: str, own: tuple[str, ...] = ()) -> dict[str, bytes]:
    """The service of several steps; these share the row, and only those in `own` have a limit of their own, too."""
    files = service()
    drawn = files["processes/sections.bpmn"].decode()
    for step in steps:
        begin_at = drawn.index(f'<bpmn:userTask id="{step}"')
        end_at = drawn.index("</bpmn:userTask>", begin_at)
        before = drawn[begin_at:end_at]
        said = f'<zeebe:property name="within" value="{key}" />'
        after = before.replace("<zeebe:properties>", f"<zeebe:properties>{said}")
        if step not in own:
            for row in ("water.wt_take", "water.wt_verify"):
                after = after.replace(f'<zeebe:property name="slaKey" value="{row}" />', "")
        drawn = drawn.replace(before, after)
    return {**files, "processes/sections.bpmn": drawn.encode()}


def waiting_for_the_citizen(files: dict[str, bytes], step: str) -> dict[str, bytes]:
    """The step is the citizen's, and the clock stands still."""
    drawn = files["processes/sections.bpmn"].decode()
    place = f"<bpmn:flowNodeRef>{step}</bpmn:flowNodeRef>"
    asked = "<bpmn:flowNodeRef>se_ask</bpmn:flowNodeRef>"
    drawn = drawn.replace(place, "").replace(asked, asked + place)
    begin_at = drawn.index(f'<bpmn:userTask id="{step}"')
    head = "<zeebe:properties>"
    changed = drawn[begin_at:].replace(head, f'{head}<zeebe:property name="clock" value="stop" />', 1)
    return {**files, "processes/sections.bpmn": (drawn[:begin_at] + changed).encode()}


def begin(office: Office, files: dict[str, bytes], *steps: str) -> Case:
    office.deploy(files)
    with transaction() as session:
        case = cases.start(session, "sections", actor=office.citizen, channel="SELF", values=office.answers())
    walk(office, case, *steps)
    return case


def due(office: Office, case: Case, step: str) -> datetime | None:
    return office.task(case, step).due_at


def ends(case: Case) -> dict[str, datetime]:
    with reading() as session:
        wanted = select(SharedLimit).where(SharedLimit.case_id == case.id)
        return {row.key: row.due_at for row in session.scalars(wanted)}


def equal(case: Case) -> bool:
    with reading() as session:
        return replay(session, case.case_no).equal


def test_each_step_is_due_by_its_own_limit_or_at_the_end_of_the_shared_one(office: Office, clock: Any) -> None:
    case = begin(office, within(THREE_DAYS, "se_a", "se_decide", own=("se_a",)), "se_take", "se_check")
    assert due(office, case, "se_a") == at("2026-11-18", "24:00")
    assert ends(case) == {THREE_DAYS: at("2026-11-19", "24:00")}
    clock.move_to(at("2026-11-18", "10:00"))
    walk(office, case, "se_a", "se_b")
    task = office.task(case, "se_decide")
    assert (task.due_at, task.due_unit) == (at("2026-11-19", "24:00"), "wd")
    assert task.remind_at is not None and task.created_at < task.remind_at < at("2026-11-19", "24:00")
    assert equal(case)


def test_a_return_keeps_the_shared_clock_and_says_so_beforehand(office: Office, clock: Any) -> None:
    case = begin(office, within(THREE_DAYS, "se_a", "se_decide", own=("se_a",)), "se_take", "se_check", "se_a", "se_b")
    clock.move_to(at("2026-11-19", "09:00"))
    number = office.task(case, "se_decide").id
    with reading() as session:
        (fresh,) = returns.preview(session, number, "se_a", actor=office.county).opened
        assert fresh.due_at == at("2026-11-19", "24:00")
    do(returns.send_back, number, office.county, to="se_a", reason="请补充受影响户数的证明材料")
    assert due(office, case, "se_a") == at("2026-11-19", "24:00")
    assert equal(case)


def test_the_clock_stands_still_while_the_citizen_is_waited_for(office: Office, clock: Any) -> None:
    files = waiting_for_the_citizen(within(THREE_DAYS, "se_a", "se_close"), "se_decide")
    case = begin(office, files, "se_take", "se_check")
    clock.move_to(at("2026-11-17", "10:00"))
    walk(office, case, "se_a", "se_b")
    clock.move_to(at("2026-11-23", "10:00"))  # the Monday after
    office.complete(office.citizen, case, "se_decide", **ANSWERS["se_decide"])
    assert due(office, case, "se_close") == at("2026-11-25", "24:00")
    assert ends(case) == {THREE_DAYS: at("2026-11-25", "24:00")} and equal(case)


def test_a_suspended_case_gets_back_what_its_shared_limit_lost(office: Office, clock: Any) -> None:
    case = begin(office, within(THREE_DAYS, "se_a", "se_decide"), "se_take", "se_check")
    office_of_county = employ("county_office", YANSHAN)
    do(suspension.suspend, case.case_no, office_of_county, reason="等待县里统一安排水源")
    clock.move_to(at("2026-11-18", "09:00"))
    do(suspension.resume, case.case_no, office_of_county)
    assert due(office, case, "se_a") == at("2026-11-23", "24:00")
    walk(office, case, "se_a", "se_b")
    assert due(office, case, "se_decide") == at("2026-11-23", "24:00") and equal(case)


def test_a_clock_that_begins_with_acceptance_runs_before_the_first_step_is_reached(office: Office, clock: Any) -> None:
    case = begin(office, within(FROM_ACCEPTANCE, "se_decide"), "se_take")
    assert ends(case) == {}
    walk(office, case, "se_check")
    clock.move_to(at("2026-11-20", "10:00"))
    walk(office, case, "se_a", "se_b")
    assert due(office, case, "se_decide") == at("2026-12-07", "24:00")


def test_an_acceptance_that_is_taken_back_takes_the_clock_with_it(office: Office, clock: Any) -> None:
    case = begin(office, within(THREE_DAYS, "se_a"), "se_take", "se_check")
    do(taking_back.take_back, office.task(case, "se_check").id, office.county)
    assert ends(case) == {}
    clock.move_to(at("2026-11-17", "10:00"))
    office.complete(office.county, case, "se_check", key="anew", **ANSWERS["se_check"])
    assert ends(case) == {THREE_DAYS: at("2026-11-20", "24:00")} and equal(case)


def test_the_steps_of_a_chapter_share_its_limit_and_its_timers_know_it(office: Office, clock: Any) -> None:
    inside = (
        '<bpmn:subProcess id="part" name="县级办理"><bpmn:extensionElements><zeebe:properties>'
        f'<zeebe:property name="within" value="{THREE_DAYS}" /></zeebe:properties></bpmn:extensionElements>'
        '<bpmn:startEvent id="pa_begin" name="开始" />' + user_task("pa_one", "一", "small_again")
        + user_task("pa_two", "二", "small_again")
        + '<bpmn:boundaryEvent id="pa_late" name="到期" attachedToRef="pa_two" cancelActivity="false">'
        '<bpmn:timerEventDefinition id="pa_late_t"><bpmn:timeDate>=dueAt</bpmn:timeDate></bpmn:timerEventDefinition>'
        '</bpmn:boundaryEvent><bpmn:endEvent id="pa_late_end" name="知道" /><bpmn:endEvent id="pa_end" name="完" />'
        + flow("pa_begin", "pa_one") + flow("pa_one", "pa_two") + flow("pa_two", "pa_end")
        + flow("pa_late", "pa_late_end") + "</bpmn:subProcess>"
    )  # fmt: skip
    body = (
        '<bpmn:process id="small" name="小事" isExecutable="true"><bpmn:laneSet id="lanes">'
        + lane("citizen", "sm_begin", "sm_ask") + lane("county_water_clerk", "part", "sm_end") + "</bpmn:laneSet>"
        + '<bpmn:startEvent id="sm_begin" name="有事" />' + user_task("sm_ask", "提出", "small_apply") + inside
        + end("sm_end", "办结", "COMPLETED") + flow("sm_begin", "sm_ask") + flow("sm_ask", "part")
        + flow("part", "sm_end") + "</bpmn:process>"
    )  # fmt: skip
    again = form("small_again", text("reason", "理由"))
    drawn = f"{HEAD}{body}</bpmn:definitions>".encode()
    office.deploy({**small(), "processes/small.bpmn": drawn, "forms/small_again.form": again})
    case = office.raise_hand()
    assert due(office, case, "pa_one") == at("2026-11-19", "24:00")
    clock.move_to(at("2026-11-18", "10:00"))
    office.complete(office.county, case, "pa_one", reason="看过了")
    assert due(office, case, "pa_two") == at("2026-11-19", "24:00")
    with reading() as session:
        assert session.scalars(select(Job.due_at).where(Job.case_id == case.id)).all() == [at("2026-11-19", "24:00")]
    assert equal(case)
