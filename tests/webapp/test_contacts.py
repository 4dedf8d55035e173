"""咨询投诉联系方式: each unit tells its own, and everybody reads those of all."""

import pytest
from flask.testing import FlaskClient

from engine.db import reading
from engine.registry import actors, contacts
from tests import factories
from tests.factories import JIANGNA, YANSHAN
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("reference")
GIVEN = {
    "person": "办公室", "phone": "0876-1234567", "email": "shuiwuju@example.gov.cn", "address": "江那镇一楼服务窗口",
    "hours": "工作日 8:30—17:30",
}  # fmt: skip


def test_a_department_tells_how_it_is_reached_and_everybody_reads_it(client: FlaskClient, staff: SignsIn) -> None:
    page = client.get(f"/contacts?county={YANSHAN}").text
    assert "砚山县水务局" in page and "江那镇人民政府" in page
    assert page.count("还没有公布") >= 8
    reviewer = staff("county_water_reviewer")
    assert "砚山县水务局联系方式" in reviewer.get("/me/contact").text
    assert reviewer.post(f"/me/contact?unit={YANSHAN}-water", GIVEN).status_code == 303
    page = client.get(f"/contacts?county={YANSHAN}").text
    for told in GIVEN.values():
        assert told in page
    assert 'href="tel:0876-1234567"' in page
    assert reviewer.post(f"/me/contact?unit={YANSHAN}-water", {**GIVEN, "phone": "12345"}).status_code == 303
    assert "0876-1234567" not in client.get(f"/contacts?county={YANSHAN}").text
    assert GIVEN["address"] in reviewer.get("/me/contact").text


@pytest.mark.parametrize(
    ("role_key", "region_code", "units"),
    [
        ("county_water_approver", YANSHAN, [f"{YANSHAN}-water"]),
        ("county_civil_admin", YANSHAN, [f"{YANSHAN}-civil"]),
        ("county_office", YANSHAN, [f"{YANSHAN}-office"]),
        ("town_leader", JIANGNA, [f"{JIANGNA}-office"]),
        ("town_office", JIANGNA, [f"{JIANGNA}-office"]),
        ("county_water_clerk", YANSHAN, []),
        ("town_water_clerk", JIANGNA, []),
        ("pref_office", "532600", []),
        ("county_finance", YANSHAN, []),
    ],
)
def test_who_answers_for_a_unit_tells_for_it(
    client: FlaskClient, role_key: str, region_code: str, units: list[str]
) -> None:
    with factories.committed() as session:
        number = factories.staff(role_key, region_code).id
    with reading() as session:
        actor = actors.staff(session, number)
        assert [unit.key for unit in contacts.own(session, actor)] == units
        assert contacts.answers_for_unit(actor) is bool(units)


def test_nobody_tells_for_another_unit(staff: SignsIn) -> None:
    reviewer = staff("county_water_reviewer")
    assert reviewer.post(f"/me/contact?unit={YANSHAN}-civil", GIVEN).status_code == 403
    assert reviewer.post("/me/contact", GIVEN).status_code == 403
    assert staff("county_water_clerk").get("/me/contact").status_code == 403
    with reading() as session:
        assert [unit.key for unit in contacts.of_county(session, YANSHAN) if unit.contact] == []


def test_it_is_for_staff_only(client: FlaskClient, citizen: SignsIn) -> None:
    assert client.get("/me/contact").status_code == 303
    assert citizen().get("/me/contact").status_code == 403


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("phone", "", "请填写"),
        ("phone", "没有电话", "带区号"),
        ("email", "a b@c", "电子邮箱的格式不对"),
        ("address", "  ", "请填写"),
        ("person", "办" * 31, "最多 30 个字"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(
    staff: SignsIn, field: str, typed: str, said: str
) -> None:
    answer = staff("county_water_reviewer").post(f"/me/contact?unit={YANSHAN}-water", {**GIVEN, field: typed})
    assert (answer.status_code, said in answer.text) == (422, True)
    with reading() as session:
        assert [unit.key for unit in contacts.of_county(session, YANSHAN) if unit.contact] == []


def test_a_unit_without_an_address_for_mail_tells_the_rest(client: FlaskClient, staff: SignsIn) -> None:
    leader = staff("town_leader", JIANGNA)
    assert leader.post(f"/me/contact?unit={JIANGNA}-office", {**GIVEN, "email": ""}).status_code == 303
    page = client.get(f"/contacts?county={YANSHAN}").text
    assert GIVEN["phone"] in page and "mailto:" not in page


def test_a_place_that_is_no_county_has_no_such_page(client: FlaskClient) -> None:
    assert "请选择" in client.get("/contacts").text
    for code in ("532600", JIANGNA, "nowhere"):
        assert client.get(f"/contacts?county={code}").status_code == 404


def test_the_way_there_stands_under_every_page_and_beside_ones_own(client: FlaskClient, staff: SignsIn) -> None:
    assert 'href="/contacts"' in client.get("/contacts").text
    assert 'href="/me/contact"' in staff("county_office").get("/me/password").text
    assert 'href="/me/contact"' not in staff("county_water_clerk").get("/me/password").text


def test_misconduct_is_reported_to_the_countys_discipline_by_its_own_number(
    staff: SignsIn, client: FlaskClient
) -> None:
    page = client.get(f"/contacts?county={YANSHAN}").text
    assert "砚山县纪委监委" in page and 'href="tel:12388"' in page
    watcher = staff("discipline", YANSHAN)
    assert watcher.post(f"/me/contact?unit={YANSHAN}-discipline", GIVEN).status_code == 303
    page = client.get(f"/contacts?county={YANSHAN}").text
    assert "举报电话" in page and GIVEN["phone"] in page and 'href="tel:12388"' not in page
    assert staff("discipline", "532600").get("/me/contact").status_code == 403
