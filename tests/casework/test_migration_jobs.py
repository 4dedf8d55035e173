"""批量迁移: an order of many cases, carried out by the worker; it can be stopped, survives a kill, is undone singly."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import (
    jobs,
    migrating,
    migration_jobs,
    migration_plans,
    migration_preview,
    migration_undos,
    timeline,
    user_tasks,
)
from engine.casework.migration_jobs import Progress
from engine.casework.models import Case, CaseMigration, Job, MigratedCase, TaskDraft
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.registry.actors import Actor
from tests.casework import content
from tests.casework.acts import do, kinds
from tests.casework.conftest import Office, employ
from tests.casework.test_migrating import REASON, policy, version_of
from tests.faults.whole import whole


@pytest.fixture
def who(office: Office) -> Actor:
    return policy()


def newer() -> dict[str, bytes]:
    """Another name, another form and another id for the second look."""
    files = content.small(task_name="回复")
    drawn = files["processes/small.bpmn"].decode().replace("sm_again", "sm_second")
    answer = content.form("small_answer", content.yes_no("good", "可以吗"), content.text("basis", "依据"))
    return {**files, "processes/small.bpmn": drawn.encode(), "forms/small_answer.form": answer}


def order(
    case: Case, to: int, who: Actor, key: str = "k", mapping: dict[str, str] | None = None, **more: Any
) -> CaseMigration:
    with transaction() as session:
        wanted = migration_plans.plan(
            session, more.pop("since", None) or version_of(case), to, mapping or {}, actor=who
        )
        return migration_jobs.start(session, wanted, actor=who, key=key, **{"reason": REASON, **more})


def progress(number: int, who: Actor) -> Progress:
    with reading() as session:
        return migration_jobs.progress(session, number, who)


def stands_at_the_second_look(office: Office) -> Case:
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=False, opinion="情况不实")
    return case


def test_the_worker_lets_all_cases_go_over_and_says_why_one_does_not(office: Office, who: Actor) -> None:
    fitting, odd = [office.raise_hand() for _ in range(3)], stands_at_the_second_look(office)
    old = version_of(odd)
    to = office.deploy(newer())
    made = order(odd, to, who)
    assert (progress(made.id, who).total, progress(made.id, who).done) == (4, 0)
    jobs.drain()
    seen = progress(made.id, who)
    assert (seen.order.state, dict(seen.counts)) == ("done", {"moved": 3, "failed": 1})
    assert [(one.case_no, one.reason) for one in seen.entries if one.state == "failed"] == [
        (odd.case_no, "“复核”在新版本里没有对应的元素")
    ]
    assert [version_of(case) for case in fitting] == [to] * 3 and version_of(odd) == old
    for case in (*fitting, odd):
        whole(case.id)
    again = order(odd, to, who, "again", {"sm_again": "sm_second"})
    jobs.drain()
    assert dict(progress(again.id, who).counts) == {"moved": 1}
    whole(odd.id)


def test_the_same_click_is_one_order_and_another_needs_a_page_of_its_own(office: Office, who: Actor) -> None:
    case, to = office.raise_hand(), office.deploy(newer())
    first = order(case, to, who)
    assert order(case, to, who).id == first.id
    with pytest.raises(Invalid):
        order(case, to, who, reason="另外一个同样足够长的理由")
    jobs.drain()
    assert kinds(case).count("case_migrated") == 1


def test_one_case_can_be_chosen(office: Office, who: Actor) -> None:
    one, other = office.raise_hand(), office.raise_hand()
    to = office.deploy(newer())
    order(one, to, who, case_no=one.case_no)
    jobs.drain()
    assert version_of(one) == to != version_of(other)
    with pytest.raises(Invalid) as refusal:
        order(other, to, who, "k2", case_no=one.case_no)
    assert list(refusal.value.problems) == ["case_no"]


def test_nothing_to_migrate_is_said(office: Office, who: Actor) -> None:
    case, to = office.raise_hand(), office.deploy(newer())
    old = version_of(case)
    order(case, to, who)
    jobs.drain()
    with pytest.raises(Conflict) as refusal:
        order(case, to, who, "k2", since=old)
    assert "无需迁移" in refusal.value.notice
    with reading() as session:
        assert len(session.scalars(select(CaseMigration)).all()) == 1


def test_an_order_is_stopped_between_two_cases(office: Office, who: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [office.raise_hand() for _ in range(3)]
    old, to = version_of(cases[0]), office.deploy(newer())
    made = order(cases[0], to, who)
    monkeypatch.setattr(migration_jobs, "BATCH", 1)
    assert migration_jobs.run_due() == 1
    do(migration_jobs.cancel, made.id, who)
    jobs.drain()
    seen = progress(made.id, who)
    assert (seen.order.state, dict(seen.counts)) == ("canceled", {"moved": 1, "skipped": 2})
    assert sorted(map(version_of, cases)) == sorted([old, old, to])
    with pytest.raises(Conflict):
        do(migration_jobs.cancel, made.id, who)


def test_a_worker_that_dies_halfway_leaves_the_case_and_its_row_for_the_next(
    office: Office, who: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row of the order and the case are written by one transaction: cut off before its commit, neither is."""
    cases = [office.raise_hand() for _ in range(2)]
    to = office.deploy(newer())
    made = order(cases[0], to, who)

    class Killed(BaseException):
        pass

    def cut(*_: Any, **__: Any) -> int:
        raise Killed

    kept = migrating.migrate
    first = iter([kept, cut])
    monkeypatch.setattr(migrating, "migrate", lambda *a, **k: next(first)(*a, **k))
    with pytest.raises(Killed):
        jobs.sweep()
    assert dict(progress(made.id, who).counts) == {"moved": 1, "waiting": 1}
    monkeypatch.setattr(migrating, "migrate", kept)
    jobs.drain()
    assert dict(progress(made.id, who).counts) == {"moved": 2}
    for case in cases:
        assert kinds(case).count("case_migrated") == 1
        whole(case.id)


def test_what_passes_is_tried_again_and_in_the_end_told(
    office: Office, who: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, to = office.raise_hand(), office.deploy(newer())
    made = order(case, to, who)

    def busy(*_: Any, **__: Any) -> int:
        raise Conflict("Expected to change the case, but it had already changed")

    monkeypatch.setattr(migrating, "migrate", busy)
    migration_jobs.run_due()
    assert dict(progress(made.id, who).counts) == {"waiting": 1}
    for _ in range(4):
        migration_jobs.run_due()
    assert dict(progress(made.id, who).counts) == {"failed": 1}


def test_one_case_of_an_order_comes_back(office: Office, who: Actor) -> None:
    one, other = office.raise_hand(), office.raise_hand()
    old, to = version_of(one), office.deploy(newer())
    made = order(one, to, who)
    jobs.drain()
    do(migration_jobs.undo, made.id, who, case_no=one.case_no, reason=REASON, key="u")
    do(migration_jobs.undo, made.id, who, case_no=one.case_no, reason=REASON, key="u")
    assert (version_of(one), version_of(other)) == (old, to)
    assert dict(progress(made.id, who).counts) == {"moved": 1, "undone": 1}
    with pytest.raises(NotFound):
        do(migration_jobs.undo, made.id, who, case_no="nobody's", reason=REASON)
    whole(one.id)


def test_orders_are_for_policy_staff_and_seen_by_auditors(office: Office, who: Actor) -> None:
    case, to = office.raise_hand(), office.deploy(newer())
    made, auditor = order(case, to, who), employ("auditor", "530000")
    assert progress(made.id, auditor).total == 1
    with pytest.raises(NotAllowed):
        order(case, to, auditor)
    with pytest.raises(NotAllowed):
        do(migration_jobs.cancel, made.id, auditor)
    with pytest.raises(NotAllowed):
        do(migration_jobs.undo, made.id, auditor, case_no=case.case_no, reason=REASON)
    with pytest.raises(NotAllowed):
        progress(made.id, office.county)
    for deed in (migration_jobs.cancel, migration_jobs.get):
        with pytest.raises(NotFound), transaction() as session:
            deed(session, 999, actor=who)


def test_the_preview_counts_and_names_what_changes(office: Office, who: Actor) -> None:
    case, odd = office.raise_hand(), stands_at_the_second_look(office)
    task = office.task(case, "sm_answer")
    with transaction() as session:
        values = {"good": True, "opinion": "写到一半"}
        row = {"task_id": task.id, "account_id": office.town.id, "values": values, "saved_at": task.created_at}
        session.add(TaskDraft(**row))
    to = office.deploy(newer())
    with reading() as session:
        wanted = migration_plans.plan(session, version_of(case), to, {}, actor=who)
        seen = migration_preview.preview(session, wanted)
        mapped = migration_plans.plan(session, version_of(case), to, {"sm_again": "sm_second"}, actor=who)
        fine = migration_preview.preview(session, mapped)
    assert (seen.cases, seen.tried, seen.fitting) == (2, 2, 1)
    assert seen.refused == ((odd.case_no, "“复核”在新版本里没有对应的元素"),)
    by_id = {one.element.id: one for one in seen.standings}
    assert by_id["sm_answer"].changes == (
        "表单不再填写：意见", "表单新增：依据", "已保存的草稿保留，其中的意见不再使用",
    )  # fmt: skip
    assert "sm_second" in {choice.id for choice in by_id["sm_again"].choices}
    assert fine.fitting == 2 and fine.refused == ()


def test_a_new_deadline_table_moves_no_due_date(office: Office, who: Actor) -> None:
    case = office.raise_hand()
    before = office.task(case, "sm_answer")
    drawn = content.small(task_name="回复")["processes/small.bpmn"].replace(b"water.wt_verify", b"water.wt_take")
    to = office.deploy({**content.small(task_name="回复"), "processes/small.bpmn": drawn})
    order(case, to, who)
    jobs.drain()
    after = office.task(case, "sm_answer")
    assert (after.name, after.due_at, after.remind_at) == ("回复", before.due_at, before.remind_at)
    with reading() as session:
        assert session.scalars(select(Job).where(Job.case_id == case.id)).all() == []
        assert session.scalars(select(MigratedCase.state)).all() == ["moved"]


def undo_all(number: int, who: Actor, key: str = "u", reason: str = REASON) -> Any:
    return do(migration_undos.start, number, who, reason=reason, key=key)


def hashes(cases: list[Case]) -> list[Any]:
    with reading() as session:
        return [(row.version_id, row.state_blob) for row in (session.get_one(Case, case.id) for case in cases)]


def test_a_whole_order_comes_back_and_says_what_could_not(office: Office, who: Actor) -> None:
    cases = [office.raise_hand() for _ in range(4)]
    before, to = hashes(cases), office.deploy(newer())
    made = order(cases[0], to, who)
    jobs.drain()
    touched, again = cases[1], cases[3]
    with transaction() as session:
        user_tasks.claim(session, office.task(touched, "sm_answer").id, actor=office.town)
    order(again, office.deploy(content.small(task_name="再答")), who, "later", since=to, case_no=again.case_no)
    jobs.drain()
    undo_all(made.id, who)
    assert undo_all(made.id, who).id == undo_all(made.id, who).id
    assert dict(progress(made.id, who).counts) == {"undoing": 4}
    jobs.drain()
    seen = progress(made.id, who)
    assert (dict(seen.counts), seen.went) == ({"undone": 2, "kept": 2}, 4)
    kept = {one.case_no: one.reason for one in seen.entries if one.state == "kept"}
    assert set(kept) == {touched.case_no, again.case_no}
    assert set(kept.values()) == {"迁移以后该办件又有了新的办理记录，不能撤销；可以另行迁移回原版本"}
    after = hashes(cases)
    assert (after[0], after[2]) == (before[0], before[2]) and version_of(touched) == to
    with reading() as session:
        told = migration_undos.latest(session, made.id)
        assert told is not None and (told.state, told.reason) == ("done", REASON)
        lines = timeline.for_staff(session, session.get_one(Case, cases[0].id))
    assert f"撤销迁移，恢复按第 1 版流程办理：{REASON}" in [line.text for line in lines]
    for case in cases:
        whole(case.id)
    with pytest.raises(Conflict) as refusal:
        undo_all(made.id, who, "again")
    assert refusal.value.notice == "这次迁移没有可以撤销的办件"


def test_undoing_an_order_is_stopped_and_ordered_again(
    office: Office, who: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [office.raise_hand() for _ in range(3)]
    old, to = version_of(cases[0]), office.deploy(newer())
    made = order(cases[0], to, who)
    with pytest.raises(Conflict) as refusal:
        undo_all(made.id, who)
    assert refusal.value.notice == "迁移还在进行，请先停止，再撤销"
    jobs.drain()
    undo_all(made.id, who)
    with pytest.raises(Conflict):
        undo_all(made.id, who, "beside")
    monkeypatch.setattr(migration_jobs, "BATCH", 1)
    assert migration_undos.run_due() == 1
    do(migration_undos.cancel, made.id, who)
    jobs.drain()
    assert dict(progress(made.id, who).counts) == {"undone": 1, "moved": 2}
    with pytest.raises(Conflict):
        do(migration_undos.cancel, made.id, who)
    undo_all(made.id, who, "again")
    jobs.drain()
    assert dict(progress(made.id, who).counts) == {"undone": 3}
    assert [version_of(case) for case in cases] == [old] * 3


def test_a_worker_that_dies_while_undoing_leaves_the_rest_for_the_next(
    office: Office, who: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [office.raise_hand() for _ in range(2)]
    before, to = hashes(cases), office.deploy(newer())
    made = order(cases[0], to, who)
    jobs.drain()
    undo_all(made.id, who)

    class Killed(BaseException):
        pass

    def cut(*_: Any, **__: Any) -> tuple[int, int]:
        raise Killed

    undo = migrating.undo
    first = iter([undo, cut])
    monkeypatch.setattr(migrating, "undo", lambda *a, **k: next(first)(*a, **k))
    with pytest.raises(Killed):
        jobs.sweep()
    assert dict(progress(made.id, who).counts) == {"undone": 1, "undoing": 1}
    monkeypatch.setattr(migrating, "undo", undo)
    do(migration_jobs.undo, made.id, who, case_no=cases[1].case_no, reason=REASON, key="by hand")
    jobs.drain()
    assert dict(progress(made.id, who).counts) == {"undone": 2} and hashes(cases) == before
    for case in cases:
        assert kinds(case).count("case_migration_undone") == 1
        whole(case.id)


def test_undoing_an_order_is_for_policy_staff(office: Office, who: Actor) -> None:
    case, to = office.raise_hand(), office.deploy(newer())
    made = order(case, to, who)
    jobs.drain()
    for person in (employ("auditor", "530000"), office.county):
        with pytest.raises(NotAllowed):
            undo_all(made.id, person)
        with pytest.raises(NotAllowed):
            do(migration_undos.cancel, made.id, person)
    with pytest.raises(NotFound):
        undo_all(999, who)
    with pytest.raises(Invalid):
        undo_all(made.id, who, reason="短")
    undo_all(made.id, who)
    with pytest.raises(Invalid):
        undo_all(made.id, who, reason="另外一个同样足够长的理由")
    assert dict(progress(made.id, who).counts) == {"undoing": 1}
