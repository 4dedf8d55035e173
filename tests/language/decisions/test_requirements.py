"""Decisions that rest on others: requirement graphs, literal expressions, and what must be given."""

import pytest

from engine.errors import ExecutionFailed, Invalid
from engine.language import decisions
from tests.language.decisions.written import decision, file, formula, input_data, one_table, table

AID = file(
    input_data("in_income", "household income"),
    input_data("in_people", "people"),
    decision(
        "d_aid",
        table(["per head"], ["aid"], ["< 660", "660 - per head"], [">= 660", "0"]),
        requires=["d_head"],
        name="aid",
    ),
    decision("d_head", formula("household income / people"), name="per head", requires=["in_income", "in_people"]),
)


def test_required_decisions_are_decided_first_and_seen_by_name() -> None:
    assert decisions.read(AID).decide("aid", {"household income": 1000, "people": 2}) == 160


def test_a_decision_is_found_by_id_and_by_name() -> None:
    model = decisions.read(AID)
    given = {"household income": 900, "people": 3}
    assert model.decide("d_head", given) == model.decide("per head", given) == 300
    assert model.decisions == {"d_aid": "aid", "d_head": "per head"}
    assert "d_aid" in model
    assert "per head" in model
    assert "nothing" not in model


def test_the_trace_holds_the_decisions_that_were_asked() -> None:
    decided = decisions.read(AID).evaluate("aid", {"household income": 1000, "people": 2})
    (asked,) = decided.required
    assert (asked.decision_id, asked.value) == ("d_head", 500)


def test_a_computed_decision_wins_over_a_value_given_under_its_name() -> None:
    given = {"household income": 1000, "people": 2, "per head": 1}
    assert decisions.read(AID).decide("aid", given) == 160


def test_what_must_be_given_includes_what_required_decisions_need() -> None:
    model = decisions.read(AID)
    assert model.inputs_of("aid") == ("household income", "people")


def test_without_declared_inputs_the_free_names_must_be_given() -> None:
    model = decisions.read(one_table(["income + 1", "kind"], ["x"], ["> least", '"a"', "income * rate"]))
    assert set(model.inputs_of("grade")) == {"income", "kind", "least", "rate"}


def test_names_in_filters_that_nothing_declares_are_known_to_be_doubtful() -> None:
    model = decisions.read(one_table(["count(members[income > least])"], ["x"], ["> 0", "sum(costs[item > part])"]))
    assert (set(model.inputs_of("grade")), model.doubtful) == ({"members", "costs"}, {"income", "least", "part"})


def test_a_literal_expression_traces_the_names_it_read() -> None:
    decided = decisions.read(file(decision("d", formula("a + b")))).evaluate("d", {"a": 1, "b": 2, "c": 3})
    assert (decided.value, decided.inputs, decided.hits) == (3, {"a": 1, "b": 2}, ())


def test_decisions_may_stand_in_any_order_and_share_what_they_require() -> None:
    model = decisions.read(
        file(
            decision("top", formula("left + right"), requires=["left", "right"]),
            decision("left", formula("ground * 2"), requires=["ground"]),
            decision("right", formula("ground * 3"), requires=["ground"]),
            decision("ground", formula("1 + 1")),
        )
    )
    assert model.decide("top", {}) == 10


def test_a_chain_of_two_thousand_decisions_is_no_trouble() -> None:
    chain = [decision(f"d{n}", formula(f"d{n - 1} + 1"), requires=[f"d{n - 1}"]) for n in range(2000, 0, -1)]
    assert decisions.read(file(*chain, decision("d0", formula("0")))).decide("d2000", {}) == 2000


def test_an_unknown_decision_is_an_incident() -> None:
    with pytest.raises(ExecutionFailed, match="d_aid"):
        decisions.read(AID).decide("d_aids", {})


def test_decisions_that_require_each_other_are_refused() -> None:
    circle = file(
        decision("a", formula("b"), requires=["b"]),
        decision("b", formula("a"), requires=["a"]),
    )
    with pytest.raises(Invalid) as refused:
        decisions.read(circle)
    assert any("互相引用" in line for lines in refused.value.problems.values() for line in lines)


@pytest.mark.parametrize("missing", ["nowhere", "in_nowhere"])
def test_a_requirement_that_points_nowhere_is_refused(missing: str) -> None:
    with pytest.raises(Invalid) as refused:
        decisions.checked(file(decision("a", formula("1"), requires=[missing])))
    assert missing in refused.value.problems["a"][0]


def test_a_required_decision_is_also_seen_under_its_id_as_camunda_does() -> None:
    model = decisions.read(
        file(decision("a", formula("1")), decision("b", formula("first_step + 1"), requires=["first_step"])).replace(
            b'id="a" name="a"', b'id="first_step" name="Step one"'
        )
    )
    assert model.decide("b", {}) == 2
    assert model.inputs_of("b") == ()
