"""抄送 and 催办 by staff: who may, who is told, and what is refused."""

import pytest

from engine.casework import cases, copies, urging, user_tasks
from engine.casework.models import UserTask
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.casework.acts import do, kinds, rows, told
from tests.casework.conftest import Office, employ
from tests.factories import JIANGNA, YANSHAN


def test_a_copy_lets_somebody_read_and_nothing_else(office: Office) -> None:
    reader = employ("county_housing_clerk", YANSHAN)
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    with pytest.raises(NotFound), reading() as session:
        cases.get(session, case.case_no, reader)
    given = {"account_ids": [reader.id], "note": "供参考", "key": "c"}
    do(copies.copy, task.id, office.town, **given)
    do(copies.copy, task.id, office.town, **given)
    assert [text for text in told(reader) if "供参考" in text] == told(reader) and len(told(reader)) == 1
    with reading() as session:
        assert cases.get(session, case.case_no, reader).id == case.id
        assert [found.id for found in cases.search(session, reader).rows] == [case.id]
        with pytest.raises(NotFound):
            user_tasks.get(session, task.id, reader)
        number = copies.listing(session, case)[0].id
    with pytest.raises(NotAllowed):
        do(copies.take_back, number, employ("town_leader", JIANGNA))
    do(copies.take_back, number, office.town)
    with pytest.raises(NotFound), reading() as session:
        cases.get(session, case.case_no, reader)
    with pytest.raises(NotFound):
        do(copies.take_back, number, office.town)
    assert kinds(case)[-2:] == ["case_copied", "copy_taken_back"]


def test_refused_copies_leave_nothing_behind(office: Office) -> None:
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    reader, auditor = employ("county_office", YANSHAN), employ("auditor", YANSHAN)
    before = rows()
    for wrong in ([], [auditor.id], [office.elsewhere.id], [reader.id, 999_999]):
        with pytest.raises(Invalid):
            do(copies.copy, task.id, office.town, account_ids=wrong)
    with pytest.raises(Invalid):
        do(copies.copy, task.id, office.town, account_ids=[reader.id], note="长" * 201)
    with pytest.raises(NotFound):
        do(copies.copy, task.id, office.elsewhere, account_ids=[reader.id])
    with pytest.raises(NotFound):
        do(copies.copy, 999_999, office.town, account_ids=[reader.id])
    with pytest.raises(NotAllowed):
        do(copies.copy, task.id, employ("town_leader", JIANGNA), account_ids=[reader.id])
    assert rows() == before


def test_urging_tells_whoever_has_the_task_once_in_four_hours(office: Office) -> None:
    case, leader = office.raise_hand(), employ("town_leader", JIANGNA)
    task = office.task(case, "sm_answer")
    do(urging.urge, task.id, leader, note="群众等水用", key="u")
    do(urging.urge, task.id, leader, note="群众等水用", key="u")
    for who in (office.town, office.colleague):
        assert ["群众等水用" in text for text in told(who)] == [True]
    with pytest.raises(Conflict) as refusal:
        do(urging.urge, task.id, leader)
    assert "四小时" in refusal.value.notice
    do(user_tasks.claim, task.id, office.town)
    with transaction() as session:
        session.get_one(UserTask, task.id).urged_at = None
    do(urging.urge, task.id, leader)
    assert (len(told(office.town)), len(told(office.colleague))) == (2, 1)
    assert office.task(case, "sm_answer").urge_count == 2


def test_refused_urging_leaves_nothing_behind(office: Office) -> None:
    case, leader = office.raise_hand(), employ("town_leader", JIANGNA)
    task = office.task(case, "sm_answer")
    before = rows()
    with pytest.raises(NotAllowed):
        do(urging.urge, task.id, office.town)
    with pytest.raises(NotAllowed):
        do(urging.urge, task.id, employ("auditor", YANSHAN))
    for number, who in ((999_999, leader), (task.id, office.elsewhere)):
        with pytest.raises(NotFound):
            do(urging.urge, number, who)
    with pytest.raises(Invalid):
        do(urging.urge, task.id, leader, note="长" * 201)
    assert rows() == before
    office.complete(office.town, case, "sm_answer", good=True)
    with pytest.raises(Conflict):
        do(urging.urge, task.id, leader)
