"""A case has one scope of variables, called processes included, so mappings and listeners would mean nothing."""

from collections.abc import Iterator

from engine.language.diagram import tags
from engine.language.lint.subject import Finding, Subject

REFUSED = {
    "ioMapping": "不支持输入输出映射：一个事项的所有流程共用变量",
    "executionListeners": "不支持执行监听器",
    "taskListeners": "不支持任务监听器",
}


def check(subject: Subject) -> Iterator[Finding]:
    """zeebe extensions that would be read by another engine and are not by this one."""
    for name, sentence in REFUSED.items():
        for found in subject.root.iter(f"{{{tags.ZEEBE}}}{name}"):
            extensions = found.getparent()
            owner = None if extensions is None else extensions.getparent()
            yield Finding("" if owner is None else owner.get("id", ""), sentence)
