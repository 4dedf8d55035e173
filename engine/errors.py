"""Refusals: what the engine says when it does not do what it was asked.

    Refusal
    ├── NotFound         404  there is no such thing, or none the actor may see
    ├── NotAllowed       403  the actor may see it, but not do this
    ├── Conflict         409  somebody was faster, or the state has moved on
    ├── TooLarge         413  more bytes than are taken
    ├── Invalid          422  the values are wrong; `problems` says which
    ├── ExecutionFailed  500  the diagram cannot go on; an incident is raised
    └── Unavailable      503  the database did not answer in time; later it will

`str(refusal)` is for the log and reads "Expected to …, but …"; `refusal.notice` is the sentence in Chinese for people.
"""

from collections.abc import Mapping, Sequence


class Refusal(Exception):
    """The engine did not do what it was asked; nothing was changed."""

    status = 400
    notice = "操作未能完成"

    def __init__(self, reason: str, *, notice: str | None = None) -> None:
        super().__init__(reason)
        if notice is not None:
            self.notice = notice


class NotFound(Refusal):
    status = 404
    notice = "没有找到，或者您无权查看"


class NotAllowed(Refusal):
    status = 403
    notice = "您没有办理此事的权限"


class Conflict(Refusal):
    status = 409
    notice = "情况已经变化，请刷新后再试"


class TooLarge(Refusal):
    status = 413
    notice = "文件太大"


class Invalid(Refusal):
    """Wrong values. `problems`: key (form field, element or file; "" = the whole) → sentences in Chinese."""

    status = 422
    notice = "填写的内容有误，请检查"

    def __init__(
        self, reason: str, *, problems: Mapping[str, Sequence[str]] | None = None, notice: str | None = None
    ) -> None:
        super().__init__(reason, notice=notice)
        self.problems: dict[str, list[str]] = {key: list(lines) for key, lines in (problems or {}).items()}


class ExecutionFailed(Refusal):
    """The diagram cannot go on at `element_id`: an expression, decision or connector failed.

    `case_id`: the case that stays as it was, where there is one.
    """

    status = 500
    notice = "流程暂时无法继续，已通知技术人员处理，您填写的内容没有丢失"

    def __init__(self, reason: str, *, element_id: str = "", notice: str | None = None) -> None:
        super().__init__(reason, notice=notice)
        self.element_id = element_id
        self.case_id: int | None = None


class Unavailable(Refusal):
    """The database did not answer, not in time, or not to us.

    `passing`: the same again, a moment later, may well go through. `uncertain`: it may have kept what it was asked to
    keep, because it went away between the commit and its answer; otherwise nothing was kept.
    """

    status = 503
    notice = "系统暂时没有响应"

    def __init__(self, reason: str, *, passing: bool = True, uncertain: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing
        self.uncertain = uncertain
