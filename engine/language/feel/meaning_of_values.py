"""What literals, names, lists, contexts, ranges, paths and calls mean."""

from . import syntax
from .builder import Build
from .frame import MISSING, Frame, Run
from .functions import call
from .library import BUILT_IN
from .limits import COMPARED_ITEM, charge, meter
from .notices import Position, null_because
from .ranges import make_range, make_unary_range
from .temporal_properties import temporal_property
from .typing_rules import coerced, function_type
from .values import (
    TEMPORAL,
    Function,
    Overload,
    Parameter,
    Range,
    Value,
    chinese_kind,
    kind,
)


def literal(node: syntax.Literal, build: Build) -> Run:
    value = node.value
    return lambda frame: value


def name(node: syntax.Name, build: Build) -> Run:
    """A variable; failing that, a built-in function."""
    word, at = node.name, node.at
    built_in = BUILT_IN.get(word)

    def nearest(frame: Frame) -> Value:
        value = frame.find(word)
        return built_in_or_null(word, built_in, at) if value is MISSING else value  # type: ignore[return-value]

    def given(frame: Frame) -> Value:
        try:
            return frame.variables[word]
        except KeyError:
            return built_in_or_null(word, built_in, at)

    def so_far(frame: Frame) -> Value:
        # The list of a running loop still grows: whoever keeps it must get a copy.
        value = nearest(frame)
        if isinstance(value, list):
            charge(len(value))
            return value.copy()
        return value

    if not build.inside:
        return given
    return so_far if word == "partial" else nearest


def built_in_or_null(word: str, built_in: Function | None, at: Position) -> Value:
    if built_in is not None:
        return built_in
    return null_because(at, f"没有名为“{word}”的变量", f"there is no variable “{word}”")


def list_of(node: syntax.ListOf, build: Build) -> Run:
    items = [build(item) for item in node.items]
    return lambda frame: [item(frame) for item in items]


def context_of(node: syntax.ContextOf, build: Build) -> Run:
    entries = [(key, build.within(value)[0]) for key, value in node.entries]
    keys = {key for key, _ in entries}
    at = node.at

    def run(frame: Frame) -> Value:
        made: dict[str, Value] = {}
        inner = Frame(made, frame)
        for key, value in entries:
            made[key] = value(inner)
        return made

    if len(keys) < len(entries):
        return lambda frame: null_because(at, "同一个键出现了两次", "a key appears twice")
    return run


def range_of(node: syntax.RangeOf, build: Build) -> Run:
    at, low_included, high_included = node.at, node.low_included, node.high_included
    low, high = build(node.low), build(node.high)

    def run(frame: Frame) -> Value:
        made = make_range(low(frame), high(frame), low_included=low_included, high_included=high_included)
        if made is None:
            return null_because(
                at, "区间的两端不能比较或顺序颠倒", "the ends of the range have no order or are reversed"
            )
        return made

    return run


def unary_range_of(node: syntax.UnaryRangeOf, build: Build) -> Run:
    end, operator, at = build(node.end), node.operator, node.at

    def run(frame: Frame) -> Value:
        made = make_unary_range(operator, end(frame))
        return made if made else null_because(at, "区间的一端没有顺序", "the end of the range has no order")

    return run


def path(node: syntax.Path, build: Build) -> Run:
    source, word, at = build(node.source), node.name, node.at

    def run(frame: Frame) -> Value:
        value = source(frame)
        if type(value) is dict and word in value:
            return value[word]
        return entry(value, word, at)

    return run


def entry(value: Value, word: str, at: Position) -> Value:
    """`value.word`: an entry of a context, a property, or those of all items of a list."""
    if isinstance(value, list):
        charge(COMPARED_ITEM * (1 + len(value)))
        return [entry(item, word, at) for item in value]
    try:
        if isinstance(value, dict):
            return value[word]
        if isinstance(value, Range):
            return _range_property(value, word)
        if isinstance(value, TEMPORAL):
            return temporal_property(value, word)
    except KeyError:
        pass
    return null_because(at, f"{chinese_kind(value)}没有“{word}”", f"a {kind(value)} has no “{word}”")


def _range_property(value: Range, word: str) -> Value:
    return {
        "start": value.low,
        "end": value.high,
        "start included": value.low_included,
        "end included": value.high_included,
    }[word]


def function_of(node: syntax.FunctionOf, build: Build) -> Run:
    names = [parameter for parameter, _ in node.parameters]
    types = [declared for _, declared in node.parameters]
    parameters = tuple(Parameter(parameter) for parameter in names)
    if node.body is None:
        at = node.at
        return lambda frame: null_because(at, "不能调用外部函数", "external functions cannot be called")
    body, weight = build.within(node.body)
    table, shown = build.types, function_type(node)

    def run(frame: Frame) -> Value:
        def invoke(*given: Value) -> Value:
            spent = meter()
            spent.enter_call(weight)
            try:
                values = [
                    value if wanted is None else coerced(value, wanted, table)
                    for value, wanted in zip(given, types, strict=True)
                ]
                if MISSING in values:
                    raise ValueError("Expected arguments of the declared types")
                return body(Frame(dict(zip(names, values, strict=True)), frame))  # type: ignore[arg-type]
            finally:
                spent.leave_call()

        return Function("", (Overload(parameters, invoke),), shown)

    return run


def call_of(node: syntax.Call, build: Build) -> Run:
    function, at = _callee(node.function, build), node.function.at
    if node.named:
        named = [(key, build(value)) for key, value in node.named]
        return lambda frame: call(function(frame), (), {key: value(frame) for key, value in named}, at)
    positional = [build(value) for value in node.positional]
    return lambda frame: call(function(frame), [value(frame) for value in positional], None, at)


def _callee(node: syntax.Node, build: Build) -> Run:
    """What is called: a variable that holds a function, else the built-in of that name."""
    if not isinstance(node, syntax.Name) or node.name not in BUILT_IN:
        return build(node)
    word, built_in = node.name, BUILT_IN[node.name]

    def run(frame: Frame) -> Value:
        value = frame.find(word)
        return value if isinstance(value, Function) else built_in

    return run
