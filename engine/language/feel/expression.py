"""Expressions as others use them: compiled once, called with a context as often as one likes, by any number of threads.

The rule: a compiled expression holds no state; everything that happens in a call belongs to that call.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from . import functions
from .closures import Builder
from .frame import Frame, Run
from .free_names import free_names
from .library import BUILT_IN, BUILT_IN_NAMES
from .limits import FeelLimitExceeded, check_result, metered
from .names import needs_knowing
from .parser import parse_expression, parse_unary_tests
from .syntax import Node
from .typing_rules import NO_TYPES, TypeTable
from .values import Value, to_feel

_CACHED = 8192
_DEEPEST_CONTEXT = 6


class Expression:
    """A compiled expression. `names` are the top-level names it needs from the context; `doubtful` are those in its
    filters that may be entries of the items or come from the context."""

    __slots__ = ("_metered", "_run", "doubtful", "names", "text", "tree")

    def __init__(
        self, text: str, tree: Node, run: Run, names: frozenset[str], doubtful: frozenset[str], *, loops: bool
    ) -> None:
        self.text = text
        self.tree = tree
        self.names = names
        self.doubtful = doubtful
        self._run = run
        self._metered = loops

    def __call__(self, context: Mapping[str, Value]) -> Value:
        """Evaluate. The context holds FEEL values (see `to_feel`); what has no value is null.

        Raises FeelLimitExceeded, and nothing else, when the expression wants too much.
        """
        try:
            if not self._metered:
                return self._run(Frame(context))
            with metered():
                value = self._run(Frame(context))
                if type(value) is list or type(value) is dict:
                    check_result(value)
                return value
        except RecursionError:
            raise FeelLimitExceeded("Expected a shallower expression, but it goes too deep") from None

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def compile(
    text: str, names: Iterable[str] = (), *, keys: Iterable[str] = (), types: TypeTable = NO_TYPES
) -> Expression:
    """Read an expression. Raises FeelSyntaxError, or FeelLimitExceeded for one that is too long or too deep.

    `names` are the known names of the scope, which may contain spaces and operators; `keys` are such names that occur
    inside contexts only, after a dot or in a filter. Plain words, Chinese included, need not be given. `types` are the
    types that a model declares, for `instance of` and for parameters.
    """
    return _compiled(text, frozenset(names), _special(keys), types, tests=False)


def unary_tests(
    text: str, names: Iterable[str] = (), *, keys: Iterable[str] = (), types: TypeTable = NO_TYPES
) -> Expression:
    """Read a cell of a decision table. Called with a context that holds `?`, it answers True, False or None."""
    return _compiled(text, frozenset(names), _special(keys), types, tests=True)


def _special(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if needs_knowing(name))


@lru_cache(maxsize=_CACHED)
def _compiled(text: str, names: frozenset[str], keys: frozenset[str], types: TypeTable, *, tests: bool) -> Expression:
    parse = parse_unary_tests if tests else parse_expression
    try:
        tree = parse(text, names, keys | types.long_names, BUILT_IN_NAMES)
        builder = Builder(types)
        run = builder(tree)
        needed, doubtful = free_names(tree, BUILT_IN, names)
    except RecursionError:
        raise FeelLimitExceeded("Expected a shallower expression, but it goes too deep") from None
    return Expression(text, tree, run, needed - {"?"}, doubtful - {"?"}, loops=builder.repeats)


def evaluate(text: str, context: Mapping[str, object] | None = None) -> Value:
    """Evaluate a text against JSON-like Python values, whose keys are the known names."""
    try:
        values = to_feel(context or {})
    except RecursionError:
        raise FeelLimitExceeded("Expected a shallower context, but it goes too deep") from None
    assert isinstance(values, dict)
    nested: set[str] = set()
    _gather_keys(values, nested, _DEEPEST_CONTEXT)
    return _compiled(text, _special(values), frozenset(nested), NO_TYPES, tests=False)(values)


def call(function: Value, positional: Sequence[Value] = (), named: Mapping[str, Value] | None = None) -> Value:
    """Call a FEEL function from Python, under a budget of its own where none is in force.

    Null if the arguments do not fit. Raises FeelLimitExceeded.
    """
    try:
        with metered():
            return functions.call(function, positional, named)
    except RecursionError:
        raise FeelLimitExceeded("Expected a shallower function, but it goes too deep") from None


def _gather_keys(value: Value, found: set[str], depth: int) -> None:
    """The keys of contexts inside that the parser must be told of."""
    if isinstance(value, dict):
        found.update(_special(value))
        children: Iterable[Value] = value.values()
    elif isinstance(value, list):
        children = value
    else:
        return
    if depth:
        for child in children:
            _gather_keys(child, found, depth - 1)


def names_used(text: str, names: Iterable[str] = ()) -> frozenset[str]:
    """The top-level names that an expression needs from its context."""
    return compile(text, names).names


def names_read(text: str) -> frozenset[str]:
    """The top-level names that an expression may read from its context, those in doubt included."""
    expression = compile(text)
    return expression.names | expression.doubtful
