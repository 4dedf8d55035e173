"""What a table answers: cells, hit policies, defaults, and the trace of why."""

from datetime import date
from decimal import Decimal

import pytest

from engine.errors import ExecutionFailed
from engine.language import decisions
from tests.language.decisions.written import one_table

GRADES = (
    ["income", "trouble"],
    ["grade"],
    ["< 660", '"重病","火灾"', '"一档"'],
    ["[660..990]", "-", '"二档"'],
    ["> 990", "", '"三档"'],
)


def decide(xml: bytes, **inputs: object) -> object:
    return decisions.read(xml).decide("grade", inputs)


class TestCells:
    @pytest.mark.parametrize(
        ("income", "trouble", "grade"),
        [(500, "重病", "一档"), (500, "火灾", "一档"), (500, "失业", None), (660, "失业", "二档"), (991, None, "三档")],
    )
    def test_rows_apply_when_all_their_cells_do(self, income: int, trouble: str | None, grade: str | None) -> None:
        assert decide(one_table(*GRADES), income=income, trouble=trouble) == grade

    @pytest.mark.parametrize(
        ("cell", "value", "applies"),
        [
            ("5", 5, True),
            ("5", Decimal("5.00"), True),
            ("5", "5", False),
            ("1, 5", 5, True),
            ("not(5)", 5, False),
            ("not(5)", 6, True),
            ("true", True, True),
            ("true", 1, False),
            ("1", True, False),
            ("null", None, True),
            ('"a, b"', "a, b", True),
            ('"say \\"no\\""', 'say "no"', True),
            ("[1..10)", 10, False),
            ('date("2026-10-01")', date(2026, 10, 1), True),
            ('< date("2026-10-01")', date(2026, 9, 30), True),
            ("> limit", 6, True),
            ("? > limit and ? < 9", 9, False),
            ("-1.5", Decimal("-1.5"), True),
            ("-", None, True),
        ],
    )
    def test_a_cell_is_a_unary_test(self, cell: str, value: object, applies: bool) -> None:
        found = decide(one_table(["value"], ["hit"], [cell, "true"]), value=value, limit=5)
        assert found is (True if applies else None)

    def test_a_missing_input_is_null_and_other_rows_still_apply(self) -> None:
        assert decide(one_table(["x", "y"], ["z"], ["> 1", "", "1"], ["", '"a"', "2"]), y="a") == 2

    def test_decimals_are_exact(self) -> None:
        assert decide(one_table(["a + b"], ["hit"], ["0.3", "true"]), a=Decimal("0.1"), b=Decimal("0.2")) is True

    def test_input_columns_are_expressions_and_outputs_may_compute(self) -> None:
        xml = one_table(["income / people"], ["aid"], ["< 660", "(660 - income / people) * people"])
        assert decide(xml, income=1000, people=2) == 320

    def test_names_may_be_chinese(self) -> None:
        assert decide(one_table(["家庭人均月收入"], ["档次"], ["< 660", '"一档"']), 家庭人均月收入=600) == "一档"

    def test_a_column_that_looks_at_nothing_sees_null(self) -> None:
        xml = one_table(["", "x"], ["y"], ["-", "> 1", "1"], ["null", "< 1", "2"], ['"a"', "= 1", "3"])
        assert [decide(xml, x=each) for each in (5, 0, 1)] == [1, 2, None]

    def test_an_empty_result_cell_is_null(self) -> None:
        assert decide(one_table(["x"], ["a", "b"], ["1", "", "2"]), x=1) == {"a": None, "b": 2}

    def test_a_table_without_conditions_answers_its_row(self) -> None:
        assert decide(one_table([], ["days"], ["7"])) == 7


class TestHitPolicies:
    def scores(self, policy: str, aggregation: str | None = None, **options: object) -> bytes:
        rows = (["> 0", "10"], ["> 10", "30"], ["> 20", "20"], ["> 30", "30"])
        return one_table(["x"], ["points"], *rows, policy=policy, aggregation=aggregation, **options)

    def test_unique_answers_its_only_row(self) -> None:
        assert decide(self.scores("UNIQUE"), x=5) == 10

    def test_unique_with_two_rows_is_an_incident_that_names_both(self) -> None:
        with pytest.raises(ExecutionFailed) as failed:
            decide(self.scores("UNIQUE"), x=15)
        assert "1 (r1)" in str(failed.value)
        assert "2 (r2)" in str(failed.value)
        assert "第 1 行和第 2 行" in failed.value.notice

    def test_a_table_that_names_no_policy_is_unique(self) -> None:
        with pytest.raises(ExecutionFailed):
            decide(one_table(["x"], ["y"], ["> 0", "1"], ["> 0", "1"]), x=1)

    def test_any_allows_rows_that_agree(self) -> None:
        assert decide(one_table(["x"], ["y"], ["> 0", "1.0"], ["> 1", "1"], policy="ANY"), x=5) == 1

    def test_any_with_rows_that_differ_is_an_incident_that_names_both(self) -> None:
        with pytest.raises(ExecutionFailed, match=r"1 \(r1\) and 2 \(r2\)"):
            decide(self.scores("ANY"), x=15)

    def test_first_takes_the_upper_row(self) -> None:
        assert decide(self.scores("FIRST"), x=99) == 10

    def test_priority_follows_the_order_of_allowed_values(self) -> None:
        assert decide(self.scores("PRIORITY", allowed=["30, 20, 10"]), x=15) == 30

    def test_priority_ranks_the_first_output_before_the_second(self) -> None:
        rows = (["> 0", '"B"', '"x"'], ["> 0", '"A"', '"y"'], ["> 0", '"A"', '"x"'])
        xml = one_table(["x"], ["p", "q"], *rows, policy="PRIORITY", allowed=['"A","B"', '"x","y"'])
        assert decide(xml, x=1) == {"p": "A", "q": "x"}

    def test_rule_order_lists_results_as_the_table_does(self) -> None:
        assert decide(self.scores("RULE ORDER"), x=25) == [10, 30, 20]

    def test_output_order_lists_results_by_priority(self) -> None:
        assert decide(self.scores("OUTPUT ORDER", allowed=["30, 20, 10"]), x=99) == [30, 30, 20, 10]

    @pytest.mark.parametrize(
        ("aggregation", "value"),
        [(None, [10, 30, 20, 30]), ("SUM", 90), ("MIN", 10), ("MAX", 30), ("COUNT", 4)],
    )
    def test_collect_lists_or_aggregates(self, aggregation: str | None, value: object) -> None:
        assert decide(self.scores("COLLECT", aggregation), x=99) == value

    @pytest.mark.parametrize("policy", ["UNIQUE", "ANY", "FIRST", "RULE ORDER", "COLLECT"])
    def test_no_row_is_an_explicit_null(self, policy: str) -> None:
        assert decide(self.scores(policy), x=0) is None

    @pytest.mark.parametrize("aggregation", ["SUM", "MIN", "MAX"])
    def test_of_no_rows_there_is_no_sum_and_nothing_smallest(self, aggregation: str) -> None:
        assert decide(self.scores("COLLECT", aggregation), x=0) is None
        assert decide(self.scores("COLLECT", aggregation, default=["0"]), x=0) == 0

    @pytest.mark.parametrize(
        ("aggregation", "cells", "value"),
        [
            ("SUM", ["1", "null"], None),
            ("SUM", ['"a"', '"b"'], None),
            ("MIN", ['"b"', '"a"'], "a"),
            ("MAX", ['date("2026-01-02")', 'date("2026-03-01")'], date(2026, 3, 1)),
            ("COUNT", ["null", "1"], 2),
            ("COUNT", ["1", "1"], 2),
        ],
    )
    def test_aggregations_mean_what_they_mean_in_expressions(
        self, aggregation: str, cells: list[str], value: object
    ) -> None:
        rows = [["-", cell] for cell in cells]
        assert decide(one_table(["x"], ["y"], *rows, policy="COLLECT", aggregation=aggregation)) == value

    def test_rows_with_several_results_are_listed_as_contexts(self) -> None:
        rows = (["> 0", "1", '"B"'], ["> 1", "2", '"A"'], ["> 9", "3", '"A"'])
        for policy, order in (("COLLECT", [1, 2]), ("RULE ORDER", [1, 2]), ("OUTPUT ORDER", [2, 1])):
            xml = one_table(["x"], ["n", "grade"], *rows, policy=policy, allowed=["", '"A","B"'])
            found = decide(xml, x=5)
            assert isinstance(found, list)
            assert [each["n"] for each in found] == order
            assert found[order.index(1)] == {"n": 1, "grade": "B"}

    def test_rows_with_several_results_can_be_counted(self) -> None:
        rows = (["> 0", "1", "2"], ["> 1", "1", "2"])
        assert decide(one_table(["x"], ["a", "b"], *rows, policy="COLLECT", aggregation="COUNT"), x=5) == 2

    def test_any_compares_all_results_of_the_rows(self) -> None:
        rows = (["> 0", "1", '"a"'], ["> 1", "1.00", '"a"'], ["> 5", "1", '"b"'])
        xml = one_table(["x"], ["n", "m"], *rows, policy="ANY")
        assert decide(xml, x=3) == {"n": 1, "m": "a"}
        with pytest.raises(ExecutionFailed, match=r"1 \(r1\) and 3 \(r3\)"):
            decide(xml, x=9)

    def test_a_result_that_no_priority_names_comes_last(self) -> None:
        rows = (["-", '"other"'], ["-", '"B"'], ["-", '"A"'])
        assert decide(one_table(["x"], ["y"], *rows, policy="PRIORITY", allowed=['"A","B"'])) == "A"
        found = decide(one_table(["x"], ["y"], *rows, policy="OUTPUT ORDER", allowed=['"A","B"']))
        assert found == ["A", "B", "other"]

    def test_counting_no_rows_gives_zero(self) -> None:
        assert decide(self.scores("COLLECT", "COUNT"), x=0) == 0

    def test_defaults_answer_when_no_row_does(self) -> None:
        assert decide(self.scores("UNIQUE", default=["base + 1"]), x=0, base=1) == 2
        several = one_table(["x"], ["a", "b"], ["1", "1", "1"], default=['"none"', "0"])
        assert decide(several, x=9) == {"a": "none", "b": 0}
        assert decide(self.scores("COLLECT", default=["0"]), x=0) == [0]

    def test_a_column_without_a_default_is_null(self) -> None:
        assert decide(one_table(["x"], ["a", "b"], ["1", "1", "1"], default=["7", ""]), x=9) == {"a": 7, "b": None}


class TestFindingRowsByValue:
    """The index changes how rows are found, never which."""

    KINDS = ['"a"', '"b"', "1", "2", "true", "false", '"a", 1', "-", "", "> 0", 'not("a")', "null", '"b", "b"']

    @pytest.mark.parametrize("value", ["a", "b", "c", 1, 2, 3, True, False, None, ["a"], date(2026, 1, 1)])
    def test_every_kind_of_cell_is_found_for_every_kind_of_value(self, value: object) -> None:
        rows = [[cell, str(number)] for number, cell in enumerate(self.KINDS)]
        together = decide(one_table(["x"], ["n"], *rows, policy="COLLECT"), x=value)
        alone = [decide(one_table(["x"], ["n"], row), x=value) for row in rows]
        assert together == [number for number in alone if number is not None]

    def test_rows_found_by_value_and_others_keep_the_order_of_the_table(self) -> None:
        rows = (["-", "1"], ['"a"', "2"], ["-", "3"], ['"b"', "4"], ['"a"', "5"])
        assert decide(one_table(["x"], ["n"], *rows, policy="RULE ORDER"), x="a") == [1, 2, 3, 5]

    def test_the_most_telling_column_need_not_be_the_first(self) -> None:
        rows = (["> 0", '"a"', "1"], ["> 0", '"b"', "2"], ["> 5", '"b"', "3"])
        assert decide(one_table(["x", "y"], ["n"], *rows, policy="COLLECT"), x=3, y="b") == [2]


class TestTrace:
    def test_the_trace_says_what_was_seen_which_rows_applied_and_what_they_said(self) -> None:
        decided = decisions.read(one_table(*GRADES, policy="FIRST")).evaluate(
            "grade", {"income": 700, "trouble": "失业"}
        )
        assert (decided.decision_id, decided.value) == ("grade", "二档")
        assert decided.inputs == {"income": 700, "trouble": "失业"}
        (hit,) = decided.hits
        assert (hit.row, hit.rule_id, hit.outputs) == (2, "r2", {"grade": "二档"})

    def test_a_trace_without_rows_shows_that_none_applied(self) -> None:
        decided = decisions.read(one_table(*GRADES)).evaluate("grade", {"income": 1, "trouble": "失业"})
        assert (decided.value, decided.hits) == (None, ())

    def test_columns_that_look_at_the_same_thing_are_told_apart(self) -> None:
        decided = decisions.read(one_table(["x", "x"], ["y"], ["> 1", "< 5", "true"])).evaluate("grade", {"x": 3})
        assert decided.inputs == {"x（第 1 列）": 3, "x（第 2 列）": 3}

    def test_inputs_that_are_given_are_not_changed(self) -> None:
        given = {"income": 700, "trouble": ["x"]}
        decisions.read(one_table(*GRADES)).decide("grade", given)
        assert given == {"income": 700, "trouble": ["x"]}
