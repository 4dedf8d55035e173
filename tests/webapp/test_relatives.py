"""近亲属备案: staff name near relatives themselves; it is kept, masked, and cannot be guessed at by others."""

from flask.testing import FlaskClient
from sqlalchemy import select

from engine.casework.act_models import NearRelative
from engine.db import reading
from tests.webapp.conftest import SignsIn

NUMBER = "532622201801010012"


def declared() -> list[tuple[int, str, str]]:
    with reading() as session:
        rows = session.scalars(select(NearRelative).order_by(NearRelative.id))
        return [(row.account_id, row.identity_number, row.relation) for row in rows]


def test_a_relative_is_declared_once_and_shown_masked(staff: SignsIn) -> None:
    clerk = staff("county_water_clerk")
    for relation in ("子女", "其他近亲属"):
        answer = clerk.post("/me/relatives", {"identity_number": f" {NUMBER}", "relation": relation})
        assert answer.status_code == 303
    assert declared() == [(clerk.id, NUMBER, "其他近亲属")]
    page = clerk.get("/me/relatives").text
    assert "其他近亲属 5326**********0012" in page and NUMBER not in page
    assert "0012" not in staff("county_water_clerk").get("/me/relatives").text


def test_a_number_that_is_none_is_refused_at_its_field_and_nothing_is_kept(staff: SignsIn) -> None:
    clerk = staff("county_water_clerk")
    for sent in ({"identity_number": "123", "relation": "子女"}, {"identity_number": NUMBER, "relation": "朋友"}, {}):
        answer = clerk.post("/me/relatives", sent)
        assert answer.status_code == 422
    assert declared() == []


def test_it_is_for_staff_only(citizen: SignsIn, client: FlaskClient) -> None:
    assert client.get("/me/relatives").status_code == 303
    assert citizen().get("/me/relatives").status_code == 403
