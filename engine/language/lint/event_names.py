"""An event that waits for or throws something names it."""

from collections.abc import Iterator

from engine.language.lint.subject import Finding, Subject, named

_WHAT = {"message": "消息", "signal": "信号", "escalation": "升级", "error": "错误"}


def check(subject: Subject) -> Iterator[Finding]:
    """Nameless messages and signals, thrown errors and escalations without a code, catching events without anything."""
    for element in subject.elements():
        event, throws = element.event, element.kind in ("endEvent", "intermediateThrowEvent")
        if event is None:
            if element.kind in ("intermediateCatchEvent", "receiveTask"):
                yield Finding(element.id, f"{named(element)}没有说明等待什么")
        elif event.kind in ("message", "signal") and not event.value:
            yield Finding(element.id, f"{named(element)}的{_WHAT[event.kind]}没有名称")
        elif event.kind in ("error", "escalation") and throws and not event.value:
            yield Finding(element.id, f"{named(element)}的{_WHAT[event.kind]}没有代码")
        elif event.kind == "signal":
            yield Finding(element.id, f"{named(element)}的信号只在本事项内有效，别的事项收不到", "warning")
