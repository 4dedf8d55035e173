"""Conditions, amounts and names as policy staff write them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from engine.language import feel
from engine.language.feel import Value, evaluate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("0.1 + 0.2", Decimal("0.3")),
        ("10 / 4", Decimal("2.5")),
        ("-2 ** 2", 4),
        ("2 ** 3", 8),
        ("1 / 0", None),
        ('"a" + "b"', "ab"),
        ('"a" + 1', None),
        ("if 1 > 2 then 3 else 4", 4),
        ("if null then 3 else 4", 4),
        ("5 between 1 and 10", True),
        ("5 in [1..5)", False),
        ("5 in ]1..5]", True),
        ("5 in (<3, >4)", True),
        ('"C" in ("C","D")', True),
        ("1 in [2,3,1]", True),
        ("[1,2,3][item > 1]", [2, 3]),
        ("[1,2,3][-1]", 3),
        ("[{a:1},{a:2}].a", [1, 2]),
        ("{a: 1, b: a + 1}.b", 2),
        ("for x in 1..3 return x * x", [1, 4, 9]),
        ("for x in [1,2], y in [10,20] return x + y", [11, 21, 12, 22]),
        ("for x in 1..4 return if x = 1 then 1 else partial[-1] * x", [1, 2, 6, 24]),
        ("some x in [1,2] satisfies x > 1", True),
        ("every x in [1,2] satisfies x > 1", False),
        ("(function(a, b) a - b)(b: 1, a: 5)", 4),
        ("count([1,2,3])", 3),
        ('substring(string: "foobar", start position: 3)', "obar"),
        ("not(true)", False),
        ("1 = null", False),
        ("null = null", True),
        ('1 = "1"', None),
        ('date("2024-02-29").year', 2024),
        ("1 instance of number", True),
        ("[1] instance of list<number>", True),
    ],
)
def test_an_expression_has_its_value(text: str, expected: object) -> None:
    assert evaluate(text) == feel.to_feel(expected)


@pytest.mark.parametrize(
    ("left", "right", "conjunction", "disjunction"),
    [
        ("true", "true", True, True),
        ("true", "false", False, True),
        ("true", "null", None, True),
        ("false", "null", False, None),
        ("null", "false", False, None),
        ("null", "null", None, None),
        ("false", "1", False, None),
        ("1", "true", None, True),
    ],
)
def test_logic_has_three_values(left: str, right: str, conjunction: Value, disjunction: Value) -> None:
    assert evaluate(f"{left} and {right}") is conjunction
    assert evaluate(f"{left} or {right}") is disjunction


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ('人均收入 < 700 and 户籍 = "砚山县"', {"人均收入": 650, "户籍": "砚山县"}, True),
        ("申请人.年龄 >= 60", {"申请人": {"年龄": 61}}, True),
        ("loan amount + 1", {"loan amount": 1}, Decimal(2)),
        ("a-b", {"a-b": 7, "a": 1, "b": 2}, Decimal(7)),
        ("a - c", {"a-b": 7, "a": 1, "c": 2}, Decimal(-1)),
        ("applicant.monthly income", {"applicant": {"monthly income": 5}}, Decimal(5)),
        ("people[monthly income > 3].name", {"people": [{"monthly income": 5, "name": "甲"}]}, ["甲"]),
        ("date + 1", {"date": 1}, Decimal(2)),
        ("count(count)", {"count": [1, 2]}, Decimal(2)),
    ],
)
def test_names_may_be_chinese_or_several_words(text: str, context: dict[str, Any], expected: Value) -> None:
    assert evaluate(text, context) == expected


def test_a_compiled_expression_is_cached_and_knows_its_names() -> None:
    text = "amount > limit and count(items[price > 3]) > 0 and (some x in rows satisfies x > y)"
    expression = feel.compile(text)
    assert feel.compile(text) is expression
    assert expression.names == {"amount", "limit", "items", "rows", "y"}
    assert feel.names_used("{a: 1, b: a + z}") == {"z"}


def test_a_compiled_expression_takes_feel_values() -> None:
    expression = feel.compile('amount > 1000 and grade in ("C","D")')
    assert expression({"amount": Decimal(1200), "grade": "C"}) is True
    assert expression({"amount": Decimal(1200), "grade": "A"}) is False
    assert expression({"amount": Decimal(10), "grade": "C"}) is False
    assert expression({"grade": "C"}) is None


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("-", None, True),
        ("  ", 1, True),
        ("<5", 4, True),
        ("<5", 5, False),
        ('"a","b"', "b", True),
        ('not("a","b")', "b", False),
        ("[1..10]", 10, True),
        ("[1..10)", 10, False),
        ("? > 3 and ? < 5", 4, True),
        ('starts with(?, "砚")', "砚山县", True),
        ("<5, >10", 12, True),
        ("null", None, True),
        ("true", False, False),
        ("true", None, False),
        ("false", None, False),
        ("not(true)", None, True),
        ('["a","b"]', "b", True),
        (">= limit", 5, True),
        ("<5", "x", None),
        ('not("a","b")', "c", True),
        ("not(<5)", 4, False),
        ("= 5", 5, True),
        ("!= 5", 5, False),
        ("[1..3], [7..9]", 8, True),
        ("-5", -5, True),
        ("limit + 1", 6, True),
        ("limit > 3", 99, True),
        ("every x in ? satisfies x > 1", [2, 3], True),
        ('date("2024-01-01")', "2024-01-01", None),
        ('"a"', ["a"], None),
    ],
)
def test_a_cell_of_a_decision_table_tests_its_input(cell: str, value: object, expected: Value) -> None:
    tests = feel.unary_tests(cell)
    assert tests({"?": feel.to_feel(value), "limit": Decimal(5)}) is expected


def test_dates_and_durations_calculate() -> None:
    assert evaluate('date("2024-01-31") + duration("P1M")') == dt.date(2024, 2, 29)
    assert evaluate('@"2024-01-31" - @"2024-01-01"') == dt.timedelta(days=30)
    assert evaluate('start + @"PT24H"', {"start": dt.datetime(2024, 1, 1, tzinfo=dt.UTC)}) == dt.datetime(
        2024, 1, 2, tzinfo=dt.UTC
    )


def test_a_wrong_value_gives_null_and_a_warning_with_its_place() -> None:
    with feel.collect_warnings() as warnings:
        assert evaluate("1 +\n  missing") is None
    assert [(warning.line, warning.column) for warning in warnings] == [(2, 3), (1, 3)]
    assert warnings[0].chinese == "没有名为“missing”的变量"
