"""Regular expressions: the syntax of XPath, and nothing that can run away."""

import contextlib
import time

import pytest

from engine.language.feel import FeelLimitExceeded, Value, evaluate


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "expected"),
    [
        ("^fo*b", "", "foobar", True),
        ("^b", "", "foobar", False),
        ("FOO", "i", "foobar", True),
        ("a.b", "", "a\nb", False),
        ("a.b", "s", "a\nb", True),
        ("^b$", "m", "a\nb", True),
        ("h e l l o", "x", "hello", True),
        ("a.b", "q", "axb", False),
        ("^[a-z-[aeiou]]+$", "", "xyz", True),
        ("^[a-z-[aeiou]]+$", "", "xaz", False),
        ("^[^a-[b]]$", "", "c", True),
        (r"^\p{IsCJKUnifiedIdeographs}+$", "", "砚山县", True),
        (r"\p{Lu}", "i", "m", False),
        ("[^Q]", "i", "q", False),
        (r"^\i\c*$", "", "a-1", True),
        (r"^\d{17}[\dX]$", "", "11010519491231002X", True),
        (r"(a)\1", "", "aa", None),
        (r"\bx", "", "x", None),
        ("(?i)x", "", "X", None),
        ("[a-", "", "a", None),
        ("x", "z", "x", None),
        ("hello world", "", "hello world", True),
        (r"hello\ sworld", "x", "hello world", True),
        ("hello[ ]world", "x", "helloworld", False),
        ("B. OBAMA", "iq", "Mr. B. Obama", True),
        (".*", "q", "abcd", False),
        ("^a{2,3}$", "", "aaa", True),
        ("a{,3}", "", "aaa", None),
        ("a{", "", "a{", None),
        ("]", "", "]", None),
        (r"^\]\{$", "", "]{", True),
        (r"^\p{IsTibetan}+$", "", "བོད", True),
        (r"\p{IsNowhere}", "", "a", None),
        ("[[:alpha:]]", "", "a", None),
        (r"\Qa\E", "", "a", None),
        ("^[一-龥]+$", "", "砚山", True),
    ],
)
def test_a_pattern_matches(pattern: str, flags: str, text: str, expected: Value) -> None:
    assert evaluate("matches(t, p, f)", {"t": text, "p": pattern, "f": flags}) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
        ('replace("abc", "(b)", "$12")', "ab2c"),
        (r'replace("abc", "b", "\\$0")', "a$0c"),
        ('replace("abc", "b", "$")', None),
        ('replace("abc", "x*", "-")', None),
        ('replace("a.c", ".", "x", "q")', "axc"),
        ('replace("abracadabra", "bra", "*")', "a*cada*"),
        ('replace("abracadabra", "a.*?a", "*")', "*c*bra"),
        ('replace("abracadabra", "a(.)", "a$1$1")', "abbraccaddabbra"),
        ('replace("AAAA", "A+?", "b")', "bbbb"),
        ('replace("darted", "^(.*?)d(.*)$", "$1c$2")', "carted"),
        (r'replace("a\b", "\\", "\\\\", "q")', "a\\\\b"),
        ('replace("a/b", "/", "$", "q")', "a$b"),
        (r'split("The cat", "\s+")', ["The", "cat"]),
        ('split("", ",")', [""]),
        ('split("abba", ".?")', None),
        ('split("a;b;;", ";")', ["a", "b", "", ""]),
        ('extract("1234, 1256", "12[0-9]*")', ["1234", "1256"]),
    ],
)
def test_replacing_splitting_and_extracting(text: str, expected: Value) -> None:
    assert evaluate(text) == expected


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(a|aa)+$", "(.*a){20}$", "(a?){500}a{500}$", "([a-z]+)*[^a-z]$"])
def test_no_pattern_runs_away(pattern: str) -> None:
    started = time.thread_time()
    with contextlib.suppress(FeelLimitExceeded):
        evaluate("matches(t, p)", {"t": "a" * 20_000 + "!", "p": pattern})
    assert time.thread_time() - started < 1
