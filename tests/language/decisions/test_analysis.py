"""What a wrong table gets: each mistake at its place, with what to do about it, and nothing where all is well."""

from pathlib import Path

import pytest

from engine.language import decisions
from engine.language.decisions import analysis
from engine.settings import ROOT
from tests.language.decisions.sheet_writing import Column, flaws, found, number, sentences, text, truth, written
from tests.language.decisions.written import decision, file, table

INCOME, GRADE, AID = number("收入"), text("等级", '"A","B","C"'), Column("补助")
DATES = Column("日期", "date")
Y = Column("y")


class TestOverlaps:
    def test_two_rows_under_unique_are_told_with_an_example(self) -> None:
        told = sentences([INCOME, GRADE], [AID], ["<= 700", "-", "1"], ["> 700", "-", "2"], [">= 700", '"C"', "3"])
        assert len(told) == 1
        assert told[0] == (
            '第 1 行与第 3 行同时适用，例如 收入 = 700、等级 = "C"。第 3 行还与第 2 行同时适用。'
            "命中策略 UNIQUE 只允许一行适用：请修改其中一行的条件，或改用命中策略 FIRST（取靠前的一行）"
        )

    def test_they_are_told_at_the_later_row(self) -> None:
        assert found([INCOME], [AID], ["-", "1"], ["> 5", "2"]) == [("r2", "error")]

    @pytest.mark.parametrize("policy", ["FIRST", "RULE ORDER", "COLLECT"])
    def test_rows_may_overlap_under_other_policies(self, policy: str) -> None:
        assert found([INCOME], [AID], ["> 5", "1"], ["-", "2"], policy=policy) == []

    def test_rows_that_meet_only_where_nothing_may_be_do_not_overlap(self) -> None:
        rows = (["<= 5, > 10", "1"], ["> 5", "2"])
        assert found([number("x", "[0..10]")], [AID], *rows) == []
        assert found([number("x")], [AID], *rows) == [("r2", "error")]

    def test_a_missing_value_may_hit_two_rows(self) -> None:
        told = sentences([GRADE], [AID], ['"A","B","C"', "1"], ["null", "2"], ['not("A","B","C")', "3"])
        assert told[0].startswith("第 2 行与第 3 行同时适用，例如 等级 没有值。")

    def test_an_open_text_stands_for_all_others(self) -> None:
        told = sentences([text("县")], [AID], ['not("532622")', "1"], ['not("532601")', "2"])
        assert told[0].startswith("第 1 行与第 2 行同时适用，例如 县 是其他值。")

    def test_texts_in_a_range_are_compared_in_their_order(self) -> None:
        told = sentences([text("县")], [AID], ['["532600".."532699"]', "1"], ['"532622"', "2"])
        assert told[0].startswith('第 1 行与第 2 行同时适用，例如 县 = "532622"。')

    def test_rows_that_are_not_understood_are_left_out(self) -> None:
        starts = 'starts with(?, "53")'
        assert found([text("县")], [AID], [starts, "1"], ['"532622"', "2"], ["> limit", "3"], ["? = limit", "4"]) == []

    def test_under_any_only_different_results_contradict_each_other(self) -> None:
        rows = (["< 9", "1"], ["> 5", "1.0"], ["> 7", "2"], ["-", "收入"])
        (told,) = sentences([INCOME], [AID], *rows, policy="ANY")
        assert told.startswith("第 1 行与第 3 行同时适用而结果不同（“补助”列是 1 和 2），例如 收入 = 8。命中策略 ANY")

    def test_one_row_that_overlaps_with_many_is_told_once(self) -> None:
        rows = [[f"{place}", "1"] for place in range(10)]
        (told,) = [each for each in sentences([INCOME], [AID], *rows, ["-", "2"]) if "同时" in each]
        assert "第 11 行还与第 2、3、4、5、6 行等同时适用。" in told

    def test_many_overlaps_are_told_up_to_a_number(self) -> None:
        assert len(found([INCOME], [AID], *[["-", "1"]] * 200)) == 30


class TestUnreachableRows:
    def test_a_row_that_one_earlier_row_masks(self) -> None:
        (told,) = sentences(
            [INCOME, GRADE], [AID], ["> 3", "-", "1"], ["> 5", '"A"', "2"], ["-", "-", "3"], policy="FIRST"
        )
        assert told == "第 2 行永远用不到：前面的第 1 行已包含它的全部条件。请调整行的次序、修改条件，或删去这一行"

    def test_a_row_that_several_earlier_rows_mask_together(self) -> None:
        rows = (["< 5", "-", "1"], [">= 5", '"A", null', "2"], [">= 4", '"B","C"', "3"], ["[4..9]", "-", "4"])
        (told,) = sentences([INCOME, GRADE], [AID], *rows, ["-", "-", "5"], policy="FIRST")
        assert told.startswith("第 4 行永远用不到：前面的第 1、2、3 行合起来已包含它的全部条件。")

    def test_a_last_row_for_missing_values_is_reached(self) -> None:
        assert found([INCOME], [AID], ["< 5", "1"], [">= 5", "2"], ["-", "3"], policy="FIRST") == []

    def test_a_row_with_the_same_cells_is_masked_even_if_they_are_not_understood(self) -> None:
        cell = 'starts with(?, "53")'
        rows = ([cell, "-", "1"], [cell, "> 5", "2"], ["-", "> 5", "3"])
        assert found([text("县"), INCOME], [AID], *rows, policy="FIRST") == [("r2", "error")]

    def test_under_priority_the_order_of_the_allowed_values_decides(self) -> None:
        rank = Column("档次", "string", '"高","低"')
        told = sentences([INCOME], [rank], ["> 7", '"低"'], ["> 5", '"高"'], ["-", '"低"'], policy="PRIORITY")
        assert told == [
            "第 1 行永远用不到：优先的第 2 行已包含它的全部条件。请修改条件、结果或允许值的次序，或删去这一行"
        ]

    def test_results_that_only_deciding_tells_have_no_rank(self) -> None:
        rank = Column("档次", "string", '"高","低"')
        assert found([INCOME], [rank], ["> 7", '"低"'], ["-", "string(收入)"], policy="PRIORITY") == []


class TestContradictoryCells:
    @pytest.mark.parametrize("cell", ["[5..3]", "(5..5)", "? > 5 and ? < 3", "(3..3]", "? = 1 and ? = 2"])
    @pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "COLLECT"])
    def test_a_cell_that_nothing_fulfils(self, cell: str, policy: str) -> None:
        rows = ([cell, "1"], ["-", "2"])
        flaw = flaws(written([INCOME], [AID], *rows, policy=policy))[0]
        assert (flaw.element_id, flaw.severity) == ("r1_1", "error")
        assert flaw.sentence == f"第 1 行“收入”列的条件 {cell} 自相矛盾，没有任何值符合。请改正"

    def test_between_two_days_there_is_none(self) -> None:
        cell = '(date("2026-01-01")..date("2026-01-02"))'
        assert found([DATES], [AID], [cell, "1"], ["-", "2"], policy="FIRST") == [("r1_1", "error")]

    def test_a_day_that_does_not_exist(self) -> None:
        (told,) = sentences([DATES], [AID], ['< date("2026-02-30")', "1"], ["-", "2"], policy="FIRST")
        assert told.startswith('第 1 行“日期”列的 < date("2026-02-30") 写了不存在的日期、时间或时长。')

    def test_a_cell_for_missing_values_contradicts_nothing(self) -> None:
        assert found([INCOME], [AID], ["null", "1"], ["-", "2"], policy="FIRST") == []


class TestTypes:
    @pytest.mark.parametrize(
        ("kind", "cell", "told"),
        [
            ("number", '"A"', '应为数字，写的却是文字 "A"'),
            ("string", "5", "应为文字，写的却是数字 5"),
            ("boolean", '"true"', '应为是否值，写的却是文字 "true"'),
            ("date", '>= "2026-01-01"', '应为日期，写的却是文字 "2026-01-01"'),
            ("dateTime", 'date("2026-01-01")', '应为日期时间，写的却是日期 date("2026-01-01")'),
            ("dayTimeDuration", 'duration("P1Y")', '应为天时分秒时长，写的却是年月时长 duration("P1Y")'),
            ("number", "[1..2], true", "应为数字，写的却是是否值 true"),
        ],
    )
    def test_a_condition_of_a_wrong_kind(self, kind: str, cell: str, told: str) -> None:
        flaw = flaws(written([Column("值", kind)], [Y], [cell, "1"], ["-", "2"], policy="FIRST"))[0]
        assert flaw.element_id == "r1_1"
        assert flaw.sentence.startswith(f"第 1 行“值”列{told}。请改正")

    def test_a_wrong_cell_is_told_once_in_each_row_that_has_it(self) -> None:
        rows = (['"A"', "1"], ['"A"', "2"], ["< 5", "3"])
        assert found([INCOME], [Y], *rows, policy="COLLECT") == [("r1_1", "error"), ("r2_1", "error")]

    def test_without_a_type_nothing_is_wrong(self) -> None:
        assert found([Column("x")], [Y], ['"A"', "1"], ["5", "2"], ["true", "3"]) == []

    def test_a_list_may_be_asked_anything(self) -> None:
        types = "<itemDefinition name='names' isCollection='true'><typeRef>string</typeRef></itemDefinition>"
        xml = written([Column("x", "names")], [Y], ['"A"', "1"], ['"A"', "2"], ["[5..3]", "2"], around=types)
        assert flaws(xml) == []

    @pytest.mark.parametrize(
        ("kind", "cell", "told"),
        [
            ("number", '"五"', '应为数字，写的却是文字 "五"'),
            ("string", "5", "应为文字，写的却是数字 5"),
            ("number", "收入 > 5", "应为数字，写的却是条件 收入 > 5"),
            ("date", '@"2026-01-01T10:00:00"', '应为日期，写的却是日期时间 date and time("2026-01-01T10:00:00")'),
        ],
    )
    def test_a_result_of_a_wrong_type(self, kind: str, cell: str, told: str) -> None:
        flaw = flaws(written([INCOME], [Column("档", kind)], ["-", cell]))[0]
        assert (flaw.element_id, flaw.severity) == ("r1_2", "error")
        assert flaw.sentence.startswith(f"第 1 行“档”列{told}")

    @pytest.mark.parametrize("cell", ["", "null", "收入 * 2", "[5]", "if 收入 > 5 then 1 else 2"])
    def test_a_result_that_fits_or_may_fit(self, cell: str) -> None:
        assert found([INCOME], [Column("档", "number")], ["-", cell]) == []

    def test_the_variable_of_the_decision_tells_the_type_of_a_result(self) -> None:
        inner = table(["x"], ["y"], ["-", '"A"'])
        xml = file(decision("grade", f"<variable name='grade' typeRef='number'/>{inner}"))
        assert [flaw.element_id for flaw in flaws(xml)] == ["r1_2"]

    def test_a_count_is_a_number_whatever_the_rows_say(self) -> None:
        inner = table(["x"], ["y"], ["-", '"A"'], policy="COLLECT", aggregation="COUNT")
        assert flaws(file(decision("grade", f"<variable name='grade' typeRef='number'/>{inner}"))) == []

    def test_the_entries_of_a_structure_tell_the_types_of_several_results(self) -> None:
        types = "<itemDefinition name='limit'>{}</itemDefinition>".format(
            "".join(
                f"<itemComponent name='{name}'><typeRef>{kind}</typeRef></itemComponent>"
                for name, kind in (("days", "number"), ("unit", "string"))
            )
        )
        inner = table(["x"], ["days", "unit"], ["-", "5", "wd"], ["-", '"5"', '"wd"'], policy="RULE ORDER")
        xml = file(types, decision("grade", f"<variable name='grade' typeRef='limit'/>{inner}"))
        assert [flaw.element_id for flaw in flaws(xml)] == ["r2_2"]

    def test_the_variable_that_a_column_names_tells_its_type(self) -> None:
        data = "<inputData id='i' name='收入'><variable name='收入' typeRef='number'/></inputData>"
        xml = written([Column("收入")], [Y], ['"A"', "1"], ["-", "2"], policy="FIRST", around=data)
        assert [flaw.element_id for flaw in flaws(xml)] == ["r1_1"]

    def test_a_part_of_a_variable_has_the_type_of_its_component(self) -> None:
        types = (
            "<itemDefinition name='person'><itemComponent name='age'><typeRef>number</typeRef></itemComponent>"
            "</itemDefinition><inputData id='i' name='p'><variable name='p' typeRef='person'/></inputData>"
        )
        xml = written([Column("p.age")], [Y], ['"A"', "1"], ["-", "2"], policy="FIRST", around=types)
        assert [flaw.element_id for flaw in flaws(xml)] == ["r1_1"]

    def test_a_default_result_has_a_type_as_well(self) -> None:
        (flaw,) = flaws(written([INCOME], [Column("档", "number", default='"无"')], ["> 5", "1"]))
        assert flaw.element_id == "default_1"
        assert flaw.sentence.startswith('“档”列的默认值应为数字，写的却是文字 "无"')


class TestAllowedValues:
    def test_a_condition_on_a_value_that_is_not_allowed(self) -> None:
        flaw = flaws(written([GRADE], [Y], ['"A","D"', "1"], ["-", "2"], policy="FIRST"))[0]
        assert flaw.element_id == "r1_1"
        assert flaw.sentence == (
            '第 1 行“等级”列的 "D" 不在这一列允许的值（"A","B","C"）中。请改正，或把它加进允许的值'
        )

    def test_a_condition_that_no_allowed_value_fulfils(self) -> None:
        age = number("年龄", "[0..120]")
        (told,) = sentences([age], [Y], ["> 120", "1"], ["-", "2"], policy="FIRST")
        assert told == "第 1 行“年龄”列的条件 > 120 在这一列允许的值中没有一个符合。请改正"

    def test_the_allowed_values_of_a_type(self) -> None:
        types = (
            '<itemDefinition name=\'等级\'><typeRef>string</typeRef><allowedValues><text>"A","B"</text></allowedValues>'
            "</itemDefinition>"
        )
        xml = written([Column("x", "等级")], [Column("y", "等级")], ['"A"', '"C"'], ['"E"', '"A"'], around=types)
        assert [flaw.element_id for flaw in flaws(xml)] == ["r2_1", "r1_2", "table"]

    def test_a_result_that_is_none_of_the_allowed_values(self) -> None:
        unit = Column("单位", "string", '"h","wd"')
        (flaw,) = flaws(written([INCOME], [unit], ["-", '"d"']))
        assert flaw.element_id == "r1_2"
        assert flaw.sentence.startswith('第 1 行“单位”列的 "d" 不在这一列允许的值（"h","wd"）中。')

    def test_allowed_values_may_be_a_condition(self) -> None:
        days = Column("天", "number", "> 0")
        assert found([INCOME], [days], ["<= 5", "0"], ["> 5", "1"]) == [("r1_2", "error")]

    def test_allowed_values_that_cost_too_much_are_not_asked_for_ever(self) -> None:
        costly = "every a in 1..900 satisfies every b in 1..900 satisfies ? + a + b > 0"
        column = Column("天", "number", costly)
        assert found([column], [column], *[[f"{each}", f"{each}"] for each in range(50)]) == []

    def test_allowed_values_that_are_no_feel_are_told_at_their_place(self) -> None:
        broken = Column("等级", "string", '"A","B')
        assert found([broken], [Column("y", "string", '"A')], ["-", '"A"']) == [
            ("values_1", "error"),
            ("result_values_1", "error"),
        ]


class TestGaps:
    def test_a_gap_is_a_warning_with_an_example_and_the_missing_row(self) -> None:
        rows = (["< 660", "-", "1"], ["[660..990]", '"A","B"', "2"], ["> 990", "-", "3"])
        (flaw,) = flaws(written([INCOME, GRADE], [AID], *rows))
        assert (flaw.element_id, flaw.severity) == ("table", "warning")
        assert flaw.sentence == (
            '决策表“档次”有遗漏：例如 收入 = 660、等级 = "C" 时没有一行适用，结果是空的。请补一行'
            '（“收入”填 [660..990]，“等级”填 "C"），或在结果列设默认值；本来就该是空的，可以不改'
        )

    def test_between_whole_numbers_it_may_not_matter(self) -> None:
        (told,) = sentences([INCOME], [AID], ["<= 5", "1"], [">= 6", "2"])
        assert "例如 收入 = 5.5 时" in told
        assert "（“收入”填 (5..6)）" in told
        assert told.endswith("；“收入”如果只会是整数，可以不管")
        assert found([Column("收入", "integer")], [AID], ["<= 5", "1"], [">= 6", "2"]) == []

    def test_days_months_and_seconds_follow_each_other(self) -> None:
        for kind, one, other in (
            ("date", 'date("2026-01-31")', 'date("2026-02-01")'),
            ("dateTime", '@"2026-01-31T23:59:59"', '@"2026-02-01T00:00:00"'),
            ("time", '@"11:59:59"', '@"12:00:00"'),
            ("yearMonthDuration", 'duration("P11M")', 'duration("P1Y")'),
        ):
            assert found([Column("x", kind)], [Y], [f"<= {one}", "1"], [f">= {other}", "2"]) == [], kind
            assert found([Column("x", kind)], [Y], [f"< {one}", "1"], [f">= {other}", "2"]) == [("table", "warning")]

    def test_durations_are_as_fine_as_they_are_written(self) -> None:
        hours = Column("x", "dayTimeDuration")
        (told,) = sentences([hours], [Y], ['<= duration("PT1H")', "1"], ['>= duration("PT2H")', "2"])
        assert '例如 x = duration("PT1H1S") 时' in told

    def test_moments_with_and_without_zone_have_no_common_order(self) -> None:
        moments = Column("x", "dateTime")
        rows = (['< @"2026-01-01T00:00:00"', "1"], ['>= @"2026-01-01T00:00:00+08:00"', "2"])
        assert found([moments], [Y], *rows) == []
        same = (['< @"2026-01-01T00:00:00Z"', "1"], ['>= @"2026-01-01T08:00:00+08:00"', "2"])
        assert found([moments], [Y], *same) == []

    def test_years_beyond_the_calendar_count(self) -> None:
        rows = (['< date("-4713-01-01")', "1"], ['[date("-4713-01-01")..date("999999999-12-31")]', "2"])
        assert found([DATES], [Y], *rows) == []

    def test_the_largest_numbers_have_neighbours(self) -> None:
        rows = (["< 10**40", "1"], [">= 10 ** 40", "2"])
        assert found([INCOME], [Y], *rows) == []
        digits = "9" * 34
        assert found([INCOME], [Y], [f"<= {digits}", "1"], [f"> {digits}", "2"], [f"> 1{digits}", "3"]) == [
            ("r3", "error")
        ]

    @pytest.mark.parametrize("policy", ["COLLECT", "RULE ORDER"])
    def test_a_list_may_be_empty(self, policy: str) -> None:
        assert found([INCOME], [AID], ["> 5", "1"], policy=policy) == []

    def test_a_default_result_closes_all_gaps(self) -> None:
        assert found([INCOME], [Column("档", default="0")], ["> 5", "1"]) == []

    def test_texts_that_nobody_listed_are_no_gap(self) -> None:
        assert found([text("县")], [AID], ['"532622"', "1"]) == []
        assert found([text("县"), text("事项")], [AID], ['"532622"', '"water"', "1"], ['"532601"', "-", "2"]) == []

    def test_but_what_the_table_says_of_a_text_is_to_be_complete(self) -> None:
        rows = (['"532622"', "< 5", "1"], ['"532622"', ">= 5", "2"], ['"532601"', "< 5", "3"])
        (told,) = sentences([text("县"), INCOME], [AID], *rows)
        assert '（“县”填 "532601"，“收入”填 >= 5）' in told

    def test_a_missing_value_is_no_gap(self) -> None:
        assert found([truth("b")], [AID], ["true", "1"], ["false", "2"]) == []

    def test_cells_that_are_not_understood_may_cover_everything(self) -> None:
        assert found([INCOME], [AID], ["> limit", "1"]) == []
        assert found([INCOME, truth("b")], [AID], ["> limit", "true", "1"]) == [("table", "warning")]

    def test_many_gaps_are_told_up_to_a_number(self) -> None:
        whole = [Column("x", "number", "[0..20)"), Column("y", "number", "[0..20)")]
        told = sentences(whole, [Y], *[[f"[{each}..{each + 1})"] * 2 + ["1"] for each in range(20)])
        assert len(told) == 4
        assert told[-1] == "决策表“档次”还有别的情况没有一行适用，补上以上各行后请再检查一次"

    def test_a_table_without_rows_is_told(self) -> None:
        assert sentences([INCOME], [AID]) == ["决策表“档次”没有任何行，结果总是空的。请至少写一行"]


class TestTheWholeFile:
    def test_all_tables_are_looked_at_those_in_functions_too(self) -> None:
        inner = table(["n"], ["y"], ["[5..3]", "1"], ["-", "2"])
        xml = file(
            f"<businessKnowledgeModel id='f' name='f'><encapsulatedLogic><formalParameter name='n'/>{inner}"
            "</encapsulatedLogic></businessKnowledgeModel>",
            decision("grade", table(["x"], ["y"], ["1", "1"])),
        )
        assert flaws(xml)[0].element_id == "r1_1"
        assert any("“grade”" in flaw.sentence for flaw in flaws(xml))

    def test_a_file_with_broken_cells_is_looked_at_as_far_as_it_goes(self) -> None:
        xml = written([INCOME], [AID], ["> > 5", "1"], ["[5..3]", "2"], ["-", '"'], policy="FIRST")
        assert [flaw.element_id for flaw in analysis.find(xml, decisions.read(xml))] == ["r2_1"]

    def test_a_table_whose_rows_do_not_fit_its_head_is_left_to_the_reading(self) -> None:
        xml = written([INCOME], [AID], ["> 5"], ["[5..3]", "2"])
        assert analysis.find(xml, decisions.read(xml)) == []

    def test_columns_of_the_same_name_are_told_apart(self) -> None:
        told = sentences([INCOME, INCOME], [AID], ["-", "[5..3]", "1"], ["-", "-", "1"], policy="FIRST")
        assert told[0].startswith("第 1 行“收入（第 2 列）”列的条件")

    def test_a_label_stands_for_the_expression_as_in_an_editor(self) -> None:
        (told,) = sentences(
            [Column("x", "number", label="人均收入")], [AID], ["[5..3]", "1"], ["-", "1"], policy="FIRST"
        )
        assert "“人均收入”列" in told

    @pytest.mark.parametrize("path", sorted((ROOT / "rules").glob("*.dmn")), ids=lambda path: path.stem)
    def test_the_tables_of_this_repository_are_clean(self, path: Path) -> None:
        data = path.read_bytes()
        assert analysis.find(data, decisions.checked(data)) == []


class TestNames:
    def test_cells_that_look_at_other_variables_are_told(self) -> None:
        data = "<inputData id='i' name='limit'><variable name='limit'/></inputData>"
        xml = written([INCOME], [AID], ["A", "收入 * rate"], ["> limit", "now()"], around=data)
        uses = analysis.uses(xml, decisions.read(xml))
        assert [(use.element_id, use.where, set(use.names)) for use in uses] == [
            ("r1_1", "第 1 行“收入”列", {"A"}),
            ("r1_2", "第 1 行“补助”列", {"rate"}),
        ]
