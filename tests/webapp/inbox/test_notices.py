"""Messages to staff: counted, read, and nobody else's."""

import pytest

from engine import clock
from engine.casework.models import Notice
from engine.db import transaction
from tests.webapp.conftest import Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")


def tell(person: Person, text: str) -> int:
    with transaction() as session:
        notice = Notice(account_id=person.id, message_key="T01", text=text, created_at=clock.now())
        session.add(notice)
        session.flush()
        return notice.id


def read(number: int) -> bool:
    with transaction() as session:
        return session.get_one(Notice, number).read_at is not None


def test_an_unread_message_is_counted_in_the_navigation_and_listed(staff: SignsIn):
    clerk = staff("county_water_clerk")
    tell(clerk, "您有一件新的待办")
    page = clerk.get("/notices").text
    assert "您有一件新的待办" in page
    assert "<title>消息（1 条未读）" in page
    assert '<span class="unread-count">1<' in page


def test_marking_as_read_marks_ones_own_only(staff: SignsIn):
    clerk, other = staff("county_water_clerk"), staff("county_water_clerk")
    mine, theirs = tell(clerk, "甲"), tell(other, "乙")
    answer = clerk.post("/notices/read", {"notice_id": [str(mine), str(theirs), "x"]})
    assert answer.status_code == 303
    assert read(mine)
    assert not read(theirs)


def test_messages_of_others_are_not_listed(staff: SignsIn):
    clerk, other = staff("county_water_clerk"), staff("county_water_clerk")
    tell(other, "不是给您的")
    assert "不是给您的" not in clerk.get("/notices").text
    assert "没有消息" in clerk.get("/notices").text
