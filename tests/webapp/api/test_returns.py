"""退回, 直接提交 and 撤回 by program: the same rights, refusals and one effect a key as on the pages."""

import pytest

from tests.factories import JIANGNA
from tests.webapp import staff_work
from tests.webapp.api.conftest import Makes
from tests.webapp.inbox.test_returning import step

pytestmark = pytest.mark.usefixtures("content")
BODY = {"to": "wt_take", "reason": "派单乡镇写错了，请重新核对地址"}


def test_a_step_is_returned_redone_straight_and_taken_back(program: Makes) -> None:
    county, town = program(), program("town_water_clerk", JIANGNA)
    number = staff_work.raise_hand()
    staff_work.complete(step(number, "wt_take").id, county.id, staff_work.TAKE)
    task = step(number, "wt_town_take").id
    first = town.post(f"/tasks/{task}/return", BODY, key="1")
    assert first.status_code == 200 and first.json is not None
    assert [one["element_id"] for one in first.json["tasks"]] == ["wt_take"]
    assert town.post(f"/tasks/{task}/return", BODY, key="1").json == first.json
    assert town.post(f"/tasks/{task}/return", BODY, key="2").status_code == 409
    again = first.json["tasks"][0]["id"]
    body = {"values": staff_work.TAKE | {"inScope": True}, "route": "straight"}
    assert county.post(f"/tasks/{again}/complete", {**body, "route": "sideways"}, key="3").status_code == 422
    assert county.post(f"/tasks/{again}/complete", body, key="3").status_code == 200
    assert step(number, "wt_town_take").state == "open"
    back = county.post(f"/tasks/{again}/take-back", key="4")
    assert back.status_code == 200 and back.json is not None and back.json["state"] == "open"
    assert county.post(f"/tasks/{again}/take-back", key="4").json == back.json


def test_bad_shapes_and_strangers_are_refused(program: Makes) -> None:
    county, town = program(), program("town_water_clerk", JIANGNA)
    stranger = program("town_water_clerk", "532622102")
    number = staff_work.raise_hand()
    staff_work.complete(step(number, "wt_take").id, county.id, staff_work.TAKE)
    task = step(number, "wt_town_take").id
    assert stranger.post(f"/tasks/{task}/return", BODY, key="1").status_code == 404
    assert town.post(f"/tasks/{task}/return", BODY).status_code == 422
    for wrong in ({"reason": "短"}, {"to": "nowhere"}, {"more": 1}):
        assert town.post(f"/tasks/{task}/return", {**BODY, **wrong}, key="2").status_code == 422
    assert town.post("/tasks/999999/return", BODY, key="3").status_code == 404
    assert town.post(f"/tasks/{task}/take-back", key="4").status_code == 409
