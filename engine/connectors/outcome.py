"""What comes of speaking to an outside service: delivered, not yet or unreachable (try again), rejected (do not)."""

from dataclasses import dataclass
from datetime import timedelta

from engine.errors import ExecutionFailed, Refusal


@dataclass(frozen=True, slots=True)
class Delivered:
    """The other side has taken it. `reference`: what it calls the message, for its own people to find it."""

    reference: str


class Unreachable(Refusal):
    """Nothing was heard, or "not now": the same message under the same key may be sent again."""

    status = 503
    notice = "外部系统暂时无法连接，稍后会自动重试"


class NotYet(Unreachable):
    """The other side has taken the question and answers later: ask again, with the same key, after `again_in`."""

    notice = "对方系统已经收到查询，还没有答复，稍后会自动再问"

    def __init__(self, reason: str, *, again_in: timedelta) -> None:
        super().__init__(reason)
        self.again_in = again_in


class Rejected(ExecutionFailed):
    """The other side, or our own settings, will not take this message however often it is sent."""

    notice = "外部系统拒绝接收，已通知技术人员处理"
