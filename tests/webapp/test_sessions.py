"""Sessions: how long they last, who ends them, and that nothing typed is lost when one ends."""

import pytest
from flask import Flask

from engine import db
from engine.clock import Clock
from engine.registry import accounts
from engine.registry.actors import SYSTEM
from engine.registry.models import Citizen
from tests import factories
from tests.webapp.conftest import FlaskClient, Person, SignsIn


def copied(app: Flask, person: Person) -> Person:
    """Another browser with a copy of this person's cookie."""
    cookie = person.client.get_cookie("jushou")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("jushou", cookie.value)
    return Person(person.id, thief)


def test_staff_are_signed_out_after_half_an_hour_of_nothing(staff: SignsIn, clock: Clock) -> None:
    person = staff()
    clock.advance(minutes=29)
    assert person.get("/me/password").status_code == 200
    clock.advance(minutes=31)
    assert person.get("/me/password").status_code == 303


def test_no_session_outlives_a_working_day(citizen: SignsIn, clock: Clock) -> None:
    person = citizen()
    for _ in range(7):
        clock.advance(hours=1)
        assert person.get("/me").status_code == 200
    clock.advance(hours=1, minutes=1)
    assert person.get("/me").status_code == 303


def test_who_is_switched_off_is_out_at_once(citizen: SignsIn) -> None:
    person = citizen()
    with db.transaction() as session:
        session.get_one(Citizen, person.id).active = False
    assert person.get("/me").status_code == 303


def test_signing_out_ends_every_copy_of_the_cookie(app: Flask, staff: SignsIn, citizen: SignsIn) -> None:
    for person in (staff(), citizen()):
        thief = copied(app, person)
        assert thief.get("/me/password").status_code == 200
        person.post("/sign-out")
        assert thief.get("/me/password").status_code == 303


def test_a_session_that_was_idle_too_long_can_still_be_ended(app: Flask, citizen: SignsIn, clock: Clock) -> None:
    person = citizen()
    thief = copied(app, person)
    clock.advance(hours=1, minutes=30)
    assert thief.get("/me").status_code == 200
    clock.advance(hours=1)
    person.post("/sign-out")
    assert thief.get("/me").status_code == 303


def test_an_old_cookie_signs_nobody_out(app: Flask, citizen: SignsIn) -> None:
    person = citizen(phone="13811112222")
    thief = copied(app, person)
    person.post("/sign-out")
    person.post("/sign-in", {"login": "13811112222", "password": factories.PASSWORD})
    thief.post("/sign-out")
    assert person.get("/me").status_code == 200


def test_an_account_that_was_switched_off_comes_back_without_its_sessions(staff: SignsIn) -> None:
    person = staff()
    with db.transaction() as session:
        accounts.deactivate(session, person.id, by=SYSTEM)
        accounts.activate(session, person.id, by=SYSTEM)
    assert person.get("/me/password").status_code == 303


def test_a_new_password_ends_the_sessions_elsewhere_only(app: Flask, citizen: SignsIn) -> None:
    person = citizen()
    thief = copied(app, person)
    person.post("/me/password", {"current": factories.PASSWORD, "password": "neu-und-lang-1"})
    assert thief.get("/me").status_code == 303
    assert person.get("/me").status_code == 200


def test_signing_in_begins_a_new_session(client: FlaskClient) -> None:
    with factories.committed():
        factories.CitizenFactory(phone="13811112222")
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
    client.post("/sign-in", data={"login": "13811112222", "password": factories.PASSWORD})
    with client.session_transaction() as after:
        assert "planted" not in after


def test_the_session_cookie_is_closed_to_scripts(client: FlaskClient) -> None:
    cookie = client.post("/large-type").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.usefixtures("content")
def test_what_was_typed_survives_the_end_of_the_session(citizen: SignsIn, clock: Clock) -> None:
    person = citizen(phone="13811112222")
    page = person.post("/apply/water", {"channel": "SELF"}).location
    clock.advance(hours=3)
    refused = person.post(page, {"noticeAccepted": "true"})
    assert refused.status_code == 401
    assert 'name="kept.noticeAccepted" value="true"' in refused.text
    carried = {"kept-target": page, "kept.noticeAccepted": "true"}
    resumed = person.post("/sign-in", {"login": "13811112222", "password": factories.PASSWORD, **carried})
    assert f'action="{page}"' in resumed.text
    assert 'name="noticeAccepted" value="true"' in resumed.text


def test_a_wrong_password_does_not_lose_it_either(citizen: SignsIn) -> None:
    person = citizen()
    answer = person.post("/sign-in", {"login": "x", "password": "y", "kept-target": "/me", "kept.note": "写过的话"})
    assert 'name="kept.note" value="写过的话"' in answer.text
    assert 'name="kept-target" value="/me"' in answer.text


def test_what_is_carried_can_not_be_sent_to_another_site(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"login": "x", "password": "y", "kept-target": "https://evil.example/"})
    assert "evil.example" not in answer.text


def test_a_part_of_a_page_is_told_where_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/me", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")
