"""Ids are unique in a file: cases, journals and deadlines find a step by its id alone, and no editor opens a table in
which two things have the same."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from engine.language import xml
from engine.language.lint import tables
from engine.language.lint.subject import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Ids of elements and flows that occur twice, or that the process itself has; and those of tables."""
    ids = [subject.process.id, *(element.id for element in subject.elements())]
    ids += [flow.id for level in subject.levels for flow in level.flows]
    for element_id, times in _repeated(ids).items():
        yield Finding(element_id, f"编号重复：{element_id} 出现了 {times} 次")
    for path in tables.files(subject.bundle):
        for element_id, times in _in_table(subject.bundle.files[path]).items():
            yield Finding(element_id, f"编号重复：{element_id} 出现了 {times} 次，表格编辑器会丢掉后一处", file=path)


@lru_cache(maxsize=64)
def _in_table(data: bytes) -> dict[str, int]:
    """Read once: the same tables go with every process."""
    return _repeated(node.get("id", "") for node in xml.parse(data, what="决策表").iter("{*}*"))


def _repeated(ids: Iterable[str]) -> dict[str, int]:
    return {element_id: times for element_id, times in Counter(ids).items() if element_id and times > 1}
