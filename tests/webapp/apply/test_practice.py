"""模拟办事 (domain C12): the same way as in earnest, marked on each page, of which nothing remains."""

import pytest
from sqlalchemy import func, select

from engine import db
from engine.casework.models import (
    ApplicationDraft,
    Attachment,
    Case,
    HistoryEvent,
    Job,
    Notice,
    OutboxMessage,
    UserTask,
)
from tests import factories
from tests.webapp import conftest as web
from tests.webapp.apply.test_wizard import photo
from tests.webapp.conftest import Application, Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")
TOLD = "这是练习，不会提交"


def begun(person: Person) -> Application:
    answer = person.post("/apply/water/practice")
    assert answer.status_code == 303, answer.text
    return Application(person, answer.location)


def walked(person: Person) -> Application:
    """All pages of a mock filled in, with a photo."""
    way = begun(person)
    way.fill({"noticeAccepted": "true"})
    way.fill(web.prefilled(way.page()))
    way.fill(web.prefilled(way.page()))
    way.fill(web.WATER)
    way.fill({"photos": (photo(), "水管.jpg")})
    assert way.address.endswith("/check")
    return way


def rows() -> dict[str, int]:
    """How much there is of all that a real application leaves."""
    kinds = (Case, HistoryEvent, UserTask, Notice, OutboxMessage, Job, Attachment)
    with db.reading() as session:
        return {one.__name__: session.scalar(select(func.count()).select_from(one)) or 0 for one in kinds}


def test_a_mock_is_judged_like_a_real_application_and_leaves_nothing(citizen: SignsIn) -> None:
    person = citizen()
    before = rows()
    way = begun(person)
    assert TOLD in way.page()
    assert way.fill({}).status_code == 422
    way = walked(person)
    assert TOLD in way.page()
    assert rows()["Attachment"] == before["Attachment"] + 1
    address = f"/apply/drafts/{way.key}/submit"
    for _ in ("once", "and clicked again"):
        answer = person.post(address)
        assert (answer.status_code, answer.location) == (303, "/items/water?practised=1")
    assert rows() == before
    assert web.draft(way.key).values == {}
    told = person.get("/items/water?practised=1").text
    assert "没有提交任何内容" in told
    assert "由县水务经办办理" in told


def test_an_unfinished_mock_stays_on_its_pages_with_what_is_wrong(citizen: SignsIn) -> None:
    person = citizen()
    way = begun(person)
    answer = person.post(f"/apply/drafts/{way.key}/submit")
    assert answer.location == f"/apply/drafts/{way.key}/check?tried=1"
    assert person.get(answer.location).status_code == 422
    assert web.draft(way.key).practice == "open"


def test_a_mock_stands_among_no_drafts_and_beside_a_real_one(citizen: SignsIn) -> None:
    person = citizen()
    mock = begun(person)
    real = web.begin(person)
    assert real.key != mock.key
    listed = person.get("/my/cases").text
    assert real.key in listed
    assert mock.key not in listed
    again = begun(person)
    with db.reading() as session:
        kept = session.scalars(select(ApplicationDraft.key).where(ApplicationDraft.practice != "")).all()
    assert kept == [again.key]


def test_a_finished_mock_is_not_filled_in_again(citizen: SignsIn) -> None:
    person = citizen()
    way = begun(person)
    first = way.address
    with db.transaction() as session:
        session.scalars(select(ApplicationDraft).where(ApplicationDraft.key == way.key)).one().practice = "done"
    assert person.get(first).location == "/items/water?practised=1"
    assert person.get(f"/apply/drafts/{way.key}").location == "/items/water?practised=1"
    assert person.post(first, {"noticeAccepted": "true"}).status_code == 409


def test_staff_practise_as_at_the_counter(staff: SignsIn) -> None:
    person = staff("town_water_clerk", factories.JIANGNA)
    way = begun(person)
    assert TOLD in way.page()
    assert web.draft(way.key).channel == "COUNTER"
    assert way.key not in person.get("/begin").text


def test_who_files_nothing_practises_nothing(staff: SignsIn, citizen: SignsIn, client: web.FlaskClient) -> None:
    assert staff("auditor", "530000").post("/apply/water/practice").status_code == 403
    assert citizen().post("/apply/nothing/practice").status_code == 404
    assert client.post("/apply/water/practice").status_code == 401
    assert citizen().get(f"/apply/drafts/{begun(citizen()).key}").status_code == 404


def test_an_office_that_supervises_sends_it_through_the_whole_flow(staff: SignsIn) -> None:
    person = staff("county_office", factories.YANSHAN)
    way = begun(person)
    way.fill({"noticeAccepted": "true"})
    way.fill(
        {"applicantName": "王模拟", "applicantIdNo": factories.identity_number(9), "applicantPhone": "13900000009"}
    )
    way.fill({"residenceAddress": "1 组 1 号", "problemRegion": f"{factories.JIANGNA}001"})
    way.fill(web.WATER)
    way.fill({"photos": (photo(), "水管.jpg")})
    assert "作为模拟办件提交，走完全程" in way.page()
    shown = {person.post(f"/apply/drafts/{way.key}/mock").location for _ in ("once", "and clicked again")}
    assert len(shown) == 1
    page = person.get(shown.pop()).text
    assert "督查岗位用来检验办理过程" in page
    assert "王模拟（模拟）" in page
    with db.reading() as session:
        assert session.scalars(select(Case.channel)).all() == ["MOCK"]
    assert person.get(f"/apply/drafts/{way.key}").location.startswith("/cases/water-")
    clerk = staff("county_water_clerk", factories.YANSHAN)
    assert "王模拟（模拟）" in clerk.get("/inbox?scope=group").text


def test_who_does_not_supervise_sends_no_mock(staff: SignsIn, citizen: SignsIn) -> None:
    for person in (citizen(), staff("town_water_clerk", factories.JIANGNA)):
        way = begun(person)
        assert "走完全程" not in person.get(f"/apply/drafts/{way.key}/check").text
        assert person.post(f"/apply/drafts/{way.key}/mock").status_code == 403


def test_what_is_still_wrong_is_told_before_a_mock_is_sent(staff: SignsIn) -> None:
    person = staff("county_office", factories.YANSHAN)
    way = begun(person)
    answer = person.post(f"/apply/drafts/{way.key}/mock")
    assert answer.location == f"/apply/drafts/{way.key}/check?tried=1"
    assert web.draft(way.key).practice == "open"
    with db.transaction() as session:
        session.scalars(select(ApplicationDraft).where(ApplicationDraft.key == way.key)).one().practice = "done"
    assert person.post(f"/apply/drafts/{way.key}/mock").status_code == 409
