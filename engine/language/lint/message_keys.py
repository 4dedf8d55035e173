"""A message key (messageKey) stands in the table of message templates."""

from collections.abc import Iterator

from engine.language.lint.subject import Finding, Subject, named


def check(subject: Subject) -> Iterator[Finding]:
    """Keys of templates that are not there."""
    for element in subject.elements():
        for source in (element.properties, element.headers):
            key = source.get("messageKey", "")
            if key and not key.startswith("=") and key not in subject.known.messages:
                yield Finding(element.id, f"{named(element)}的消息模板不存在：{key}")
