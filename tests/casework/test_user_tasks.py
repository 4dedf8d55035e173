"""What people do with user tasks, and what is refused: wrong person, unknown, wrong state, bad values."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import clock as clocks
from engine.casework import history, user_tasks, worklists
from engine.casework.models import Case, HistoryEvent, Submission, TaskDraft, UserTask
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.registry.actors import Actor
from tests.casework.conftest import Office, employ
from tests.factories import JIANGNA, YANSHAN

Act = Callable[[Office, int, Actor], Any]


def claim(_office: Office, task_id: int, actor: Actor) -> None:
    with transaction() as session:
        user_tasks.claim(session, task_id, actor=actor)


def unclaim(_office: Office, task_id: int, actor: Actor) -> None:
    with transaction() as session:
        user_tasks.unclaim(session, task_id, actor=actor)


def transfer(office: Office, task_id: int, actor: Actor) -> None:
    to = office.colleague.id
    assert to is not None
    with transaction() as session:
        user_tasks.transfer(session, task_id, actor=actor, to_account_id=to, reason="今天下乡")


def save_draft(_office: Office, task_id: int, actor: Actor) -> None:
    with transaction() as session:
        user_tasks.save_draft(session, task_id, actor=actor, values={"opinion": "想一想"})


def complete(_office: Office, task_id: int, actor: Actor) -> None:
    with transaction() as session:
        user_tasks.complete(session, task_id, actor=actor, values={"good": True}, key=f"{task_id}-{actor.ref}")


EVERY = pytest.mark.parametrize("act", [claim, unclaim, transfer, save_draft, complete])
COLLEAGUES = pytest.mark.parametrize("act", [claim, unclaim, transfer, save_draft])


def state() -> tuple[Any, ...]:
    """What any act would leave behind."""
    with reading() as session:
        tasks = session.execute(select(UserTask.id, UserTask.state, UserTask.assignee_id).order_by(UserTask.id)).all()
        case = session.execute(select(Case.seq, Case.head, Case.version, Case.state_blob)).all()
        counts = [session.scalar(select(func.count()).select_from(t)) for t in (Submission, TaskDraft, HistoryEvent)]
        return tasks, case, counts


@EVERY
def test_somebody_elsewhere_finds_no_such_task(office: Office, act: Act) -> None:
    task = office.task(office.raise_hand(), "sm_answer")
    before = state()
    with pytest.raises(NotFound):
        act(office, task.id, office.elsewhere)
    assert state() == before


@EVERY
def test_an_unknown_task_is_not_found(office: Office, act: Act) -> None:
    office.raise_hand()
    with pytest.raises(NotFound):
        act(office, 999_999, office.town)


@EVERY
def test_a_leader_who_reads_the_case_may_not_act_on_its_task(office: Office, act: Act) -> None:
    leader = employ("town_leader", JIANGNA)
    task = office.task(office.raise_hand(), "sm_answer")
    with reading() as session:
        assert user_tasks.get(session, task.id, leader).id == task.id
    before = state()
    with pytest.raises(NotAllowed):
        act(office, task.id, leader)
    assert state() == before


@EVERY
def test_a_finished_task_takes_no_more_acts(office: Office, act: Act) -> None:
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    office.complete(office.town, case, "sm_answer", good=False, opinion="不行")
    before = state()
    with pytest.raises(Conflict) as refusal:
        act(office, task.id, office.colleague)
    assert office.town.name in refusal.value.notice and "11月16日 09:00" in refusal.value.notice
    assert state() == before


@COLLEAGUES
def test_a_citizen_is_no_account_even_with_the_same_number(office: Office, act: Act) -> None:
    case = office.raise_hand()
    with transaction() as session:
        task = session.get_one(UserTask, office.task(case, "sm_answer").id)
        task.role_key = "citizen"
    before = state()
    with pytest.raises(NotAllowed):
        act(office, task.id, office.citizen)
    assert state() == before
    with reading() as session:
        for scope in worklists.SCOPES:
            assert worklists.listing(session, office.citizen, scope=scope).total == 0


def test_claiming_takes_the_task_and_says_so_in_the_journal(office: Office) -> None:
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    claim(office, task.id, office.town)
    claim(office, task.id, office.town)
    assert office.task(case, "sm_answer").assignee_id == office.town.id
    with reading() as session:
        assert [e.kind for e in history.events(session, case.id)][-1] == "task_claimed"
        assert sum(e.kind == "task_claimed" for e in history.events(session, case.id)) == 1


def test_a_claimed_task_is_out_of_reach_for_colleagues(office: Office) -> None:
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    claim(office, task.id, office.town)
    for act in (claim, unclaim, transfer, complete):
        with pytest.raises(Conflict) as refusal:
            act(office, task.id, office.colleague)
        assert refusal.value.notice
    assert office.task(case, "sm_answer").state == "open"


def test_giving_back_frees_the_task(office: Office) -> None:
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    claim(office, task.id, office.town)
    unclaim(office, task.id, office.town)
    found = office.task(case, "sm_answer")
    assert (found.assignee_id, found.claimed_at) == (None, None)
    claim(office, task.id, office.colleague)


def test_the_same_click_twice_gives_back_once(office: Office) -> None:
    task = office.task(office.raise_hand(), "sm_answer")
    claim(office, task.id, office.town)
    for _ in range(2):
        with transaction() as session:
            assert user_tasks.unclaim(session, task.id, actor=office.town, key="once").assignee_id is None
    claim(office, task.id, office.colleague)
    with transaction() as session:
        found = user_tasks.unclaim(session, task.id, actor=office.town, key="once")
    assert found.assignee_id == office.colleague.id, "an old click takes nothing from a colleague"


def test_handing_over_needs_a_reason_and_somebody_of_the_same_post(office: Office) -> None:
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    due_at = task.due_at
    transfer(office, task.id, office.town)
    found = office.task(case, "sm_answer")
    assert (found.assignee_id, found.due_at) == (office.colleague.id, due_at)
    before = state()
    for to, reason in ((office.elsewhere.id, "今天下乡"), (office.town.id, " ")):
        with pytest.raises(Invalid), transaction() as session:
            user_tasks.transfer(session, task.id, actor=office.colleague, to_account_id=to or 0, reason=reason)
    assert state() == before


def test_only_those_above_assign(office: Office) -> None:
    leader = employ("town_leader", JIANGNA)
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    assert office.colleague.id is not None
    with pytest.raises(NotAllowed), transaction() as session:
        user_tasks.assign(session, task.id, actor=office.town, to_account_id=office.colleague.id)
    with transaction() as session:
        user_tasks.assign(session, task.id, actor=leader, to_account_id=office.colleague.id)
    assert office.task(case, "sm_answer").assignee_id == office.colleague.id
    with reading() as session:
        assert [a.id for a in user_tasks.colleagues(session, task, office.town)] == [office.colleague.id]


def test_a_draft_is_kept_for_its_writer_until_the_task_is_done(office: Office) -> None:
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    save_draft(office, task.id, office.town)
    with reading() as session:
        assert user_tasks.draft(session, task.id, office.town) == {"opinion": "想一想"}
        assert user_tasks.draft(session, task.id, office.colleague) == {}
    office.complete(office.town, case, "sm_answer", good=True)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(TaskDraft)) == 0


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, {"good", "opinion"}),
        ({"good": "也许", "opinion": "不行"}, {"good"}),
        ({"good": False}, {"opinion"}),
        ({"good": True, "surplus": 1}, {"surplus"}),
    ],
)
def test_bad_values_are_told_by_field_and_nothing_is_saved(
    office: Office, values: dict[str, Any], wrong: set[str]
) -> None:
    case = office.raise_hand()
    before = state()
    with pytest.raises(Invalid) as refusal:
        office.complete(office.town, case, "sm_answer", **values)
    assert set(refusal.value.problems) == wrong
    assert state() == before


@pytest.mark.parametrize("key", ["", "k" * 81])
def test_a_key_that_cannot_be_kept_is_refused(office: Office, key: str) -> None:
    task = office.task(office.raise_hand(), "sm_answer")
    before = state()
    with pytest.raises(Invalid), transaction() as session:
        user_tasks.complete(session, task.id, actor=office.town, values={"good": True}, key=key)
    assert state() == before


def test_the_same_click_twice_has_one_effect_and_the_same_answer(office: Office) -> None:
    case = office.raise_hand()
    first = office.complete(office.town, case, "sm_answer", key="page", good=True)
    before = state()
    again = office.complete(office.town, case, "sm_answer", key="page", good=True)
    assert (again.case_no, again.ended, again.repeated) == (first.case_no, first.ended, True)
    assert state() == before


def test_other_values_under_the_same_key_are_refused(office: Office) -> None:
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", key="page", good=False, opinion="不行")
    before = state()
    with pytest.raises(Invalid):
        office.complete(office.town, case, "sm_answer", key="page", good=True)
    with pytest.raises(Invalid):
        office.complete(office.county, case, "sm_again", key="page", reason="理由写满十个字才可以提交")
    assert state() == before


def test_a_completion_tells_what_it_led_to(office: Office) -> None:
    case = office.raise_hand()
    done = office.complete(office.town, case, "sm_answer", good=False, opinion="不行")
    assert (done.case_no, done.ended, done.repeated) == (case.case_no, False, False)
    with reading() as session:
        assert [t.element_id for t in user_tasks.opened_since(session, case.id, clocks.now())] == ["sm_again"]
    task = office.task(case, "sm_again")
    assert (task.role_key, task.region_code) == ("county_water_clerk", YANSHAN)


def test_a_form_reads_the_cases_variables_and_the_towns_of_its_county(office: Office) -> None:
    case = office.raise_hand()
    with reading() as session:
        task = user_tasks.get(session, office.task(case, "sm_answer").id, office.town)
        form = user_tasks.form(session, task)
        context = user_tasks.context(session, task)
    assert form is not None and form.id == "small_answer"
    assert context["caseNo"] == case.case_no
    assert JIANGNA in {option["value"] for option in context["townsOfCounty"]}
