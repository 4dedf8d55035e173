"""Help and paper: how to use the platform, and each item's form for those who do not go online."""

import pytest
from sqlalchemy import delete

from engine import db
from engine.casework import cases
from engine.casework.models import Activation
from engine.registry import items
from tests.webapp.conftest import FlaskClient
from webapp.public import introduction

pytestmark = pytest.mark.usefixtures("content")


def test_each_open_item_leads_to_a_blank_form_that_asks_all_that_the_counter_asks(client: FlaskClient) -> None:
    with db.reading() as session:
        listed = [one for one in items.listing(session) if introduction.is_open(session, one) and not one.directory]
        asked = {one.code: cases.application_forms(session, one.code, channel="COUNTER") for one in listed}
    assert len(asked) > 10
    for code, forms in asked.items():
        assert f'href="/items/{code}/paper"' in client.get(f"/items/{code}").text
        page = client.get(f"/items/{code}/paper").text
        missing = [field.label for form in forms for field in form.fields if field.label not in page]
        assert missing == [], code
        assert "申请人签名（按手印）" in page


def test_a_number_has_a_box_for_each_letter_and_a_list_a_table(client: FlaskClient) -> None:
    page = client.get("/items/dibao/paper").text
    assert page.count('class="paper__box"') >= 18 + 11
    assert '<table class="paper__table">' in page
    assert "采取虚报、隐瞒、伪造等手段" in page


def test_what_is_asked_of_some_only_is_marked(client: FlaskClient) -> None:
    assert "（如有）" in client.get("/items/dibao/paper").text


def test_an_item_that_is_not_open_or_has_no_form_has_no_paper(client: FlaskClient) -> None:
    assert client.get("/items/nothing/paper").status_code == 404
    assert client.get("/items/hospital_query/paper").status_code == 404
    with db.transaction() as session:
        session.execute(delete(Activation))
    assert client.get("/items/water/paper").status_code == 404


def test_help_tells_helpers_and_citizens_what_to_do_and_which_assistance_is_for_whom(client: FlaskClient) -> None:
    assert 'href="/help"' in client.get("/").text
    page = client.get("/help").text
    with db.reading() as session:
        first_words = [items.get(session, code).introduction[:12] for code in ("dibao", "tekun", "linshi")]
    assert all(words in page for words in first_words)
    assert "替他人举手" in page
    assert "不符合条件的，提交了也不能享受" in page


def test_help_says_that_windows_go_on_and_where_others_go(client: FlaskClient) -> None:
    page = client.get("/help").text
    assert "乡镇服务窗口和县级部门窗口照常受理" in page
    assert "不属于平台服务对象的，请按原来的渠道" in page and 'href="/contacts"' in page
