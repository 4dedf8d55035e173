"""Asking a register of another department, against a real server on this machine."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from engine.connectors import registry
from engine.connectors.outcome import NotYet, Rejected, Unreachable
from tests.connectors.http_server import Reply, Server, serving

QUESTION = {"register": "residents_insured", "year": "2027", "persons": [{"name": "张三", "idNo": "1"}]}


def connect(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    monkeypatch.setenv("JUSHOU_REGISTER_URL", f"{server.url}/registers/")
    monkeypatch.setenv("JUSHOU_REGISTER_TOKEN", "hush")


def test_a_register_is_asked_by_its_name_and_its_answer_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    said = b'{"found": true, "records": [{"name": "\xe5\xbc\xa0\xe4\xb8\x89", "place": "x"}], "more": 1}'
    with serving(lambda asked: Reply(body=said)) as server:
        connect(monkeypatch, server)
        answer = registry.call("register_query", QUESTION, key="k-1")
    assert answer == {"answered": True, "found": True, "records": [{"name": "张三", "place": "x"}]}
    asked = server.asked[0]
    assert (asked.method, asked.path) == ("POST", "/registers/residents_insured")
    assert asked.json == {"year": "2027", "persons": [{"name": "张三", "idNo": "1"}]}
    assert (asked.headers["authorization"], asked.headers["idempotency-key"]) == ("Bearer hush", "k-1")


def test_where_no_register_is_connected_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUSHOU_REGISTER_URL", raising=False)
    answer = registry.call("register_query", QUESTION, key="k")
    assert answer == {"answered": False, "found": False, "records": []}


@pytest.mark.parametrize(
    "body",
    [b"", b"no", b"[]", b"{}", b'{"found": 1}', b'{"found": true, "records": {}}', b'{"found": true, "records": [1]}'],
)
def test_what_is_no_answer_is_asked_again_later(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    with serving(lambda asked: Reply(body=body)) as server:
        connect(monkeypatch, server)
        with pytest.raises(Unreachable):
            registry.call("register_query", QUESTION, key="k")


def test_a_register_that_is_down_is_asked_again_and_one_that_refuses_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    for status, trouble in ((503, Unreachable), (403, Rejected)):
        with serving(lambda asked, status=status: Reply(status=status)) as server:
            connect(monkeypatch, server)
            with pytest.raises(trouble):
                registry.call("register_query", QUESTION, key="k")


@pytest.mark.parametrize("name", ["", "../secret", "Upper", "a b"])
def test_only_a_name_reaches_the_address(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with serving(lambda asked: Reply()) as server:
        connect(monkeypatch, server)
        with pytest.raises(Rejected, match="register"):
            registry.call("register_query", {"register": name}, key="k")
    assert server.asked == []


@pytest.mark.parametrize(
    ("said", "again_in"),
    [
        ("7200", timedelta(hours=2)),
        ("", timedelta(hours=1)),
        ("soon", timedelta(hours=1)),
        ("0", timedelta(minutes=1)),
        ("9999999", timedelta(days=1)),
    ],
)
def test_a_register_that_needs_time_says_when_to_ask_again(
    monkeypatch: pytest.MonkeyPatch, said: str, again_in: timedelta
) -> None:
    with serving(lambda asked: Reply(status=202, body=b"", headers={"Retry-After": said})) as server:
        connect(monkeypatch, server)
        with pytest.raises(NotYet) as told:
            registry.call("register_query", QUESTION, key="k")
    assert told.value.again_in == again_in


def test_the_question_says_when_it_is_asked_by_the_clock_of_the_platform(
    monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    with serving(lambda asked: Reply(body=b'{"found": false}')) as server:
        connect(monkeypatch, server)
        registry.call("register_query", QUESTION, key="k")
    assert parsedate_to_datetime(server.asked[0].headers["date"]) == clock.moment
