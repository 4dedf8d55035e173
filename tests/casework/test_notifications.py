"""Messages: who is told what, read by their owner alone."""

import pytest
from sqlalchemy import select

from engine.casework import notifications, plans
from engine.casework.models import Case, Notice
from engine.db import reading, transaction
from engine.errors import ExecutionFailed
from tests.processes.stage import Stage


def test_the_citizen_is_told_the_number_and_the_county_that_there_is_work(stage: Stage) -> None:
    case = stage.raise_hand()
    assert case.case_no in stage.told("citizen", "M01")[0]
    assert len(stage.told("county_water_clerk", "T01")) == 1
    assert stage.told("neighbour") == []
    assert stage.told("town_water_clerk") == []


def test_unread_messages_are_counted_until_their_owner_reads_them(stage: Stage) -> None:
    stage.bring_to("wt_town_take")
    citizen, neighbour = stage.people["citizen"], stage.people["neighbour"]
    with reading() as session:
        numbers = list(session.scalars(select(Notice.id).where(Notice.citizen_id == citizen.id)))
        assert notifications.unread(session, citizen) == len(numbers) >= 2
    with transaction() as session:
        notifications.mark_read(session, neighbour, numbers)
    with reading() as session:
        assert notifications.unread(session, citizen) == len(numbers)
    with transaction() as session:
        notifications.mark_read(session, citizen, numbers[:1])
    with reading() as session:
        assert notifications.unread(session, citizen) == len(numbers) - 1
    with transaction() as session:
        notifications.mark_read(session, citizen)
    with reading() as session:
        assert notifications.unread(session, citizen) == 0
        assert notifications.unread(session, stage.people["town_water_clerk"]) == 1


def test_a_staff_number_does_not_open_a_citizens_box(stage: Stage) -> None:
    stage.bring_to("wt_town_take")
    with reading() as session:
        for actor in stage.people.values():
            own = notifications.listing(session, actor).rows
            column = "citizen_id" if actor.is_citizen else "account_id"
            assert all(getattr(notice, column) == actor.id for notice in own)


def test_the_newest_message_comes_first_a_page_at_a_time(stage: Stage) -> None:
    stage.bring_to("wt_town_take")
    with reading() as session:
        page = notifications.listing(session, stage.people["citizen"], size=1)
        assert (len(page.rows), page.pages) == (1, page.total)
        everything = notifications.listing(session, stage.people["citizen"], size=50).rows
        assert [n.id for n in everything] == sorted((n.id for n in everything), reverse=True)
        beyond = notifications.listing(session, stage.people["citizen"], page=99, size=1)
        assert beyond.page == beyond.pages


def test_placeholders_without_a_value_leave_no_braces(stage: Stage) -> None:
    stage.raise_hand()
    with reading() as session:
        case = session.get_one(Case, stage.case_id)
        plan = plans.plan(session, case.version_id, case.called_versions)
        text = notifications.render(plan, "M02", {"事项": "农村饮水安全", "unit": "砚山县水务局"})
        assert "砚山县水务局" in text and "{" not in text and "None" not in text
        listed = notifications.render(plan, "M04", {"reason": ["甲", "乙"]})
        assert "甲、乙" in listed
        with pytest.raises(ExecutionFailed):
            notifications.render(plan, "M999", {})
