"""Equality, order and null: what may be compared with what, and what comes out where nothing can (10.3.2)."""

import pytest

from engine.language.feel import Value, evaluate

_OF_EACH_KIND = {
    "number": "1",
    "string": '"a"',
    "boolean": "true",
    "date": '@"2024-01-01"',
    "time": '@"10:00:00"',
    "date and time": '@"2024-01-01T00:00:00"',
    "days": '@"P1D"',
    "months": '@"P1M"',
    "list": "[1]",
    "context": "{a: 1}",
    "range": "[1..2]",
}
_WITH_ORDER = {"number", "string", "date", "time", "date and time", "days", "months"}


@pytest.mark.parametrize("left", _OF_EACH_KIND)
@pytest.mark.parametrize("right", _OF_EACH_KIND)
def test_values_are_compared_within_one_kind_only(left: str, right: str) -> None:
    one, other, alike = _OF_EACH_KIND[left], _OF_EACH_KIND[right], left == right
    assert evaluate(f"{one} = {other}") is (True if alike else None)
    assert evaluate(f"{one} != {other}") is (False if alike else None)
    assert evaluate(f"{one} <= {other}") is (True if alike and left in _WITH_ORDER else None)
    assert evaluate(f"{one} > {other}") is (False if alike and left in _WITH_ORDER else None)


@pytest.mark.parametrize("kind", _OF_EACH_KIND)
def test_null_equals_null_only_and_has_no_order(kind: str) -> None:
    value = _OF_EACH_KIND[kind]
    assert evaluate(f"{value} = null") is False
    assert evaluate(f"null != {value}") is True
    assert evaluate(f"{value} < null") is None
    assert evaluate(f"null >= {value}") is None
    assert evaluate(f"{value} + null") is None
    assert evaluate(f"null * {value}") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null = null", True),
        ("null < null", None),
        ("1.0 = 1", True),
        ("0.1 + 0.2 = 0.3", True),
        ('"a" < "b"', True),
        ('"Z" < "a"', True),
        ('"砚" > "a"', True),
        ("[1, 2] = [1, 2]", True),
        ("[1, 2] = [2, 1]", False),
        ("[1] = [1, 2]", False),
        ('[1] = ["a"]', False),
        ("[null] = [null]", True),
        ("[] = []", True),
        ("{a: 1, b: [2]} = {b: [2], a: 1}", True),
        ("{a: 1} = {a: 1, b: null}", False),
        ("[1..3] = [1..3]", True),
        ("[1..3] = [1..3)", False),
        ("(< 3) = (< 3)", True),
        ('@"P1Y" = @"P12M"', True),
        ('@"P1D" = @"PT24H"', True),
        ('@"P1Y" < @"P13M"', True),
        ('@"P1D" > @"PT23H"', True),
        ('@"2024-01-01T00:00:00Z" = @"2024-01-01T08:00:00+08:00"', True),
        ('@"2024-01-01T00:00:00Z" = @"2024-01-01T08:00:00@Asia/Shanghai"', True),
        ('@"2024-01-01T00:00:00" = @"2024-01-01T00:00:00Z"', False),
        ('@"10:00:00Z" = @"10:00:00+00:00"', True),
        ('@"10:00:00Z" = @"10:00:00"', False),
        ('@"09:00:00+01:00" < @"10:00:00Z"', True),
        ('@"-0044-03-15" < @"0001-01-01"', True),
        ('@"99999-12-31" > @"9999-12-31"', True),
        ("abs = abs", None),
        ("is(1, 1.0)", True),
        ('is(1, "1")', False),
        ("is(null, null)", True),
        ('is(@"10:00:00Z", @"10:00:00@Europe/London")', False),
        ('is(@"P1Y", @"P12M")', True),
        ("1 between null and 2", None),
        ("3 between null and 2", False),
        ('"b" between "a" and "c"', True),
        ('1 between "a" and "c"', None),
    ],
)
def test_what_equals_and_what_comes_first(text: str, expected: Value) -> None:
    assert evaluate(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        '"a" - "b"', '"a" * 2', "true + true", "[1] + [2]", "{a: 1} + {b: 2}", '@"P1D" + @"P1M"', '1 / @"P1D"',
        '@"2024-01-01" + @"2024-01-01"', '@"10:00:00" + @"P1M"', '-"a"', "-true", "-null", '-@"2024-01-01"', "1 / 0",
        "0 ** -1", "(-8) ** 0.5", "10 ** 6144 * 10", '@"P1D" / 0', '@"P1Y" / @"P0M"', "null.a", "1.a", '"a".length',
        "missing", "missing.a", "missing(1)", '{a: 1}["a"]',
    ],
)  # fmt: skip
def test_what_has_no_meaning_is_null(text: str) -> None:
    assert evaluate(text) is None
