"""政务微信 / 企业微信, against a real HTTP server that speaks its API."""

import json
import logging
from collections.abc import Iterator

import pytest

from engine.connectors import http, wechat_work
from engine.connectors.outcome import Rejected, Unreachable
from engine.connectors.settings import Settings
from tests.connectors.http_server import Asked, Reply, Server, at_most, serving

BODY = {"subject": "提醒", "text": "您有一件待办即将超时"}


def _reply(**values: object) -> Reply:
    return Reply(body=json.dumps(values).encode())


class Application:
    """The server's side: hands out numbered tokens, knows only the newest, counts everything."""

    def __init__(self) -> None:
        self.tokens = 0
        self.messages: list[dict[str, object]] = []
        self.lasts: object = 7200
        self.refuse: dict[str, object] | None = None
        self.forgets = 40014
        self.known = ""

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/cgi-bin/gettoken":
            if asked.query != {"corpid": "corp", "corpsecret": "secret"}:
                return _reply(errcode=40013, errmsg="invalid corpid")
            self.tokens += 1
            self.known = f"token-{self.tokens}"
            return _reply(errcode=0, errmsg="ok", access_token=self.known, expires_in=self.lasts)
        if asked.query.get("access_token") != self.known:
            return _reply(errcode=self.forgets, errmsg="invalid access_token")
        if self.refuse is not None:
            return _reply(**self.refuse)
        self.messages.append(asked.json)
        return _reply(errcode=0, errmsg="ok", invaliduser="", msgid=f"m-{len(self.messages)}")


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def server(application: Application) -> Iterator[Server]:
    with serving(application) as running:
        yield running


@pytest.fixture
def settings(server: Server) -> Iterator[Settings]:
    made = Settings(
        wechat_work_url=server.url, wechat_work_corp="corp", wechat_work_agent="1000002", wechat_work_secret="secret"
    )
    wechat_work.forget_token(made)
    yield made
    wechat_work.forget_token(made)


def test_a_message_is_delivered_to_one_user(settings: Settings, application: Application) -> None:
    assert wechat_work.send(settings, "water01", BODY, key="k").reference == "m-1"
    (message,) = application.messages
    assert (message["touser"], message["agentid"], message["msgtype"]) == ("water01", 1000002, "text")
    assert message["text"] == {"content": BODY["text"]}


def test_the_token_is_kept_between_messages(settings: Settings, application: Application) -> None:
    for _ in range(3):
        wechat_work.send(settings, "water01", BODY, key="k")
    assert application.tokens == 1


@pytest.mark.parametrize("lasts", [0, 30, None, "soon"])
def test_a_token_that_does_not_last_is_not_kept(settings: Settings, application: Application, lasts: object) -> None:
    application.lasts = lasts
    for _ in range(2):
        wechat_work.send(settings, "water01", BODY, key="k")
    assert application.tokens == 2


@pytest.mark.parametrize("code", wechat_work.TOKEN_GONE)
def test_a_token_the_server_forgot_is_fetched_anew_once(
    settings: Settings, application: Application, code: int
) -> None:
    application.forgets = code
    wechat_work.send(settings, "water01", BODY, key="k")
    application.known = "somebody else fetched one"
    assert wechat_work.send(settings, "water01", BODY, key="k").reference == "m-2"
    assert application.tokens == 2


def test_a_server_that_forgets_every_token_is_asked_later(
    settings: Settings, application: Application, server: Server
) -> None:
    application.refuse = {"errcode": 42001, "errmsg": "access_token expired"}
    with pytest.raises(Unreachable, match="42001"):
        wechat_work.send(settings, "water01", BODY, key="k")
    assert application.tokens == 2
    assert [asked.path for asked in server.asked].count("/cgi-bin/message/send") == 2


@pytest.mark.parametrize("code", wechat_work.BUSY)
def test_a_busy_server_is_asked_later(settings: Settings, application: Application, code: int) -> None:
    application.refuse = {"errcode": code, "errmsg": "system busy"}
    with pytest.raises(Unreachable, match="busy"):
        wechat_work.send(settings, "water01", BODY, key="k")


@pytest.mark.parametrize(
    "answer",
    [{"errcode": 81013, "errmsg": "user & party & tag all invalid"}, {"errcode": 0, "invaliduser": "other|water01"}],
)
def test_an_unknown_user_is_final(settings: Settings, application: Application, answer: dict[str, object]) -> None:
    application.refuse = answer
    with pytest.raises(Rejected):
        wechat_work.send(settings, "water01", BODY, key="k")


def test_a_wrong_secret_is_final(settings: Settings, server: Server) -> None:
    wrong = Settings(
        wechat_work_url=server.url, wechat_work_corp="corp", wechat_work_agent="1", wechat_work_secret="wrong"
    )
    with pytest.raises(Rejected, match="40013"):
        wechat_work.send(wrong, "water01", BODY, key="k")


@pytest.mark.parametrize("recipient", ["@all", "", "a|b", "a b", "x" * 65])
def test_nobody_writes_to_everybody(settings: Settings, server: Server, recipient: str) -> None:
    with pytest.raises(Rejected):
        wechat_work.send(settings, recipient, BODY, key="k")
    assert server.asked == []


def test_a_long_text_is_cut_between_characters(settings: Settings, application: Application) -> None:
    wechat_work.send(settings, "water01", {"text": "水" * 1000}, key="k")
    assert application.messages[0]["text"] == {"content": "水" * (wechat_work.LONGEST_TEXT // 3)}


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"\xff"])
def test_an_answer_that_is_not_of_the_api_may_be_asked_again(settings: Settings, body: bytes) -> None:
    with serving(lambda asked: Reply(body=body)) as garbage:
        strange = Settings(
            wechat_work_url=garbage.url, wechat_work_corp="corp", wechat_work_agent="1", wechat_work_secret="secret"
        )
        with pytest.raises(Unreachable):
            wechat_work.send(strange, "water01", BODY, key="k")


def test_a_silent_server_is_given_up_without_telling_secrets(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(http, "STEP_SECONDS", 0.3)
    caplog.set_level(logging.INFO)
    with serving(lambda asked: Reply(wait=5)) as silent:
        settings = Settings(
            wechat_work_url=silent.url, wechat_work_corp="corp", wechat_work_agent="1", wechat_work_secret="hush"
        )
        with at_most(2), pytest.raises(Unreachable) as refusal:
            wechat_work.send(settings, "water01", BODY, key="k")
    assert "hush" not in str(refusal.value) + caplog.text + repr(settings)
