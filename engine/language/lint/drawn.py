"""Everything that is executed is also drawn: what is not on the picture cannot be read or changed."""

from collections.abc import Iterator

from engine.language.lint.subject import Finding, Subject, named


def check(subject: Subject) -> Iterator[Finding]:
    """Elements and flows without a shape or edge."""
    for element in subject.elements():
        if element.id not in subject.drawn:
            yield Finding(element.id, f"{named(element)}没有画在图上", "warning")
    for level in subject.levels:
        for flow in level.flows:
            if flow.id not in subject.drawn:
                yield Finding(flow.id, f"从“{flow.source}”到“{flow.target}”的流向没有画在图上", "warning")
