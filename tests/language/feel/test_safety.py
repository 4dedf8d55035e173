"""Whatever somebody writes, it neither gets out, nor hangs, nor raises anything but our own errors."""

import contextlib
import threading
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.language import feel

ESCAPES = [
    "().__class__.__bases__[0].__subclasses__()",
    "a.__class__",
    '"a".__class__.__mro__',
    "[].__class__",
    "{}.__class__",
    "1 .__class__",
    "date.__class__",
    'date("2024-01-01").__class__',
    'date("2024-01-01").today',
    'duration("P1D").total_seconds',
    "now.__globals__",
    "count.__globals__",
    "(function() 1).__globals__",
    "(function() 1).body",
    "(function() 1).overloads",
    "[1..2].low",
    'get value({}, "__class__")',
    'get value(count, "overloads")',
    '{}["__class__"]',
    'context put({}, "__class__", 1).__class__.__bases__',
    '__import__("os").system("touch canary")',
    'eval("1")',
    'exec("import os")',
    'open("/etc/passwd").read()',
    'compile("1", "", "eval")',
    'getattr(1, "real")',
    "globals()",
    "type(1)",
    '"{0.__class__}".format(1)',
    '"%s" % 1',
    'f"{1}"',
    "[x for x in ().__class__]",
    "lambda: 1",
    "(x := 1)",
    "(x for x in [1]).gi_frame",
    "ｄａｔｅ.__ｃｌａｓｓ__",
    "1 if true else 2",
    "import os",
    "a; b",
    "`id`",
    "${7*7}",
    "#{7*7}",
    "{{7*7}}",
    'new java.lang.String("a")',
    'function() external {java: {class: "java.lang.Runtime", method signature: "getRuntime()"}}',
    '(function() external {java: {class: "java.lang.Math", method signature: "random()"}})()',
]

_DOUBLED = ", ".join(f"a{i}: [a{i - 1}, a{i - 1}]" for i in range(1, 60))

COSTLY = [
    "9 ** 9 ** 9 ** 9",
    "for i in 1..100000000 return i",
    "for i in 1..1000, j in 1..1000, k in 1..1000 return 1",
    "some i in 1..1000000000 satisfies i < 0",
    "[1..1000000000][item > 5]",
    "for i in 1..100000 return 3 ** 2.5",
    "for i in 1..100000 return partial",
    'for d in @"0001-01-01"..@"99999-01-01" return d',
    '{a0: "xxxxxxxxxx", ' + ", ".join(f"a{i}: a{i - 1} + a{i - 1}" for i in range(1, 60)) + "}",
    f"{{a0: [1], {_DOUBLED}}}",
    f"{{a0: [1], {_DOUBLED}, z: flatten(a59)}}.z",
    f"{{a0: [1], {_DOUBLED}, z: string(a59)}}.z",
    f"{{a0: [1], {_DOUBLED}, z: a59 = a59}}.z",
    f"{{a0: [1], {_DOUBLED}, z: a59.x}}.z",
    "{f: function(x) f(x) + f(x), y: f(1)}.y",
    "{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), y: f(90)}.y",
    "(function(f) f(f))(function(f) f(f))",
    "string(for i in 1..100000 return [partial[-1]])",
    "distinct values(for i in 1..100000 return [i])",
    'string join(for i in 1..10000 return "' + "x" * 1000 + '")',
    "{a: for i in 1..100000 return i, b: for i in 1..10000 return sum(a)}.b",
    "(" * 5000,
    "[" * 5000,
    "-" * 9000 + "1",
    "1" + "+1" * 5000,
    "a" + ".a" * 5000,
    "1 in (" * 3000,
    "1 instance of " + "list<" * 3000,
    "/*" * 9999,
    '"' + "\\" * 9999,
    "1" * 30_000,
]


def _ends_quickly_and_well(text: str, allowance: float = 1) -> object:
    started = time.thread_time()
    try:
        value: object = feel.evaluate(text, {"a": {"b": 1}, "x": [1, "y", None]})
    except (feel.FeelSyntaxError, feel.FeelLimitExceeded) as refused:
        value = refused
    assert time.thread_time() - started < allowance
    return value


@pytest.mark.parametrize("text", ESCAPES)
def test_an_escape_leads_nowhere(text: str) -> None:
    value = _ends_quickly_and_well(text)
    assert value is None or value == [] or isinstance(value, feel.FeelSyntaxError | feel.Function)


@pytest.mark.parametrize("text", COSTLY)
def test_a_costly_expression_is_stopped(text: str) -> None:
    value = _ends_quickly_and_well(text)
    assert isinstance(value, feel.FeelSyntaxError | feel.FeelLimitExceeded | Decimal)


_VOCABULARY = """
a b x ? item partial if then else for in return some every satisfies and or not between instance of function true false
null ( ) [ ] { } , : . .. + - * / ** < <= > >= = != @ " ' ; ， （ 砚山 "s" 1 2.5 1e9 @"2024-01-01" @"P1D" list<number>
count sort string flatten substring matches replace split sum 1..5 [1,2] {a:1} // /*
"""
_WORDS = st.sampled_from(_VOCABULARY.split())


@settings(max_examples=400, deadline=None)
@given(st.lists(_WORDS, max_size=40).map(" ".join))
def test_generated_words_never_hang_or_break(text: str) -> None:
    _ends_quickly_and_well(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_generated_text_never_hangs_or_breaks(text: str) -> None:
    _ends_quickly_and_well(text)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates() | st.timedeltas(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(feel.BUILT_IN)), st.lists(_VALUES, max_size=4))
def test_built_in_functions_take_anything_without_breaking(name: str, arguments: list[object]) -> None:
    values = [feel.to_feel(argument) for argument in arguments]
    with contextlib.suppress(feel.FeelLimitExceeded):
        feel.call(feel.BUILT_IN[name], values)


def test_a_list_that_shares_its_parts_is_measured_unfolded() -> None:
    with pytest.raises(feel.FeelLimitExceeded):
        feel.evaluate(f"{{a0: [1], {_DOUBLED}}}")


def test_one_budget_spans_all_expressions_inside_metered() -> None:
    loop = feel.compile("count(for i in 1..1000 return i)")
    assert loop({}) == 1000
    with pytest.raises(feel.FeelLimitExceeded), feel.metered(10_000):
        for _ in range(10):
            loop({})
    assert loop({}) == 1000


def test_threads_share_compiled_expressions() -> None:
    expression = feel.compile("sum(for i in 1..n return i)")
    answers: list[feel.Value] = []

    def work(number: int) -> None:
        answers.append(expression({"n": Decimal(number)}) == Decimal(number * (number + 1) // 2))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 8
