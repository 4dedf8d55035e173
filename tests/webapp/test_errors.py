"""What people and programs read when something is refused or fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from engine import db
from engine.errors import Conflict, ExecutionFailed, Invalid, NotAllowed, NotFound, Refusal, TooLarge
from engine.settings import ROOT, Settings
from tests.webapp.conftest import FlaskClient
from webapp import create_app, headers, limits


@pytest.fixture
def strict(client: FlaskClient, tmp_path: Path) -> Iterator[Flask]:
    """An application as people meet it: tokens in forms, limits of tries, and pages that fail on request."""
    current = db.current()
    app = create_app(Settings(tmp_path, f"sqlite:///{tmp_path / 'unused.sqlite'}", ROOT, demo=True, port=0))
    db.use(current)

    @app.get("/refused/<name>")
    def refused(name: str) -> str:
        raise _REFUSALS[name]

    yield app
    limits.limiter.reset()
    limits.limiter.enabled = False


_REFUSALS: dict[str, Exception] = {
    "not-found": NotFound("Expected x, but y", notice="没有这个办件"),
    "not-allowed": NotAllowed("Expected x, but y"),
    "conflict": Conflict("Expected x, but y", notice="该待办已由他人办理"),
    "too-large": TooLarge("Expected x, but y"),
    "invalid": Invalid("Expected x, but y", problems={"name": ["请填写姓名"]}),
    "failed": ExecutionFailed("Expected x, but y"),
    "broken": ZeroDivisionError("a secret of the machine"),
}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("not-found", 404),
        ("not-allowed", 403),
        ("conflict", 409),
        ("too-large", 413),
        ("invalid", 422),
        ("failed", 500),
    ],
)
def test_each_refusal_has_its_status_and_its_sentence(strict: Flask, name: str, status: int) -> None:
    answer = strict.test_client().get(f"/refused/{name}")
    refusal = _REFUSALS[name]
    assert isinstance(refusal, Refusal)
    assert answer.status_code == status
    assert refusal.notice in answer.text
    assert "Expected x" not in answer.text


def test_a_failure_names_a_number_and_no_secret(strict: Flask, caplog: pytest.LogCaptureFixture) -> None:
    strict.testing = False
    answer = strict.test_client().get("/refused/broken")
    assert answer.status_code == 500
    assert "编号" in answer.text
    assert "secret" not in answer.text
    assert "Failure " in caplog.text


def test_programs_read_json(strict: Flask) -> None:
    answer = strict.test_client().get("/refused/invalid", headers={"Accept": "application/json"})
    assert answer.json is not None
    assert answer.json["error"]["message"] == "填写的内容有误，请检查"
    assert answer.json["error"]["problems"] == {"name": ["请填写姓名"]}


def test_parts_of_pages_get_a_part(strict: Flask) -> None:
    answer = strict.test_client().get("/refused/conflict", headers={"HX-Request": "true"})
    assert answer.text.startswith("<div")
    assert "该待办已由他人办理" in answer.text


def test_a_post_without_token_is_refused_and_shows_what_was_typed(strict: Flask) -> None:
    answer = strict.test_client().post("/register", data={"name": "群众甲", "password": "abcd1234"})
    assert answer.status_code == 403
    assert 'name="name" value="群众甲"' in answer.text
    assert "abcd1234" not in answer.text
    assert 'action="/register"' in answer.text


def test_sending_it_again_from_there_works(strict: Flask) -> None:
    browser = strict.test_client()
    page = browser.post("/register", data={"name": "群众甲"}).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    assert browser.post("/register", data={"name": "群众甲", "csrf_token": token}).status_code == 422


def test_too_many_tries_are_told_to_wait(strict: Flask) -> None:
    browser = strict.test_client()
    strict.config["WTF_CSRF_ENABLED"] = False
    answers = [browser.post("/sign-in", data={"login": "x", "password": "y"}) for _ in range(31)]
    assert answers[-1].status_code == 429
    assert "请等几分钟再试" in answers[-1].text


def test_a_post_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/register", data={"name": "x" * 3_000_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("address", ["/", "/nowhere", "/sign-in", "/static/icon.svg", "/refused/broken"])
def test_every_answer_carries_the_strict_headers(strict: Flask, address: str) -> None:
    strict.testing = False
    answer = strict.test_client().get(address)
    answer.close()
    assert answer.headers["Content-Security-Policy"] == headers.POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "unsafe" not in headers.POLICY
    assert ("no-store" in answer.headers["Cache-Control"]) == (not address.startswith("/static"))


def test_the_demonstration_says_that_it_is_one(strict: Flask) -> None:
    assert "演示系统" in strict.test_client().get("/").text


def test_the_key_of_cookies_is_its_owners_only(strict: Flask, tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes() == strict.config["SECRET_KEY"]
