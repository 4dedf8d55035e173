"""抄送给我: what was copied to somebody is listed for them alone, with who sent it and why."""

import pytest
from sqlalchemy import select

from engine.casework import copies
from engine.casework.models import CaseCopy
from engine.db import transaction
from engine.registry import actors
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")
NOTE = "住建部门请了解供水改造的进度"


def test_a_copy_is_listed_for_its_reader_alone_until_it_is_taken_back(staff: SignsIn) -> None:
    task = staff_work.task(staff_work.raise_hand())
    number, clerk = task.case.case_no, staff("county_water_clerk")
    reader, other = staff("county_housing_clerk"), staff("county_housing_clerk")
    sent = {"account_id": [str(reader.id)], "note": NOTE, "key": "k"}
    assert clerk.post(f"/tasks/{task.id}/copy", sent).status_code == 303
    page = reader.get("/inbox/copies").text
    assert NOTE in page and f'href="/cases/{number}"' in page
    assert reader.get(f"/cases/{number}").status_code == 200
    assert number not in other.get("/inbox/copies").text
    assert "/inbox/copies" in reader.get("/inbox").text
    with transaction() as session:
        copy = session.scalars(select(CaseCopy)).one().id
    assert clerk.post(f"/copies/{copy}/take-back", {"task_id": str(task.id)}).status_code == 303
    assert "没有抄送给您的办件" in reader.get("/inbox/copies").text


def test_the_newest_copies_come_first_page_by_page(staff: SignsIn) -> None:
    clerk, reader = staff("county_water_clerk"), staff("county_housing_clerk")
    numbers = []
    for index in range(3):
        task = staff_work.task(staff_work.raise_hand())
        numbers.append(task.case.case_no)
        clerk.post(f"/tasks/{task.id}/copy", {"account_id": [str(reader.id)], "key": f"k{index}"})
    page = reader.get("/inbox/copies").text
    assert sorted(numbers, key=page.index) == numbers[::-1]
    with transaction() as session:
        found = copies.mine(session, actors.staff(session, reader.id), page=2, size=2)
        assert (found.total, len(found.rows)) == (3, 1)


def test_citizens_have_no_such_list(citizen: SignsIn) -> None:
    assert citizen().get("/inbox/copies").status_code in (302, 303, 403, 404)
