"""事项情况: everybody sees where a service takes no applications, staff how each item stands."""

import re

import pytest
from flask.testing import FlaskClient

from engine import clock
from engine.casework import switching
from engine.casework.models import ItemSwitch
from engine.db import transaction
from tests.factories import YANSHAN
from tests.webapp import conftest as web
from tests.webapp.api.conftest import API
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")
REASON = "水厂检修，七天后恢复受理"


def switch(region: str, *, is_open: bool = False) -> None:
    with transaction() as session:
        told = {"item_code": "water", "region_code": region, "reason": REASON, "case_no": "item_switch-1"}
        session.add(ItemSwitch(is_open=is_open, since=clock.now(), **told))
    switching.forget()


def row(page: str, code: str) -> str:
    """What the line of the item says, without marks."""
    [found] = [part for part in page.split("<tr data-row>") if f">{code}</span>" in part]
    return re.sub(r"<[^>]+>", " ", found)


def test_the_board_says_of_each_item_how_it_stands(staff: SignsIn) -> None:
    switch(YANSHAN)
    page = staff("auditor", "530000").get("/versions/items").text
    assert page.count("<tr data-row>") == 16
    assert (
        "部分地区暂停受理" in row(page, "water") and "砚山县暂停" in row(page, "water") and REASON in row(page, "water")
    )
    assert "正常受理" in row(page, "dibao") and "第 1 版" in row(page, "dibao")
    assert "开通或者暂停事项" not in page
    assert "开通或者暂停事项" in staff("policy_admin", "530000").get("/versions/items").text
    assert staff().get("/versions/items").status_code == 403


def test_people_read_where_and_why_and_an_application_is_refused_at_its_place(citizen: SignsIn) -> None:
    switch(YANSHAN)
    person = citizen()
    page = person.get("/items/water").text
    assert "砚山县暂停受理新的申请" in page and REASON in page and "/apply/water" in page
    way = web.begin(person)
    way.fill({"noticeAccepted": "true"})
    way.fill(web.prefilled(way.page()))
    where = way.address
    told = way.fill(web.prefilled(way.page())).text
    assert way.address == where and f"砚山县暂停受理“农村饮水安全”：{REASON}" in told
    assert "submit" not in person.post(f"/apply/drafts/{way.key}/submit").location and web.cases() == 0


def test_where_the_whole_province_pauses_nothing_leads_to_an_application(client: FlaskClient) -> None:
    switch("530000")
    page = client.get("/items/water").text
    assert "云南省暂停受理新的申请" in page and "/apply/water" not in page
    [told] = [item for item in client.get(f"{API}/items").json if item["code"] == "water"]
    assert told["enabled"] is False
    switch(YANSHAN, is_open=True)
    assert "砚山县已经恢复受理" in client.get("/items/water").text
