"""医疗机构查询: a query without a case, for anybody, with and without script."""

import pytest
from flask.testing import FlaskClient

from engine import clock as engine_clock
from engine.db import transaction
from engine.registry import hospitals
from engine.registry.models import ServiceItem

pytestmark = pytest.mark.usefixtures("content")

PEOPLES = "YL-532622-001"


def test_home_leads_to_the_directory_as_to_any_item(client: FlaskClient) -> None:
    assert 'href="/items/hospital_query"' in client.get("/").text
    assert client.get("/items/hospital_query").location == "/hospitals"
    assert client.get("/apply/hospital_query").status_code in (302, 303, 404)
    with transaction() as session:
        session.get_one(ServiceItem, "hospital_query").enabled = False
    assert client.get("/items/hospital_query").status_code == 404


def test_it_is_searched_by_plain_addresses(client: FlaskClient) -> None:
    page = client.get("/hospitals").text
    assert "找到 20 家" in page and "120" in page
    page = client.get("/hospitals?name=人民&region=532622&kind=县医院&level=二级&function=急诊&disease=胃癌").text
    assert "找到 1 家" in page and f'href="/hospitals/{PEOPLES}"' in page
    assert "没有找到" in client.get("/hospitals?name=nothing").text
    assert client.get("/hospitals?region=5&near=x&level=五级").status_code == 200


def test_the_nearest_come_first_from_a_town_or_from_the_telephone(client: FlaskClient) -> None:
    for near in ("532622102", "23.7519,103.7418"):
        page = client.get(f"/hospitals?near={near}").text
        assert page.index("平远镇卫生院</span>") < page.index("砚山县人民医院</span>")
        assert "约 0.0 公里" in page
    page = client.get("/hospitals?near=532622204").text
    assert "还不知道这个乡镇的位置" in page
    assert page.index("八嘎乡卫生院</span>") < page.index("砚山县人民医院</span>")


def test_an_institution_is_shown_with_what_is_not_checked_yet_and_where_it_leads(client: FlaskClient) -> None:
    page = client.get(f"/hospitals/{PEOPLES}").text
    assert "待核实，可以打" in page and "平台初始资料" in page
    assert "<dt>医保定点</dt><dd>是</dd>" in page and "胃癌" in page
    assert 'href="/items/appointment"' in page and 'href="/voice' in page
    assert client.get("/hospitals/nothing").status_code == 404


def test_what_the_county_has_published_is_shown_with_its_day_and_the_versions_before(client: FlaskClient) -> None:
    with transaction() as session:
        hospitals.publish(
            session, PEOPLES, {"phone": "0876-3120120"}, county="532622", by=None, case_no="x-1", at=engine_clock.now()
        )
    page = client.get(f"/hospitals/{PEOPLES}").text
    assert 'href="tel:0876-3120120"' in page and "第 2 版" in page and "平台初始资料" in page
    with transaction() as session:
        hospitals.publish(
            session, PEOPLES, {"open": False}, county="532622", by=None, case_no="x-2", at=engine_clock.now()
        )
    page = client.get(f"/hospitals/{PEOPLES}").text
    assert "已经停业" in page and 'href="/items/appointment"' not in page
    assert "找到 19 家" in client.get("/hospitals").text
