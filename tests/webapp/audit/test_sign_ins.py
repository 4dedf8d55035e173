"""登录记录: each try to sign in as staff is on record, and nobody changes it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from engine.clock import Clock
from engine.db import reading, transaction
from engine.registry.models import SignIn
from tests.factories import JIANGNA, YANSHAN
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("reference")


def recorded() -> list[tuple[int, str, bool]]:
    with reading() as session:
        rows = session.scalars(select(SignIn).order_by(SignIn.id))
        return [(row.account_id, row.region_code, row.admitted) for row in rows]


def test_each_try_to_sign_in_is_on_record_and_read_by_those_who_watch(client: FlaskClient, staff: SignsIn) -> None:
    clerk = staff("town_water_clerk", JIANGNA, login="some_clerk", name="某经办")
    client.post("/staff/sign-in", data={"login": "Some_Clerk ", "password": "wrong password 1"})
    client.post("/staff/sign-in", data={"login": "nobody_at_all", "password": "wrong password 1"})
    assert recorded() == [(clerk.id, JIANGNA, True), (clerk.id, JIANGNA, False)]
    office = staff("county_office", YANSHAN)
    page = office.get("/audit/sign-ins?login=Some_Clerk").text
    assert page.count("某经办") == 2 and "江那镇" in page and "nobody_at_all" not in page
    page = office.get("/audit/sign-ins?refused=1").text
    assert page.count("某经办") == 1
    assert "某经办" not in staff("county_office", "532623").get("/audit/sign-ins").text
    assert "某经办" in staff("auditor", "530000").get("/audit/sign-ins").text


def test_an_account_that_is_locked_goes_on_being_recorded(client: FlaskClient, staff: SignsIn, clock: Clock) -> None:
    staff("county_water_clerk", login="some_clerk")
    for _ in range(7):
        client.post("/staff/sign-in", data={"login": "some_clerk", "password": "wrong password 1"})
    assert [admitted for *_, admitted in recorded()] == [True] + [False] * 7


def test_citizens_are_not_recorded(citizen: SignsIn) -> None:
    citizen()
    assert recorded() == []


def test_it_is_read_by_auditors_and_supervisors_only(staff: SignsIn) -> None:
    assert staff("county_water_clerk").get("/audit/sign-ins").status_code == 403
    assert staff("platform_ops", "530000").get("/audit/sign-ins").status_code == 403
    assert staff("discipline", YANSHAN).get("/audit/sign-ins").status_code == 200


def test_the_record_is_never_changed(staff: SignsIn) -> None:
    staff()
    with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.scalars(select(SignIn)).one().admitted = False
    with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.delete(session.scalars(select(SignIn)).one())
