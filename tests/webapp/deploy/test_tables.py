"""A decision table with problems is drawn: each wrong cell is marked and its sentence stands below the row."""

import re
from collections.abc import Sequence

import pytest

from engine.language.lint import Problem
from engine.settings import ROOT
from tests.language.decisions.sheet_writing import Column, number, text, written
from tests.webapp.conftest import SignsIn
from tests.webapp.deploy.test_uploading import look, versions
from webapp.deploy.tables import Drawn, draw, problems

DEADLINES = (ROOT / "rules" / "deadlines.dmn").read_text("utf-8")
PATH = "rules/grade.dmn"


def drawn(*rows: Sequence[str], policy: str = "UNIQUE") -> tuple[list[Problem], list[Drawn]]:
    """The problems of a table of incomes and grades, and the table as it is drawn."""
    columns = [number("收入"), text("等级", '"A","B"')]
    files = {PATH: written(columns, [Column("补助", "number")], *rows, policy=policy)}
    found = problems(files)
    return found, draw(files, found)


class TestDrawing:
    def test_a_good_table_is_not_drawn(self) -> None:
        assert drawn(["< 5", "-", "1"], [">= 5", "-", "2"]) == ([], [])

    def test_each_problem_stands_at_its_place(self) -> None:
        found, (table,) = drawn(["< 5", '"A"', '"x"'], ["<= 5", '"A","D"', "2"])
        assert [problem.element_id for problem in found] == ["r2_2", "r1_3", "r2", "table", "table"]
        assert [[each.number for each in square.problems] for square in table.rows[0].squares] == [[], [], [2]]
        assert [[each.number for each in square.problems] for square in table.rows[1].squares] == [[], [1], []]
        assert [each.number for each in table.rows[1].problems] == [3]
        assert [each.number for each in table.rows[1].all_problems] == [1, 3]
        assert [each.number for each in table.problems] == [4, 5]
        assert [square.text for square in table.head] == ["收入", "等级", "补助"]
        assert table.head[1].under == '"A","B"'

    def test_rows_far_from_any_problem_are_counted(self) -> None:
        rows = [[f"{each}", "-", "1"] for each in range(40)]
        rows[20][2] = '"x"'
        _, (table,) = drawn(*rows, policy="COLLECT")
        assert [row.number for row in table.rows] == [20, 21, 22]
        assert [row.left_out for row in table.rows] == [19, 0, 0]
        assert table.left_out == 18

    def test_rows_of_which_a_problem_speaks_are_shown(self) -> None:
        rows = [[f"{each}", "-", "1"] for each in range(40)]
        _, (table,) = drawn(*rows, ["3", "-", "2"])
        assert [row.number for row in table.rows] == [3, 4, 5, 40, 41]

    def test_what_is_wrong_in_the_head_stands_there(self) -> None:
        xml = written([text("等级", '"A')], [Column("y")], ["-", "1"])
        (table,) = draw({PATH: xml}, problems({PATH: xml}))
        assert [each.problem.element_id for each in table.of_head] == ["values_1"]

    def test_cells_that_are_no_feel_are_drawn_too(self) -> None:
        found, (table,) = drawn(["> > 5", "-", "1"], ["[5..3]", "-", "1"], policy="FIRST")
        assert [(problem.rule, problem.element_id) for problem in found][:2] == [
            ("reading", "r1_1"),
            ("decision_tables", "r2_1"),
        ]
        assert [bool(row.squares[0].problems) for row in table.rows] == [True, True]

    def test_what_is_no_dmn_at_all_is_left_to_words(self) -> None:
        files = {PATH: b"<a>", "forms/a.form": b"{"}
        assert problems(files) == []
        assert draw(files, [Problem("reading", PATH, "", "坏了")]) == []


@pytest.mark.usefixtures("content")
class TestUploading:
    def test_a_table_with_problems_is_refused_and_drawn(self, staff: SignsIn) -> None:
        before = versions()
        wrong = DEADLINES.replace(
            '<inputEntry id="limit_water_wt_take_county"><text></text>',
            '<inputEntry id="limit_water_wt_take_county"><text>532622</text>',
        ).encode()
        page = look(staff("policy_admin", "530000"), ("deadlines.dmn", wrong), process="water")
        assert page.status_code == 422
        assert "决策表“办理时限”" in page.text
        assert "应为文字，写的却是数字 532622" in page.text
        (cell,) = re.findall(r'<td class="[^"]*sheet-wrong[^"]*" aria-describedby="([^"]+)">532622', page.text)
        assert f'id="{cell}"' in page.text
        assert "行没有列出" in page.text
        assert versions() == before

    def test_cells_that_are_no_feel_are_drawn_and_not_told_twice(self, staff: SignsIn) -> None:
        wrong = DEADLINES.replace("<text>24</text>", "<text>24 +</text>", 1).encode()
        page = look(staff("policy_admin", "530000"), ("deadlines.dmn", wrong), process="water")
        assert page.status_code == 422
        assert re.search(r'<td class="sheet-result sheet-wrong" aria-describedby="table-problem-1">24 \+', page.text)
        assert "rules/deadlines.dmn：" not in page.text

    def test_a_gap_is_shown_before_anything_is_kept_and_does_not_prevent_it(self, staff: SignsIn) -> None:
        gap = DEADLINES.replace(
            '<inputEntry id="limit_water_total_county"><text></text>',
            '<inputEntry id="limit_water_total_county"><text>"532622"</text>',
        ).replace(
            '<inputExpression id="deadlines_county_expression" typeRef="string"><text>county</text></inputExpression>',
            '<inputExpression id="deadlines_county_expression" typeRef="string"><text>county</text></inputExpression>'
            '<inputValues id="counties"><text>"532622","532601"</text></inputValues>',
        )
        page = look(staff("policy_admin", "530000"), ("deadlines.dmn", gap.encode()), process="water")
        assert page.status_code == 200
        assert "决策表“办理时限”有遗漏" in page.text
        assert "保存为草稿，送审" in page.text
        assert "note-warning" in page.text
