"""The connectors by name, with their settings from the environment."""

import pytest

from engine.connectors import registry
from engine.connectors.outcome import Rejected
from engine.connectors.settings import Settings, load
from engine.errors import ExecutionFailed
from tests.connectors.http_server import Reply, serving

ENVIRONMENT = {
    "JUSHOU_SMTP_URL": "smtp://user:hush@mail.example.org?starttls=yes",
    "JUSHOU_WEBHOOK_URL": "https://hooks.example.org/jushou",
    "JUSHOU_WEBHOOK_SECRET": "hush",
    "JUSHOU_WEBHOOK_HOSTS": "a.example.org, B.example.org:8080,",
    "JUSHOU_WECHAT_WORK_URL": "https://zwwx.example.org/",
    "JUSHOU_WECHAT_WORK_CORP": "corp",
    "JUSHOU_WECHAT_WORK_AGENT": "1",
    "JUSHOU_WECHAT_WORK_SECRET": "hush",
}


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)


def test_nothing_is_configured_by_default() -> None:
    assert load({}) == Settings()
    assert [registry.configured(name) for name in sorted(registry.NAMES)] == [False, False, False]


def test_settings_come_from_the_environment_and_hide_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    settings = load()
    assert settings.webhook_hosts == {"a.example.org", "b.example.org:8080"}
    assert settings.wechat_work_url == "https://zwwx.example.org"
    assert "hush" not in repr(settings)
    assert all(registry.configured(name) for name in registry.NAMES)


@pytest.mark.parametrize("name", sorted(registry.NAMES))
def test_a_connector_without_settings_says_so(name: str) -> None:
    with pytest.raises(Rejected) as refusal:
        registry.send(name, "somebody", {}, key="k")
    assert name in refusal.value.notice


def test_an_unknown_connector_is_a_fault_of_the_diagram() -> None:
    for ask in (lambda: registry.configured("pigeon"), lambda: registry.send("pigeon", "", {}, key="k")):
        with pytest.raises(ExecutionFailed, match="pigeon"):
            ask()


def test_a_service_task_calls_with_its_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda asked: Reply(headers={"X-Request-Id": "r-9"})) as server:
        monkeypatch.setenv("JUSHOU_WEBHOOK_URL", f"{server.url}/hook")
        monkeypatch.setenv("JUSHOU_WEBHOOK_HOSTS", server.address)
        monkeypatch.setenv("JUSHOU_WEBHOOK_SECRET", "hush")
        answer = registry.call("webhook", {"to": None, "caseNo": "water-1"}, key="water-1/token")
    assert answer == {"reference": "r-9"}
    assert server.asked[0].json == {"caseNo": "water-1"}
    assert server.asked[0].headers["idempotency-key"] == "water-1/token"
