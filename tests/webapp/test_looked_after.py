"""管理的账号: administrators give first passwords to those, and only to those, whom they look after."""

from engine.db import reading
from engine.registry.models import Account
from tests import factories
from tests.factories import JIANGNA, YANSHAN
from tests.webapp.conftest import SignsIn

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
