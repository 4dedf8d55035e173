"""Functions that authors write, functions of ours, and types."""

from decimal import Decimal

import pytest

from engine.language import feel
from engine.language.feel import (
    ContextType,
    Function,
    ListType,
    NamedType,
    TypeTable,
    Value,
    call,
    compile,
    evaluate,
    make_function,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(function(a, b) a - b)(5, 3)", 2),
        ("{f: function(n) if n = 0 then 1 else n * f(n - 1), r: f(20)}.r", Decimal(2432902008176640000)),
        ('{f: function(a: number) a, r: f("x")}.r', None),
        ('{f: function(a: string) a, r: f(["x"])}.r', "x"),
        ("{f: function(a: list<number>) count(a), r: f(7)}.r", 1),
        ("(function(a) a)()", None),
        ("(function(a) a)(b: 1)", None),
        ("(function(my value) my value + 1)(my value: 1)", 2),
        ("(for i in 1..3 return function() i)[2]()", 2),
        ("{k: 10, f: function(x) x + k, r: f(1)}.r", 11),
        ("1(2)", None),
    ],
)
def test_a_function_of_the_author_is_called(text: str, expected: object) -> None:
    assert evaluate(text) == feel.to_feel(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null instance of Null", True),
        ("null instance of Any", False),
        ('@"P1Y" instance of years and months duration', True),
        ('[1, "a"] instance of list<number>', False),
        ("[1..2] instance of range<number>", True),
        ("{a: 1, b: 2} instance of context<a: number>", True),
        ('{a: "x"} instance of context<a: number>', False),
        ('(function(a: number) "x") instance of function<number>->string', True),
        ("(function(a: number) 1) instance of function<number>->string", False),
        ('(function(a: string) "x") instance of function<number>->string', False),
        ("abs instance of function<number>->number", True),
        ("1 instance of Nothing", None),
    ],
)
def test_instance_of(text: str, expected: Value) -> None:
    assert evaluate(text) is expected


def test_types_that_a_model_declares_are_known_by_name() -> None:
    person = ContextType((("name", NamedType("string")), ("age", NamedType("number"))))
    types = TypeTable({"tPerson": person, "family members": ListType(NamedType("tPerson"))})
    expression = compile("x instance of family members", types=types)
    assert expression({"x": [{"name": "甲", "age": Decimal(3)}]}) is True
    assert expression({"x": [{"name": "甲"}]}) is False
    assert compile("x instance of family members", types=types) is expression


def test_a_function_of_ours_may_be_called_in_any_way() -> None:
    double = make_function("double", ("number",), lambda number: number * 2)
    context = {"double": double, "n": Decimal(2)}
    assert compile("double(n) + double(number: 1)")(context) == 6
    assert call(double, (Decimal(4),)) == 8
    assert call(double, named={"number": Decimal(5)}) == 10
    assert call(double, ()) is None


def test_a_function_may_leave_its_expression_and_be_called_later() -> None:
    function = evaluate("function(a, b) a * b + k", {"k": 1})
    assert isinstance(function, Function)
    assert function.parameters == ("a", "b")
    assert call(function, (Decimal(2), Decimal(3))) == 7


def test_a_variable_hides_a_built_in_of_its_name_except_where_it_is_called() -> None:
    assert evaluate("count(count) + max", {"count": [1, 2], "max": 5}) == 7


def test_names_needed_from_outside() -> None:
    assert feel.names_used("a + sum(b) + c.d") == {"a", "b", "c"}
    assert feel.names_used("for i in items, j in 1..n return i * j * partial[1]") == {"items", "n"}
    assert feel.names_used("(function(x) x + y)(z)") == {"y", "z"}
    assert feel.names_used("rows[price > limit]") == {"rows"}
    assert feel.names_used("rows[price > limit]", ["limit"]) == {"rows", "limit"}
    assert feel.unary_tests("? > limit").names == {"limit"}


def test_a_name_in_a_filter_may_be_needed_from_outside() -> None:
    assert feel.names_read("rows[price > limit]") == {"rows", "price", "limit"}
    assert feel.names_read("rows[item > limit and some y in parts satisfies y > z]") == {"rows", "limit", "parts", "z"}
    assert feel.names_read("for x in rows return x.parts[price > x.limit]") == {"rows", "price"}
    assert feel.unary_tests("? > sum(rows[price > limit].price)").doubtful == {"price", "limit"}


def test_values_come_in_from_json_and_wrong_ones_are_refused() -> None:
    assert feel.to_feel({"a": [1, 2.5, True, None, "x"]}) == {"a": [Decimal(1), Decimal("2.5"), True, None, "x"]}
    assert feel.to_feel(float("nan")) is None
    with pytest.raises(TypeError):
        feel.to_feel(b"bytes")
