"""Ids are unique in the file: cases, journals and deadlines find a step by its id alone."""

from collections import Counter
from collections.abc import Iterator

from engine.language.lint.subject import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Ids of elements and flows that occur twice, or that the process itself has."""
    ids = [subject.process.id, *(element.id for element in subject.elements())]
    ids += [flow.id for level in subject.levels for flow in level.flows]
    for element_id, times in Counter(ids).items():
        if times > 1:
            yield Finding(element_id, f"编号重复：{element_id} 出现了 {times} 次")
