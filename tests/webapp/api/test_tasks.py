"""Tasks by program: worklist, form, claim, give back, complete."""

from typing import Any

import pytest

from tests.webapp.api.conftest import Makes, Program, open_task, refused, started
from tests.webapp.conftest import case

TAKE = {"inScope": True, "town": "532622101", "urgency": "一般"}
HUGE = 2**63
ACTS = [("GET", ""), ("POST", "/claim"), ("POST", "/unclaim"), ("POST", "/complete")]
REFUSE = {"inScope": False, "rejectReasonCode": "NR01", "rejectBasis": "《运行管理办法》第四条"}


@pytest.fixture
def number(citizen: Program) -> str:
    return started(citizen)


@pytest.fixture
def task(number: str, clerk: Program) -> int:
    return open_task(clerk, number)


def test_the_worklist_holds_the_tasks_of_ones_post(number: str, clerk: Program, program: Makes) -> None:
    found = clerk.get("/tasks").json
    assert (found["total"], found["page"], found["pages"]) == (1, 1, 1)
    one = found["tasks"][0]
    assert (one["case_no"], one["element_id"], one["role"]) == (number, "wt_take", "county_water_clerk")
    assert one["due_at"] and one["clock"]["text"]
    assert program("county_water_clerk", "532601").get("/tasks").json["total"] == 0
    assert program("town_water_clerk", "532622101").get("/tasks").json["total"] == 0


def test_the_worklist_is_filtered(number: str, clerk: Program) -> None:
    def found(**query: Any) -> int:
        total: int = clerk.get("/tasks", **query).json["total"]
        return total

    assert found(scope="mine") == 0
    assert found(item="water") == 1
    assert found(item="dibao") == 0
    assert found(region="532622") == 1
    assert found(region="532623") == 0
    assert found(due="overdue") == 0
    assert found(case_no=number) == 1
    assert found(text=number[-8:]) == 1
    assert found(text="没有这个人") == 0


def test_the_worklist_comes_in_pages(clerk: Program, citizen_program: Makes) -> None:
    numbers = [started(citizen_program()) for _ in range(3)]
    pages = [clerk.get("/tasks", size=2, page=page, sort="newest").json for page in (1, 2)]
    assert [page["pages"] for page in pages] == [2, 2]
    assert [task["case_no"] for page in pages for task in page["tasks"]] == numbers[::-1]


@pytest.mark.parametrize(
    "query",
    [
        {"scope": "theirs"}, {"due": "never"}, {"sort": "name"}, {"page": 0}, {"size": 201}, {"size": "many"},
        {"region": "5326"}, {"region": "abcdef"}, {"assignee": 1}, {"text": "长" * 61},
    ],
)  # fmt: skip
def test_a_bad_question_about_the_worklist_is_refused(clerk: Program, query: dict[str, Any]) -> None:
    assert set(refused(clerk.get("/tasks", **query), 422)["problems"]) == set(query)


def test_a_citizen_has_no_worklist(citizen: Program) -> None:
    refused(citizen.get("/tasks"), 403)


def test_a_task_is_shown_with_its_form(task: int, clerk: Program) -> None:
    found = clerk.get(f"/tasks/{task}").json
    assert found["may_complete"] is True
    questions = {question["key"]: question for question in found["form"]["fields"]}
    assert questions["inScope"]["required"] and questions["inScope"]["visible"]
    assert [option["value"] for option in questions["inScope"]["options"]] == [True, False]
    assert questions["rejectReason"]["visible"] is False
    assert questions["rejectReason"]["hide"] == "(inScope != false)"


def test_a_task_is_masked_for_those_who_only_audit(task: int, citizen: Program, program: Makes) -> None:
    answer = program("auditor", "530000").get(f"/tasks/{task}")
    assert answer.json["applicant"] == f"{citizen.name[0]}*"
    assert answer.json["may_complete"] is False
    assert citizen.identity_number not in answer.text


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("POST", "/claim"), ("POST", "/unclaim"), ("POST", "/complete")]
)
@pytest.mark.parametrize("task_id", [99999, HUGE])
def test_an_unknown_task_is_not_there(clerk: Program, method: str, path: str, task_id: int) -> None:
    address = f"/tasks/{task_id}{path}"
    answer = clerk.get(address) if method == "GET" else clerk.post(address, {"values": {}}, key="k")
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("POST", "/claim"), ("POST", "/unclaim"), ("POST", "/complete")]
)
def test_a_task_of_another_region_is_not_there(task: int, program: Makes, method: str, path: str) -> None:
    neighbour = program("county_water_clerk", "532601")
    address = f"/tasks/{task}{path}"
    refused(neighbour.get(address) if method == "GET" else neighbour.post(address, {"values": {}}, key="k"), 404)


@pytest.mark.parametrize("path", ["/claim", "/unclaim", "/complete"])
def test_somebody_who_may_only_look_cannot_act(task: int, program: Makes, path: str) -> None:
    auditor = program("auditor", "530000")
    refused(auditor.post(f"/tasks/{task}{path}", {"values": TAKE}, key="k"), 403)


def test_a_claimed_task_is_ones_own(task: int, clerk: Program) -> None:
    answer = clerk.post(f"/tasks/{task}/claim")
    assert answer.status_code == 200
    assert answer.json["assignee"]
    assert clerk.get("/tasks", scope="mine").json["total"] == 1
    assert clerk.get("/tasks", scope="group").json["total"] == 0
    assert clerk.get("/tasks").json["total"] == 1
    assert clerk.post(f"/tasks/{task}/claim").status_code == 200


def test_a_colleague_cannot_claim_or_complete_what_one_holds(task: int, clerk: Program, program: Makes) -> None:
    assert clerk.post(f"/tasks/{task}/claim").status_code == 200
    colleague = program("county_water_clerk")
    assert "签收" in refused(colleague.post(f"/tasks/{task}/claim"), 409)["message"]
    refused(colleague.post(f"/tasks/{task}/complete", {"values": TAKE}, key="k"), 409)
    refused(colleague.post(f"/tasks/{task}/unclaim"), 409)


def test_a_task_is_given_back(task: int, clerk: Program) -> None:
    clerk.post(f"/tasks/{task}/claim")
    answer = clerk.post(f"/tasks/{task}/unclaim")
    assert (answer.status_code, answer.json["assignee"]) == (200, None)
    refused(clerk.post(f"/tasks/{task}/unclaim"), 409)
    clerk.post(f"/tasks/{task}/claim")
    assert [clerk.post(f"/tasks/{task}/unclaim", key="1").status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("path", ["/claim", "/unclaim"])
def test_a_citizen_claims_nothing(task: int, citizen: Program, path: str) -> None:
    refused(citizen.post(f"/tasks/{task}{path}"), 403)


def test_completing_moves_the_case_on(task: int, number: str, clerk: Program, program: Makes) -> None:
    answer = clerk.post(f"/tasks/{task}/complete", {"values": TAKE}, key="one")
    assert answer.status_code == 200
    assert answer.json == {"task_id": task, "case_no": number, "ended": False}
    town = program("town_water_clerk", "532622101")
    assert [one["element_id"] for one in town.get("/tasks").json["tasks"]] == ["wt_town_take"]


def test_the_same_click_again_gives_the_same_answer(task: int, number: str, clerk: Program) -> None:
    first, second = (clerk.post(f"/tasks/{task}/complete", {"values": TAKE}, key="one") for _ in range(2))
    assert (first.status_code, first.json) == (second.status_code, second.json)
    kinds = [event["kind"] for event in clerk.get(f"/cases/{number}/history").json["events"]]
    assert kinds.count("task_completed") == 3


def test_other_values_under_the_same_key_are_refused(task: int, clerk: Program) -> None:
    assert clerk.post(f"/tasks/{task}/complete", {"values": TAKE}, key="one").status_code == 200
    other = {**TAKE, "urgency": "水质异常"}
    refused(clerk.post(f"/tasks/{task}/complete", {"values": other}, key="one"), 422)


def test_a_finished_task_cannot_be_completed_under_another_key(task: int, clerk: Program) -> None:
    assert clerk.post(f"/tasks/{task}/complete", {"values": TAKE}, key="one").status_code == 200
    assert "办理完成" in refused(clerk.post(f"/tasks/{task}/complete", {"values": TAKE}, key="two"), 409)["message"]
    refused(clerk.post(f"/tasks/{task}/claim"), 409)


def test_one_key_serves_one_task_only(clerk: Program, citizen_program: Makes) -> None:
    first, second = (open_task(clerk, started(citizen_program())) for _ in range(2))
    assert clerk.post(f"/tasks/{first}/complete", {"values": TAKE}, key="one").status_code == 200
    refused(clerk.post(f"/tasks/{second}/complete", {"values": TAKE}, key="one"), 422)


@pytest.mark.parametrize("key", [None, "", "k" * 201])
def test_completing_needs_a_key(task: int, clerk: Program, key: str | None) -> None:
    error = refused(clerk.post(f"/tasks/{task}/complete", {"values": TAKE}, key=key), 422)
    assert list(error["problems"]) == ["Idempotency-Key"]


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({}, "inScope"),
        ({**TAKE, "inScope": "maybe"}, "inScope"),
        ({**REFUSE, "rejectReason": "太短"}, "rejectReason"),
        ({**TAKE, "town": "532601101"}, "town"),
        ({**TAKE, "status": "COMPLETED"}, "status"),
        ({**TAKE, "urgency": {"a": 1}}, "urgency"),
    ],
)
def test_bad_values_are_told_by_their_fields_and_nothing_is_saved(
    task: int, number: str, clerk: Program, values: dict[str, Any], key: str
) -> None:
    before = case(number).version
    assert key in refused(clerk.post(f"/tasks/{task}/complete", {"values": values}, key="k"), 422)["problems"]
    assert case(number).version == before
    assert clerk.post(f"/tasks/{task}/complete", {"values": TAKE}, key="k").status_code == 200


@pytest.mark.parametrize(
    ("body", "key"), [({}, "values"), ({"values": "x"}, "values"), ({"values": {}, "state": "open"}, "state")]
)
def test_a_body_of_another_shape_is_refused(task: int, clerk: Program, body: Any, key: str) -> None:
    assert key in refused(clerk.post(f"/tasks/{task}/complete", body, key="k"), 422)["problems"]


def test_a_citizen_completes_what_the_case_asks_of_them(
    task: int, number: str, clerk: Program, citizen: Program
) -> None:
    asks = {"inScope": True, "needCorrection": True, "correctionList": "请补充水表的照片"}
    assert clerk.post(f"/tasks/{task}/complete", {"values": asks}, key="k").status_code == 200
    asked = citizen.get(f"/cases/{number}").json["open_tasks"]
    assert [one["element_id"] for one in asked] == ["co_correct"]
    form = citizen.get(f"/tasks/{asked[0]['id']}").json
    assert form["may_complete"] is True
    refused(citizen.post(f"/tasks/{task}/complete", {"values": {}}, key="k"), 404)
