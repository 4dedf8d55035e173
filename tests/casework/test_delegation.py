"""委派: advice is asked for, given, and the step comes back; nobody but its owner completes it."""

import pytest

from engine.casework import cases, delegation, user_tasks, worklists
from engine.casework.models import UserTask
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.registry.actors import Actor
from tests.casework.acts import do, kinds, rows, told
from tests.casework.conftest import Office, employ
from tests.factories import JIANGNA, YANSHAN

DEMAND = "请看看水源是否可靠"


@pytest.fixture
def adviser(office: Office) -> Actor:
    """Somebody of the department who holds another post, and so has nothing to do with the step by post."""
    return employ("county_water_approver", YANSHAN)


def delegated(office: Office, adviser: Actor, **more: str) -> UserTask:
    task = office.task(office.raise_hand(), "sm_answer")
    assert adviser.id is not None
    return do(delegation.delegate, task.id, office.town, to_account_id=adviser.id, reason=DEMAND, **more)


def test_a_delegate_sees_the_task_answers_and_it_comes_back(office: Office, adviser: Actor) -> None:
    task = delegated(office, adviser)
    assert (task.assignee_id, task.owner_id) == (adviser.id, office.town.id)
    assert DEMAND in told(adviser)[-1]
    with reading() as session:
        assert cases.get(session, task.case.case_no, adviser)
        assert [row.task.id for row in worklists.listing(session, adviser, scope="mine").rows] == [task.id]
        assert [row.task.id for row in worklists.listing(session, office.town, scope="waiting").rows] == [task.id]
        assert worklists.listing(session, office.town, scope="mine").total == 0
    do(delegation.answer, task.id, adviser, opinion="水源可靠")
    with reading() as session:
        back = session.get_one(UserTask, task.id)
        assert (back.assignee_id, back.owner_id) == (office.town.id, None)
        said = delegation.opinions(session, task.id)
        assert [(one.account_id, one.asked_by, one.text) for one in said] == [(adviser.id, office.town.id, "水源可靠")]
        with pytest.raises(NotFound):
            user_tasks.get(session, task.id, adviser)
    assert "水源可靠" in told(office.town)[-1]
    assert kinds(task.case)[-2:] == ["task_delegated", "delegation_answered"]
    office.complete(office.town, task.case, "sm_answer", good=True)
    assert office.case(task.case).state == "ended"


def test_what_the_delegate_prepared_becomes_the_owners_draft(office: Office, adviser: Actor) -> None:
    task = office.task(office.raise_hand(), "sm_answer")
    assert adviser.id is not None
    do(user_tasks.save_draft, task.id, office.town, values={"good": False, "opinion": "我的话"})
    do(delegation.delegate, task.id, office.town, to_account_id=adviser.id, reason=DEMAND)
    do(user_tasks.save_draft, task.id, adviser, values={"good": True, "opinion": ""})
    do(delegation.answer, task.id, adviser, opinion="可以答应")
    with reading() as session:
        assert user_tasks.draft(session, task.id, office.town) == {"good": True, "opinion": "我的话"}


def test_nobody_completes_a_delegated_step(office: Office, adviser: Actor) -> None:
    task = delegated(office, adviser)
    before = rows()
    with pytest.raises(NotAllowed):
        do(user_tasks.complete, task.id, adviser, values={"good": True}, key="k1")
    for who in (office.town, office.colleague):
        with pytest.raises(Conflict) as refusal:
            do(user_tasks.complete, task.id, who, values={"good": True}, key="k2")
        assert adviser.name in refusal.value.notice
    for act in (user_tasks.unclaim, user_tasks.claim):
        with pytest.raises(Conflict):
            do(act, task.id, office.town)
    with pytest.raises(Conflict):
        do(user_tasks.transfer, task.id, office.town, to_account_id=office.colleague.id, reason="今天下乡")
    assert rows() == before


def test_the_owner_takes_it_back_and_the_delegate_is_told(office: Office, adviser: Actor) -> None:
    task = delegated(office, adviser)
    with pytest.raises(NotAllowed):
        do(delegation.recall, task.id, office.colleague)
    do(delegation.recall, task.id, office.town)
    with pytest.raises(NotFound):
        do(delegation.answer, task.id, adviser, opinion="来晚了")
    assert "收回" in told(adviser)[-1]
    office.complete(office.town, task.case, "sm_answer", good=True)


def test_the_same_click_twice_is_one_effect(office: Office, adviser: Actor) -> None:
    task = delegated(office, adviser, key="a")
    before = rows()
    do(delegation.delegate, task.id, office.town, to_account_id=adviser.id, reason=DEMAND, key="a")
    assert rows() == before
    with pytest.raises(Invalid):
        do(delegation.delegate, task.id, office.town, to_account_id=adviser.id, reason="另一件事", key="a")
    do(delegation.answer, task.id, adviser, opinion="可以", key="b")
    before = rows()
    do(delegation.answer, task.id, adviser, opinion="可以", key="b")
    assert rows() == before


def test_it_goes_only_to_people_of_the_department_at_that_place(office: Office) -> None:
    task = office.task(office.raise_hand(), "sm_answer")
    housing = employ("county_housing_clerk", YANSHAN)
    police = employ("county_police_clerk", YANSHAN)
    auditor = employ("auditor", YANSHAN)
    leader = employ("town_leader", JIANGNA)
    with reading() as session:
        seen = user_tasks.get(session, task.id, office.town)
        found = {account.id for account, _ in delegation.candidates(session, seen, office.town)}
    assert found == {office.colleague.id, office.county.id, leader.id}
    before = rows()
    for other in (housing, police, auditor, office.elsewhere, office.town):
        with pytest.raises(Invalid) as refusal:
            do(delegation.delegate, task.id, office.town, to_account_id=other.id, reason=DEMAND)
        assert "to_account_id" in refusal.value.problems
    assert rows() == before


def test_refusals_leave_nothing_behind(office: Office, adviser: Actor) -> None:
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    given = {"to_account_id": adviser.id, "reason": DEMAND}
    before = rows()
    with pytest.raises(NotFound):
        do(delegation.delegate, 999_999, office.town, **given)
    with pytest.raises(NotFound):
        do(delegation.delegate, task.id, office.elsewhere, **given)
    with pytest.raises(NotAllowed):
        do(delegation.delegate, task.id, employ("town_leader", JIANGNA), **given)
    with pytest.raises(Invalid):
        do(delegation.delegate, task.id, office.town, to_account_id=adviser.id, reason=" ")
    with pytest.raises(Conflict):
        do(delegation.answer, task.id, office.town, opinion="没有人问我")
    assert rows() == before
    do(user_tasks.claim, task.id, office.colleague)
    with pytest.raises(Conflict):
        do(delegation.delegate, task.id, office.town, **given)
    office.complete(office.colleague, case, "sm_answer", good=True)
    with pytest.raises(Conflict):
        do(delegation.delegate, task.id, office.colleague, **given)


def test_a_superior_who_assigns_it_ends_the_delegation(office: Office, adviser: Actor) -> None:
    task = delegated(office, adviser)
    leader = employ("town_leader", JIANGNA)
    do(user_tasks.assign, task.id, leader, to_account_id=office.colleague.id)
    with transaction() as session:
        found = session.get_one(UserTask, task.id)
        assert (found.assignee_id, found.owner_id) == (office.colleague.id, None)
    office.complete(office.colleague, task.case, "sm_answer", good=True)
