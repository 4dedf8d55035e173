"""What comes of speaking to an outside service: delivered, unreachable (try again later) or rejected (do not)."""

from dataclasses import dataclass

from engine.errors import ExecutionFailed, Refusal


@dataclass(frozen=True, slots=True)
class Delivered:
    """The other side has taken it. `reference`: what it calls the message, for its own people to find it."""

    reference: str


class Unreachable(Refusal):
    """Nothing was heard, or "not now": the same message under the same key may be sent again."""

    status = 503
    notice = "外部系统暂时无法连接，稍后会自动重试"


class Rejected(ExecutionFailed):
    """The other side, or our own settings, will not take this message however often it is sent."""

    notice = "外部系统拒绝接收，已通知技术人员处理"
