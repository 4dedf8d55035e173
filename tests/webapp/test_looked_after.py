"""管理的账号: administrators give first passwords to those, and only to those, whom they look after."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine.clock import Clock
from engine.db import reading
from engine.errors import NotAllowed
from engine.registry import accounts, actors, tokens
from engine.registry.actors import SYSTEM
from engine.registry.models import Account
from tests import factories
from tests.factories import JIANGNA, YANSHAN
from tests.webapp.conftest import FlaskClient, Person, SignsIn

PASSWORD = "Gushan-2026-kai"


def fresh(role_key: str = "town_water_clerk", region_code: str = JIANGNA) -> Account:
    """An account that has no password yet."""
    with factories.committed() as session:
        account = factories.staff(role_key, region_code, password_hash=None)
        session.flush()
        session.refresh(account)
        session.expunge(account)
        return account


def has_password(account: Account) -> bool:
    with reading() as session:
        return session.get_one(Account, account.id).password_hash is not None


def test_a_first_password_is_given_and_works(staff: SignsIn) -> None:
    office, clerk = staff("county_office", YANSHAN), fresh()
    assert clerk.login in office.get("/me/accounts").text
    assert clerk.name in office.get(f"/me/accounts/{clerk.id}/password").text
    assert office.post(f"/me/accounts/{clerk.id}/password", {"password": PASSWORD}).status_code == 303
    answer = office.client.application.test_client().post(
        "/staff/sign-in", data={"login": clerk.login, "password": PASSWORD}
    )
    assert answer.status_code == 303


def test_whom_one_does_not_look_after_is_refused(staff: SignsIn) -> None:
    office, reviewer = staff("county_office", YANSHAN), fresh("county_water_reviewer", YANSHAN)
    assert reviewer.login not in office.get("/me/accounts").text
    assert office.get(f"/me/accounts/{reviewer.id}/password").status_code == 404
    assert office.post(f"/me/accounts/{reviewer.id}/password", {"password": PASSWORD}).status_code == 403
    assert office.post("/me/accounts/999/password", {"password": PASSWORD}).status_code == 404
    assert not has_password(reviewer)


def test_others_have_no_such_page(staff: SignsIn, citizen: SignsIn) -> None:
    clerk = fresh()
    for person in (staff("town_leader", JIANGNA), citizen()):
        assert person.get("/me/accounts").status_code == 403
        assert person.post(f"/me/accounts/{clerk.id}/password", {"password": PASSWORD}).status_code == 403
    assert not has_password(clerk)


def test_a_weak_password_is_refused(staff: SignsIn) -> None:
    office, clerk = staff("county_office", YANSHAN), fresh()
    answer = office.post(f"/me/accounts/{clerk.id}/password", {"password": "123"})
    assert answer.status_code == 422
    assert not has_password(clerk)


def changed(person: Person, current: str, password: str) -> TestResponse:
    return person.post("/me/password", {"current": current, "password": password})


def test_a_given_password_is_changed_before_anything_else(app: Flask, staff: SignsIn) -> None:
    office, clerk = staff("county_office", YANSHAN), fresh()
    office.post(f"/me/accounts/{clerk.id}/password", {"password": PASSWORD})
    person = Person(clerk.id, app.test_client())
    person.post("/staff/sign-in", {"login": clerk.login, "password": PASSWORD})
    for path in ("/inbox", "/", "/me/relatives"):
        assert person.get(path).headers["Location"] == "/me/password"
    assert person.get("/inbox", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/me/password"
    assert "您的密码是别人设置的" in person.get("/me/password").text
    assert changed(person, PASSWORD, "123").status_code == 422
    assert "不能与现在的密码相同" in changed(person, PASSWORD, PASSWORD).text
    assert person.get("/inbox").status_code == 303
    assert changed(person, PASSWORD, "Jiangna-2026").status_code == 303
    assert person.get("/inbox").status_code == 200
    assert changed(person, PASSWORD, "Jiangna-2026").status_code == 422
    assert "从未登录" not in office.get("/me/accounts").text


def test_ones_own_password_is_changed_after_ninety_days(app: Flask, client: FlaskClient, clock: Clock) -> None:
    clerk = fresh()
    with factories.committed() as session:
        accounts.set_password(session, clerk.id, PASSWORD, by=SYSTEM)
        accounts.set_password(session, clerk.id, "Jiangna-2026", by=actors.staff(session, clerk.id), current=PASSWORD)
    for days, asked in ((89, False), (2, True)):
        clock.advance(days=days)
        person = Person(clerk.id, app.test_client())
        person.post("/staff/sign-in", {"login": clerk.login, "password": "Jiangna-2026"})
        assert (person.get("/inbox").status_code == 303) is asked


def test_no_program_comes_in_by_a_given_password(staff: SignsIn) -> None:
    office, clerk = staff("county_office", YANSHAN), fresh()
    with factories.committed() as session:
        before = tokens.issue_api_token(session, clerk.login)
    office.post(f"/me/accounts/{clerk.id}/password", {"password": PASSWORD})
    with factories.committed() as session:
        for refused in (
            lambda: tokens.actor_of_token(session, before),
            lambda: tokens.issue_api_token(session, clerk.login),
        ):
            with pytest.raises(NotAllowed):
                refused()


def test_only_who_looks_after_accounts_is_led_there(staff: SignsIn) -> None:
    for role, region in (("county_office", "532622"), ("county_water_admin", "532622")):
        person = staff(role, region)
        assert 'href="/me/accounts"' in person.get("/me/password").text
        assert person.get("/me/accounts").status_code == 200
    for role in ("platform_ops", "policy_admin", "county_water_clerk"):
        person = staff(role, "530000" if role != "county_water_clerk" else "532622")
        assert 'href="/me/accounts"' not in person.get("/me/password").text
        assert person.get("/me/accounts").status_code == 403
