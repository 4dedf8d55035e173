"""The grammar of FEEL (DMN 1.3–1.5, section 10.3.1): how a text is cut, what binds how strongly, where names end."""

from decimal import Decimal
from typing import Any

import pytest

from engine.language import feel
from engine.language.feel import evaluate


def _check(text: str, expected: object, context: dict[str, Any] | None = None) -> None:
    assert evaluate(text, context or {}) == feel.to_feel(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1),
        (".5", Decimal("0.5")),
        ("1.50", Decimal("1.5")),
        ("1e3", 1000),
        ("1.5E-2", Decimal("0.015")),
        ("-7", -7),
        ("--7", 7),
        ("1e-7000", 0),
        ("true", True),
        ("null", None),
        ('"砚山"', "砚山"),
        ('""', ""),
        (r'"a\"b\\c\'d"', "a\"b\\c'd"),
        (r'"a\nb\tc\rd"', "a\nb\tc\rd"),
        (r'"\u781a\u5c71"', "砚山"),
        (r'"\U01F600"', "😀"),
        (r'"\uD83D\uDE00"', "😀"),
        (r'"\d+\."', r"\d+\."),
        ('"two\nlines"', "two\nlines"),
        ("[]", []),
        ("[1, [2], null]", [1, [2], None]),
        ("{}", {}),
        ('{"a b": 1, c: "x"}', {"a b": 1, "c": "x"}),
    ],
)
def test_a_literal_is_its_value(text: str, expected: object) -> None:
    _check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + // one\n 2", 3),
        ("1 /* two \n lines */ + 2", 3),
        ("1 // to the end", 1),
        ("/* // */ 1", 1),
        ('"// no comment /* */"', "// no comment /* */"),
        ("\ufeff1\u3000+\u00a02\u200b", 3),
        ("1\t+\r\n2", 3),
        ("6/*c*/-/*d*/2", 4),
    ],
)
def test_comments_and_every_kind_of_space_are_skipped(text: str, expected: object) -> None:
    _check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("2 * 3 ** 2", 18),
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("2 ** -1", Decimal("0.5")),
        ("10 - 3 - 2", 5),
        ("100 / 10 / 2", 5),
        ("8 - -2", 10),
        ("1 < 2 and 3 > 2", True),
        ("true or false and false", True),
        ("(true or false) and false", False),
        ("1 + 1 = 2 and 2 * 2 = 4", True),
        ("1 + 1 in [2..3]", True),
        ("5 between 2 + 2 and 3 * 2", True),
        ("3 between 1 and 5 and false", False),
        ("if true then 1 else 2 + 10", 1),
        ("(if true then 1 else 2) + 10", 11),
        ("for x in [1, 2] return x + 1", [2, 3]),
        ("some x in [1, 2] satisfies x > 1 and x < 3", True),
        ("1 instance of number and true", True),
        ("-[1, 2][1]", -1),
        ("{a: [{b: 5}]}.a[1].b + 1", 6),
        ("[[1, 2], [3]][1][2]", 2),
    ],
)
def test_what_binds_more_strongly_is_done_first(text: str, expected: object) -> None:
    _check(text, expected)


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("loan amount * 2", {"loan amount": 3}, 6),
        ("loan   amount", {"loan amount": 3}, 3),
        ("a+b", {"a+b": 1, "a": 5, "b": 6}, 1),
        ("a + b", {"a": 5, "b": 6}, 11),
        ("a-b-c", {"a-b": 9, "c": 1}, 8),
        ("profit/loss > 0", {"profit/loss": 1}, True),
        ("applicant's age", {"applicant's age": 30}, 30),
        ("申请人 姓名", {"申请人 姓名": "甲"}, "甲"),
        ("第1季度 + 第2季度", {"第1季度": 1, "第2季度": 2}, 3),
        ("sand and gravel", {"sand and gravel": 1, "sand": True, "gravel": True}, 1),
        ("sand and gravel", {"sand": True, "gravel": False}, False),
        ("in stock", {"in stock": 4}, 4),
        ("a", {"a": 1, "a b": 2}, 1),
        ("a b c", {"a b": 1, "a b c": 2}, 2),
        ("_x1 + ä", {"_x1": 1, "ä": 2}, 3),
        ("艾力·买买提", {"艾力·买买提": 1}, 1),
        ("བོད་ཡིག", {"བོད་ཡིག": 1}, 1),
        ("😀 + 1", {"😀": 1}, 2),
        ("person.full name", {"person": {"full name": "甲"}}, "甲"),
        ("person.if", {"person": {"if": 1}}, 1),
        ("rows[unit price > 2].unit price", {"rows": [{"unit price": 1}, {"unit price": 3}]}, [3]),
        ("date.year", {"date": {"year": 7}}, 7),
        ("{my key: 2, twice: my key * 2}.twice", {}, 4),
        ("for my item in [1, 2] return my item * 2", {}, [2, 4]),
        ("every some x in [1] satisfies some x = 1", {}, True),
    ],
)
def test_the_longest_known_name_wins(text: str, context: dict[str, Any], expected: object) -> None:
    _check(text, expected, context)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 in [1..3]", True),
        ("1 in (1..3]", False),
        ("3 in [1..3)", False),
        ("3 in [1..3[", False),
        ("1 in ]1..3]", False),
        ("2 in ]1..3[", True),
        ("1 in < 2", True),
        ("1 in (< 2)", True),
        ("1 in (> 2, < 0, 1)", True),
        ("1 in (2, [5..6])", False),
        ("1 in [2, 1]", True),
        ("1 in ([2, 1])", True),
        ("1 in [[0..3]]", True),
        ("[1] in [[1], [2]]", True),
        ("1 in 1", True),
        ("1 in 2 + -1", True),
        ("null in [1, null]", True),
        ("1 in null", False),
        ('"b" in ["a".."c"]', True),
        ('@"2024-01-05" in [@"2024-01-01"..@"2024-01-31"]', True),
        ('@"PT2H" in [@"PT1H"..@"PT3H"]', True),
        ('1 in ["a".."c"]', None),
        ("1 in (= 1)", True),
        ("1 in (!= 1)", False),
        ("1 in [1..null)", True),
    ],
)
def test_in_takes_values_lists_ranges_and_tests(text: str, expected: object) -> None:
    assert evaluate(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in -1..1 return i", [-1, 0, 1]),
        ("for i in [1..3] return i", [1, 2, 3]),
        ("for i in (1..3] return i", [2, 3]),
        ("for i in 1..2, j in i..2 return [i, j]", [[1, 1], [1, 2], [2, 2]]),
        ("for i in [] return i", []),
        ("for i in 5 return i", [5]),
        ("for i in null return i", None),
        ('for i in 1.."a" return i', None),
        ("for i in 1..1.5 return i", None),
        ("for i in 1..5 return if i < 3 then 1 else partial[-1] + partial[-2]", [1, 1, 2, 3, 5]),
        ("for i in 1..2 return for j in 1..2 return i * j", [[1, 2], [2, 4]]),
        ('for d in @"2024-03-01"..@"2024-02-28" return d.day', [1, 29, 28]),
        ('count(for d in [@"2024-01-01"..@"2024-01-31"] return d)', 31),
        ("for x in [1], x in [x + 1] return x", [2]),
        ("some x in [1, 2], y in [2, 3] satisfies x = y", True),
        ("every x in [[1, 2], [3]] satisfies some y in x satisfies y > 1", True),
        ("some x in [] satisfies true", False),
        ("every x in [] satisfies false", True),
        ("some x in [null, 1] satisfies x > 0", True),
        ("some x in [null, 1] satisfies x > 1", None),
        ("every x in [null, 1] satisfies x > 1", False),
        ("every x in [null, 2] satisfies x > 1", None),
        ("some x in 1..3 satisfies x = 3", True),
    ],
)
def test_loops_and_quantifiers(text: str, expected: object) -> None:
    _check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[10, 20, 30][1]", 10),
        ("[10, 20, 30][-1]", 30),
        ("[10, 20, 30][0]", None),
        ("[10, 20, 30][4]", None),
        ("[10, 20, 30][-4]", None),
        ("[10, 20, 30][1.5]", None),
        ("[10, 20, 30][item >= 20]", [20, 30]),
        ("[10, 20, 30][item > 99]", []),
        ("[10, 20, 30][count([1, 2])]", 20),
        ("[10, null][item = null]", [None]),
        ("[1, 2][null]", []),
        ("5[1]", 5),
        ("5[-1]", 5),
        ("5[2]", None),
        ("5[item > 3]", [5]),
        ("null[1]", None),
        ("[{a: 1}, {a: 2}, {b: 3}][a > 1]", [{"a": 2}]),
        ("[{a: 1}, {a: 2}][item.a = 1]", [{"a": 1}]),
        ("[{item: 5}][item = 5]", [{"item": 5}]),
        ("[{a: 1}, {a: null}, {}].a", [1, None, None]),
        ("[{x: 1, y: [{z: 1}, {z: 2}]}][x = 1].y", [[{"z": 1}, {"z": 2}]]),
        ("{limit: 2, r: [1, 2, 3][item > limit]}.r", [3]),
        ("[1, 2, 3, 4][item > 1][item < 4]", [2, 3]),
        ("[1..5][item > 3]", [4, 5]),
    ],
)
def test_filters_and_numbers_of_items(text: str, expected: object) -> None:
    _check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(function(x) x * 2)(4)", 8),
        ("(function(x: number, y: number) x - y)(y: 1, x: 3)", 2),
        ("(function() 5)()", 5),
        ("(function(x) x)()", None),
        ("(function(x) x)(1, 2)", None),
        ("(function(x, y) x)(x: 1, z: 2)", None),
        ('(function(x: number) x)("a")', None),
        ("(function(x: list<number>) count(x))(5)", 1),
        ("(function(x: number) x)([5])", 5),
        ('string((function(x: date and time) x)(@"2024-01-01"))', "2024-01-01T00:00:00Z"),
        ("(function(f, x) f(f(x)))(function(y) y + 1, 1)", 3),
        ("{make: function(n) function(x) x + n, r: make(3)(4)}.r", 7),
        ("(for f in [abs, floor] return f(-1.5))", [Decimal("1.5"), -2]),
        ('function(x) external {java: {class: "C", method signature: "m()"}}', None),
        ("decimal(scale: 1, n: 1.25)", Decimal("1.2")),
        ('substring(start position: 2, string: "abc")', "bc"),
        ("{sum: 3, r: sum + sum(1, 2)}.r", 6),
    ],
)
def test_functions_by_position_and_by_name(text: str, expected: object) -> None:
    _check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1, 2] instance of list<number>", True),
        ('[1, "a"] instance of list<Any>', True),
        ("[] instance of list<string>", True),
        ("1 instance of list<number>", False),
        ("[[1]] instance of list<list<number>>", True),
        ("{a: 1} instance of context", True),
        ("{a: {b: 1}} instance of context<a: context<b: number>>", True),
        ("{a: 1} instance of context<a: number, b: number>", False),
        ('["a".."b"] instance of range<string>', True),
        ("[1..2] instance of range<string>", False),
        ("function(x: number) x instance of Any", None),
        ("(function() 1) instance of function<>->number", True),
        ("(function(x) x) instance of function", True),
        ('@"P1D" instance of days and time duration', True),
        ('@"P1D" instance of years and months duration', False),
        ('@"P1Y" instance of year-month duration', True),
        ('@"2024-01-01T00:00:00" instance of date and time', True),
        ('@"2024-01-01" instance of date and time', False),
        ('@"10:00:00" instance of time', True),
        ("null instance of Any", False),
        ("null instance of Null", True),
        ("true instance of boolean", True),
    ],
)
def test_types_are_written_out(text: str, expected: object) -> None:
    answer = evaluate(text)
    if text.startswith("function("):
        # A function's body reaches as far as it can: this is a function that answers a truth value.
        assert isinstance(answer, feel.Function)
    else:
        assert answer is expected


@pytest.mark.parametrize(
    ("text", "place", "chinese"),
    [
        ("if a then b", (1, 12), "这里应当是“else”，表达式却已经结束"),
        ("for x return x", (1, 15), "这里应当是“in”，表达式却已经结束"),
        ("some x in y", (1, 12), "这里应当是“satisfies”，表达式却已经结束"),
        ("x between 1", (1, 12), "这里应当是“and”，表达式却已经结束"),
        ("{a 1}", (1, 5), "这里应当是“:”，却是“}”"),
        ("{a: 1, }", (1, 8), "这里应当是一个名称，却是“}”"),
        ("[1, 2", (1, 6), "这里应当是“]”，表达式却已经结束"),
        ("f(1, )", (1, 6), "这里应当是一个值，却是“)”"),
        ("1 instance number", (1, 12), "这里应当是“of”，却是“number”"),
        ("a..b", (1, 2), "这里表达式应当结束，却是“..”"),
        ("金额 > １００", (1, 6), "“１”是全角符号，请改用半角的“1”"),
        ("a and\n\n  or b", (3, 3), "这里应当是一个值，却是“or”"),
        ("/* never ends", (1, 1), "注释没有结束，缺少“*/”"),
        ('@"2024-02-30"', (1, 1), '这里应当是日期、时间或时长，却是“@"2024-02-30"”'),
        ("1e7000", (1, 1), "这里应当是34位以内的数字，却是“1e7000”"),
    ],
)
def test_what_is_no_feel_is_told_with_its_place(text: str, place: tuple[int, int], chinese: str) -> None:
    with pytest.raises(feel.FeelSyntaxError) as caught:
        feel.compile(text)
    error = caught.value
    assert (error.line, error.column) == place
    assert error.chinese == f"第{place[0]}行第{place[1]}列：{chinese}"
    assert error.english.startswith(f"Line {place[0]}, column {place[1]}: ")
