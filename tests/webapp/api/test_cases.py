"""Cases by program: begin, look, read the history."""

from typing import Any

import pytest

from engine import db
from engine.casework.models import Case
from engine.registry.models import ServiceItem
from tests import factories
from tests.webapp.api.conftest import VILLAGE, Makes, Program, answers, open_task, refused, started
from tests.webapp.conftest import cases

LISTED = (
    "accepted_at applicant applicant_identity case_no channel ended_at item_code item_name masked open_tasks outcome "
    "outcome_basis outcome_text overdue_count place process promised_at reason_code region_code started_at state "
    "status status_text submissions supervised"
)


def test_a_citizen_begins_a_case(citizen: Program) -> None:
    body = {"process": "water", "channel": "SELF", "values": answers(citizen)}
    answer = citizen.post("/cases", body)
    assert answer.status_code == 201
    made = answer.json
    assert made["case_no"] == "water-532622-20261116-00001"
    assert answer.headers["Location"] == f"/api/v1/cases/{made['case_no']}"
    assert (made["process"], made["item_name"], made["state"]) == ("water", "农村饮水安全", "active")
    assert made["place"].startswith("砚山县江那镇")
    assert made["promised_at"].endswith("+00:00")


def test_staff_file_for_somebody_at_the_counter(citizen: Program, clerk: Program) -> None:
    body = {"process": "water", "channel": "COUNTER", "values": answers(citizen)}
    assert clerk.post("/cases", body).status_code == 201


def test_the_same_key_gives_the_same_case(citizen: Program) -> None:
    body = {"process": "water", "channel": "SELF", "values": answers(citizen)}
    first, second = (citizen.post("/cases", body, key="one") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert cases() == 1


def test_the_same_key_with_other_values_is_refused(citizen: Program) -> None:
    body = {"process": "water", "channel": "SELF", "values": answers(citizen)}
    assert citizen.post("/cases", body, key="one").status_code == 201
    other = {**body, "values": answers(citizen, problemText="水管又断了，这次是五天")}
    refused(citizen.post("/cases", other, key="one"), 422)
    assert cases() == 1


def test_the_key_of_another_program_is_another_key(citizen: Program, citizen_program: Makes) -> None:
    other = citizen_program()
    for one in (citizen, other):
        body = {"process": "water", "channel": "SELF", "values": answers(one)}
        assert one.post("/cases", body, key="1").status_code == 201
    assert cases() == 2


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"applicantIdNo": "532622198001010000"}, "applicantIdNo"),
        ({"problemText": "短"}, "problemText"),
        ({"noticeAccepted": False}, "noticeAccepted"),
        ({"waterProblems": ["没有这种"]}, "waterProblems"),
        ({"problemRegion": "532622101"}, "problemRegion"),
        ({"status": "COMPLETED"}, "status"),
        ({"__class__": "x"}, "__class__"),
    ],
)
def test_bad_values_are_told_by_their_fields_and_nothing_is_kept(citizen: Program, changes: Any, key: str) -> None:
    body = {"process": "water", "channel": "SELF", "values": answers(citizen, **changes)}
    error = refused(citizen.post("/cases", body), 422)
    assert key in error["problems"]
    assert cases() == 0


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({}, "process"),
        ({"process": "water", "channel": "SELF"}, "values"),
        ({"process": "water", "channel": "SELF", "values": []}, "values"),
        ({"process": "water", "channel": "EMAIL", "values": {}}, "channel"),
        ({"process": "water", "channel": "SELF", "values": {}, "citizen_id": 1}, "citizen_id"),
        ({"process": 1, "channel": "SELF", "values": {}}, "process"),
        ([], ""),
    ],
)
def test_a_body_of_another_shape_is_told_by_its_keys(citizen: Program, body: Any, key: str) -> None:
    assert key in refused(citizen.post("/cases", body), 422)["problems"]


@pytest.mark.parametrize("process", ["econ_check", "nothing", "supervise", "intake"])
def test_what_is_no_open_service_cannot_be_begun(citizen: Program, process: str) -> None:
    refused(citizen.post("/cases", {"process": process, "channel": "SELF", "values": {}}), 404)
    assert cases() == 0


def test_a_service_that_is_switched_off_cannot_be_begun(citizen: Program) -> None:
    with db.transaction() as session:
        session.get_one(ServiceItem, "water").enabled = False
    refused(citizen.post("/cases", {"process": "water", "channel": "SELF", "values": answers(citizen)}), 404)


def test_staff_cannot_file_as_a_citizen(citizen: Program, clerk: Program) -> None:
    refused(clerk.post("/cases", {"process": "water", "channel": "SELF", "values": answers(citizen)}), 403)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b'{"process": "water", "process": "dibao", "channel": "SELF", "values": {}}',
        b'{"process": "water", "channel": "SELF", "values": {"a": NaN}}',
        b'{"process": "water", "channel": "SELF", "values": {"a": "\\ud800"}}',
        b'{"process": "water", "channel": "SELF", "values": {"a": "\\u0000"}}',
        b'{"process": "water", "channel": "SELF", "values": {"a": ' + b"[" * 30 + b"]" * 30 + b"}}",
        b"[" * 100_000,
        b'{"a": ' + b"9" * 10_000 + b"}",
    ],
)
def test_json_of_doubtful_meaning_is_not_read(citizen: Program, body: bytes) -> None:
    answer = citizen.post("/cases", data=body, content_type="application/json")
    assert refused(answer, 400)["code"] == "malformed"


def test_a_body_that_is_no_json_is_refused(citizen: Program) -> None:
    answer = citizen.post("/cases", data={"process": "water"})
    assert answer.status_code == 415
    assert answer.json["error"]["code"] == "unsupported_media_type"


def test_too_large_a_body_is_refused(citizen: Program) -> None:
    answer = citizen.post(
        "/cases", {"process": "water", "channel": "SELF", "values": {"problemText": "水" * 1_000_000}}
    )
    assert answer.status_code == 413
    assert answer.json["error"]["code"] == "too_large"


def test_a_case_is_shown_to_its_citizen_in_clear(citizen: Program) -> None:
    found = citizen.get(f"/cases/{started(citizen)}").json
    assert found["applicant"] == citizen.name
    assert found["applicant_identity"] == citizen.identity_number
    assert found["masked"] is False
    texts = [answer["value"] for one in found["submissions"] for answer in one["answers"]]
    assert "水管断了三天，全组没有水喝" in texts


def test_a_case_is_shown_masked_to_the_auditor(citizen: Program, program: Makes) -> None:
    answer = program("auditor", "530000").get(f"/cases/{started(citizen)}")
    assert answer.status_code == 200
    assert answer.json["masked"] is True
    assert answer.json["applicant"] == f"{citizen.name[0]}*"
    assert citizen.identity_number not in answer.text
    assert citizen.phone not in answer.text


def test_only_listed_fields_are_told(citizen: Program) -> None:
    found = citizen.get(f"/cases/{started(citizen)}").json
    assert " ".join(found) == LISTED


def test_a_case_of_another_region_is_not_there(citizen: Program, program: Makes) -> None:
    number = started(citizen)
    for path in (f"/cases/{number}", f"/cases/{number}/history"):
        refused(program("county_water_clerk", "532601").get(path), 404)


def test_a_case_of_another_citizen_is_not_there(citizen: Program, citizen_program: Makes) -> None:
    number = started(citizen)
    for path in (f"/cases/{number}", f"/cases/{number}/history"):
        refused(citizen_program().get(path), 404)


def test_an_unknown_case_is_not_there(clerk: Program) -> None:
    refused(clerk.get("/cases/water-532622-20261116-99999"), 404)
    refused(clerk.get("/cases/water-532622-20261116-99999/history"), 404)


def test_staff_see_the_tasks_that_are_open(citizen: Program, clerk: Program) -> None:
    found = clerk.get(f"/cases/{started(citizen)}").json
    assert [task["element_id"] for task in found["open_tasks"]] == ["wt_take"]


def test_the_history_tells_every_event_to_staff(citizen: Program, clerk: Program) -> None:
    number = started(citizen)
    assert clerk.post(f"/tasks/{open_task(clerk, number)}/claim").status_code == 200
    found = clerk.get(f"/cases/{number}/history").json
    assert found["next_after"] is None
    assert [event["seq"] for event in found["events"]] == list(range(1, len(found["events"]) + 1))
    assert found["events"][0]["kind"] == "case_started"
    assert found["events"][-1]["kind"] == "task_claimed"
    assert all(len(event["hash"]) == 64 and event["text"] and event["who"] for event in found["events"])
    assert not {"payload", "actor"} & set(found["events"][0])


def test_the_history_is_read_in_parts(citizen: Program, clerk: Program) -> None:
    number = started(citizen)
    first = clerk.get(f"/cases/{number}/history", size=1).json
    assert (len(first["events"]), first["next_after"]) == (1, 1)
    rest = clerk.get(f"/cases/{number}/history", after=first["next_after"]).json
    assert rest["events"][0]["seq"] == 2


def test_the_citizen_reads_plain_sentences(citizen: Program, clerk: Program) -> None:
    number = started(citizen)
    assert clerk.post(f"/tasks/{open_task(clerk, number)}/claim").status_code == 200
    found = citizen.get(f"/cases/{number}/history").json["events"]
    assert {event["state"] for event in found} == {"done", "now", "next"}
    assert all(event["hash"] is None for event in found)


@pytest.mark.parametrize("query", [{"size": 0}, {"size": 201}, {"after": -1}, {"after": "x"}, {"before": 1}])
def test_a_bad_question_about_the_history_is_refused(citizen: Program, clerk: Program, query: dict[str, Any]) -> None:
    refused(clerk.get(f"/cases/{started(citizen)}/history", **query), 422)


def test_what_was_refused_leaves_no_case(citizen: Program) -> None:
    with factories.committed() as session:
        assert session.query(Case).count() == 0
    refused(citizen.post("/cases", {"process": "water", "channel": "SELF", "values": {"problemRegion": VILLAGE}}), 422)
    with factories.committed() as session:
        assert session.query(Case).count() == 0
