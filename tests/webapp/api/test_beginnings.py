"""发起工作 by program."""

import pytest

from engine.casework import deployments
from engine.db import transaction
from engine.registry.actors import SYSTEM
from tests.casework import errands
from tests.factories import JIANGNA
from tests.webapp.api.conftest import Makes, refused

BODY = {"process": "errand", "values": {"wish": "请给新来的同事开账号"}}


@pytest.fixture(autouse=True)
def errand(content: None) -> None:
    with transaction() as session:
        version = deployments.upload(session, errands.errand(), actor=SYSTEM)
        version.state = "approved"
        deployments.activate(session, version.id, actor=SYSTEM)


def test_what_may_be_begun_is_listed_with_its_form(program: Makes, citizen_program: Makes) -> None:
    contact = program("unit_contact", JIANGNA)
    listed = next(one for one in contact.get("/beginnings").json if one["process"] == "errand")
    assert (listed["name"], listed["region_code"], listed["role_key"]) == ("杂事", JIANGNA, "unit_contact")
    whole = contact.get("/beginnings/errand", region=JIANGNA).json
    assert [field["key"] for field in whole["form"]["fields"]] == ["wish", "aboutCase"]
    assert any(one["process"] == "errand" for one in citizen_program().get("/beginnings").json)


def test_the_same_request_begins_one_case(program: Makes) -> None:
    contact = program("unit_contact", JIANGNA)
    first, second = (contact.post("/beginnings", BODY, key="one") for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json["case_no"] == second.json["case_no"]
    assert first.json["channel"] == "OFFICE"
    assert contact.get(f"/cases/{first.json['case_no']}").json["item_name"] == "杂事"
    other = {**BODY, "values": {"wish": "另外一件完全不同的事"}}
    refused(contact.post("/beginnings", other, key="one"), 422)


def test_refusals(program: Makes) -> None:
    clerk, contact = program("town_water_clerk", JIANGNA), program("unit_contact", JIANGNA)
    refused(clerk.post("/beginnings", BODY), 403)
    refused(clerk.get("/beginnings/errand"), 403)
    refused(contact.post("/beginnings", {**BODY, "process": "nothing"}), 404)
    refused(contact.get("/beginnings/water"), 404)
    problems = refused(contact.post("/beginnings", {**BODY, "values": {"wish": "短", "more": 1}}), 422)["problems"]
    assert set(problems) == {"wish", "more"}
