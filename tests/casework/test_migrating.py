"""迁移: a case goes over to another version with its people, deadlines and drafts, goes on there, and may come back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import clock as engine_clock
from engine.casework import (
    cases,
    cosigning,
    history,
    jobs,
    migrating,
    migration_plans,
    user_tasks,
)
from engine.casework.models import Case, Job, TaskDraft, UserTask
from engine.db import reading, transaction
from engine.errors import Conflict
from engine.registry.actors import Actor
from tests import shipped
from tests.casework import content
from tests.casework.acts import do, kinds, look, rows, told
from tests.casework.conftest import Office, employ
from tests.casework.sections import ANSWERS, begin, service, walk
from tests.casework.test_acts_in_any_order import service as votes
from tests.factories import JIANGNA, YANSHAN
from tests.faults.whole import whole

REASON = "新规定自本月起施行，在办件一并适用"
Files = dict[str, bytes]


def changed(*pairs: tuple[str, str], files: Files | None = None) -> Files:
    """Another version: the diagram with these replacements."""
    found = dict(service() if files is None else files)
    path = next(path for path in found if path.startswith("processes/"))
    drawn = found[path].decode()
    for old, new in pairs:
        assert old in drawn, old
        drawn = drawn.replace(old, new)
    return {**found, path: drawn.encode()}


def one_more_step() -> Files:
    """A step between checking and the two branches."""
    step = content.user_task("se_more", "再核", "se_close", slaKey="water.wt_take")
    return changed(
        ('<bpmn:parallelGateway id="se_fork"', f'{step}<bpmn:parallelGateway id="se_fork"'),
        (content.flow("se_check", "se_fork"), content.flow("se_check", "se_more") + content.flow("se_more", "se_fork")),
        ("<bpmn:flowNodeRef>se_fork<", "<bpmn:flowNodeRef>se_more</bpmn:flowNodeRef><bpmn:flowNodeRef>se_fork<"),
    )


def renamed(old: str, new: str, name: str = "") -> Files:
    """Every mention of the element's id is another one; its form stays."""
    form = f'formId="{old}"'
    pairs = [(form, "KEPT"), (f'"{old}"', f'"{new}"'), (f">{old}<", f">{new}<"), ("KEPT", form)]
    drawn = changed(*pairs)
    path = "processes/sections.bpmn"
    text = drawn[path].decode()
    for sign in (f"__{old}", f"{old}__"):
        text = text.replace(sign, sign.replace(old, new))
    return {**drawn, path: text.encode()}


def policy() -> Actor:
    return employ("policy_admin", "530000")


def version_of(case: Case) -> int:
    return look(lambda session: session.get_one(Case, case.id).version_id)


def state_of(case: Case) -> tuple[bytes | None, Any]:
    return look(lambda session: (session.get_one(Case, case.id).state_blob, session.get_one(Case, case.id).variables))


def migrate(
    case: Case,
    to: int,
    mapping: Mapping[str, str] | None = None,
    *,
    actor: Actor | None = None,
    reason: str = REASON,
) -> int:
    who = actor or policy()
    with transaction() as session:
        wanted = migration_plans.plan(session, version_of(case), to, mapping or {}, actor=who)
        return migrating.migrate(session, case.id, wanted, actor=who, reason=reason)


def undo(case: Case, actor: Actor | None = None, **more: Any) -> None:
    do(migrating.undo, case.case_no, actor or policy(), **{"reason": REASON, **more})


def refused(case: Case, to: int, mapping: Mapping[str, str] | None = None) -> str:
    """Why the case does not go over; nothing of it differs afterwards."""
    who = policy()
    before, version = rows(), version_of(case)
    with pytest.raises(Conflict) as refusal:
        migrate(case, to, mapping, actor=who)
    assert (rows(), version_of(case)) == (before, version)
    return refusal.value.notice


def finish(office: Office, case: Case) -> list[str]:
    """Complete what is open until the case has ended."""
    done = []
    while True:
        with reading() as session:
            wanted = select(UserTask).where(
                UserTask.case_id == case.id, UserTask.state == "open", UserTask.kind == "step"
            )
            task = session.scalars(wanted.order_by(UserTask.id)).first()
        if task is None:
            break
        actor = office.town if task.role_key.startswith("town") else office.county
        values = {f"{task.form_id}_text": "同意办理", "reason": REASON, **ANSWERS.get(task.form_id or "", {})}
        form = look(lambda session, task=task: user_tasks.form(session, session.get_one(UserTask, task.id)))
        given = {key: value for key, value in values.items() if key in form.keys}
        do(user_tasks.complete, task.id, actor, values=given, key=f"end-{task.id}")
        done.append(task.element_id)
    whole(case.id)
    return done


def test_a_case_goes_over_and_ends_on_the_new_version(office: Office) -> None:
    case = begin(office, "se_take")
    task = office.task(case, "se_check")
    to = office.deploy(one_more_step())
    migrate(case, to)
    assert version_of(case) == to
    after = office.task(case, "se_check")
    assert (after.id, after.token, after.due_at, after.companion_at) == (
        task.id, task.token, task.due_at, task.companion_at,
    )  # fmt: skip
    whole(case.id)
    assert finish(office, case) == ["se_check", "se_more", "se_a", "se_b", "se_decide", "se_close"]


def test_coming_back_restores_the_state_to_the_byte(office: Office) -> None:
    case = begin(office, "se_take", "se_check", "se_a")
    old, before = version_of(case), state_of(case)
    migrate(case, office.deploy(one_more_step()))
    undo(case)
    assert (version_of(case), state_of(case)) == (old, before)
    whole(case.id)
    assert finish(office, case) == ["se_b", "se_decide", "se_close"]


def test_the_hash_after_coming_back_is_the_one_before_going(office: Office) -> None:
    case = begin(office, "se_take")
    migrate(case, office.deploy(renamed("se_check", "se_look")), {"se_check": "se_look"})
    undo(case)
    with reading() as session:
        hashes = [event.payload["hash"] for event in history.events(session, case.id) if "hash" in event.payload]
    assert hashes[-1] == hashes[-3] != hashes[-2]


def test_a_claimed_and_drafted_step_stays_in_hand_with_its_draft(office: Office) -> None:
    case = begin(office, "se_take")
    task = office.task(case, "se_check")
    do(user_tasks.claim, task.id, office.county)
    do(user_tasks.save_draft, task.id, office.county, values={"remark": "写了一半"})
    migrate(case, office.deploy(renamed("se_check", "se_look")), {"se_check": "se_look"})
    after = office.task(case, "se_look")
    assert (after.id, after.assignee_id, after.due_at) == (task.id, office.county.id, task.due_at)
    with reading() as session:
        assert session.get_one(TaskDraft, (task.id, office.county.id)).values == {"remark": "写了一半"}
    undo(case)
    assert office.task(case, "se_check").claimed_at is not None
    assert finish(office, case)[0] == "se_check"


def test_a_step_of_another_post_waits_for_its_new_group(office: Office) -> None:
    case = begin(office, "se_take")
    task = office.task(case, "se_check")
    do(user_tasks.claim, task.id, office.county)
    ref = "<bpmn:flowNodeRef>se_check</bpmn:flowNodeRef>"
    to = office.deploy(changed((ref, ""), ("<bpmn:flowNodeRef>se_a<", f"{ref}<bpmn:flowNodeRef>se_a<")))
    migrate(case, to)
    after = office.task(case, "se_check")
    assert (after.role_key, after.region_code, after.assignee_id) == ("town_water_clerk", JIANGNA, None)
    assert told(office.county)[-1].startswith("流程已更新，不再由您办理：")
    undo(case)
    assert told(office.county)[-1].startswith("更新已撤销，重新由您办理：")
    back = office.task(case, "se_check")
    assert (back.role_key, back.assignee_id, back.claimed_at) == (
        "county_water_clerk",
        office.county.id,
        task.created_at,
    )


def test_a_delegated_step_and_signatures_go_over_with_it(office: Office) -> None:
    case = begin(office, "se_take")
    task = office.task(case, "se_check")
    other = employ("county_water_clerk", YANSHAN)
    do(cosigning.add, task.id, office.county, to_account_id=other.id, position="before", reason="请把关")
    migrate(case, office.deploy(renamed("se_check", "se_look")), {"se_check": "se_look"})
    with reading() as session:
        rows_of = session.scalars(select(UserTask).where(UserTask.case_id == case.id, UserTask.state == "open")).all()
    assert {(row.kind, row.element_id) for row in rows_of} == {("step", "se_look"), ("cosign", "se_look")}
    undo(case)
    with reading() as session:
        rows_of = session.scalars(select(UserTask).where(UserTask.case_id == case.id, UserTask.state == "open")).all()
    assert {row.element_id for row in rows_of} == {"se_check"}


def companions(case: Case) -> list[str]:
    """In what state the cases are that stand beside its steps and beside itself, ratings aside."""
    with reading() as session:
        wanted = select(Case.state).where(Case.subject_id == case.id, Case.process_key != "rating").order_by(Case.id)
        return list(session.scalars(wanted))


def test_a_step_that_is_late_stays_late_and_its_companion_stands_beside_it(office: Office, clock: Any) -> None:
    shipped.deploy()
    case = begin(office, "se_take")
    task = office.task(case, "se_check")
    clock.advance(days=9)
    jobs.drain()
    late = office.task(case, "se_check")
    beside = companions(case)
    assert late.reminded_at is not None and late.companion_at is None
    migrate(case, office.deploy(one_more_step()))
    after = office.task(case, "se_check")
    assert (after.due_at, after.reminded_at, after.overdue_at, after.companion_at) == (
        task.due_at, late.reminded_at, late.overdue_at, None,
    )  # fmt: skip
    assert companions(case) == beside and "active" in beside
    finish(office, case)
    assert set(companions(case)) == {"ended"}


def test_steps_of_branches_that_became_others_do_not_go_over(office: Office) -> None:
    case = begin(office, "se_take", "se_check")
    step = content.user_task("se_c", "第三方意见", "se_close")
    to = office.deploy(
        changed(
            ('<bpmn:parallelGateway id="se_join"', f'{step}<bpmn:parallelGateway id="se_join"'),
            (
                content.flow("se_b", "se_join"),
                content.flow("se_b", "se_join") + content.flow("se_fork", "se_c") + content.flow("se_c", "se_join"),
            ),
            ("<bpmn:flowNodeRef>se_fork<", "<bpmn:flowNodeRef>se_c</bpmn:flowNodeRef><bpmn:flowNodeRef>se_fork<"),
        )
    )
    assert refused(case, to) == "“乡镇意见”所在的并行环节的分支或汇聚与新版本不一致"


def test_a_step_that_is_gone_is_named(office: Office) -> None:
    case = begin(office, "se_take")
    to = office.deploy(renamed("se_check", "se_look"))
    assert refused(case, to) == "“核对”在新版本里没有对应的元素"


def test_what_only_the_new_version_reads_is_found_in_earlier_answers(office: Office) -> None:
    case = begin(office, "se_take", "se_check")
    assert "finding" not in state_of(case)[1]
    to = office.deploy(changed(('"=if rounds = null', '"=if finding = null and rounds = null')))
    before = state_of(case)[1]
    migrate(case, to)
    assert state_of(case)[1]["finding"] == "水源枯竭"
    whole(case.id)
    undo(case)
    assert state_of(case)[1] == before
    whole(case.id)


TIMER = (
    '<bpmn:boundaryEvent id="se_late" name="久无答复" attachedToRef="se_check" cancelActivity="false">'
    "<bpmn:timerEventDefinition><bpmn:timeDuration>P{days}D</bpmn:timeDuration></bpmn:timerEventDefinition>"
    "</bpmn:boundaryEvent>"
    '<bpmn:endEvent id="se_told" name="已提醒" />'
)


def with_timer(days: int, name: str = "se_late") -> Files:
    lane = f"<bpmn:flowNodeRef>{name}</bpmn:flowNodeRef><bpmn:flowNodeRef>se_told</bpmn:flowNodeRef>"
    timer = TIMER.format(days=days).replace("se_late", name) + content.flow(name, "se_told")
    fork = '<bpmn:parallelGateway id="se_fork"'
    return changed((fork, timer + fork), ("<bpmn:flowNodeRef>se_fork<", f"{lane}<bpmn:flowNodeRef>se_fork<"))


def timers(case: Case) -> list[tuple[str, Any]]:
    with reading() as session:
        wanted = select(Job.element_id, Job.due_at).where(Job.case_id == case.id).order_by(Job.id)
        return [tuple(row) for row in session.execute(wanted)]


def begin_with_timer(office: Office) -> Case:
    office.deploy(with_timer(3))
    with transaction() as session:
        case = cases.start(session, "sections", actor=office.citizen, channel="SELF", values=office.answers())
    walk(office, case, "se_take")
    return case


def test_a_timer_that_waits_keeps_its_moment_under_its_new_name(office: Office, clock: Any) -> None:
    case = begin_with_timer(office)
    ((_, due_at),) = timers(case)
    clock.advance(days=1)
    migrate(case, office.deploy(with_timer(20, "se_slow")), {"se_late": "se_slow"})
    assert timers(case) == [("se_slow", due_at)]
    whole(case.id)
    undo(case)
    assert timers(case) == [("se_late", due_at)]
    clock.advance(days=2, minutes=1)
    jobs.drain()
    assert "timer_fired" in kinds(case)
    whole(case.id)


def test_a_timer_that_is_drawn_no_more_leaves_and_comes_back_with_the_case(office: Office, clock: Any) -> None:
    case = begin_with_timer(office)
    before = timers(case)
    migrate(case, office.deploy(service()))
    assert timers(case) == []
    whole(case.id)
    undo(case)
    assert timers(case) == before
    whole(case.id)


def test_a_timer_that_is_drawn_now_begins_now(office: Office, clock: Any) -> None:
    case = begin(office, "se_take")
    clock.advance(days=1)
    migrate(case, office.deploy(with_timer(5)))
    assert timers(case) == [("se_late", engine_clock.now() + timedelta(days=5))]
    undo(case)
    assert timers(case) == []
    whole(case.id)


def test_a_case_of_a_section_with_many_people_goes_over(office: Office) -> None:
    office.deploy(votes())
    with transaction() as session:
        case = cases.start(session, "anyorder", actor=office.citizen, channel="SELF", values=office.answers())
    office.complete(office.town, case, "at_vote", reason=REASON)
    old = state_of(case)
    sum_ = ('name="汇总"', 'name="汇总意见"')
    migrate(case, office.deploy(changed(sum_, files=votes())))
    with reading() as session:
        left = select(UserTask.element_id, UserTask.instance).where(
            UserTask.case_id == case.id, UserTask.state == "open"
        )
        found = sorted(tuple(row) for row in session.execute(left))
    assert found[:1] == [("at_check", None)] and [row[0] for row in found].count("at_vote") == 2
    undo(case)
    assert state_of(case) == old
    assert office.task(case, "at_check").state == "open"


def test_every_step_of_a_case_goes_over_and_back_and_can_finish(office: Office) -> None:
    """Wherever the case stands: over, back to the same bytes, over again, and on to the end, step by step."""
    case, who = begin(office), policy()
    versions = [version_of(case), office.deploy(changed(('name="决定"', 'name="作出决定"')))]
    for step in ("se_take", "se_check", "se_a", "se_b", "se_decide", "se_close"):
        here, there = versions
        before = state_of(case)
        migrate(case, there, actor=who)
        undo(case, who)
        assert (version_of(case), state_of(case)) == (here, before)
        migrate(case, there, actor=who)
        walk(office, case, step)
        versions = [there, here]
    whole(case.id)
    assert kinds(case).count("case_migrated") == 12
    assert look(lambda session: session.get_one(Case, case.id).outcome) == "COMPLETED"
