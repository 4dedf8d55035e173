"""Item definitions, and what happens where a value meets a declared type."""

from datetime import UTC, date, datetime

import pytest

from engine.errors import Invalid
from engine.language import decisions, feel
from tests.language.decisions.written import (
    context,
    decision,
    file,
    formula,
    function,
    input_data,
    item,
    part,
    table,
)

DAY, MIDNIGHT = date(2026, 1, 2), datetime(2026, 1, 2, tzinfo=UTC)
NUMBERS = item("tNumbers", "number", listed=True)
GRADE = item("tGrade", "string", allowed='"A","B"')


def taken(declared: str, value: object, *types: str) -> object:
    """The value as an input of that type takes it."""
    xml = file(*types, input_data("in_x", "x", declared), decision("d", formula("x"), requires=["in_x"]))
    return decisions.checked(xml).decide("d", {"x": value})


class TestInputs:
    @pytest.mark.parametrize(
        ("declared", "value", "expected"),
        [
            ("number", 5, 5),
            ("number", [5], 5),
            ("number", "5", None),
            ("number", [5, 6], None),
            ("number", [], None),
            ("number", None, None),
            ("string", 5, None),
            ("boolean", 1, None),
            ("date", DAY, DAY),
            ("date", MIDNIGHT, None),
            ("date and time", DAY, MIDNIGHT),
            ("dateTime", DAY, MIDNIGHT),
            ("time", DAY, None),
            ("tNumbers", [1, 2], [1, 2]),
            ("tNumbers", 1, [1]),
            ("tNumbers", [], []),
            ("tNumbers", [1, "2"], None),
            ("tNumbers", [1, None], [1, None]),
            ("Any", {"a": [1]}, {"a": [1]}),
            ("context", {"a": 1}, {"a": 1}),
            ("context", 1, None),
            ("list", [1, "a"], [1, "a"]),
            ("days and time duration", feel.YearsMonths(1), None),
            ("years and months duration", feel.YearsMonths(1), feel.YearsMonths(1)),
        ],
    )
    def test_a_value_is_converted_as_feel_does_or_becomes_null(
        self, declared: str, value: object, expected: object
    ) -> None:
        assert taken(declared, value, NUMBERS) == expected

    def test_null_comes_with_a_warning_that_names_the_type(self) -> None:
        with feel.collect_warnings() as warnings:
            assert taken("number", "5") is None
            assert taken("tGrade", "C", GRADE) is None
        assert ["number" in warnings[0].chinese, "允许" in warnings[1].chinese] == [True, True]

    def test_what_no_input_data_declares_is_taken_as_it_is(self) -> None:
        xml = file(input_data("in_x", "x", "number"), decision("d", formula("[x, y]"), requires=["in_x"]))
        assert decisions.read(xml).decide("d", {"x": 1, "y": "free"}) == [1, "free"]

    @pytest.mark.parametrize("prefix", ["feel:", "xs:", "ns1:"])
    def test_a_prefix_before_a_type_says_nothing(self, prefix: str) -> None:
        assert taken(f"{prefix}number", "5") is None
        assert taken(f"{prefix}tGrade", "C", GRADE) is None

    def test_types_of_older_editors_are_not_checked(self) -> None:
        for name in ("integer", "long", "double"):
            assert taken(name, 5) == 5

    def test_some_editors_write_that_there_is_no_type(self) -> None:
        assert taken("<Undefined>", "free") == "free"

    def test_a_type_may_be_written_as_feel_writes_types(self) -> None:
        assert taken("list<number>", 1) == [1]
        assert taken("context<a: number, b: tGrade>", {"a": 1, "b": "A"}, GRADE) == {"a": 1, "b": "A"}
        assert taken("context<a: number>", {"a": "1"}) is None


class TestDecisions:
    @pytest.mark.parametrize(
        ("declared", "text", "expected"),
        [
            ("number", "[5]", 5),
            ("number", '"5"', None),
            ("tNumbers", "5", [5]),
            ("date and time", '@"2026-01-02"', MIDNIGHT),
            ("tGrade", '"A"', "A"),
            ("tGrade", '"C"', None),
            ("tGrade", '["A"]', "A"),
        ],
    )
    def test_a_result_is_fitted_to_the_variable_and_seen_so_by_others(
        self, declared: str, text: str, expected: object
    ) -> None:
        model = decisions.checked(
            file(
                NUMBERS,
                GRADE,
                decision("d", formula(text), type=declared),
                decision("next", formula("d"), requires=["d"]),
            )
        )
        assert [model.decide("d", {}), model.decide("next", {})] == [expected, expected]

    def test_a_formula_and_a_box_are_fitted_to_the_types_that_they_declare(self) -> None:
        box = f"<list typeRef='number'>{formula('7')}</list>"
        model = decisions.read(file(decision("d", formula('"7"', type="number")), decision("e", box)))
        assert (model.decide("d", {}), model.decide("e", {})) == (None, 7)

    def test_entries_of_a_context_are_fitted_to_their_types(self) -> None:
        content = context(
            ("n", formula("[7]"), "number"),
            ("at", formula('@"2026-01-02"'), "date and time"),
            ("wrong", formula('"7"'), "number"),
            ("", formula("[n + 1, at.hour, wrong]")),
        )
        assert decisions.read(file(decision("d", content))).decide("d", {}) == [8, 0, None]

    def test_a_result_entry_is_fitted_to_its_own_type(self) -> None:
        content = context(("n", formula("1")), ("", formula("n", type="string")))
        assert decisions.read(file(decision("d", content))).decide("d", {}) is None

    def test_cells_of_a_relation_are_fitted_to_the_types_of_their_columns(self) -> None:
        columns = "<column name='n' typeRef='number'/><column name='at' typeRef='date and time'/>"
        row = f"<row>{formula('[1]')}{formula(chr(64) + chr(34) + '2026-01-02' + chr(34))}</row>"
        bad = f"<row>{formula(chr(34) + '1' + chr(34))}{formula('null')}</row>"
        model = decisions.read(file(decision("d", f"<relation>{columns}{row}{bad}</relation>")))
        assert model.decide("d", {}) == [{"n": 1, "at": MIDNIGHT}, {"n": None, "at": None}]


class TestTables:
    def test_a_column_converts_what_it_looks_at(self) -> None:
        moments = table(["day"], ["y"], ['= @"2026-01-02T00:00:00Z"', "1"], asks=["date and time"])
        assert decisions.read(file(decision("d", moments))).decide("d", {"day": DAY}) == 1

    def test_a_column_converts_what_it_says(self) -> None:
        said = table(["x"], ["at", "n"], ["-", '@"2026-01-02"', "[3]"], says=["date and time", "number"])
        assert decisions.read(file(decision("d", said))).decide("d", {}) == {"at": MIDNIGHT, "n": 3}

    def test_what_does_not_fit_a_plain_type_stays_because_editors_write_string_unasked(self) -> None:
        loose = table(["x"], ["y"], ["> 1", "5"], asks=["string"], says=["string"])
        assert decisions.read(file(decision("d", loose))).decide("d", {"x": 2}) == 5

    def test_what_does_not_fit_a_type_of_the_file_is_null(self) -> None:
        strict = table(["x"], ["y", "z"], ["-", '"C"', "x"], asks=["tGrade"], says=["tGrade", "number"])
        assert decisions.read(file(GRADE, decision("d", strict))).decide("d", {"x": "A"}) == {"y": None, "z": "A"}
        rows = (['"C"', "1"], ["null", "2"])
        looked = table(["x"], ["y"], *rows, asks=["tGrade"])
        assert decisions.read(file(GRADE, decision("d", looked))).decide("d", {"x": "C"}) == 2

    def test_the_type_of_a_single_column_may_be_that_of_the_whole_list(self) -> None:
        collected = table(["x"], ["y"], ["-", "1"], ["-", "2"], policy="COLLECT", says=["tNumbers"])
        counted = table(["x"], ["y"], ["-", '"a"'], policy="COLLECT", aggregation="COUNT", says=["number"])
        xml = file(NUMBERS, decision("d", collected, type="tNumbers"), decision("n", counted))
        assert decisions.checked(xml).decide("d", {}) == [1, 2]
        assert decisions.checked(xml).decide("n", {}) == 1

    def test_a_whole_table_is_fitted_to_the_variable(self) -> None:
        structure = item("tAnswer", "", part("a", "number"), part("b", "tGrade"))
        rows = (["1", "1", '"A"'], ["2", "1", '"C"'], ["3", '"1"', '"A"'])
        model = decisions.read(file(GRADE, structure, decision("d", table(["x"], ["a", "b"], *rows), type="tAnswer")))
        assert model.decide("d", {"x": 1}) == {"a": 1, "b": "A"}
        assert (model.decide("d", {"x": 2}), model.decide("d", {"x": 3})) == (None, None)

    def test_priorities_may_be_the_allowed_values_of_the_type(self) -> None:
        rows = (["> 0", '"B"'], ["> 0", '"A"'])
        for said in ({"says": ["tGrade"]}, {}):
            ranked = table(["x"], ["y"], *rows, policy="PRIORITY", **said)
            model = decisions.checked(file(GRADE, decision("d", ranked, type="tGrade")))
            assert model.decide("d", {"x": 1}) == "A"

    def test_priorities_of_several_columns_may_be_those_of_the_structure(self) -> None:
        answer = item("tAnswer", "", part("grade", "tGrade"), part("n", "number"))
        rows = (["> 0", '"B"', "1"], ["> 0", '"A"', "2"])
        ranked = table(["x"], ["grade", "n"], *rows, policy="OUTPUT ORDER")
        xml = file(GRADE, answer, item("tAnswers", "tAnswer", listed=True), decision("d", ranked, type="tAnswers"))
        assert decisions.checked(xml).decide("d", {"x": 1}) == [{"grade": "A", "n": 2}, {"grade": "B", "n": 1}]


class TestAllowedValues:
    @pytest.mark.parametrize(
        ("allowed", "fits", "not_allowed"),
        [
            ('"A","B"', "A", "C"),
            ("[18..65]", 18, 17),
            ("> 0", 1, 0),
            ("not(3)", 4, 3),
            ("? > 2 and ? < 9", 5, 9),
            ("string length(?) = 6", "532622", "5326"),
        ],
    )
    def test_allowed_values_are_unary_tests(self, allowed: str, fits: object, not_allowed: object) -> None:
        declared = item("t", "Any", allowed=allowed)
        assert taken("t", fits, declared) == fits
        assert taken("t", not_allowed, declared) is None

    def test_allowed_values_of_a_list_are_those_of_its_items(self) -> None:
        grades = item("tGrades", "string", listed=True, allowed='"A","B"')
        assert taken("tGrades", ["A", "B", "A"], grades) == ["A", "B", "A"]
        assert taken("tGrades", ["A", "C"], grades) is None

    def test_a_constraint_is_that_of_the_list_itself(self) -> None:
        few = item("tFew", "number", listed=True, allowed="> 0", whole="count(?) <= 2")
        assert taken("tFew", [1, 2], few) == [1, 2]
        assert taken("tFew", [1, 2, 3], few) is None
        assert taken("tFew", [1, 0], few) is None

    def test_allowed_values_hold_inside_structures_lists_and_named_types(self) -> None:
        types = (GRADE, item("tMark", "tGrade"), item("tRow", "", part("marks", "tMark", listed=True)))
        assert taken("tRow", {"marks": ["A", "B"]}, *types) == {"marks": ["A", "B"]}
        assert taken("tRow", {"marks": ["A", "C"]}, *types) is None

    def test_a_type_may_narrow_another(self) -> None:
        narrow = item("tBest", "tGrade", allowed='"A","Z"')
        assert taken("tBest", "A", GRADE, narrow) == "A"
        assert [taken("tBest", each, GRADE, narrow) for each in ("B", "Z")] == [None, None]

    def test_null_is_always_allowed(self) -> None:
        assert taken("tRow", {"g": None}, GRADE, item("tRow", "", part("g", "tGrade"))) == {"g": None}

    def test_a_broken_test_is_told_at_its_type(self) -> None:
        with pytest.raises(Invalid) as refused:
            decisions.checked(file(item("t", "number", allowed="> >"), decision("d", formula("1"))))
        assert "允许值" in refused.value.problems["type_t"][0]


class TestStructures:
    PERSON = item("tPerson", "", part("name", "string"), part("home", "", part("town", "string"), part("no", "number")))

    def test_structures_may_stand_inside_structures(self) -> None:
        li = {"name": "Li", "home": {"town": "x", "no": 3}}
        assert taken("tPerson", li, self.PERSON) == li
        assert taken("tPerson", {**li, "home": {"town": "x", "no": "3"}}, self.PERSON) is None

    def test_further_entries_are_no_trouble_and_missing_ones_do_not_fit(self) -> None:
        more = {"name": "Li", "home": None, "age": 3}
        assert taken("tPerson", more, self.PERSON) == more
        assert taken("tPerson", {"name": "Li"}, self.PERSON) is None

    def test_lists_of_lists(self) -> None:
        matrix = (NUMBERS, item("tMatrix", "tNumbers", listed=True))
        assert taken("tMatrix", [[1, 2], []], *matrix) == [[1, 2], []]
        assert taken("tMatrix", [1, 2], *matrix) == [[1, 2]]
        assert taken("tMatrix", [[1], ["2"]], *matrix) is None

    def test_lists_inside_structures_inside_lists(self) -> None:
        types = (item("tTeam", "", part("scores", "number", listed=True)), item("tTeams", "tTeam", listed=True))
        assert taken("tTeams", [{"scores": [1, 2]}, {"scores": []}], *types) == [{"scores": [1, 2]}, {"scores": []}]
        assert taken("tTeams", [{"scores": [1, "2"]}], *types) is None

    def test_a_type_may_contain_itself(self) -> None:
        tree = item("tTree", "", part("value", "number"), part("below", "tTree", listed=True))
        value: dict[str, object] = {"value": 0, "below": []}
        for number in range(1, 30):
            value = {"value": number, "below": [value]}
        assert taken("tTree", value, tree) == value
        assert taken("tTree", {"value": 1, "below": [{"value": "1", "below": []}]}, tree) is None

    def test_allowed_values_are_asked_at_any_depth(self) -> None:
        tree = item("tTree", "", part("value", "number", allowed="> 0"), part("below", "tTree", listed=True))
        value: dict[str, object] = {"value": 0, "below": []}
        for number in range(1, 30):
            value = {"value": number, "below": [value]}
        assert taken("tTree", value, tree) is None

    def test_a_type_may_stand_below_the_one_that_names_it(self) -> None:
        assert taken("tRow", {"g": "C"}, item("tRow", "", part("g", "tGrade")), GRADE) is None

    def test_expressions_ask_for_declared_types(self) -> None:
        asked = "[x instance of tPerson, x.home instance of tPerson, 1 instance of tGrade]"
        xml = file(self.PERSON, GRADE, input_data("in_x", "x"), decision("d", formula(asked), requires=["in_x"]))
        given = {"x": {"name": "Li", "home": {"town": "x", "no": 3}}}
        assert decisions.checked(xml).decide("d", given) == [True, False, False]

    def test_types_may_have_names_of_several_words(self) -> None:
        xml = file(item("rural grade", "tGrade"), GRADE, decision("d", formula('"A" instance of rural grade')))
        assert decisions.checked(xml).decide("d", {}) is True
        assert taken("rural grade", "C", GRADE, item("rural grade", "tGrade")) is None


class TestFunctionsAndRanges:
    SIGNATURE = item(
        "tTest",
        "",
        "<functionItem outputTypeRef='boolean'><parameters name='n' typeRef='number'/></functionItem>",
    )

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ("function(n: number) n > 1", 1),
            ("function(a, b) a > b", None),
            ('function(n: string) n > "a"', None),
            ("1", None),
        ],
    )
    def test_a_function_fits_by_its_parameters_and_its_answer(self, given: str, expected: object) -> None:
        first = function("first", "numbers: tNumbers, test: tTest", formula("numbers[test(item)][1]"))
        asked = decision("d", formula(f"first([0, 2], {given})"), knows=["first"])
        found = decisions.checked(file(NUMBERS, self.SIGNATURE, first, asked)).decide("d", {})
        assert found == (2 if expected else None)

    @pytest.mark.parametrize("declared", ["range", "range<number>", "tRange"])
    def test_a_range_fits_a_type_of_ranges(self, declared: str) -> None:
        types = (item("tRange", "range<number>"),)
        for text, fits in (("[1..5]", True), ("5", False), ('["a".."b"]', declared == "range")):
            inside = decision("d", formula(text), type=declared)
            model = decisions.checked(file(*types, inside, decision("e", formula("d != null"), requires=["d"])))
            assert model.decide("e", {}) is fits


class TestRefusals:
    @pytest.mark.parametrize(
        ("parts", "element"),
        [
            ((input_data("in_x", "x", "tNo"), decision("d", formula("1"))), "in_x"),
            ((decision("d", formula("1"), type="tNo"),), "d"),
            ((decision("d", formula("1", type="tNo")),), "formula"),
            ((decision("d", formula("1")), item("t", "tNo")), "type_t"),
            ((decision("d", formula("1")), item("t", "", part("a", "tNo"))), "type_a"),
            ((decision("d", formula("1")), function("f", "n: tNo", formula("1"))), "f"),
            ((decision("d", table(["x"], ["y"], ["1", "1"], asks=["tNo"])),), "expression_1"),
            ((decision("d", table(["x"], ["y"], ["1", "1"], says=["tNo"])),), "output_0"),
        ],
    )
    def test_a_type_that_nobody_declared_is_told_where_it_stands(self, parts: tuple[str, ...], element: str) -> None:
        with pytest.raises(Invalid) as refused:
            decisions.checked(file(*parts))
        assert refused.value.problems[element] == ["数据类型“tNo”没有定义"]

    def test_what_is_not_checked_stays_as_it_is(self) -> None:
        xml = file(input_data("in_x", "x", "tNo"), item("t", "", part("a", "tNo")), decision("d", formula("x")))
        assert decisions.read(xml).decide("d", {"x": {"a": 1}}) == {"a": 1}

    def test_values_that_go_too_deep_are_refused(self) -> None:
        value: object = 1
        for _ in range(5000):
            value = [value]
        model = decisions.read(file(decision("d", formula("x")), function("f", "x", formula("x"))))
        for ask in (model.decide, model.call):
            with pytest.raises(feel.FeelLimitExceeded):
                ask("d" if ask == model.decide else "f", {"x": value})

    def test_structures_that_go_too_deep_are_refused(self) -> None:
        inner = part("last", "number")
        for _ in range(100):
            inner = part("next", "", inner)
        with pytest.raises(Invalid) as refused:
            decisions.checked(file(item("t", "", inner), decision("d", formula("1"))))
        assert "套得太深" in next(iter(refused.value.problems.values()))[0]
