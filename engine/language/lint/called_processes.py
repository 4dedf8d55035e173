"""A call activity calls a process that is there, that can be called, and that is not the one it stands in."""

from collections.abc import Iterator

from engine.language.lint.subject import Finding, Subject, named


def check(subject: Subject) -> Iterator[Finding]:
    """Calls of nothing, of unknown processes, of the process itself, and of one that a message or the clock begins."""
    for element in subject.elements("callActivity"):
        if not element.called:
            yield Finding(element.id, f"调用活动{named(element)}没有说明调用哪个流程")
        elif element.called == subject.process.id:
            yield Finding(element.id, f"调用活动{named(element)}不能调用自己所在的流程")
        elif not element.called.startswith("=") and element.called not in subject.known.processes:
            yield Finding(element.id, f"调用活动{named(element)}调用的流程不存在：{element.called}")
        elif element.called in subject.known.heard:
            why = "它的开始事件等待消息或时刻，只能由它们启动，请换一个流程，或者把它的开始事件改为空白"
            yield Finding(element.id, f"调用活动{named(element)}不能调用流程 {element.called}：{why}")
