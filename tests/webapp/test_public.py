"""Pages open to all."""

import re

import pytest

from engine import db
from engine.registry import items
from engine.registry.models import Citizen
from engine.settings import ROOT
from tests.webapp import conftest as web
from tests.webapp.conftest import FlaskClient, SignsIn


@pytest.mark.usefixtures("content")
def test_home_shows_seven_boards_and_sixteen_items(client: FlaskClient) -> None:
    page = client.get("/").text
    assert page.count('class="board"') == 7
    assert page.count("board__item") - page.count("board__item_coming") == 16
    drawn = {path.stem for path in (ROOT / "processes").glob("*.bpmn")}
    with db.reading() as session:
        coming = [item.code for item in items.listing(session) if not item.directory and item.code not in drawn]
    assert page.count("即将上线") == len(coming) < 16
    assert 'href="/items/water"' in page


@pytest.mark.usefixtures("content")
def test_home_leads_to_ones_own_applications(client: FlaskClient, citizen: SignsIn) -> None:
    assert 'href="/my/cases"' in client.get("/").text
    person = citizen()
    number = web.apply_for_water(person)
    assert "1 件正在办理" in person.get("/").text
    assert f"/my/cases/{number}" in person.get("/items/water").text
    assert f"/my/cases/{number}" not in citizen().get("/items/water").text


@pytest.mark.usefixtures("content")
def test_staff_are_led_to_nothing_that_is_for_citizens_only(staff: SignsIn) -> None:
    clerk = staff()
    assert 'href="/my/cases"' not in clerk.get("/").text
    page = clerk.get("/items/water").text
    assert 'href="/apply/water"' not in page
    assert "先练一遍" in page


def test_items_whose_process_is_not_there_are_no_links(client: FlaskClient) -> None:
    page = client.get("/").text
    assert page.count("即将上线") == 15
    assert page.count("/items/") == page.count("/items/hospital_query") == 1
    assert client.get("/items/water").status_code == 404


@pytest.mark.usefixtures("content")
def test_an_introduction_tells_steps_with_their_limits(client: FlaskClient) -> None:
    page = client.get("/items/water").text
    assert "我要反馈" in page
    assert "8 个工作日" in page
    told = re.findall(r'step__text">([^<]+)</p><p class="step__at">([^<]+)<', page)
    assert told == [
        ("县水务局决定是否受理，受理的交给乡镇", "24 小时内"),
        ("乡镇安排工作人员", "4 个工作小时内"),
        ("工作人员到现场核实，请保持电话畅通", "2 个工作日内"),
        ("采取措施解决", "5 个工作日内"),
        ("县水务局打电话，向您确认是否解决", "2 个工作日内"),
    ]
    assert "每办完一步" not in page


@pytest.mark.usefixtures("content")
def test_an_introduction_tells_the_steps_of_the_processes_that_are_called_too(client: FlaskClient) -> None:
    page = client.get("/items/training").text
    told = re.findall(r'step__text">([^<]+)</p><p class="step__at">([^<]+)<', page)
    assert told == [
        ("县人社局决定是否受理", "1 个工作日内"),
        ("县人社局按培训计划安排课程；没有对应课程的，乡镇社保所推荐其他课程", "5 个工作日内"),
        ("您 5 日内确认是否参加", "5 天内"),
        ("您按时参加培训，结业后登记", "5 个工作日内"),
        ("乡镇社保所回访，没有完成的再来一轮", "5 个工作日内"),
    ]


def test_an_unknown_item_is_not_found(client: FlaskClient) -> None:
    answer = client.get("/items/nothing")
    assert answer.status_code == 404
    assert "没有这个服务事项" in answer.text


def test_the_regions_below_a_region_are_listed(client: FlaskClient) -> None:
    assert {"code": "532622101", "name": "江那镇"} in client.get("/regions/532622/children").json
    assert client.get("/regions/999999/children").status_code == 404


def test_health_answers_when_the_database_does(client: FlaskClient) -> None:
    assert client.get("/health").json == {"status": "ok"}


def test_large_letters_stay_for_this_browser(client: FlaskClient) -> None:
    answer = client.post("/large-type", data={"next": "/items/water"})
    assert (answer.status_code, answer.location) == (303, "/items/water")
    assert 'class="large"' in client.get("/").text


def test_large_letters_are_remembered_for_a_citizen(citizen: SignsIn) -> None:
    person = citizen()
    person.post("/large-type")
    with db.reading() as session:
        assert session.get_one(Citizen, person.id).large_type


@pytest.mark.parametrize(
    "address", ["//evil.example/", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_away_from_this_site(client: FlaskClient, address: str) -> None:
    assert client.post("/large-type", data={"next": address}).location == "/"
