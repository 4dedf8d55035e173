"""What the pages with lists ask of the database: as much for many rows as for a few."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from engine import db
from engine.clock import Clock
from tests.webapp import staff_work
from tests.webapp.conftest import Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")

# A page: who opens it, and how many statements it takes, the person who asks included.
PAGES = {
    "/inbox?scope=group": ("county_water_clerk", 5),
    "/inbox?scope=mine": ("county_water_clerk", 5),
    "/inbox?scope=waiting": ("county_water_clerk", 5),
    "/inbox?scope=finished": ("county_water_clerk", 11),
    "/inbox?scope=group&sort=newest": ("county_water_reviewer", 6),
    "/cases": ("county_water_clerk", 5),
    "/supervision?show=orders": ("county_office", 8),
}
ORDER = {
    "kindOfSupervision": "重大",
    "orderDemand": "请三日内恢复供水并反馈处理结果",
    "orderLevel": "重点",
    "orderDueDays": "3",
}


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            found.append(statement)

    event.listen(db.current(), "before_cursor_execute", note)
    yield found
    event.remove(db.current(), "before_cursor_execute", note)


def asked(person: Person, address: str) -> tuple[int, int]:
    """How many rows the page shows, and how many statements they took, after it was shown once."""
    person.get(address)
    with statements() as found:
        page = person.get(address).text
    return page.count("<tr data-row"), len(found)


def work(clerk: Person, office: Person) -> None:
    """One case at each stage: free and supervised, in hand, handed on just now."""
    free, mine, done = (staff_work.raise_hand() for _ in range(3))
    staff_work.claim(staff_work.task(mine).id, clerk.id)
    staff_work.complete(staff_work.task(done).id, clerk.id, staff_work.TAKE)
    assert office.post(f"/cases/{free}/supervision", ORDER).status_code == 303


def test_no_list_asks_more_for_more_rows(staff: SignsIn):
    people = {role: staff(role) for role, _ in PAGES.values()}
    clerk, office = people["county_water_clerk"], people["county_office"]
    work(clerk, office)
    few = {address: asked(people[role], address) for address, (role, _) in PAGES.items()}
    for _ in range(2):
        work(clerk, office)
    for address, (role, most) in PAGES.items():
        rows, count = asked(people[role], address)
        assert 0 < few[address][0] < rows, address
        assert count <= min(most, few[address][1]), address


def test_the_supervisor_s_lists_ask_no_more_for_more_rows(staff: SignsIn, clock: Clock):
    for address in ("/supervision?show=overdue", "/supervision?show=ten"):
        staff_work.raise_hand()
        clock.advance(days=12)
        rows, count = asked(staff("county_office"), address)
        for _ in range(2):
            staff_work.raise_hand()
        clock.advance(days=12)
        more_rows, more_count = asked(staff("county_office"), address)
        assert 0 < rows < more_rows
        assert more_count <= min(count, 8)
