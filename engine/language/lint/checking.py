"""All rules over a bundle, or over a folder of them; what cannot even be read is told in the same way."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from engine.errors import Invalid, TooLarge
from engine.language import bundle as bundles
from engine.language import diagram, forms
from engine.language.bundle import Bundle
from engine.language.lint import (
    called_processes,
    circles_wait,
    connected_flows,
    connectors,
    decision_tables,
    decisions_exist,
    declared_names,
    drawn,
    event_gateways,
    event_names,
    exclusive_gateways,
    expressions_compile,
    flow_labels,
    form_fields,
    gateway_direction,
    limits_and_basis,
    message_keys,
    multi_instance,
    named_limits,
    nothing_ignored,
    one_scope,
    one_start,
    parallel_circles,
    reachable,
    readable_size,
    script_tasks,
    senders,
    sensitive_answers,
    statutory_total,
    supported_elements,
    table_names,
    timers,
    unique_ids,
    user_tasks,
    who_begins,
)
from engine.language.lint.declared_names import declared
from engine.language.lint.subject import Finding, Known, Problem, Rule, Subject

RULES: Sequence[Rule] = (
    supported_elements,
    nothing_ignored,
    unique_ids,
    connected_flows,
    one_start,
    reachable,
    gateway_direction,
    exclusive_gateways,
    event_gateways,
    circles_wait,
    parallel_circles,
    user_tasks,
    limits_and_basis,
    named_limits,
    statutory_total,
    form_fields,
    multi_instance,
    called_processes,
    decisions_exist,
    decision_tables,
    table_names,
    script_tasks,
    connectors,
    one_scope,
    event_names,
    timers,
    message_keys,
    senders,
    sensitive_answers,
    expressions_compile,
    declared_names,
    flow_labels,
    drawn,
    readable_size,
    who_begins,
)
READING = "reading"
_READERS: Mapping[str, Callable[[Mapping[str, bytes], str], object]] = {
    ".form": lambda folder, file: forms.read(folder[file]),
    ".dmn": bundles.table_model,
    ".bpmn": lambda folder, file: diagram.read(folder[file]),
}


def check(bundle: Bundle, *, known: Known) -> list[Problem]:
    """Everything that is wrong with a bundle, errors first, each sentence once."""
    subject = Subject(bundle, known)
    problems = [_problem(rule, finding, bundle) for rule in RULES for finding in rule.check(subject)]
    return sorted(dict.fromkeys(problems), key=lambda problem: problem.severity != "error")


def check_folder(path: Path, known: Known) -> list[Problem]:
    """Everything that is wrong with the processes, forms and rules under a folder (for `jushou check`).

    Processes of the folder are known to each other, and so are the variables that one of them declares.
    """
    folder = bundles.from_folder(path)
    problems = [problem for file in folder for problem in _unreadable(folder, file)]
    broken = {problem.file for problem in problems}
    found: list[Bundle] = []
    for file in folder:
        if file.endswith(".bpmn") and file not in broken:
            found += _read(file, folder, broken, problems)
    around = replace(
        known,
        processes=known.processes | {bundle.process_id for bundle in found},
        variables=known.variables.union(*(declared(bundle) for bundle in found)),
    )
    problems += [problem for bundle in found for problem in check(bundle, known=around)]
    return list(dict.fromkeys(problems))


def _problem(rule: Rule, finding: Finding, bundle: Bundle) -> Problem:
    name = rule.__name__.rpartition(".")[2]
    return Problem(name, finding.file or bundle.diagram_path, finding.element_id, finding.message, finding.severity)


def _read(file: str, folder: Mapping[str, bytes], broken: set[str], problems: list[Problem]) -> list[Bundle]:
    """The bundle of a diagram, as far as its files can be read."""
    files = bundles.collect(Path(file).stem, {path: data for path, data in folder.items() if path not in broken})
    try:
        return [bundles.read(files)]
    except (Invalid, TooLarge) as error:
        problems += _of_refusal(file, error)
        return []


def _unreadable(folder: Mapping[str, bytes], file: str) -> Iterator[Problem]:
    try:
        _READERS[Path(file).suffix](folder, file)
    except (Invalid, TooLarge) as error:
        yield from _of_refusal(file, error)


def _of_refusal(file: str, error: Invalid | TooLarge) -> Iterator[Problem]:
    if not isinstance(error, Invalid):
        yield Problem(READING, file, "", error.notice)
        return
    for where, sentences in error.problems.items():
        for sentence in sentences:
            yield Problem(READING, where if "/" in where else file, "" if "/" in where else where, sentence)
