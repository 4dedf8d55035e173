"""A business rule task names a decision of this bundle and the variable that takes its answer; a self-test is one."""

from collections.abc import Iterator

from engine.language.lint.subject import Finding, Subject, named


def check(subject: Subject) -> Iterator[Finding]:
    """Rule tasks without a decision, with one that is not there, or whose answer goes nowhere; a self-test that is not
    there."""
    for element in subject.elements("businessRuleTask"):
        if element.task_type is not None:
            continue
        if not element.decision:
            yield Finding(element.id, f"业务规则任务{named(element)}没有说明用哪个决策")
            continue
        if not element.decision.startswith("=") and element.decision not in subject.bundle.decisions:
            yield Finding(element.id, f"业务规则任务{named(element)}的决策不存在：{element.decision}")
        if not element.result_variable:
            yield Finding(element.id, f"业务规则任务{named(element)}没有说明结果存到哪个变量")
    test = subject.bundle.process.properties.get("selfTest")
    if test is not None and test not in subject.bundle.decisions:
        yield Finding(subject.bundle.process_id, f"流程的自测表不存在：{test}")
