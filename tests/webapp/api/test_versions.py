"""Process versions by program: upload, list, approve, activate."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from engine import db
from engine.casework.models import Activation, ProcessVersion
from engine.settings import ROOT
from tests.webapp.api.conftest import Makes, Program, refused

WATER = (ROOT / "processes" / "water.bpmn").read_bytes()
CHANGED = WATER.replace('name="是否接单"'.encode(), 'name="是否受理"'.encode())


@pytest.fixture
def policy(content: None, program: Makes) -> Program:
    return program("policy_admin", "530000")


@pytest.fixture
def colleague(content: None, program: Makes) -> Program:
    return program("policy_admin", "530000")


def upload(someone: Program, *files: tuple[str, bytes], field: str = "files", **more: str) -> Any:
    sent = MultiDict([*((field, FileStorage(BytesIO(content), name)) for name, content in files), *more.items()])
    boundary, body = encode_multipart(sent)
    return someone.post("/process-versions", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def drafted(policy: Program) -> int:
    answer = upload(policy, ("water.bpmn", CHANGED))
    assert answer.status_code == 201, answer.text
    number: int = answer.json["id"]
    return number


def versions() -> int:
    with db.transaction() as session:
        return len(session.scalars(select(ProcessVersion.id)).all())


def test_a_changed_diagram_becomes_a_draft(policy: Program) -> None:
    answer = upload(policy, ("water.bpmn", CHANGED), remark="改了名称")
    assert answer.status_code == 201
    assert (answer.json["process"], answer.json["state"], answer.json["number"]) == ("water", "draft", 2)
    assert answer.json["remark"] == "改了名称"


def test_what_changed_is_told_with_the_draft(policy: Program) -> None:
    found = upload(policy, ("water.bpmn", CHANGED)).json["changes"]
    assert found["against"] == 1
    assert [(change["id"], change["kind"]) for change in found["elements"]] == [("wt_take", "changed")]


def test_a_form_alone_goes_with_the_active_version(policy: Program) -> None:
    form = (ROOT / "forms" / "water_verify.form").read_bytes()
    answer = upload(policy, ("water_verify.form", form.replace("核实人员".encode(), "谁去核实的".encode())))
    assert (answer.status_code, answer.json["process"], answer.json["number"]) == (201, "water", 2)
    (file,) = answer.json["changes"]["files"]
    assert file["details"] == ["字段“谁去核实的”：标签 核实人员 → 谁去核实的"]


def test_a_table_that_many_processes_share_needs_the_process(policy: Program) -> None:
    before = versions()
    table = (ROOT / "rules" / "deadlines.dmn").read_bytes()
    changed = table.replace(b'wt_take_limit"><text>24<', b'wt_take_limit"><text>12<')
    assert "process" in refused(upload(policy, ("deadlines.dmn", changed)), 422)["problems"]
    assert "process" in refused(upload(policy, ("water.bpmn", CHANGED), process="rating"), 422)["problems"]
    assert versions() == before
    answer = upload(policy, ("deadlines.dmn", changed), process="water")
    assert (answer.status_code, answer.json["process"], answer.json["number"]) == (201, "water", 2)


def test_the_same_content_gives_the_version_that_holds_it(policy: Program) -> None:
    number = drafted(policy)
    again = upload(policy, ("water.bpmn", CHANGED))
    assert (again.status_code, again.json["id"]) == (200, number)


@pytest.mark.parametrize(
    "files",
    [
        (),
        (("water.bpmn", b"<bpmn"),),
        (("water.bpmn", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),),
        (("water.exe", b"MZ"),),
        (("../../water.bpmn", CHANGED), ("water.bpmn", CHANGED)),
        (("water.bpmn", CHANGED.replace(b'formId="water_take"', b'formId="nothing"')),),
    ],
)
def test_bad_files_are_refused_and_nothing_is_saved(policy: Program, files: Any) -> None:
    before = versions()
    assert refused(upload(policy, *files), 422)["problems"]
    assert versions() == before


def test_a_problem_is_told_by_the_element_it_belongs_to(policy: Program) -> None:
    broken = CHANGED.replace(b'formId="water_take"', b'formId="nothing"')
    assert "wt_take" in refused(upload(policy, ("water.bpmn", broken)), 422)["problems"]


def test_files_and_fields_that_nobody_asked_for_are_refused(policy: Program) -> None:
    refused(upload(policy, ("water.bpmn", CHANGED), field="attachments"), 422)
    assert "state" in refused(upload(policy, ("water.bpmn", CHANGED), state="active"), 422)["problems"]


def test_too_large_a_file_is_refused(policy: Program) -> None:
    assert refused(upload(policy, ("water.bpmn", b"x" * (5 * 1024 * 1024 + 1))), 413)["code"] == "too_large"


def test_too_large_a_body_is_not_even_read(policy: Program) -> None:
    answer = upload(policy, *((f"f{n}.form", b"x" * (4 * 1024 * 1024)) for n in range(6)))
    assert answer.status_code == 413


@pytest.mark.parametrize("role", ["county_water_clerk", "auditor", "platform_ops"])
def test_only_those_who_look_after_policies_change_versions(policy: Program, program: Makes, role: str) -> None:
    number = drafted(policy)
    other = program(role, "530000" if role != "county_water_clerk" else "532622")
    refused(upload(other, ("water.bpmn", CHANGED.replace(b"24", b"25"))), 403)
    refused(other.post(f"/process-versions/{number}/approve"), 403)
    refused(other.post(f"/process-versions/{number}/activate"), 403)


def test_a_citizen_has_nothing_to_do_with_versions(policy: Program, citizen: Program) -> None:
    number = drafted(policy)
    refused(citizen.get("/process-versions"), 403)
    refused(upload(citizen, ("water.bpmn", CHANGED)), 403)
    refused(citizen.post(f"/process-versions/{number}/approve"), 403)
    refused(citizen.post(f"/process-versions/{number}/activate"), 403)


def test_a_second_person_approves_and_activates(policy: Program, colleague: Program) -> None:
    number = drafted(policy)
    refused(policy.post(f"/process-versions/{number}/approve"), 403)
    refused(colleague.post(f"/process-versions/{number}/activate"), 409)
    approved = colleague.post(f"/process-versions/{number}/approve")
    assert (approved.status_code, approved.json["state"]) == (200, "approved")
    assert colleague.post(f"/process-versions/{number}/approve").json == approved.json
    active = colleague.post(f"/process-versions/{number}/activate")
    assert (active.status_code, active.json["state"]) == (200, "active")


def test_a_version_is_activated_for_chosen_regions_from_a_day_on(policy: Program, colleague: Program) -> None:
    number = drafted(policy)
    colleague.post(f"/process-versions/{number}/approve")
    body = {"active_from": "2026-12-01T00:00:00+08:00", "regions": ["532622"]}
    assert colleague.post(f"/process-versions/{number}/activate", body).status_code == 200
    with db.transaction() as session:
        found = session.scalars(select(Activation).where(Activation.version_id == number)).one()
        assert (found.region_code, found.active_from.isoformat()) == ("532622", "2026-11-30T16:00:00+00:00")


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"active_from": "2026-12-01"}, "active_from"),
        ({"active_from": "2026-12-01T00:00:00"}, "active_from"),
        ({"active_from": "9999-12-31T23:59:59-12:00"}, "active_from"),
        ({"regions": []}, "regions"),
        ({"regions": ["nowhere"]}, "regions"),
        ({"regions": ["539999"]}, "regions"),
        ({"state": "active"}, "state"),
    ],
)
def test_a_bad_activation_is_refused(policy: Program, colleague: Program, body: Any, key: str) -> None:
    number = drafted(policy)
    colleague.post(f"/process-versions/{number}/approve")
    assert key in refused(colleague.post(f"/process-versions/{number}/activate", body), 422)["problems"]


@pytest.mark.parametrize("act", ["approve", "activate"])
def test_an_unknown_version_is_not_there(policy: Program, act: str) -> None:
    refused(policy.post(f"/process-versions/99999/{act}"), 404)


def test_versions_are_listed_in_pages(policy: Program) -> None:
    drafted(policy)
    found = policy.get("/process-versions", process="water").json
    assert [version["number"] for version in found["versions"]] == [2, 1]
    part = policy.get("/process-versions", size=2, page=2).json
    assert (len(part["versions"]), part["total"], part["page"]) == (2, versions(), 2)


def test_the_list_of_versions_is_for_readers(clerk: Program, program: Makes) -> None:
    refused(clerk.get("/process-versions"), 403)
    assert program("auditor", "530000").get("/process-versions").status_code == 200
