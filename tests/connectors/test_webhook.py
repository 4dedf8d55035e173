"""The webhook connector against a real HTTP server."""

import hashlib
import hmac
import socket

import pytest

from engine.clock import Clock
from engine.connectors import http, webhook
from engine.connectors.outcome import Rejected, Unreachable
from engine.connectors.settings import Settings
from tests.connectors.http_server import Asked, Reply, Server, at_most, serving

SECRET = "a shared secret"
BODY = {"caseNo": "water-532622-20261116-00001", "text": "已办结"}


def _settings(server: Server) -> Settings:
    return Settings(webhook_url=f"{server.url}/hook", webhook_secret=SECRET, webhook_hosts=frozenset({server.address}))


def test_the_receiver_can_verify_moment_and_body(clock: Clock) -> None:
    with serving(lambda asked: Reply(204, b"", {"X-Request-Id": "r-1"})) as server:
        delivered = webhook.send(_settings(server), "", BODY, key="k-1")
    (asked,) = server.asked
    timestamp = asked.headers["x-jushou-timestamp"]
    expected = hmac.new(SECRET.encode(), timestamp.encode() + b"." + asked.body, hashlib.sha256).hexdigest()
    assert asked.headers["x-jushou-signature"] == f"sha256={expected}"
    assert int(timestamp) == int(clock.moment.timestamp())
    assert asked.headers["idempotency-key"] == "k-1"
    assert (asked.method, asked.path, asked.json) == ("POST", "/hook", BODY)
    assert delivered.reference == "r-1"


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
def test_a_server_in_trouble_may_be_asked_again(status: int) -> None:
    with serving(lambda asked: Reply(status)) as server, pytest.raises(Unreachable, match=str(status)):
        webhook.send(_settings(server), "", BODY, key="k")


@pytest.mark.parametrize("status", [400, 401, 404, 410, 422])
def test_a_refusal_is_final(status: int) -> None:
    with serving(lambda asked: Reply(status)) as server, pytest.raises(Rejected, match=str(status)):
        webhook.send(_settings(server), "", BODY, key="k")


def test_redirects_are_not_followed() -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(307, b"", {"Location": "/elsewhere"})

    with serving(answer) as server, pytest.raises(Rejected, match="307"):
        webhook.send(_settings(server), "", BODY, key="k")
    assert [asked.path for asked in server.asked] == ["/hook"]


def test_a_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "STEP_SECONDS", 0.3)
    with serving(lambda asked: Reply(wait=5)) as server, at_most(2), pytest.raises(Unreachable, match="ReadTimeout"):
        webhook.send(_settings(server), "", BODY, key="k")


def test_a_server_that_drips_is_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WHOLE_SECONDS", 0.5)
    with serving(lambda asked: Reply(body=b" " * 100, drip=0.1)) as server, at_most(2), pytest.raises(Unreachable):
        webhook.send(_settings(server), "", BODY, key="k")


def test_an_endless_answer_is_not_read() -> None:
    endless = Reply(body=b" " * (http.LARGEST_ANSWER + 1))
    with serving(lambda asked: endless) as server, pytest.raises(Unreachable, match="short answer"):
        webhook.send(_settings(server), "", BODY, key="k")


def test_a_closed_door_may_be_knocked_at_again() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    settings = Settings(webhook_url=f"http://{address}/", webhook_secret=SECRET, webhook_hosts=frozenset({address}))
    with pytest.raises(Unreachable, match="ConnectError"):
        webhook.send(settings, "", BODY, key="k")


@pytest.mark.parametrize(
    "recipient",
    [
        "http://127.0.0.1:9/",
        "http://hooks.example.org/",
        "https://169.254.169.254/latest/meta-data/",
        "https://hooks.example.org.evil.example/",
        "https://hooks.example.org@evil.example/",
        "https://evil.example\\@hooks.example.org/",
        "https://hooks.example.org:8443/",
        "ftp://hooks.example.org/",
        "file:///etc/passwd",
        "//hooks.example.org/",
        "http://[",
        "nonsense",
    ],
)
def test_no_other_place_is_written_to(recipient: str) -> None:
    settings = Settings(webhook_url="https://hooks.example.org/", webhook_secret=SECRET)
    with pytest.raises(Rejected):
        webhook.send(settings, recipient, BODY, key="k")


def test_plain_http_needs_to_be_allowed() -> None:
    with serving(lambda asked: Reply()) as server:
        settings = Settings(webhook_url=server.url, webhook_secret=SECRET)
        with pytest.raises(Rejected):
            webhook.send(settings, "", BODY, key="k")
    assert server.asked == []
