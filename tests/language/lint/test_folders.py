"""A whole folder is checked: files that cannot be read, processes that know each other, each problem once."""

from pathlib import Path

from engine.language import lint
from tests.language.drawing import call, draw, end, properties, row, script, start, user
from tests.language.forms.writing import field, written
from tests.language.lint.linting import GRADE, KNOWN


def put(folder: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(data)


def test_processes_of_a_folder_know_each_other_and_what_each_declares(tmp_path: Path) -> None:
    basis = properties({"legalBasis": "办法第一条"})
    put(
        tmp_path,
        {
            "processes/water.bpmn": draw(
                start(), call("enter", "proxy"), script("x", "consent"), end(), row("begin", "enter", "x", "done")
            ),
            "processes/proxy.bpmn": draw(
                start(),
                user("agree", form="agree", zeebe=basis),
                end(),
                row("begin", "agree", "done"),
                process_id="proxy",
            ),
            "forms/agree.form": written(field("consent"), form_id="agree"),
            "rules/deadlines.dmn": GRADE.replace(b'"grade"', b'"deadlines"'),
        },
    )
    assert lint.check_folder(tmp_path, KNOWN) == []


def test_files_that_cannot_be_read_are_told_once_each(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "processes/water.bpmn": draw(start(), user("ask"), end(), row("begin", "ask", "done")),
            "processes/broken.bpmn": b"<a>",
            "forms/ask.form": b"{",
            "rules/deadlines.dmn": b"<a/>",
        },
    )
    problems = lint.check_folder(tmp_path, KNOWN)
    told = [(problem.rule, problem.file) for problem in problems]
    assert told.count(("reading", "processes/broken.bpmn")) == 1
    assert told.count(("reading", "forms/ask.form")) == 1
    assert told.count(("reading", "rules/deadlines.dmn")) == 1
    assert ("user_tasks", "processes/water.bpmn") in told


def test_a_file_that_is_not_named_as_its_process_is_told(tmp_path: Path) -> None:
    put(tmp_path, {"processes/dibao.bpmn": draw(start(), end(), row("begin", "done"))})
    assert [(p.rule, p.file, p.element_id) for p in lint.check_folder(tmp_path, KNOWN)] == [
        ("reading", "processes/dibao.bpmn", "water")
    ]


def test_an_empty_folder_has_no_problems(tmp_path: Path) -> None:
    assert lint.check_folder(tmp_path, KNOWN) == []
