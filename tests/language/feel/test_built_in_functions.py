"""The library of built-in functions over numbers, strings, lists, contexts and ranges."""

from decimal import Decimal

import pytest

from engine.language import feel
from engine.language.feel import evaluate


def _check(text: str, expected: object) -> None:
    assert evaluate(text) == feel.to_feel(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("decimal(1/3, 2)", Decimal("0.33")),
        ("decimal(2.5, 0)", 2),
        ("decimal(1.5, 7000)", None),
        ("floor(-1.5)", -2),
        ("floor(-1.56, 1)", Decimal("-1.6")),
        ("ceiling(1.51, 1)", Decimal("1.6")),
        ("ceiling(1.5, null)", None),
        ("round up(-5.5, 0)", -6),
        ("round down(5.5, 0)", 5),
        ("round half up(2.5, 0)", 3),
        ("round half down(2.5, 0)", 2),
        ("round half up(1234, -2)", 1200),
        ("modulo(-12, 5)", 3),
        ("modulo(12, -5)", -3),
        ("modulo(1, 0)", None),
        ("sqrt(16)", 4),
        ("sqrt(-1)", None),
        ("log(0)", None),
        ("decimal(exp(1), 6)", Decimal("2.718282")),
        ("abs(-1)", 1),
        ("odd(5)", True),
        ("even(2.5)", None),
        ('number("1 000,5", " ", ",")', Decimal("1000.5")),
        ('number("1,000", ",", ",")', None),
        ('number("abc")', None),
        ('number("1e3")', 1000),
    ],
)
def test_functions_over_numbers(text: str, expected: object) -> None:
    _check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('substring("砚山县城", 2, 2)', "山县"),
        ('substring("foobar", -2)', "ar"),
        ('substring("foobar", 0)', None),
        ('substring("foobar", 2, 0)', None),
        ('string length("中\\U01F600")', 2),
        ('upper case("aB")', "AB"),
        ('lower case("aB")', "ab"),
        ('substring before("foobar", "bar")', "foo"),
        ('substring before("foobar", "x")', ""),
        ('substring after("foobar", "ob")', "ar"),
        ('contains("砚山县", "山")', True),
        ('starts with("foo", "fo")', True),
        ('ends with("foo", "fo")', False),
        ('string join(["a", null, "b"], "、")', "a、b"),
        ("string join([1])", None),
        ("string(1.500)", "1.5"),
        ("string(1e-7)", "0.0000001"),
        ('string([1, "a\\"b", null, {x y: true}])', '[1, "a\\"b", null, {x y: true}]'),
        ("string([1..3))", "[1..3)"),
        ("string((< 5))", "(< 5)"),
        ("string(null)", None),
        ("upper case(1)", None),
    ],
)
def test_functions_over_strings(text: str, expected: object) -> None:
    _check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count([])", 0),
        ("count(null)", None),
        ("min(3, 1, 2)", 1),
        ('max(["a", "c", "b"])', "c"),
        ('max(1, "a")', None),
        ("sum(1, 2)", 3),
        ("sum([])", None),
        ('string(sum([@"P1D", @"PT12H"]))', "P1DT12H"),
        ("sum(true)", None),
        ("product([2, 3])", 6),
        ("mean(1, 2)", Decimal("1.5")),
        ("median([8, 2, 5, 3])", 4),
        ("decimal(stddev(2, 4, 7, 5), 4)", Decimal("2.0817")),
        ("mode([6, 3, 9, 6, 3])", [3, 6]),
        ("all([true, null])", None),
        ("all([])", True),
        ("any([false, true])", True),
        ("any(false, null)", None),
        ("sublist([1, 2, 3], -2)", [2, 3]),
        ("sublist([1, 2, 3], 2, 5)", None),
        ("append([1], 2, 3)", [1, 2, 3]),
        ("concatenate([1], [2], 3)", [1, 2, 3]),
        ("insert before([1, 3], 2, 2)", [1, 2, 3]),
        ("remove([1, 2, 3], -1)", [1, 2]),
        ("remove([1], 2)", None),
        ("reverse([1, 2])", [2, 1]),
        ("index of([1, 2, null, 2], 2)", [2, 4]),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ("distinct values([1, [1], 1, [1], true, null, null])", [1, [1], True, None]),
        ("duplicate values([1, 2, 1])", [1]),
        ("flatten([[1, [2]], 3])", [1, 2, 3]),
        ("list contains([1, null], null)", True),
        ("list replace([2, 4, 7], -1, 5)", [2, 4, 5]),
        ("list replace([2, 4, 7], function(item, newItem) item < newItem, 5)", [5, 5, 7]),
        ("sort([3, 1, 2])", [1, 2, 3]),
        ("sort([3, 1, 2], function(x, y) x > y)", [3, 2, 1]),
        ('sort([1, "a"])', None),
    ],
)
def test_functions_over_lists(text: str, expected: object) -> None:
    _check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('get value({a: 1}, "a")', 1),
        ('get value({a: {b: 1}}, ["a", "b"])', 1),
        ('get value({a: 1}, "b")', None),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ('context([{key: "a", value: 1}])', {"a": 1}),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', None),
        ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
        ('context put({a: {b: 1}}, ["a", "b"], 2)', {"a": {"b": 2}}),
        ('context put({a: 1}, ["a", "b"], 2)', None),
        ("context merge([{a: 1, b: 1}, {b: 2}])", {"a": 1, "b": 2}),
        ("is([1], [1])", True),
        ("is(1, null)", False),
        ('not("a")', None),
    ],
)
def test_functions_over_contexts_and_any_value(text: str, expected: object) -> None:
    _check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("before(1, 2)", True),
        ("before([1..5), 5)", True),
        ("before([1..5], 5)", False),
        ("after(6, [1..5])", True),
        ("meets([1..5], [5..9])", True),
        ("meets([1..5), [5..9])", False),
        ("met by([5..9], [1..5])", True),
        ("overlaps([1..5], (5..9])", False),
        ("overlaps([1..5], [3..8])", True),
        ("overlaps before([1..5], [3..8])", True),
        ("overlaps after([3..8], [1..5])", True),
        ("finishes(5, [1..5])", True),
        ("finished by([1..5], (3..5])", True),
        ("includes([1..5], [1..5))", True),
        ("during(3, [1..5])", True),
        ("starts([1..3], [1..5])", True),
        ("started by([1..5], 1)", True),
        ("coincides([1..5], [1..5))", False),
        ('before(1, "a")', None),
        ("before([1..5], null)", None),
        ('range("[1..3)") = [1..3)', True),
        ('range("[@\\"2024-01-01\\"..date(\\"2024-02-01\\")]").end = @"2024-02-01"', True),
        ('range("[3..1]")', None),
        ('range("[1..x]")', None),
        ("3 in ]1..3[", False),
        ("3 in (!= 4)", True),
        ("[1..3].start included", True),
        ("(< 5).end", 5),
        ("(< 10) = (null..10)", False),
        ("[3..1]", None),
        ('[1.."a"]', None),
        ("for i in [1..3) return i", [1, 2]),
    ],
)
def test_ranges(text: str, expected: object) -> None:
    _check(text, expected)


@pytest.mark.parametrize(
    "text",
    [
        "count()",
        "count(1, 2, 3, 4)",
        "substring()",
        "floor(x: 1)",
        'floor("a")',
        "floor(1, 2, 3)",
        "now(1)",
        "nothing(1)",
    ],
)
def test_arguments_that_do_not_fit_give_null_and_a_warning(text: str) -> None:
    with feel.collect_warnings() as warnings:
        assert evaluate(text) is None
    assert warnings
