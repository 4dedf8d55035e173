"""Programs that hold tokens, and a case of the water service to work on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.registry import tokens
from tests import factories
from tests.factories import JIANGNA, YANSHAN

VILLAGE = f"{JIANGNA}001"
API = "/api/v1"


@dataclass
class Program:
    """Something that asks with the token of a person."""

    id: int
    token: str
    client: FlaskClient
    name: str = ""
    identity_number: str = ""
    phone: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.client.get(API + path, query_string=query, headers=self.headers)

    def post(self, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> TestResponse:
        named = {"Idempotency-Key": key} if key is not None else {}
        sent = {"json": body} if body is not None else {}
        return self.client.post(API + path, headers={**self.headers, **named}, **sent, **more)


Makes = Callable[..., Program]


@pytest.fixture
def program(app: Flask, client: FlaskClient) -> Makes:
    """program("county_water_clerk") has the token of a fresh account with that post."""

    def makes(role_key: str = "county_water_clerk", region_code: str = YANSHAN) -> Program:
        with factories.committed() as session:
            made = factories.staff(role_key, region_code)
            session.flush()
            token = tokens.issue_api_token(session, made.login)
            return Program(made.id, token, app.test_client())

    return makes


@pytest.fixture
def citizen_program(app: Flask, client: FlaskClient) -> Makes:
    """citizen_program() has the token of a fresh citizen."""

    def makes(**fields: Any) -> Program:
        with factories.committed() as session:
            made = factories.CitizenFactory(region_code=VILLAGE, **fields)
            session.flush()
            token = tokens.issue_api_token(session, made.phone)
            return Program(made.id, token, app.test_client(), made.name, made.identity_number, made.phone)

    return makes


@pytest.fixture
def citizen(content: None, citizen_program: Makes) -> Program:
    return citizen_program()


@pytest.fixture
def clerk(content: None, program: Makes) -> Program:
    return program("county_water_clerk", YANSHAN)


def answers(citizen: Program, **changes: Any) -> dict[str, Any]:
    """Everything the water service asks of its applicant."""
    return {
        "noticeAccepted": True,
        "applicantName": citizen.name,
        "applicantIdNo": citizen.identity_number,
        "applicantPhone": citizen.phone,
        "problemRegion": VILLAGE,
        "residenceAddress": "1 组 1 号",
        "waterProblems": ["停水"],
        "problemText": "水管断了三天，全组没有水喝",
        **changes,
    }


def started(citizen: Program, **changes: Any) -> str:
    """The number of a fresh case of the citizen."""
    body = {"process": "water", "channel": "SELF", "values": answers(citizen, **changes)}
    answer = citizen.post("/cases", body)
    assert answer.status_code == 201, answer.text
    number: str = answer.json["case_no"]
    return number


def open_task(someone: Program, case_no: str) -> int:
    """The one open task of the case that this person finds free."""
    found = someone.get("/tasks", case_no=case_no).json["tasks"]
    assert len(found) == 1
    number: int = found[0]["id"]
    return number


def refused(answer: TestResponse, status: int) -> dict[str, Any]:
    """The error of an answer that must have that status."""
    assert answer.status_code == status, answer.text
    error: dict[str, Any] = answer.json["error"]
    assert error["status"] == status
    assert error["message"] and error["reason"].startswith("Expected")
    return error
