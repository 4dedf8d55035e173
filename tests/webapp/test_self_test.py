"""自测: whoever wonders whether to apply answers a few questions, of which nothing is kept."""

from itertools import product

import pytest
from flask.testing import FlaskClient

from engine.casework import self_tests
from engine.casework.models import ApplicationDraft, Case
from engine.db import reading, transaction
from engine.registry.models import ServiceItem

pytestmark = pytest.mark.usefixtures("content")
POOR = {"kept": "否", "local": "是", "sudden": "否", "wealthy": "否", "poor": "是"}


def test_an_item_leads_to_its_self_test_and_that_to_what_it_means(client: FlaskClient) -> None:
    assert 'href="/items/dibao/self-test"' in client.get("/items/dibao").text
    assert "平均到每个人" in client.get("/items/dibao/self-test").text
    answer = client.post("/items/dibao/self-test", data=POOR)
    assert (answer.status_code, "可以申请。" in answer.text) == (200, True)
    page = client.post("/items/dibao/self-test", data={**POOR, "wealthy": "是"}).text
    assert "不符合" in page and "以部门核实为准" in page
    assert "临时救助" in client.post("/items/dibao/self-test", data={**POOR, "sudden": "是"}).text


def test_what_was_not_answered_is_asked_again_and_nothing_is_concluded(client: FlaskClient) -> None:
    answer = client.post("/items/dibao/self-test", data={**POOR, "poor": "也许"})
    assert answer.status_code == 422
    assert "请回答是或者否" in answer.text and "可以申请。" not in answer.text


def test_nothing_is_kept(client: FlaskClient) -> None:
    client.post("/items/dibao/self-test", data=POOR)
    with reading() as session:
        assert (session.query(Case).count(), session.query(ApplicationDraft).count()) == (0, 0)


@pytest.mark.parametrize("code", ["dibao", "tekun", "linshi"])
def test_whatever_is_answered_something_is_said(client: FlaskClient, code: str) -> None:
    with reading() as session:
        test = self_tests.required(session, code)
    keys = [one.key for one in test.questions]
    assert len(keys) >= 3 and all(one.label.endswith(("？", "询问）")) for one in test.questions)
    told = {test.outcome(dict(zip(keys, given, strict=True))) for given in product((True, False), repeat=len(keys))}
    assert None not in told
    assert {verdict for verdict, _ in told if verdict} == {"可以申请", "先看看别的", "不符合"}


def test_an_item_without_one_offers_none(client: FlaskClient) -> None:
    assert "self-test" not in client.get("/items/water").text
    assert client.get("/items/water/self-test").status_code == 404
    assert client.get("/items/nothing/self-test").status_code == 404
    with transaction() as session:
        session.get_one(ServiceItem, "dibao").enabled = False
    assert client.get("/items/dibao/self-test").status_code == 404
