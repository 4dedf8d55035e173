"""Boxed contexts, lists, relations, conditionals, loops and filters, inside each other as deep as one likes."""

from decimal import Decimal

import pytest

from engine.errors import ExecutionFailed, Invalid
from engine.language import decisions, feel
from tests.language.decisions.written import context, decision, file, formula, input_data, parameters_of, table


def decide(content: str, **given: object) -> object:
    return decisions.read(file(decision("d", content))).decide("d", given)


def listed(*texts: str) -> str:
    return f"<list>{''.join(map(formula, texts))}</list>"


def relation(columns: str, *rows: tuple[str, ...]) -> str:
    heads = "".join(f"<column name='{name}'/>" for name in columns.split())
    return f"<relation>{heads}{''.join(f'<row>{chr(10).join(map(formula, row))}</row>' for row in rows)}</relation>"


def conditional(condition: str, then: str = '"then"', otherwise: str = '"else"') -> str:
    parts = (("if", condition), ("then", then), ("else", otherwise))
    return f"<conditional>{''.join(f'<{tag}>{formula(text)}</{tag}>' for tag, text in parts)}</conditional>"


def loop(domain: str, body: str, variable: str = "n", *, kind: str = "for") -> str:
    last = {"for": "return"}.get(kind, "satisfies")
    return f"<{kind} iteratorVariable='{variable}'><in>{domain}</in><{last}>{body}</{last}></{kind}>"


def filtered(domain: str, match: str) -> str:
    return f"<filter><in>{domain}</in><match>{match}</match></filter>"


class TestContexts:
    def test_a_context_without_a_result_is_a_context(self) -> None:
        assert decide(context(("a", formula("1")), ("b", formula("a + 1")))) == {"a": 1, "b": 2}

    def test_a_result_is_the_value_of_the_whole(self) -> None:
        assert decide(context(("a", formula("1")), ("", formula("a + x"))), x=5) == 6

    def test_entries_see_those_before_them_only(self) -> None:
        assert decide(context(("a", formula("b")), ("b", formula("1")))) == {"a": None, "b": 1}

    def test_an_entry_hides_what_has_its_name_outside_for_those_after_it(self) -> None:
        content = context(("before", formula("x")), ("x", formula("x + 1")), ("after", formula("x")))
        assert decide(content, x=1) == {"before": 1, "x": 2, "after": 2}

    def test_an_inner_context_hides_the_outer_until_it_ends(self) -> None:
        inner = context(("x", formula("10")), ("", formula("x * 2")))
        content = context(("x", formula("1")), ("inner", inner), ("", formula("[x, inner]")))
        assert decide(content) == [1, 20]

    def test_an_entry_may_be_named_like_a_built_in_function(self) -> None:
        content = context(("sum", formula("5")), ("count", formula("count([1, 2])")), ("", formula("sum + count")))
        assert decide(content) == 7

    def test_an_entry_may_be_a_table_and_its_rows_are_traced(self) -> None:
        grades = table(["income"], ["grade"], ["< 660", '"A"'], [">= 660", '"B"'])
        content = context(("grade", grades), ("", formula('if grade = "A" then 660 - income else 0')))
        decided = decisions.read(file(decision("d", content))).evaluate("d", {"income": 600})
        assert decided.value == 60
        assert [(hit.table, hit.row) for hit in decided.hits] == [("grade", 1)]

    def test_a_table_inside_whose_rows_contradict_each_other_is_an_incident(self) -> None:
        content = context(("grade", table(["x"], ["y"], ["-", "1"], ["-", "2"])), ("", formula("grade")))
        with pytest.raises(ExecutionFailed, match="grade"):
            decide(content, x=1)

    def test_two_entries_of_one_name_are_refused(self) -> None:
        with pytest.raises(Invalid) as refused:
            decisions.checked(file(decision("d", context(("a", formula("1")), ("a", formula("2"))))))
        assert "“a”" in refused.value.problems["d"][0]

    def test_remarks_beside_the_content_are_no_trouble(self) -> None:
        remark = "<description>why</description><extensionElements/>"
        entry = f"<contextEntry>{remark}<variable name='a'/>{formula('1')}</contextEntry>"
        assert decide(f"<context>{remark}{entry}</context>") == {"a": 1}


class TestLists:
    def test_a_list_holds_its_items(self) -> None:
        assert decide(listed("1", "x", '"c"'), x=2) == [1, 2, "c"]
        assert decide("<list/>") == []

    def test_items_may_be_boxes(self) -> None:
        assert decide(f"<list>{context(('a', formula('1')))}{listed('2')}</list>") == [{"a": 1}, [2]]

    def test_a_relation_is_a_list_of_contexts(self) -> None:
        content = relation("name age", ('"Li"', "30"), ('"Wu"', "x + 1"))
        assert decide(content, x=40) == [{"name": "Li", "age": 30}, {"name": "Wu", "age": 41}]

    def test_rows_of_a_relation_must_have_a_cell_for_each_column(self) -> None:
        content = relation("name age", ('"Li"',))
        with pytest.raises(Invalid) as refused:
            decisions.checked(file(decision("d", content)))
        assert "第 1 行" in refused.value.problems["d"][0]
        assert decide(content) == [{"name": "Li", "age": None}]


class TestConditionals:
    @pytest.mark.parametrize(
        ("condition", "branch"),
        [("x > 1", "then"), ("x > 9", "else"), ("null", "else"), ('"true"', "else"), ("1", "else"), ("[true]", "else")],
    )
    def test_only_true_takes_the_first_branch_as_in_an_expression(self, condition: str, branch: str) -> None:
        assert decide(conditional(condition), x=5) == branch
        assert decide(formula(f'if {condition} then "then" else "else"'), x=5) == branch

    def test_the_other_branch_is_not_evaluated(self) -> None:
        contradiction = table(["x"], ["y"], ["-", "1"], ["-", "2"])
        content = conditional("true").replace(formula('"else"'), contradiction)
        assert decide(content) == "then"

    def test_conditionals_may_stand_inside_each_other(self) -> None:
        inner = conditional("x > 5", '"big"', '"middle"')
        content = conditional("x > 1", otherwise='"small"').replace(formula('"then"'), inner)
        assert [decide(content, x=n) for n in (0, 3, 9)] == ["small", "middle", "big"]

    def test_a_missing_part_is_refused_and_null(self) -> None:
        content = f"<conditional><if>{formula('x')}</if><then>{formula('1')}</then></conditional>"
        with pytest.raises(Invalid) as refused:
            decisions.checked(file(decision("d", content)))
        assert "else" in refused.value.problems["d"][0]
        assert [decide(content, x=True), decide(content, x=False)] == [1, None]


class TestLoops:
    def test_for_answers_the_body_for_each_item(self) -> None:
        assert decide(loop(formula("[1, 2, 3]"), formula("n * x")), x=10) == [10, 20, 30]

    @pytest.mark.parametrize(
        ("domain", "expected"),
        [("[1..3]", [1, 2, 3]), ("5", [5]), ("[]", []), ("null", None), ("[[1, 2], [3]]", [[1, 2], [3]])],
    )
    def test_for_runs_over_lists_ranges_and_single_values(self, domain: str, expected: object) -> None:
        assert decide(loop(formula(domain), formula("n"))) == expected

    def test_partial_holds_the_results_so_far(self) -> None:
        factorials = loop(formula("[0..5]"), formula("if n = 0 then 1 else n * partial[-1]"))
        assert decide(factorials) == [1, 1, 2, 6, 24, 120]
        assert decide(loop(formula("[1..3]"), formula("count(partial)"))) == [0, 1, 2]

    def test_the_results_so_far_may_be_kept(self) -> None:
        assert decide(loop(formula("[1..3]"), formula("partial"))) == [[], [[]], [[], [[]]]]

    def test_loops_may_stand_inside_each_other_with_their_own_partial(self) -> None:
        inner = loop(formula("[1, 2]"), formula("m * 10 + count(partial)"), "m")
        assert decide(loop(formula("[1, 2]"), inner)) == [[10, 21], [10, 21]]

    def test_the_body_may_be_any_box(self) -> None:
        body = context(("double", formula("n * 2")), ("", listed("n", "double")))
        assert decide(loop(formula("[1, 2]"), body)) == [[1, 2], [2, 4]]

    def test_the_variable_hides_what_has_its_name_outside(self) -> None:
        assert decide(loop(formula("[1, 2]"), formula("x"), "x"), x=9) == [1, 2]

    def test_a_variable_may_have_several_words(self) -> None:
        assert decide(loop(formula("[1, 2]"), formula("each item * 2"), "each item")) == [2, 4]

    @pytest.mark.parametrize(
        ("kind", "condition", "expected"),
        [
            ("some", "n > 2", True),
            ("some", "n > 3", False),
            ("every", "n > 0", True),
            ("every", "n > 1", False),
            ("some", '"yes"', None),
            ("every", "n", None),
        ],
    )
    def test_some_and_every_ask_all_items(self, kind: str, condition: str, expected: object) -> None:
        assert decide(loop(formula("[1, 2, 3]"), formula(condition), kind=kind)) is expected

    @pytest.mark.parametrize(("kind", "expected"), [("some", False), ("every", True)])
    def test_of_no_items_none_and_all_are_so(self, kind: str, expected: bool) -> None:
        assert decide(loop(formula("[]"), formula("n > 0"), kind=kind)) is expected

    def test_a_loop_that_wants_too_much_is_an_incident(self) -> None:
        content = loop(formula("[1..1000]"), loop(formula("[1..1000]"), formula("n * m"), "m"))
        with pytest.raises(feel.FeelLimitExceeded):
            decide(content)

    def test_many_decisions_share_one_budget(self) -> None:
        busy = loop(formula("[1..1000]"), loop(formula("[1..50]"), formula("n * m"), "m"))
        graph = [decision(f"d{n}", busy, requires=[f"d{n - 1}"] if n else []) for n in range(30)]
        with pytest.raises(feel.FeelLimitExceeded):
            decisions.read(file(*graph)).decide("d29", {})


class TestFilters:
    PEOPLE = '[{name: "Li", age: 30}, {name: "Wu", age: 50}]'

    def test_items_that_are_contexts_lend_their_entries(self) -> None:
        assert decide(filtered(formula(self.PEOPLE), formula("age > 40"))) == [{"name": "Wu", "age": 50}]

    def test_item_is_the_item_itself(self) -> None:
        assert decide(filtered(formula("[1, 5, 9]"), formula("item > 4"))) == [5, 9]
        assert decide(filtered(formula(self.PEOPLE), formula("item.age < limit")), limit=40) == [
            {"name": "Li", "age": 30}
        ]

    def test_an_entry_called_item_is_meant_where_there_is_one(self) -> None:
        assert decide(filtered(formula("[{item: 1}, {item: 5}]"), formula("item > 4"))) == [{"item": 5}]

    def test_an_entry_hides_what_has_its_name_outside(self) -> None:
        assert decide(filtered(formula("[{age: 1}, {n: 1}]"), formula("age > 4")), age=9) == [{"n": 1}]

    def test_a_single_value_is_filtered_as_a_list_of_one(self) -> None:
        assert decide(filtered(formula("5"), formula("item > 4"))) == [5]
        assert decide(filtered(formula("null"), formula("item > 4"))) == []

    def test_a_number_picks_the_item_at_its_place(self) -> None:
        assert decide(filtered(formula("[7, 8, 9]"), formula("-1"))) == Decimal(9)

    def test_what_is_neither_true_nor_false_makes_the_answer_null(self) -> None:
        assert decide(filtered(formula("[7, 8, 9]"), formula('"yes"'))) is None

    def test_the_condition_may_be_any_box(self) -> None:
        rated = table(["age"], ["wanted"], ["< 40", "true"], [">= 40", "false"])
        assert decide(filtered(formula(self.PEOPLE), rated)) == [{"name": "Li", "age": 30}]

    def test_entries_of_the_items_need_not_be_given(self) -> None:
        content = filtered(formula("people"), formula("age > limit and rural"))
        model = decisions.read(
            file(
                input_data("in_people", "people"),
                input_data("in_limit", "limit"),
                decision("d", content, requires=["in_people", "in_limit"]),
            )
        )
        assert set(model.inputs_of("d")) == {"people", "limit"}


class TestNothing:
    def test_a_decision_without_logic_is_null_for_others_too(self) -> None:
        model = decisions.read(file(decision("a", ""), decision("b", formula("[a]"), requires=["a"])))
        assert (model.decide("a", {}), model.decide("b", {})) == (None, [None])

    def test_a_broken_entry_is_null_and_the_others_are_not(self) -> None:
        assert decide(context(("a", formula("1 +")), ("b", formula("2")))) == {"a": None, "b": 2}
        assert decide(listed("1", "< <")) == [1, None]

    def test_an_unknown_box_is_null(self) -> None:
        assert decide(f"<list>{formula('1')}<flowchart/></list>") == [1]
        assert decide("<flowchart/>") is None

    def test_boxes_may_stand_inside_each_other_up_to_a_limit(self) -> None:
        found = decide("<list>" * 50 + formula("1") + "</list>" * 50)
        for _ in range(50):
            assert isinstance(found, list)
            (found,) = found
        assert found == 1
        with pytest.raises(Invalid) as refused:
            decisions.checked(file(decision("d", "<list>" * 200 + formula("1") + "</list>" * 200)))
        assert "套得太深" in refused.value.problems["d"][0]
        with pytest.raises(Invalid):
            decisions.read(file(decision("d", "<list>" * 5000 + "</list>" * 5000)))

    def test_results_that_grow_or_nest_from_decision_to_decision_are_refused(self) -> None:
        for text in ("[d{n}]", "[d{n}, d{n}]"):
            chain = [decision(f"d{n + 1}", formula(text.format(n=n)), requires=[f"d{n}"]) for n in range(999)]
            model = decisions.read(file(*chain, decision("d0", formula("1"))))
            assert model.decide("d9", {}) is not None
            with pytest.raises(feel.FeelLimitExceeded):
                model.decide("d999", {})

    def test_a_formula_whose_result_nests_without_end_is_refused(self) -> None:
        with pytest.raises(feel.FeelLimitExceeded):
            decide(formula("(for i in 1..400 return [partial[-1]])[-1]"))

    def test_results_that_grow_from_entry_to_entry_are_refused(self) -> None:
        entries = [(f"e{n + 1}", f"<list>{formula(f'e{n}')}{formula(f'e{n}')}</list>") for n in range(50)]
        with pytest.raises(feel.FeelLimitExceeded):
            decide(context(("e0", formula("1")), *entries))

    @pytest.mark.parametrize("depth", [10, 55])
    def test_loops_inside_loops_are_decided_or_refused_in_our_own_words(self, depth: int) -> None:
        content = formula("1")
        for _ in range(depth):
            content = loop(formula("[1]"), content)
        try:
            assert decide(content) is not None
        except feel.FeelLimitExceeded:
            assert depth > 10

    def test_functions_inside_boxes_see_what_is_around_them(self) -> None:
        adds = f"<functionDefinition>{parameters_of('m')}{formula('n + m')}</functionDefinition>"
        body = context(("add", adds), ("", formula("add(100)")))
        assert decide(loop(formula("[1, 2]"), body)) == [101, 102]
