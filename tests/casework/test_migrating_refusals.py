"""迁移: who may, what is refused and why, and how the past is told afterwards."""

import pytest

from engine.casework import (
    deployments,
    migrating,
    migration_plans,
    progress,
    returns,
    suspension,
    taking_back,
    timeline,
    user_tasks,
)
from engine.casework.models import Case, UserTask
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.oversight import replay
from engine.registry.actors import SYSTEM
from tests.casework import content
from tests.casework.acts import do, look, rows
from tests.casework.conftest import Office, employ
from tests.casework.sections import begin
from tests.casework.test_migrating import (
    REASON,
    finish,
    migrate,
    one_more_step,
    policy,
    refused,
    renamed,
    undo,
    version_of,
)
from tests.factories import YANSHAN
from tests.faults.whole import whole


def test_only_policy_staff_migrate(office: Office) -> None:
    case = begin(office, "se_take")
    to, strangers = office.deploy(one_more_step()), (office.county, office.citizen, employ("auditor", "530000"))
    before = rows()
    for stranger in strangers:
        with pytest.raises(NotAllowed):
            migrate(case, to, actor=stranger)
        with pytest.raises(NotAllowed):
            undo(case, stranger)
    assert rows() == before


def test_what_is_not_there_is_not_found(office: Office) -> None:
    case = begin(office, "se_take")
    with pytest.raises(NotFound):
        migrate(case, 999)
    with pytest.raises(NotFound):
        do(migrating.undo, "no such case", policy(), reason=REASON)


def test_wrong_plans_are_refused_and_nothing_moves(office: Office) -> None:
    case = begin(office, "se_take")
    to = office.deploy(one_more_step())
    small = office.deploy(content.small(name="别的事"))
    with transaction() as session:
        draft = deployments.upload(session, renamed("se_b", "se_d"), actor=SYSTEM).id
    before = rows()
    for wrong in ({"se_nowhere": "se_check"}, {"se_check": "se_nowhere"}):
        with pytest.raises(Invalid) as refusal:
            migrate(case, to, wrong)
        assert list(refusal.value.problems) == [f"map-{next(iter(wrong))}"]
    for version in (small, version_of(case)):
        with pytest.raises(Invalid):
            migrate(case, version)
    with pytest.raises(Invalid):
        migrate(case, to, reason="短")
    assert refused(case, draft) == "只能迁移到已批准或已启用的版本"
    assert rows() == before


def test_what_does_not_run_on_the_old_version_does_not_go_over(office: Office) -> None:
    case = begin(office, "se_take")
    to, who = office.deploy(one_more_step()), policy()
    with transaction() as session:
        wanted = migration_plans.plan(session, version_of(case), to, {}, actor=who)
    migrate(case, to)
    with pytest.raises(Conflict) as twice, transaction() as session:
        migrating.migrate(session, case.id, wanted, actor=who, reason=REASON)
    assert twice.value.notice == "办件已经不在原版本上"


def test_a_suspended_case_waits_until_it_goes_on(office: Office) -> None:
    case = begin(office, "se_take")
    to = office.deploy(one_more_step())
    reviewer = employ("county_office", YANSHAN)
    do(suspension.suspend, case.case_no, reviewer, reason="群众申请暂缓办理此事项")
    assert refused(case, to) == "办件已挂起，恢复办理后再迁移"
    do(suspension.resume, case.case_no, reviewer)
    migrate(case, to)
    whole(case.id)


def test_nothing_is_undone_once_something_else_has_happened(office: Office) -> None:
    case = begin(office, "se_take")
    with pytest.raises(Conflict):
        undo(case)
    migrate(case, office.deploy(one_more_step()))
    do(user_tasks.claim, office.task(case, "se_check").id, office.county)
    before = rows()
    with pytest.raises(Conflict):
        undo(case)
    assert rows() == before


def test_the_same_click_undoes_once(office: Office) -> None:
    case, who = begin(office, "se_take"), policy()
    migrate(case, office.deploy(one_more_step()))
    undo(case, who, key="one")
    before = rows()
    undo(case, who, key="one")
    assert rows() == before
    with pytest.raises(Conflict):
        undo(case, who, key="two")


def test_a_step_completed_before_is_sent_back_to_but_not_taken_back(office: Office) -> None:
    case = begin(office, "se_take")
    migrate(case, office.deploy(renamed("se_check", "se_look")), {"se_check": "se_look"})
    task = office.task(case, "se_take")
    assert not look(lambda session: taking_back.is_possible(session, session.get_one(UserTask, task.id), office.town))
    do(returns.send_back, office.task(case, "se_look").id, office.county, to="se_take", reason=REASON)
    whole(case.id)
    assert finish(office, case) == ["se_take", "se_look", "se_a", "se_b", "se_decide", "se_close"]


def test_the_past_is_told_by_the_version_of_that_time(office: Office) -> None:
    case = begin(office, "se_take", "se_check")
    to = office.deploy(renamed("se_take", "se_receive"))
    migrate(case, to)
    undo(case)
    migrate(case, to)
    with reading() as session:
        row = session.get_one(Case, case.id)
        told = [line.text for line in timeline.for_staff(session, row)]
        given = [one.name for one in timeline.submissions(session, row, office.county)]
        shown = progress.lines(session, row, office.citizen)
        filled = progress.filled_in(session, row, office.citizen)
        steps = replay.steps(session, row, office.county)
    assert "完成“接收”" in told and "完成“核对”" in told
    assert f"改按第 2 版流程办理：{REASON}" in told and f"撤销迁移，恢复按第 1 版流程办理：{REASON}" in told
    assert given == ["提出", "接收", "核对"] and [one.name for one in filled] == ["提出"] and shown
    assert [step.sentence for step in steps] == told
    assert set(steps[-1].current) == {"se_a", "se_b"}
