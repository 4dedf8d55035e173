"""收集信息目录: every question of an item stands there with the rule by which it is asked."""

import pytest
from flask.testing import FlaskClient

from engine import clock, db
from engine.casework import deployments
from engine.registry import items, regions
from webapp.public import collected, introduction

pytestmark = pytest.mark.usefixtures("content")


def test_each_open_item_tells_every_question_of_every_step_with_its_rule(client: FlaskClient) -> None:
    with db.reading() as session:
        listed = [one for one in items.listing(session) if introduction.is_open(session, one) and not one.directory]
        steps = {one.code: list(collected._collected(session, one.code, set())) for one in listed}
        bundles = {
            code: deployments.bundle_of(session, deployments.active(session, code, regions.PROVINCE, clock.now()).id)
            for code in steps
        }
    assert len(steps) > 10
    for code, told in steps.items():
        assert f'href="/items/{code}/data"' in client.get(f"/items/{code}").text
        page = client.get(f"/items/{code}/data").text
        asked = {element.form for element in bundles[code].process.walk() if element.form}
        labels = {field.label for name in asked for field in bundles[code].forms[name].fields if field.label}
        assert [label for label in sorted(labels) if label not in page] == [], code
        assert [step.step for step in told if not step.basis] == [], code


def test_what_a_called_process_asks_stands_there_once(client: FlaskClient) -> None:
    page = client.get("/items/dibao/data").text
    for step in ("阅读申请须知并同意", "委托核对", "张贴公示并拍照", "审核确认"):
        assert page.count(f"<h2>{step}</h2>") == 1, step


def test_an_item_without_forms_has_no_such_page(client: FlaskClient) -> None:
    assert client.get("/items/hospital_query/data").status_code == 404
    assert client.get("/items/nothing/data").status_code == 404
