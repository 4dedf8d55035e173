"""An anonymous rating: on no page of the staff does it lead to a name."""

import pytest
from sqlalchemy import select

from engine import db
from engine.casework.models import Case, HistoryEvent
from engine.registry import tokens
from engine.registry.models import Account
from tests.webapp import conftest as web
from tests.webapp import staff_work
from tests.webapp.conftest import Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")
NAME = "群众甲乙"


@pytest.fixture
def rated(citizen: SignsIn, staff: SignsIn) -> tuple[str, str]:
    """The numbers of a refused case and of its rating, which was bad and anonymous."""
    person = citizen(name=NAME)
    number = web.apply_for_water(person)
    staff().post(f"/tasks/{web.open_task(number, 'wt_take').id}/complete", {**staff_work.REFUSE, "key": "k1"})
    answer = person.post(f"/my/tasks/{web.rating_task(number).id}", {"stars": "1", "anonymous": "true", "key": "k2"})
    assert answer.status_code == 303, answer.text
    with db.reading() as session:
        case_id = web.case(number).id
        return number, session.scalars(select(Case.case_no).where(Case.subject_id == case_id)).one()


def identity_of(number: str) -> str:
    return web.case(number).applicant_identity


def test_the_page_of_the_rating_names_nobody(staff: SignsIn, rated: tuple[str, str]) -> None:
    number, rating = rated
    for role in ("county_water_reviewer", "county_office"):
        page = staff(role).get(f"/cases/{rating}").text
        assert "匿名" in page
        assert NAME not in page
        assert identity_of(number) not in page


def test_the_call_back_names_nobody_in_the_inbox_and_on_its_page(staff: SignsIn, rated: tuple[str, str]) -> None:
    number, _ = rated
    reviewer = staff("county_water_reviewer")
    for address in ("/inbox?scope=group", f"/tasks/{web.open_task(number, 'rt_callback').id}"):
        page = reviewer.get(address).text
        assert "差评回访" in page
        assert NAME not in page
        assert identity_of(number) not in page


def test_searching_the_inbox_for_a_name_does_not_find_the_rating(staff: SignsIn, rated: tuple[str, str]) -> None:
    reviewer = staff("county_water_reviewer")
    assert rated[1] in reviewer.get("/inbox?scope=group").text
    assert rated[1] not in reviewer.get(f"/inbox?scope=group&text={NAME}").text


def events_of(page: str) -> list[str]:
    return [part.split("</li>")[0] for part in page.split('<li class="timeline-')[1:]]


def test_the_timeline_and_the_replay_say_that_somebody_did(staff: SignsIn, rated: tuple[str, str]) -> None:
    clerk, auditor = staff("county_water_clerk"), staff("auditor", "530000")
    for page in (clerk.get(f"/cases/{rated[0]}").text, auditor.get(f"/audit/cases/{rated[0]}?step=99").text):
        (given,) = [event for event in events_of(page) if "评价 1 星" in event]
        assert "匿名" in given
    replayed = auditor.get(f"/audit/cases/{rated[1]}?step=2").text
    assert "<dt>谁</dt><dd>匿名</dd>" in replayed


def test_programs_read_no_name_either_and_the_journal_keeps_it(staff: SignsIn, rated: tuple[str, str]) -> None:
    number, rating = rated
    office = staff("county_office")
    with db.transaction() as session:
        token = tokens.issue_api_token(session, session.get_one(Account, office.id).login)
    headers = {"Authorization": f"Bearer {token}"}
    asked: Person = Person(office.id, office.client)
    whole = asked.get(f"/api/v1/cases/{rating}", headers=headers)
    assert (whole.json["applicant"], whole.json["applicant_identity"]) == ("匿名", "")
    assert whole.json["submissions"][0]["who"] == "匿名"
    events = asked.get(f"/api/v1/cases/{number}/history", headers=headers).json["events"]
    assert [event["who"] for event in events if event["kind"] == "rating_given"] == ["匿名"]
    with db.reading() as session:
        kept = session.scalars(select(HistoryEvent.actor).where(HistoryEvent.kind == "rating_given")).one()
    assert kept == f"citizen:{web.case(number).citizen_id}"
