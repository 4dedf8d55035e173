"""Who asks: bearer tokens, and nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from engine import clock as engine_clock
from engine import db
from engine.registry.models import Account, ApiToken
from engine.settings import ROOT, Settings
from tests.webapp.api.conftest import API, Makes, Program, refused
from tests.webapp.conftest import SignsIn
from webapp import create_app, limits
from webapp.api.blueprint import OPEN

GUARDED = [
    ("POST", "/cases"),
    ("GET", "/cases/water-532622-20261116-00001"),
    ("GET", "/cases/water-532622-20261116-00001/history"),
    ("POST", "/cases/water-532622-20261116-00001/messages"),
    ("GET", "/tasks"),
    ("GET", "/tasks/1"),
    ("POST", "/tasks/1/claim"),
    ("POST", "/tasks/1/unclaim"),
    ("POST", "/tasks/1/complete"),
    ("POST", "/tasks/1/delegate"),
    ("POST", "/tasks/1/answer"),
    ("POST", "/tasks/1/recall"),
    ("POST", "/tasks/1/cosign"),
    ("POST", "/tasks/1/sign"),
    ("POST", "/tasks/1/remove"),
    ("POST", "/tasks/1/copy"),
    ("POST", "/tasks/1/urge"),
    ("POST", "/tasks/1/return"),
    ("POST", "/tasks/1/take-back"),
    ("POST", "/cases/water-532622-20261116-00001/suspend"),
    ("POST", "/cases/water-532622-20261116-00001/resume"),
    ("POST", "/cases/water-532622-20261116-00001/terminate"),
    ("POST", "/cases/water-532622-20261116-00001/transfer"),
    ("GET", "/beginnings"),
    ("GET", "/beginnings/consult"),
    ("POST", "/beginnings"),
    ("GET", "/migrations/1"),
    ("POST", "/migrations/1/undo"),
    ("POST", "/migrations/1/undo/cancel"),
    ("GET", "/process-versions"),
    ("POST", "/process-versions"),
    ("POST", "/process-versions/1/approve"),
    ("POST", "/process-versions/1/activate"),
]


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_everything_else_asks_for_a_token(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(API + path, method=method)
    assert refused(answer, 401)["code"] == "not_signed_in"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_list_of_guarded_paths_is_whole(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    assert len(rules) == len(GUARDED) + len(OPEN)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic YTpi", "nonsense"])
def test_a_bad_token_is_no_token(client: FlaskClient, header: str) -> None:
    refused(client.get(f"{API}/tasks", headers={"Authorization": header}), 401)


def test_a_token_ends_with_its_days(clerk: Program, clock: engine_clock.Clock) -> None:
    assert clerk.get("/tasks").status_code == 200
    clock.advance(days=31)
    refused(clerk.get("/tasks"), 401)


def test_a_revoked_token_is_no_token(clerk: Program) -> None:
    with db.transaction() as session:
        session.query(ApiToken).update({"revoked_at": engine_clock.now() - timedelta(seconds=1)})
    refused(clerk.get("/tasks"), 401)


def test_the_token_of_somebody_switched_off_is_no_token(clerk: Program) -> None:
    with db.transaction() as session:
        session.get_one(Account, clerk.id).active = False
    refused(clerk.get("/tasks"), 401)


def test_the_session_of_a_browser_is_not_accepted(staff: SignsIn) -> None:
    person = staff()
    assert person.get("/inbox").status_code == 200
    refused(person.get(f"{API}/tasks"), 401)


@pytest.fixture
def real_app(reference: Engine, tmp_path: Path, clock: engine_clock.Clock) -> Iterator[Flask]:
    """An app as it is in use: with tokens against forged posts, and with limits."""
    settings = Settings(tmp_path, f"sqlite:///{tmp_path / 'unused.sqlite'}", ROOT, demo=False, port=0)
    app = create_app(settings)
    db.use(reference)
    yield app
    limits.limiter.reset()
    limits.limiter.enabled = False


def test_a_post_by_token_needs_no_csrf_token(real_app: Flask, program: Makes) -> None:
    clerk = program()
    clerk.client = real_app.test_client()
    refused(clerk.post("/tasks/1/claim"), 404)


def test_too_many_requests_are_refused(real_app: Flask) -> None:
    real_app.config["API_RATE"] = "3 per minute"
    browser = real_app.test_client()
    answers = [browser.get(f"{API}/items") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json["error"]["code"] == "too_many_requests"


def test_an_unknown_address_is_told_in_json(client: FlaskClient) -> None:
    assert client.get(f"{API}/nothing").json["error"]["code"] == "not_found"
    assert client.delete(f"{API}/items").json["error"]["code"] == "method_not_allowed"
