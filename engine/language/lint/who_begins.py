"""Somebody or something begins every process: people whom `begunBy` names, the clock at moments that are written out.

The rule: who is named exists, a form at the start is asked of somebody, and a cycle says when it begins.
"""

import re
from collections.abc import Iterator

from engine.language import feel
from engine.language.bundle import INTAKE, START_LEVELS
from engine.language.lint.subject import Finding, Subject

_ANCHORED = re.compile(r"R\d*/[^/P][^/]*/P.+")


def check(subject: Subject) -> Iterator[Finding]:
    """Roles that are unknown, starts that nobody may make, and moments that cannot be told in advance."""
    starts = [element for element in subject.process.elements if element.kind == "startEvent"]
    if len(starts) != 1:
        return
    start, said = starts[0], subject.process.properties.get("begunBy", "")
    for name in said.replace(",", " ").split():
        if name not in subject.known.roles:
            yield Finding(start.id, f"begunBy 中的岗位不存在：{name}")
    waits = start.event.kind if start.event is not None else ""
    if said and waits == "message":
        yield Finding(start.id, "流程由消息启动，不能再由人发起：请删去 begunBy")
    if said and INTAKE in subject.bundle.called:
        yield Finding(start.id, "服务事项由群众申请启动，不能再由人发起：请删去 begunBy")
    if start.form and not said and waits != "message":
        yield Finding(start.id, "开始事件有表单，却没有说明由谁发起：请写上 begunBy")
    where = start.properties.get("startsPer")
    if where is not None and not set(where.split(",")) <= set(START_LEVELS):
        yield Finding(start.id, f"startsPer 只能是 {'、'.join(START_LEVELS)}，多个用英文逗号隔开，现在是 {where}")
    if start.event is not None and waits in ("timeDate", "timeCycle"):
        yield from _moment(start.id, waits, start.event.value)


def _moment(element_id: str, kind: str, text: str) -> Iterator[Finding]:
    try:
        expression = feel.compile(text)
    except (feel.FeelSyntaxError, feel.FeelLimitExceeded):
        return
    if expression.names:
        yield Finding(element_id, "定时启动的时刻要写成固定的值，不能用变量")
    elif kind == "timeCycle" and not _ANCHORED.fullmatch(str(expression({}))):
        yield Finding(element_id, "按周期启动要写明从何时算起，例如 R/2026-01-01T09:00:00+08:00/P1M")
