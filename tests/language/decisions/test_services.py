"""Decision services: some decisions of a file, offered as one function to expressions and to Python."""

import pytest

from engine.errors import ExecutionFailed, Invalid
from engine.language import decisions
from tests.language.decisions.written import decision, file, formula, function, input_data, item, part, service, table

AID = (
    input_data("in_income", "household income", "number"),
    input_data("in_people", "people", "number"),
    decision("d_head", formula("household income / people"), name="per head", requires=["in_income", "in_people"]),
    decision("d_grade", formula('if per head < 660 then "A" else "B"'), name="grade", requires=["d_head"]),
    decision("d_aid", formula("660 - per head"), name="aid", requires=["d_head"]),
)
WHOLE = service("whole", answers=["d_aid"], data=["in_income", "in_people"])
BOTH = service("both", answers=["d_grade", "d_aid"], data=["in_income", "in_people"])
FROM_HEAD = service("from head", answers=["d_aid"], decisions=["d_head"])
GIVEN = {"household income": 1000, "people": 2}


def asked(text: str, *parts: str, knows: str = "whole") -> object:
    """What an expression answers that knows the service."""
    return decisions.read(file(*AID, *parts, decision("asked", formula(text), knows=[knows]))).decide("asked", GIVEN)


class TestFromPython:
    def test_a_service_with_one_output_answers_its_value(self) -> None:
        assert decisions.checked(file(*AID, WHOLE)).call("whole", GIVEN) == 160

    def test_a_service_with_several_outputs_answers_a_context_by_their_names(self) -> None:
        assert decisions.read(file(*AID, BOTH)).call("both", GIVEN) == {"grade": "A", "aid": 160}

    def test_what_an_input_decision_says_is_given_by_the_caller(self) -> None:
        model = decisions.read(file(*AID, FROM_HEAD))
        assert model.call("from head", {"per head": 600}) == 60
        assert model.call("from head", GIVEN) is None

    def test_nothing_below_an_input_decision_is_decided(self) -> None:
        """Its rows would contradict each other, and nobody has asked it."""
        broken = decision("d_head", table(["x"], ["y"], ["-", "1"], ["-", "2"]), name="per head")
        model = decisions.read(file(broken, *AID[3:], FROM_HEAD))
        assert model.call("from head", {"per head": 600}) == 60
        with pytest.raises(ExecutionFailed):
            model.decide("aid", {})

    def test_input_data_come_before_input_decisions(self) -> None:
        mixed = service("mixed", answers=["d_sum"], data=["in_people"], decisions=["d_head"])
        total = decision("d_sum", formula("people * 1000 + per head"), requires=["d_head", "in_people"])
        model = decisions.read(file(*AID, mixed, total, decision("asked", formula("mixed(2, 5)"), knows=["mixed"])))
        assert model.decide("asked", {}) == 2005

    def test_a_service_sees_nothing_but_its_inputs(self) -> None:
        rate = decision("d_rate", formula("if rate = null then 0 else rate"))
        model = decisions.read(file(rate, service("s", answers=["d_rate"])))
        assert model.call("s", {"rate": 7}) == 0
        assert model.decide("d_rate", {"rate": 7}) == 7

    def test_missing_arguments_are_null(self) -> None:
        assert decisions.read(file(*AID, WHOLE)).call("whole", {"people": 2}) is None

    def test_an_argument_of_another_type_makes_the_answer_null(self) -> None:
        assert decisions.read(file(*AID, BOTH)).call("both", {"household income": "many", "people": 2}) is None

    def test_an_answer_that_does_not_fit_the_type_of_the_service_is_null(self) -> None:
        texts = service("texts", answers=["d_aid"], data=["in_income", "in_people"], type="string")
        assert decisions.read(file(*AID, texts)).call("texts", GIVEN) is None

    def test_the_type_of_a_service_may_be_that_of_a_function(self) -> None:
        signature = item("tAid", "", "<functionItem outputTypeRef='number'/>")
        typed = service("typed", answers=["d_aid"], data=["in_income", "in_people"], type="tAid")
        assert decisions.checked(file(signature, *AID, typed)).call("typed", GIVEN) == 160

    def test_a_service_of_several_outputs_may_be_a_structure(self) -> None:
        types = item("tBoth", "", part("grade", "string"), part("aid", "number"))
        typed = service("typed", answers=["d_grade", "d_aid"], data=["in_income", "in_people"], type="tBoth")
        assert decisions.read(file(types, *AID, typed)).call("typed", GIVEN) == {"grade": "A", "aid": 160}

    def test_an_unknown_service_is_an_incident_and_so_is_a_decision_called_as_one(self) -> None:
        model = decisions.read(file(*AID, WHOLE))
        for name in ("nothing", "aid"):
            with pytest.raises(ExecutionFailed, match="whole"):
                model.call(name, GIVEN)
        with pytest.raises(ExecutionFailed):
            model.decide("whole", GIVEN)

    @pytest.mark.parametrize("wrong", [{"answers": ["d_no"]}, {"answers": ["d_aid"], "data": ["in_no"]}])
    def test_a_service_that_points_nowhere_is_refused_and_answers_null(self, wrong: dict[str, list[str]]) -> None:
        xml = file(*AID, service("s", **wrong))
        with pytest.raises(Invalid) as refused:
            decisions.checked(xml)
        assert "_no”不在文件中" in refused.value.problems["s"][0]
        assert decisions.read(xml).call("s", {}) is None


class TestFromFeel:
    def test_a_service_is_called_like_a_function(self) -> None:
        assert asked("whole(900, 3)", WHOLE) == 360

    def test_arguments_may_be_named_in_any_order(self) -> None:
        assert asked("whole(people: 3, household income: 900)", WHOLE) == 360

    @pytest.mark.parametrize("call", ["whole(900)", "whole(900, 3, 1)", "whole(people: 3)", "whole(a: 900, people: 3)"])
    def test_other_arguments_than_its_own_make_the_answer_null(self, call: str) -> None:
        assert asked(call, WHOLE) is None

    def test_one_of_several_outputs_is_taken_by_its_name(self) -> None:
        assert asked('both(900, 3).aid + (if both(900, 3).grade = "A" then 1 else 0)', BOTH, knows="both") == 361

    def test_a_service_with_a_name_of_several_words_is_called_by_it(self) -> None:
        assert asked("from head(600) + from head(per head: 500)", FROM_HEAD, knows="from head") == 220

    def test_a_service_is_only_known_where_it_is_required(self) -> None:
        model = decisions.read(file(*AID, WHOLE, decision("asked", formula("whole(900, 3)"))))
        assert model.decide("asked", {}) is None

    def test_a_service_may_be_handed_on_as_a_value(self) -> None:
        assert asked("for n in [1, 2] return whole(900 * n, 3)", WHOLE) == [360, 60]

    def test_a_service_may_call_functions_and_other_services(self) -> None:
        twice = function("twice", "x: number", formula("from head(x) * 2"), knows=["from head"])
        double = decision("d_double", formula("twice(household income)"), requires=["in_income"], knows=["twice"])
        outer = service("outer", answers=["d_double"], data=["in_income"])
        assert asked("outer(600)", FROM_HEAD, twice, double, outer, knows="outer") == 120

    def test_a_service_without_inputs_is_called_with_none(self) -> None:
        nothing = service("seven", answers=["d_seven"])
        assert asked("seven()", decision("d_seven", formula("7")), nothing, knows="seven") == 7

    def test_the_trace_of_the_caller_names_the_rows_that_applied_in_the_service(self) -> None:
        rated = decision("d_rated", table(["people"], ["rate"], ["< 3", "1"], [">= 3", "2"]), requires=["in_people"])
        caller = decision("asked", formula("s(5)"), knows=["s"])
        model = decisions.read(file(*AID, rated, service("s", answers=["d_rated"], data=["in_people"]), caller))
        decided = model.evaluate("asked", {})
        assert (decided.value, [(hit.table, hit.row) for hit in decided.hits]) == (2, [("d_rated", 2)])
