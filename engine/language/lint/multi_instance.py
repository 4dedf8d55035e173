"""A multi-instance activity says over which list it goes and what one item is called."""

from collections.abc import Iterator

from engine.language.lint.subject import Finding, Subject, named


def check(subject: Subject) -> Iterator[Finding]:
    """Multi-instance markers without a list or without a name for the item."""
    for element in subject.elements():
        if element.loop is not None and not element.loop.collection:
            yield Finding(element.id, f"多实例{named(element)}没有说明按哪个列表办理")
        if element.loop is not None and element.triggered_by_event:
            yield Finding(element.id, f"事件子流程{named(element)}不能有多实例标记：它每听到一次就启动一次")
        if element.loop is not None and bool(element.loop.output_collection) != bool(element.loop.output_element):
            yield Finding(element.id, f"多实例{named(element)}的输出列表和输出元素必须一起填写")
