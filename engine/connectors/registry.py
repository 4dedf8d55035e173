"""The connectors by name, as diagrams and the outbox call them: email, webhook, wechat_work take a message each;
register_query asks and is answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from engine.connectors import email, register, settings, webhook, wechat_work
from engine.connectors.outcome import Delivered, Rejected
from engine.connectors.settings import Settings


class Send(Protocol):
    """Deliver one message, or raise Unreachable or Rejected."""

    def __call__(self, settings: Settings, recipient: str, body: Mapping[str, Any], *, key: str) -> Delivered: ...


@dataclass(frozen=True, slots=True)
class Connector:
    """What every connector can do."""

    send: Send
    configured: Callable[[Settings], bool]


CONNECTORS: Mapping[str, Connector] = {
    "email": Connector(email.send, email.configured),
    "webhook": Connector(webhook.send, webhook.configured),
    "wechat_work": Connector(wechat_work.send, wechat_work.configured),
}
NAMES = frozenset(CONNECTORS)


class Ask(Protocol):
    """Ask an outside register, or raise Unreachable or Rejected."""

    def __call__(self, settings: Settings, question: Mapping[str, Any], *, key: str) -> dict[str, Any]: ...


QUERIES: Mapping[str, Ask] = {"register_query": register.ask}
CALLABLE = NAMES | QUERIES.keys()
"""What a service task may name."""


def configured(name: str) -> bool:
    """Whether this installation has what the connector needs."""
    return _get(name).configured(settings.load())


def send(name: str, recipient: str, body: Mapping[str, Any], *, key: str) -> Delivered:
    """Deliver `body` to `recipient` by the connector of that name. Raises Unreachable or Rejected."""
    connector, current = _get(name), settings.load()
    if not connector.configured(current):
        raise Rejected(
            f"Expected the connector {name} to be configured, but it is not", notice=f"连接器 {name} 尚未配置"
        )
    return connector.send(current, recipient, body, key=key)


def call(name: str, values: Mapping[str, Any], *, key: str) -> dict[str, Any]:
    """The same for a service task: its headers are the question, or the body with `to` among them the recipient."""
    if name in QUERIES:
        return QUERIES[name](settings.load(), values, key=key)
    body = {field: value for field, value in values.items() if field != "to"}
    return {"reference": send(name, str(values.get("to") or ""), body, key=key).reference}


def _get(name: str) -> Connector:
    if name not in CONNECTORS:
        raise Rejected(f"Expected one of the connectors {', '.join(sorted(NAMES))}, but got {name!r}")
    return CONNECTORS[name]
