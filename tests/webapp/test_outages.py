"""The database goes away in the middle of a request: it is waited for, nothing is done twice, nothing typed is lost."""

import io
import time
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import db
from engine.casework import history
from engine.casework.models import Attachment, Submission
from engine.registry import tokens
from tests.factories import JIANGNA
from tests.faults.failing import UNANSWERED, WAYS, failing
from tests.faults.whole import whole
from tests.webapp import staff_work
from tests.webapp.conftest import WATER, Application, Person, SignsIn, begin, cases, prefilled, walk_to_check
from tests.webapp.staff_work import TAKE
from webapp import outages

pytestmark = pytest.mark.usefixtures("content")
PDF = b"%PDF-1.4\n%%EOF\n"
FOR_GOOD = 100_000


@pytest.fixture(autouse=True)
def _passing(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite calls a lost answer a broken disk, which does not pass; here it passes, as a lost connection does."""
    monkeypatch.setattr("engine.outages._SQLITE_PASSING", (5, 6, 10))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outages, "PATIENCE", 0.5)


def count(table: Any, *where: Any) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def told(case_id: int) -> list[str]:
    with db.reading() as session:
        return [event.kind for event in history.events(session, case_id)]


def operations(person: Person, address: str, data: dict[str, Any]) -> int:
    """How many operations the post has when nothing fails."""
    with failing(FOR_GOOD) as counted:
        assert person.post(address, data).status_code == 303
    return len(counted.done)


@pytest.mark.parametrize("way", WAYS)
def test_a_page_is_shown_wherever_the_database_fails(staff: SignsIn, way: str) -> None:
    clerk = staff("town_water_clerk", JIANGNA)
    assert clerk.get("/inbox").status_code == 200, "what is kept for a minute is known"
    with failing(FOR_GOOD) as counted:
        assert clerk.get("/inbox").status_code == 200
    for number in range(1, len(counted.done) + 1, 6):
        with failing(number, way) as fault:
            assert clerk.get("/inbox").status_code == 200
        assert fault.struck


@pytest.mark.parametrize("way", WAYS)
def test_a_step_is_completed_once_wherever_the_database_fails(staff: SignsIn, way: str) -> None:
    clerk = staff("county_water_clerk")
    task = staff_work.task(staff_work.raise_hand())
    last, clean = operations(clerk, f"/tasks/{task.id}/complete", {**TAKE, "key": "clean"}), task
    for number in [*range(1, last, 3), last]:
        task = staff_work.task(staff_work.raise_hand())
        with failing(number, way) as fault:
            answer = clerk.post(f"/tasks/{task.id}/complete", {**TAKE, "key": f"{way}-{number}"})
        assert fault.struck and answer.status_code == 303, answer.text
        assert count(Submission, Submission.task_id == task.id) == 1
        assert told(task.case_id) == told(clean.case_id)
        whole(task.case_id)


@pytest.mark.parametrize("way", WAYS)
def test_an_application_becomes_one_case_wherever_the_database_fails(citizen: SignsIn, way: str) -> None:
    last = operations(*_ready(citizen), {})
    for number in (2, last // 2, last - 1, last):
        before = cases()
        person, address = _ready(citizen)
        with failing(number, way):
            answer = person.post(address, {})
        assert answer.status_code == 303 and "/submitted" in answer.location
        assert cases() == before + 1


def _ready(citizen: SignsIn) -> tuple[Person, str]:
    found = walk_to_check(citizen(region_code=f"{JIANGNA}001"))
    return found.person, f"/apply/drafts/{found.key}/submit"


def _at_photos(person: Person) -> Application:
    found = begin(person)
    for _ in range(5):
        page = found.page()
        if 'name="photos"' in page:
            break
        told = WATER if "problemText" in page else {}
        found.fill({"noticeAccepted": "true"} if "noticeAccepted" in page else {**prefilled(page), **told})
    return found


def test_a_database_that_stays_away_is_told_in_time_with_what_was_typed(citizen: SignsIn, impatient: None) -> None:
    found = begin(citizen(region_code=f"{JIANGNA}001"))
    began = time.monotonic()
    with failing(1, times=FOR_GOOD):
        sent = found.person.post(found.address, {"problemText": "水管断了三天", "key": "k"})
        looked = found.person.get(found.address)
    assert time.monotonic() - began < 6
    assert (sent.status_code, sent.headers["Retry-After"]) == (503, "5")
    assert "什么都没有改变" in sent.text and f'action="{found.address}"' in sent.text
    assert 'name="problemText" value="水管断了三天"' in sent.text
    assert looked.status_code == 503 and 'http-equiv="refresh"' in looked.text
    assert found.person.get(found.address).status_code == 200


def test_no_more_than_some_threads_wait_for_a_database_that_is_away(citizen: SignsIn) -> None:
    person = citizen()
    seats = [outages._SEATS.acquire(blocking=False) for _ in range(5)]
    try:
        began = time.monotonic()
        with failing(1, times=FOR_GOOD):
            assert person.get("/my/cases").status_code == 503
        assert all(seats) and time.monotonic() - began < 0.5
    finally:
        for _ in seats:
            outages._SEATS.release()


def test_a_program_reads_503_and_that_nothing_was_done(staff: SignsIn, impatient: None) -> None:
    clerk = staff("county_water_clerk", login="bearer")
    with db.transaction() as session:
        token = tokens.issue_api_token(session, "bearer", days=1)
    task = staff_work.task(staff_work.raise_hand())
    with failing(1, times=FOR_GOOD):
        answer = clerk.client.post(
            f"/api/v1/tasks/{task.id}/complete",
            json={"values": {}},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "one"},
        )
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json["error"]["code"] == "unavailable" and "nothing was done" in answer.json["error"]["reason"]


def test_an_act_without_a_key_that_may_have_happened_is_not_repeated(staff: SignsIn) -> None:
    clerk, task = staff("county_water_clerk"), staff_work.task(staff_work.raise_hand())
    clerk.post(f"/tasks/{task.id}/claim")
    with failing(FOR_GOOD) as counted:
        clerk.post(f"/tasks/{task.id}/unclaim")
    clerk.post(f"/tasks/{task.id}/claim")
    with failing(counted.done.index("COMMIT") + 1, UNANSWERED) as fault:
        answer = clerk.post(f"/tasks/{task.id}/unclaim")
    assert fault.at_commit and answer.status_code == 503
    assert "不知道刚才是否已经成功" in answer.text


def test_the_same_post_with_a_photo_keeps_one_photo_and_gives_the_same_answer(citizen: SignsIn) -> None:
    found = _at_photos(citizen(region_code=f"{JIANGNA}001"))
    for number in (3, 6, 9):
        with failing(number):
            answer = found.person.post(
                found.address,
                {"photos": (io.BytesIO(PDF), "一.pdf")},
                content_type="multipart/form-data",
            )
        assert answer.status_code == 303
    assert count(Attachment) == 1
