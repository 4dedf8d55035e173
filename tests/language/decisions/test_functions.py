"""Business knowledge models, boxed functions and boxed invocations: written once, called from many places."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.errors import ExecutionFailed, Invalid
from engine.language import decisions, feel
from tests.language.decisions.written import (
    context,
    decision,
    file,
    formula,
    function,
    item,
    parameters_of,
    part,
    table,
)

FACTORIAL = function("factorial", "n: number", formula("if n < 2 then 1 else n * factorial(n - 1)"))
PER_HEAD = function("per head", "income: number, people: number", formula("income / people"))


def model(*parts: str, asks: str = "1", knows: tuple[str, ...] = (), content: str = "") -> decisions.Model:
    """A file with one decision "asked"."""
    return decisions.read(file(*parts, decision("asked", content or formula(asks), knows=knows)))


def boxed(parameters: str, content: str, **attributes: str) -> str:
    written = "".join(f" {name}='{value}'" for name, value in attributes.items())
    return f"<functionDefinition{written}>{parameters_of(parameters)}{content}</functionDefinition>"


def invocation(called: str, **bindings: str) -> str:
    written = "".join(
        f"<binding><parameter name='{name}'/>{formula(text)}</binding>" for name, text in bindings.items()
    )
    return f"<invocation>{formula(called)}{written}</invocation>"


class TestCalls:
    def test_python_calls_a_knowledge_model_with_arguments_by_name(self) -> None:
        assert decisions.checked(file(PER_HEAD)).call("per head", {"people": 2, "income": 1000}) == 500

    def test_missing_arguments_are_null_and_others_are_ignored(self) -> None:
        shown = function("shown", "a, b", formula('if b = null then "none" else a'))
        assert decisions.read(file(shown)).call("shown", {"a": 1, "c": 3}) == "none"

    def test_it_is_found_by_id_and_by_name(self) -> None:
        found = decisions.read(file(PER_HEAD.replace('id="per head"', 'id="f1"', 1)))
        assert found.call("f1", {"income": 4, "people": 2}) == found.call("per head", {"income": 4, "people": 2}) == 2
        assert found.callables == {"f1": "per head"}

    def test_an_unknown_one_is_an_incident(self) -> None:
        with pytest.raises(ExecutionFailed, match="per head"):
            decisions.read(file(PER_HEAD)).call("per heads", {})

    def test_expressions_call_it_by_position_and_by_name(self) -> None:
        both = "[per head(900, 3), per head(people: 3, income: 600)]"
        assert model(PER_HEAD, asks=both, knows=("per head",)).decide("asked", {}) == [300, 200]

    @pytest.mark.parametrize("call", ["per head(900)", "per head(900, 3, 1)", "per head(a: 900, people: 3)"])
    def test_other_parameters_than_declared_make_the_answer_null(self, call: str) -> None:
        assert model(PER_HEAD, asks=call, knows=("per head",)).decide("asked", {}) is None

    def test_it_is_only_known_where_it_is_required(self) -> None:
        assert model(PER_HEAD, asks="per head(900, 3)").decide("asked", {}) is None

    def test_it_may_be_handed_on_as_a_value(self) -> None:
        descending = function("descending", "a: number, b: number", formula("a > b"))
        found = model(descending, asks="sort([1, 3, 2], descending)", knows=("descending",))
        assert found.decide("asked", {}) == [3, 2, 1]

    def test_requirements_that_point_nowhere_are_refused(self) -> None:
        with pytest.raises(Invalid) as refused:
            decisions.checked(file(function("f", "x", formula("g(x)"), knows=["g"])))
        assert "业务知识模型“g”" in refused.value.problems["f"][0]


class TestBodies:
    def test_it_calls_itself(self) -> None:
        assert decisions.read(file(FACTORIAL)).call("factorial", {"n": 20}) == Decimal("2432902008176640000")

    def test_it_may_call_itself_ninety_times(self) -> None:
        found = model(FACTORIAL, asks="factorial(90)", knows=("factorial",))
        assert found.decide("asked", {}) is not None

    @pytest.mark.parametrize("content", [formula("f(n)"), invocation("f", n="n + 1")])
    def test_one_that_never_ends_is_an_incident(self, content: str) -> None:
        found = model(function("f", "n: number", content), asks="f(1)", knows=("f",))
        for ask in (lambda: found.decide("asked", {}), lambda: found.call("f", {"n": 1})):
            with pytest.raises(feel.FeelLimitExceeded):
                ask()

    def test_models_rest_on_models(self) -> None:
        chain = [function(f"f{n}", "x: number", formula(f"f{n - 1}(x) + 1"), knows=[f"f{n - 1}"]) for n in (3, 2, 1)]
        found = decisions.checked(file(*chain, function("f0", "x: number", formula("x"))))
        assert found.call("f3", {"x": 1}) == 4

    def test_it_knows_what_it_requires_and_not_what_its_caller_knows(self) -> None:
        hidden = function("hidden", "x: number", formula("x + 1"))
        lent = function("lent", "x: number", formula("hidden(x)"))
        assert model(hidden, lent, asks="lent(1)", knows=("lent", "hidden")).decide("asked", {"y": 1}) is None
        seen = function("seen", "x: number", formula("y"))
        assert model(seen, asks="seen(1)", knows=("seen",)).decide("asked", {"y": 1}) is None

    def test_a_parameter_hides_what_is_required_under_the_same_name(self) -> None:
        rate = function("rate", "", formula("1"))
        over = function("over", "rate: number", formula("rate * 2"), knows=["rate"])
        assert decisions.read(file(rate, over)).call("over", {"rate": 5}) == 10

    def test_a_body_may_be_a_table(self) -> None:
        grades = table(["income"], ["grade"], ["< limit", '"A"'], [">= limit", '"B"'])
        found = model(function("grade", "income: number, limit: number", grades), asks="grade(5, 6)", knows=("grade",))
        decided = found.evaluate("asked", {})
        assert (decided.value, [(hit.table, hit.row) for hit in decided.hits]) == ("A", [("grade", 1)])

    def test_a_body_may_be_a_context_with_a_result(self) -> None:
        steps = context(("head", formula("income / people")), ("", formula("660 - head")))
        assert decisions.read(file(function("aid", "income, people", steps))).call(
            "aid", {"income": 1000, "people": 2}
        ) == Decimal(160)

    def test_a_body_may_be_a_function(self) -> None:
        adder = function("adder", "a: number", boxed("b: number", formula("a + b")))
        assert model(adder, asks="adder(1)(2)", knows=("adder",)).decide("asked", {}) == 3

    @pytest.mark.parametrize("kind", ["Java", "PMML"])
    def test_what_is_written_in_other_languages_answers_null(self, kind: str) -> None:
        body = context(("class", formula('"java.lang.Math"')), ("method signature", formula('"abs(int)"')))
        xml = file(function("f", "n: number", body).replace("<encapsulatedLogic", f"<encapsulatedLogic kind='{kind}'"))
        assert decisions.read(xml).call("f", {"n": -1}) is None
        with pytest.raises(Invalid) as refused:
            decisions.checked(xml)
        assert kind in refused.value.problems["f"][0]

    def test_a_model_without_logic_answers_null(self) -> None:
        xml = file("<businessKnowledgeModel id='f' name='f'><variable name='f'/></businessKnowledgeModel>")
        assert decisions.read(xml).call("f", {}) is None
        with pytest.raises(Invalid) as refused:
            decisions.checked(xml)
        assert "没有内容" in refused.value.problems["f"][0]


class TestTypes:
    def test_arguments_are_converted_as_feel_does(self) -> None:
        shown = function("shown", "n: number, all: tNumbers, at: date and time", formula("[n, all, at]"))
        xml = file(item("tNumbers", "number", listed=True), shown)
        given = {"n": [5], "all": 5, "at": date(2026, 1, 2)}
        assert decisions.read(xml).call("shown", given) == [5, [5], datetime(2026, 1, 2, tzinfo=UTC)]

    @pytest.mark.parametrize("wrong", ["text", [1, 2], True, {"n": 1}])
    def test_an_argument_of_another_type_makes_the_answer_null(self, wrong: object) -> None:
        seven = function("seven", "n: number", formula("7"))
        assert decisions.read(file(seven)).call("seven", {"n": wrong}) is None
        assert model(seven, asks="seven(wrong)", knows=("seven",)).decide("asked", {"wrong": wrong}) is None

    def test_null_fits_every_parameter(self) -> None:
        assert decisions.read(file(function("seven", "n: number", formula("7")))).call("seven", {}) == 7

    def test_an_argument_that_is_no_allowed_value_makes_the_answer_null(self) -> None:
        xml = file(item("tGrade", "string", allowed='"A","B"'), function("f", "grade: tGrade", formula("1")))
        assert decisions.read(xml).call("f", {"grade": "A"}) == 1
        assert decisions.read(xml).call("f", {"grade": "C"}) is None

    def test_an_answer_is_converted_to_the_type_of_the_model(self) -> None:
        moment = function("f", "", formula('@"2026-01-02"'), type="date and time")
        assert decisions.read(file(moment)).call("f", {}) == datetime(2026, 1, 2, tzinfo=UTC)

    def test_an_answer_of_another_type_is_null(self) -> None:
        assert decisions.read(file(function("f", "", formula('"one"'), type="number"))).call("f", {}) is None

    def test_the_type_of_a_model_may_be_that_of_a_function(self) -> None:
        signature = item(
            "tF", "", "<functionItem outputTypeRef='number'><parameters name='n' typeRef='number'/></functionItem>"
        )
        found = decisions.checked(file(signature, function("f", "n: number", formula("[n]"), type="tF")))
        assert found.call("f", {"n": 3}) == 3

    def test_the_type_may_stand_at_the_logic_too(self) -> None:
        xml = file(
            function("f", "", formula('"one"')).replace("<encapsulatedLogic", "<encapsulatedLogic typeRef='number'")
        )
        assert decisions.read(xml).call("f", {}) is None

    def test_arguments_may_be_structures(self) -> None:
        person = item("tPerson", "", part("name", "string"), part("age", "number"))
        xml = file(person, function("f", "p: tPerson", formula("p.age")))
        assert decisions.read(xml).call("f", {"p": {"name": "a", "age": 7}}) == 7
        assert decisions.read(xml).call("f", {"p": {"name": "a", "age": "7"}}) is None


class TestBoxedFunctions:
    def test_an_entry_may_be_a_function_that_later_entries_call(self) -> None:
        content = context(("twice", boxed("n: number", formula("n * 2"))), ("", formula("twice(21)")))
        assert model(content=content).decide("asked", {}) == 42

    def test_it_sees_the_entries_around_it(self) -> None:
        content = context(
            ("rate", formula("3")), ("times", boxed("n: number", formula("n * rate"))), ("", formula("times(2)"))
        )
        assert model(content=content).decide("asked", {}) == 6

    def test_it_checks_its_arguments(self) -> None:
        content = context(("f", boxed("n: number", formula("7"))), ("", formula('[f(1), f("1")]')))
        assert model(content=content).decide("asked", {}) == [7, None]

    def test_old_files_declare_the_type_of_its_answer(self) -> None:
        """Both at the function and at the variable of its entry."""
        for entry in (("f", boxed("", formula("[7]"), typeRef="number")), ("f", boxed("", formula("[7]")), "number")):
            assert model(content=context(entry, ("", formula("f()")))).decide("asked", {}) == 7

    def test_it_may_declare_the_type_of_a_function(self) -> None:
        signature = item("tF", "", "<functionItem outputTypeRef='number'><parameters name='n'/></functionItem>")
        for declared, expected in (("tF", 7), ("function", 7), ("number", 7)):
            content = context(("f", boxed("n", formula("7")), declared), ("", formula("f(1)")))
            assert model(signature, content=content).decide("asked", {}) == expected

    @pytest.mark.parametrize("kind", ["Java", "PMML"])
    def test_what_is_written_in_other_languages_answers_null(self, kind: str) -> None:
        content = context(("f", boxed("n", context(), kind=kind)), ("", formula("[f(1)]")))
        assert model(content=content).decide("asked", {}) == [None]


class TestInvocations:
    def test_arguments_are_bound_by_name(self) -> None:
        content = invocation("per head", people="n + 1", income="1000")
        assert model(PER_HEAD, content=content, knows=("per head",)).decide("asked", {"n": 1}) == 500

    def test_a_parameter_that_is_not_bound_is_null(self) -> None:
        shown = function("shown", "a, b", formula("[a, b]"))
        assert model(shown, content=invocation("shown", b="1"), knows=("shown",)).decide("asked", {}) == [None, 1]

    def test_a_binding_that_the_function_does_not_know_makes_the_answer_null(self) -> None:
        shown = function("shown", "a", formula("1"))
        assert model(shown, content=invocation("shown", c="1"), knows=("shown",)).decide("asked", {}) is None

    def test_built_in_functions_may_be_called(self) -> None:
        assert model(content=invocation("modulo", dividend="7", divisor="4")).decide("asked", {}) == 3

    def test_arguments_may_be_boxes(self) -> None:
        listed = "<list>" + formula("1") + formula("2") + "</list>"
        content = f"<invocation>{formula('sum')}<binding><parameter name='list'/>{listed}</binding></invocation>"
        assert model(content=content).decide("asked", {}) == 3

    def test_a_binding_converts_to_the_type_that_it_declares(self) -> None:
        bound = invocation("shown", at='@"2026-01-02"').replace("name='at'", "name='at' typeRef='date and time'")
        shown = function("shown", "at", formula("at"))
        assert model(shown, content=bound, knows=("shown",)).decide("asked", {}) == datetime(2026, 1, 2, tzinfo=UTC)

    def test_what_is_no_function_cannot_be_called(self) -> None:
        assert model(content=invocation("1")).decide("asked", {}) is None
        assert model(content=invocation("nobody", x="1")).decide("asked", {}) is None
