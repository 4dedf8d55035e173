"""A user task says who does it, what is done and with which form."""

from collections.abc import Iterator

from engine.language.diagram import Element
from engine.language.lint.subject import Finding, Subject, named

NOBODY = "system"


def check(subject: Subject) -> Iterator[Finding]:
    """User tasks without a name, without a known role, or without a form of this bundle."""
    for element in subject.elements("userTask"):
        if not element.name:
            yield Finding(element.id, "用户任务没有名称")
        yield from _who(subject, element)
        yield from _form(subject, element)


def _who(subject: Subject, element: Element) -> Iterator[Finding]:
    if (element.candidate_groups or "").startswith("=") or (element.assignee and not element.candidate_groups):
        return
    written = element.candidate_groups or element.lane or ""
    groups = [group.strip() for group in written.split(",") if group.strip()]
    if not groups:
        yield Finding(element.id, f"用户任务{named(element)}不在任何泳道中，没有人能办理")
    for group in groups:
        if group not in subject.known.roles:
            yield Finding(element.id, f"用户任务{named(element)}的岗位不存在：{group}")
        elif group == NOBODY:
            yield Finding(element.id, f"用户任务{named(element)}在平台泳道中，那里没有人")


def _form(subject: Subject, element: Element) -> Iterator[Finding]:
    if element.form is None:
        yield Finding(element.id, f"用户任务{named(element)}没有表单")
    elif not element.form.startswith("=") and element.form not in subject.bundle.forms:
        yield Finding(element.id, f"用户任务{named(element)}的表单不存在：forms/{element.form}.form")
