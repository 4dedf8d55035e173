"""GET /items: the only thing that anybody may ask."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from engine import db
from engine.casework.models import Activation
from engine.registry.models import ServiceItem
from tests.webapp.api.conftest import API


def _items(client: FlaskClient) -> dict[str, dict[str, object]]:
    answer = client.get(f"{API}/items")
    assert answer.status_code == 200
    return {item["code"]: item for item in answer.json}


@pytest.mark.usefixtures("content")
def test_all_sixteen_items_are_told_to_anybody(client: FlaskClient) -> None:
    found = _items(client)
    assert len(found) == 16
    assert found["water"]["name"] == "农村饮水安全"
    assert found["water"]["department"] == "water"
    assert all({"code", "name", "department", "enabled"} <= item.keys() for item in found.values())


@pytest.mark.usefixtures("content")
def test_an_item_is_enabled_when_its_process_has_an_active_version(client: FlaskClient) -> None:
    assert _items(client)["water"]["enabled"] is True
    with db.transaction() as session:
        session.execute(delete(Activation))
    assert _items(client)["water"]["enabled"] is False


@pytest.mark.usefixtures("content")
def test_an_item_that_is_switched_off_is_not_enabled(client: FlaskClient) -> None:
    with db.transaction() as session:
        session.get_one(ServiceItem, "water").enabled = False
    assert _items(client)["water"]["enabled"] is False
