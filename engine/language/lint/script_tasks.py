"""A script is a FEEL expression with a result variable; programs in a diagram are never executed."""

from collections.abc import Iterator

from engine.language.diagram import tags
from engine.language.lint.subject import Finding, Subject, named


def check(subject: Subject) -> Iterator[Finding]:
    """Script tasks without FEEL or result variable, and scripts in any other language."""
    for element in subject.elements("scriptTask"):
        if element.task_type is None and (not element.script or not element.result_variable):
            yield Finding(element.id, f"脚本任务{named(element)}必须有 FEEL 表达式和结果变量")
    for script in subject.root.iter(f"{{{tags.BPMN}}}script"):
        parent = script.getparent()
        yield Finding("" if parent is None else parent.get("id", ""), "不能含有脚本程序，请改用 FEEL 表达式")
