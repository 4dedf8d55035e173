"""Whoever may send a message to a running case (`sentBy`) is a post that there is, at an element that waits for one.

A role that does not exist would let nobody speak, and the case would wait for ever.
"""

from collections.abc import Iterator

from engine.language.lint.subject import Finding, Subject, named

SENT_BY = "sentBy"


def check(subject: Subject) -> Iterator[Finding]:
    """Senders that do not exist, and senders of what no element waits for."""
    for element in subject.elements():
        written = element.properties.get(SENT_BY)
        if written is None:
            continue
        if element.event is None or element.event.kind != "message":
            yield Finding(element.id, f"{named(element)}不等待消息，“{SENT_BY}”没有作用，请删去")
        senders = written.replace(",", " ").split()
        if not senders:
            yield Finding(element.id, f"{named(element)}的“{SENT_BY}”没有写岗位，没有人能发送这条消息")
        for role in senders:
            if role not in subject.known.roles:
                yield Finding(element.id, f"{named(element)}的消息由不存在的岗位发送：{role}")
