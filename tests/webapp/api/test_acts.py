"""Acts beside a task's form by program: the same rights, refusals and one effect a key as on the pages."""

from typing import Any

import pytest

from engine.casework.models import UserTask
from engine.db import transaction
from tests.factories import JIANGNA, YANSHAN
from tests.webapp import staff_work
from tests.webapp.api.conftest import Makes, Program

pytestmark = pytest.mark.usefixtures("content")
WHY = "请看看水源是否可靠，再告诉我"


@pytest.fixture
def task() -> int:
    return staff_work.task(staff_work.raise_hand()).id


def number(task: int) -> str:
    with transaction() as session:
        return session.get_one(UserTask, task).case.case_no


def test_delegating_answering_and_taking_back(task: int, program: Makes) -> None:
    clerk, adviser = program(), program("town_water_clerk", JIANGNA)
    body = {"to_account_id": adviser.id, "reason": WHY}
    first = clerk.post(f"/tasks/{task}/delegate", body, key="1")
    assert first.status_code == 200 and clerk.post(f"/tasks/{task}/delegate", body, key="1").json == first.json
    assert clerk.post(f"/tasks/{task}/delegate", body, key="2").status_code == 409
    answer = {"opinion": "水源可靠"}
    assert adviser.post(f"/tasks/{task}/answer", answer, key="3").status_code == 200
    assert adviser.post(f"/tasks/{task}/answer", answer, key="3").status_code == 200
    assert adviser.get(f"/tasks/{task}").status_code == 404
    assert clerk.post(f"/tasks/{task}/delegate", body, key="4").status_code == 200
    assert clerk.post(f"/tasks/{task}/recall", key="5").status_code == 200


def test_signatures_are_asked_for_given_and_removed(task: int, program: Makes) -> None:
    clerk, housing, civil = program(), program("county_housing_reviewer"), program("county_civil_reviewer")
    body = {"to_account_id": housing.id, "position": "before", "reason": WHY}
    asked = clerk.post(f"/tasks/{task}/cosign", body, key="1")
    assert asked.status_code == 201 and asked.json is not None
    signed = housing.post(f"/tasks/{asked.json['id']}/sign", {"agrees": True, "opinion": "同意"}, key="2")
    assert signed.status_code == 200 and signed.json is not None and signed.json["state"] == "completed"
    second = clerk.post(f"/tasks/{task}/cosign", {**body, "to_account_id": civil.id}, key="3")
    assert second.json is not None
    assert clerk.post(f"/tasks/{second.json['id']}/remove", {"reason": "不用了"}, key="4").status_code == 200
    assert (
        civil.post(f"/tasks/{second.json['id']}/sign", {"agrees": True, "opinion": "同意"}, key="5").status_code == 409
    )


def test_copying_and_urging(task: int, program: Makes) -> None:
    clerk, reader, office = program(), program("county_housing_clerk"), program("county_office")
    assert clerk.post(f"/tasks/{task}/copy", {"account_ids": [reader.id]}, key="1").status_code == 200
    assert reader.get(f"/cases/{number(task)}").status_code == 200
    assert office.post(f"/tasks/{task}/urge", {"note": "请快一点"}, key="2").status_code == 200
    assert office.post(f"/tasks/{task}/urge", {}, key="3").status_code == 409


def test_stopping_and_ending_a_case(task: int, program: Makes) -> None:
    reviewer, clerk = program("county_water_reviewer"), program()
    case_no = number(task)
    stopped = reviewer.post(f"/cases/{case_no}/suspend", {"reason": "等待检测单位的水质报告"}, key="1")
    assert stopped.status_code == 200 and stopped.json is not None and stopped.json["state"] == "suspended"
    refused = clerk.post(f"/tasks/{task}/claim")
    assert refused.status_code == 409 and "已挂起" in refused.json["error"]["message"]  # type: ignore[index]
    assert clerk.post(f"/cases/{case_no}/resume", key="2").status_code == 403
    assert reviewer.post(f"/cases/{case_no}/resume", key="3").status_code == 200
    there = {"region": "532622102202", "reason": "申请人一家常年住在平远镇"}
    assert clerk.post(f"/cases/{case_no}/transfer", there, key="5").status_code == 403
    assert reviewer.post(f"/cases/{case_no}/transfer", {**there, "region": YANSHAN}, key="6").status_code == 422
    for _ in range(2):
        assert reviewer.post(f"/cases/{case_no}/transfer", there, key="7").status_code == 200
    ended = reviewer.post(f"/cases/{case_no}/terminate", {"code": "OTHER", "reason": "申请人要求到外县办理"}, key="4")
    assert ended.status_code == 200 and ended.json is not None and ended.json["outcome"] == "TERMINATED"


BODIES: dict[str, Any] = {
    "delegate": {"to_account_id": 1, "reason": WHY},
    "answer": {"opinion": WHY},
    "cosign": {"to_account_id": 1, "reason": WHY, "position": "after"},
    "sign": {"agrees": True, "opinion": WHY},
    "remove": {"reason": WHY},
    "copy": {"account_ids": [1]},
    "urge": {},
}


@pytest.mark.parametrize("act", BODIES)
def test_every_act_is_refused_to_strangers_and_without_key_or_shape(task: int, act: str, program: Makes) -> None:
    stranger: Program = program("county_water_clerk", staff_work.ELSEWHERE)
    assert stranger.post(f"/tasks/{task}/{act}", BODIES[act], key="1").status_code == 404
    assert stranger.post(f"/tasks/999999/{act}", BODIES[act], key="1").status_code == 404
    clerk = program("county_water_clerk", YANSHAN)
    assert clerk.post(f"/tasks/{task}/{act}", BODIES[act]).status_code == 422
    assert clerk.post(f"/tasks/{task}/{act}", {**BODIES[act], "more": 1}, key="2").status_code == 422
