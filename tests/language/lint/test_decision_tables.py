"""What is wrong with a decision table is a problem of the bundle, at its cell in its file."""

from pathlib import Path

import pytest

from engine import command_line
from engine.language.lint import Problem
from tests.language.decisions.written import one_table
from tests.language.drawing import draw, end, row, rule, start, user
from tests.language.forms.writing import field, written
from tests.language.lint.linting import GRADE, lint_of

PATH = "rules/grade.dmn"


def problems(*arguments: object, **options: object) -> list[Problem]:
    """What lint says of a process that asks this table."""
    table = one_table(*arguments, **options)  # type: ignore[arg-type]
    found = lint_of(start(), rule("ask", "grade", "grade"), end(), row("begin", "ask", "done"), files={PATH: table})
    return [problem for problem in found if problem.file == PATH]


def test_a_good_table_has_no_problems() -> None:
    assert problems(["amount"], ["grade"], ["< 5", '"A"'], [">= 5", '"B"']) == []


def test_an_overlap_is_an_error_at_the_row() -> None:
    (problem,) = problems(["amount"], ["grade"], ["<= 5", '"A"'], [">= 5", '"B"'])
    assert (problem.rule, problem.element_id, problem.severity) == ("decision_tables", "r2", "error")
    assert problem.message.startswith("第 1 行与第 2 行同时适用，例如 amount = 5。")


def test_a_gap_is_a_warning_at_the_table() -> None:
    (problem,) = problems(["amount"], ["grade"], ["< 5", '"A"'])
    assert (problem.rule, problem.element_id, problem.severity) == ("decision_tables", "table", "warning")


@pytest.mark.parametrize(("cells", "place"), [(["A", '"A"'], "r2_1"), (["-", "A"], "r2_2"), (["> 5 , A", "B"], "r2_1")])
def test_a_text_without_quotation_marks_is_told_as_a_name_that_nobody_fills_in(cells: list[str], place: str) -> None:
    problem = problems(["amount"], ["grade"], ["< 5", '"B"'], cells, policy="COLLECT")[0]
    assert (problem.rule, problem.element_id, problem.severity) == ("table_names", place, "error")
    assert problem.message.endswith('用到的变量没有人填写：A。如果它是文字，请加上引号："A"')


def test_cells_may_name_what_the_process_writes_and_what_the_columns_look_at() -> None:
    assert problems(["amount + members"], ["grade"], ["> amount", "members"], ["-", "caseNo"], policy="FIRST") == []


def test_the_default_result_is_a_cell_as_well() -> None:
    (problem,) = problems(["amount"], ["grade"], ["> 5", "1"], default=["A"])
    assert problem.message.startswith("“grade”列的默认值用到的变量没有人填写：A。")


def test_two_things_with_one_id_are_refused_because_editors_drop_the_second() -> None:
    table = GRADE.replace(b'id="r"', b'id="i"')
    found = lint_of(start(), rule("ask", "grade", "grade"), end(), row("begin", "ask", "done"), files={PATH: table})
    assert [(problem.rule, problem.file, problem.element_id) for problem in found] == [("unique_ids", PATH, "i")]


def test_the_command_line_prints_each_with_file_and_cell_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "rules/deadlines.dmn": one_table(["slaKey"], ["limit"], ['"a"', "1"], ['"a"', "2"]).replace(
            b'"grade"', b'"deadlines"'
        ),
        "rules/messages.dmn": GRADE.replace(b'"grade"', b'"messages"'),
        "forms/ask.form": written(field("amount", "number"), form_id="ask"),
    }
    for process in ("water", "proxy"):
        files[f"processes/{process}.bpmn"] = draw(
            start(), user("take", form="ask"), end(), row("begin", "take", "done"), process_id=process
        )
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    assert command_line.main(["check", str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert printed.count("rules/deadlines.dmn r2: 错误 第 1 行与第 2 行同时适用") == 1
