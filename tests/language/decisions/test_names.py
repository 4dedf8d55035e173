"""Names as people give them: with spaces, signs, Chinese, emojis, apostrophes and words that mean something to FEEL."""

from xml.sax.saxutils import quoteattr

import pytest

from engine.language import decisions
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

NAMES = [
    "monthly income",
    "家庭人均月收入",
    "家庭 人均 月收入",
    "Größe",
    "🐎",
    "number of 🐎",
    "applicant's age",
    "profit and loss",
    "in stock",
    "stock in",
    "date of birth",
    "time to live",
    "end date",
    "date",
    "list of names",
    "is so",
    "for sale",
    "sale for two",
    "if needed",
    "order",
    "android",
    "notify",
    "between us",
    "true north",
    "null island",
    "x-ray",
    "a/b ratio",
    "C++",
    "a*b",
    "income + 1",
    "v1.2",
    "Rule 2.1 result",
    "_hidden",
    "item",
    "sum",
    "string length",
    "day",
]


@pytest.mark.parametrize("name", NAMES)
class TestEveryName:
    def test_names_input_data(self, name: str) -> None:
        xml = file(input_data("in_x", name), decision("d", formula(f"{name} + 1"), requires=["in_x"]))
        assert decisions.checked(xml).decide("d", {name: 1}) == 2

    def test_names_a_decision(self, name: str) -> None:
        xml = file(decision("d_x", formula("41"), name=name), decision("d", formula(f"1 + {name}"), requires=["d_x"]))
        assert decisions.checked(xml).decide("d", {}) == 42
        assert decisions.checked(xml).decide(name, {}) == 41

    def test_names_a_function_and_its_parameter(self, name: str) -> None:
        other = "value" if name != "value" else "v"
        for called, parameter in ((name, other), ("f", name)):
            xml = file(
                function(called, parameter, formula(f"{parameter} * 2")),
                decision("d", formula(f"{called}({parameter}: 21) + {called}(0)"), knows=[called]),
            )
            assert decisions.checked(xml).decide("d", {}) == 42

    def test_names_an_entry_and_a_part_of_a_structure(self, name: str) -> None:
        content = context((name, formula("20")), ("", formula(f"{name} + x.{name}")))
        xml = file(
            item("t", "", part(name, "number")),
            input_data("in_x", "x", "t"),
            decision("d", content, requires=["in_x"]),
        )
        assert decisions.checked(xml).decide("d", {"x": {name: 22}}) == 42

    def test_names_what_a_filter_asks_for(self, name: str) -> None:
        xml = file(
            item("t", "", part(name, "number")),
            item("ts", "t", listed=True),
            input_data("in_x", "x", "ts"),
            decision("d", formula(f"count(x[{name} > 1])"), requires=["in_x"]),
        )
        assert decisions.checked(xml).decide("d", {"x": [{name: 1}, {name: 2}]}) == 1

    def test_names_columns_of_a_table(self, name: str) -> None:
        content = table([name], [name, "other"], ["> 1", f"{name} * 2", "0"])
        xml = file(input_data("in_x", name), decision("d", content, requires=["in_x"]))
        assert decisions.checked(xml).decide("d", {name: 21}) == {name: 42, "other": 0}

    def test_names_a_loop_variable(self, name: str) -> None:
        parts = f"<in>{formula('[1, 2]')}</in><return>{formula(f'{name} + 1')}</return>"
        body = f"<for iteratorVariable={quoteattr(name)}>{parts}</for>"
        assert decisions.checked(file(decision("d", body))).decide("d", {}) == [2, 3]


class TestConflicts:
    def test_the_longest_known_name_is_meant(self) -> None:
        xml = file(
            input_data("in_a", "a"),
            input_data("in_b", "b"),
            input_data("in_ab", "a + b"),
            decision("d", formula("a + b"), requires=["in_a", "in_b", "in_ab"]),
            decision("e", formula("(a) + b"), requires=["in_a", "in_b", "in_ab"]),
        )
        model = decisions.checked(xml)
        given = {"a": 1, "b": 2, "a + b": 30}
        assert [model.decide("d", given), model.decide("e", given)] == [30, 3]

    def test_white_space_inside_a_name_may_differ(self) -> None:
        xml = file(input_data("in_x", "monthly  income"), decision("d", formula("monthly\n income + 1")))
        assert decisions.read(xml).decide("d", {"monthly  income": 1}) == 2

    def test_a_variable_may_have_another_name_than_its_decision(self) -> None:
        first = f"<decision id='a' name='First step'><variable name='first'/>{formula('1')}</decision>"
        model = decisions.checked(file(first, decision("b", formula("first + 1"), requires=["a"])))
        assert (model.decide("First step", {}), model.decide("b", {})) == (1, 2)

    def test_input_data_with_a_variable_of_another_name_are_given_under_that(self) -> None:
        data = "<inputData id='in_x' name='Income of the household'><variable name='income'/></inputData>"
        model = decisions.checked(file(data, decision("d", formula("income + 1"), requires=["in_x"])))
        assert model.decide("d", {"income": 1}) == 2
        assert model.inputs_of("d") == ("income",)


class TestNamesThatCouldBeCalculations:
    """“income - costs” is a name where something of that name is in scope, and a calculation everywhere else."""

    IN, OUT = input_data("in_i", "income"), input_data("in_c", "costs")
    GIVEN = {"income": 5, "costs": 2}

    def test_a_decision_may_be_named_after_its_own_formula(self) -> None:
        own = decision("d", formula("income - costs"), name="income - costs", requires=["in_i", "in_c"])
        other = decision("e", formula("income - costs + 100"), requires=["d"])
        model = decisions.checked(file(self.IN, self.OUT, own, other))
        assert [model.decide("d", self.GIVEN), model.decide("e", self.GIVEN)] == [3, 103]
        assert model.inputs_of("e") == ("income", "costs")

    def test_what_is_not_required_is_not_meant(self) -> None:
        named = decision("d", formula("1000"), name="income - costs")
        other = decision("e", formula("income - costs"), requires=["in_i", "in_c"])
        assert decisions.checked(file(self.IN, self.OUT, named, other)).decide("e", self.GIVEN) == 3

    def test_an_entry_is_known_after_itself_only(self) -> None:
        content = context(
            ("before", formula("income - costs")),
            ("income - costs", formula("income - costs + 10")),
            ("after", formula("income - costs")),
        )
        outside = decision("e", formula("income - costs"))
        model = decisions.checked(file(self.IN, self.OUT, decision("d", content), outside))
        assert model.decide("d", self.GIVEN) == {"before": 3, "income - costs": 13, "after": 13}
        assert model.decide("e", self.GIVEN) == 3

    def test_a_parameter_is_known_in_its_function_only(self) -> None:
        doubled = function("doubled", "a-b", formula("a-b * 2"))
        asked = decision("d", formula("doubled(a-b)"), knows=["doubled"])
        assert decisions.checked(file(doubled, asked)).decide("d", {"a": 7, "b": 2}) == 10

    def test_a_loop_variable_is_known_in_its_body_only(self) -> None:
        parts = f"<in>{formula('[a-b, 1]')}</in><return>{formula('a-b + 1')}</return>"
        content = f"<for iteratorVariable='a-b'>{parts}</for>"
        assert decisions.checked(file(decision("d", content))).decide("d", {"a": 7, "b": 2}) == [6, 2]

    def test_a_function_knows_itself(self) -> None:
        falling = function("n-1", "n", formula("if n = 0 then 0 else 1 + n-1(-1 + n)"))
        assert decisions.checked(file(falling)).call("n-1", {"n": 5}) == 5


class TestDmnOnePointOne:
    """What the first editors wrote: types as elements, prefixes, types of answers at functions."""

    def test_a_file_of_the_first_version_is_decided(self) -> None:
        terms = table(["Loan.term"], ["kind"], ["< 12", '"S"'], [">= 12", '"L"'])
        asked = formula("kind + string(PMT(Loan.amount, Loan.term))")
        xml = file(
            item("tLoan", "", part("amount", "feel:number"), part("term", "feel:number")),
            item("tKind", "feel:string", allowed='"S","L"'),
            input_data("in_loan", "Loan", "tLoan"),
            function("PMT", "p: feel:number, n: feel:number", formula("p / n"), type="feel:number"),
            decision("kind", terms, requires=["in_loan"], type="tKind"),
            decision("d", asked, requires=["in_loan", "kind"], knows=["PMT"], type="feel:string"),
            namespace="http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        )
        model = decisions.checked(xml)
        assert model.decide("d", {"Loan": {"amount": 100, "term": 10}}) == "S10"
        assert model.decide("d", {"Loan": {"amount": "100", "term": 10}}) is None

    def test_expressions_may_name_their_language(self) -> None:
        for language in (
            "http://www.omg.org/spec/FEEL/20140401",
            "https://www.omg.org/spec/DMN/20191111/FEEL/",
            "feel",
        ):
            said = formula("1 + 1").replace("<literalExpression", f"<literalExpression expressionLanguage='{language}'")
            assert decisions.checked(file(decision("d", said))).decide("d", {}) == 2

    def test_a_file_in_another_language_is_refused(self) -> None:
        xml = file(decision("d", formula("1 + 1"))).replace(b"<definitions", b"<definitions expressionLanguage='juel'")
        assert "juel" in str(decisions.read(xml).problems)
        assert decisions.read(xml).decide("d", {}) is None
