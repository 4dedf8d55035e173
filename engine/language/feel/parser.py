"""FEEL read into a syntax tree by operator precedence.

The rule: reading never looks back, so its time grows with the length of the text; what follows from a value (a range or
a list, a test or an expression in parentheses) is decided by the token after it.
"""

from collections.abc import Iterable
from decimal import Decimal

from . import syntax
from .cursor import RESERVED, Cursor
from .declared_types import Type
from .lexer import unescape
from .limits import NESTING, FeelLimitExceeded
from .names import NameTable
from .notices import Position
from .syntax import Node
from .temporal import read_temporal
from .type_parser import read_type
from .values import ARITHMETIC_ERRORS, NUMBERS

_OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER, _NEGATION, _INSTANCE, _POSTFIX = range(1, 10)
_STRENGTH = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "between", "in"), _COMPARISON),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("*", "/"), _PRODUCT),
    "**": _POWER,
    "instance": _INSTANCE,
    **dict.fromkeys((".", "[", "("), _POSTFIX),
}
_RELATIONS = ("<", "<=", ">", ">=", "=", "!=")
_LONGEST_CHAIN = 200
_CONSTANTS = {"true": True, "false": False, "null": None}
_CANNOT_BEGIN = frozenset(
    [
        *[")", ",", "}", "]", ":", "=", "!=", "<", "<=", ">", ">=", "+", "*", "/", "**", "..", "->", "."],
        *["and", "or", "then", "else", "return", "satisfies", "in", "between"],
    ]
)


def parse_expression(text: str, names: Iterable[str], keys: Iterable[str], built_in: NameTable) -> Node:
    """The tree of one expression. Raises FeelSyntaxError or FeelLimitExceeded."""
    parser = Parser(text, names, keys, built_in)
    tree = parser.expression()
    parser.expect_end()
    return tree


def parse_unary_tests(text: str, names: Iterable[str], keys: Iterable[str], built_in: NameTable) -> syntax.UnaryTests:
    """The tree of one cell of a decision table."""
    parser = Parser(text, names, keys, built_in)
    tree = parser.unary_tests()
    parser.expect_end()
    return tree


class Parser(Cursor):
    """Reads one text once."""

    depth = 0

    def expect_end(self) -> None:
        if self.token.kind != "end":
            raise self.error("这里表达式应当结束", "the expression should end here")

    # Expressions

    def expression(self, strength: int = 0) -> Node:
        self.depth += 1
        if self.depth > NESTING:
            raise FeelLimitExceeded(f"Expected at most {NESTING} expressions inside each other, but there were more")
        tree = self.extend(self.operand(), strength)
        self.depth -= 1
        return tree

    def extend(self, left: Node, strength: int = 0) -> Node:
        """Everything that binds to `left` at least as strongly as asked."""
        for _ in range(_LONGEST_CHAIN):
            token = self.token
            power = _STRENGTH.get(token.text, 0) if token.kind in {"symbol", "name"} else 0
            if power <= strength or (token.text == "[" and self.closes_range()):
                return left
            left = self.operation(left, token.text, power)
        raise FeelLimitExceeded(f"Expected at most {_LONGEST_CHAIN} operators in a row, but there were more")

    def operation(self, left: Node, operator: str, power: int) -> Node:
        at = self.at()
        self.index += 1
        if power <= _AND:
            return self.junction(left, operator, power)
        if operator == "between":
            low = self.expression(_COMPARISON)
            self.expect("and")
            return syntax.Between(at, left, low, self.expression(_COMPARISON))
        if operator == "in":
            return syntax.Membership(at, left, self.membership())
        if power == _COMPARISON:
            return syntax.Comparison(at, operator, left, self.expression(_COMPARISON))
        if power <= _POWER:
            return syntax.Arithmetic(at, operator, left, self.expression(power))
        if power == _INSTANCE:
            self.expect("of")
            return syntax.InstanceOf(at, left, read_type(self))
        return self.postfix(left, operator)

    def junction(self, left: Node, operator: str, power: int) -> Node:
        """A whole row of `and` or `or` becomes one node."""
        operands = [left, self.expression(power)]
        while self.accept(operator):
            operands.append(self.expression(power))
        if operator == "and":
            return syntax.Conjunction(left.at, tuple(operands))
        return syntax.Disjunction(left.at, tuple(operands))

    def postfix(self, left: Node, operator: str) -> Node:
        at = self.at()
        if operator == ".":
            return syntax.Path(at, left, self.path_name())
        if operator == "(":
            return self.call(left)
        self.filters += 1
        condition = self.expression()
        self.filters -= 1
        self.expect("]")
        return syntax.Filter(at, left, condition)

    def closes_range(self) -> bool:
        """Whether the bracket that comes next ends a range, as in `]1..5[`, because nothing that follows is a value."""
        after = self.tokens.items[self.index + 1]
        if after.kind == "end":
            return True
        return after.kind in {"symbol", "name"} and after.text in _CANNOT_BEGIN and not self.name_follows()

    # Operands

    def operand(self) -> Node:
        at, token = self.at(), self.token
        if token.kind == "symbol":
            return self.symbol_operand()
        if token.kind == "end":
            raise self.error("这里应当是一个值", "a value was expected here")
        if token.kind == "name":
            return self.word_operand()
        self.index += 1
        if token.kind == "string":
            return syntax.Literal(at, unescape(token.text))
        if token.kind == "at":
            return self.temporal_literal(token.text)
        try:
            return syntax.Literal(at, NUMBERS.create_decimal(token.text))
        except ARITHMETIC_ERRORS:
            self.index -= 1
            raise self.error(
                "这里应当是34位以内的数字", "a number within the range of FEEL was expected here"
            ) from None

    def temporal_literal(self, text: str) -> Node:
        self.index -= 1
        value = read_temporal(unescape(text[1:].lstrip()))
        if value is None:
            raise self.error("这里应当是日期、时间或时长", "a date, time or duration was expected here")
        at = self.at()
        self.index += 1
        return syntax.Literal(at, value)

    def symbol_operand(self) -> Node:
        at, symbol = self.at(), self.token.text
        self.index += 1
        if symbol == "-":
            return self.negation(at)
        if symbol == "[":
            return self.list_or_range(at)
        if symbol == "]":
            return self.range_from(at, self.expression(), low_included=False)
        if symbol == "(":
            return self.group(at)
        if symbol == "{":
            return self.context(at)
        self.index -= 1
        raise self.error("这里应当是一个值", "a value was expected here")

    def negation(self, at: Position) -> Node:
        operand = self.expression(_NEGATION)
        if isinstance(operand, syntax.Literal) and isinstance(operand.value, Decimal):
            return syntax.Literal(at, NUMBERS.minus(operand.value))
        return syntax.Negation(at, operand)

    def list_or_range(self, at: Position) -> Node:
        if self.accept("]"):
            return syntax.ListOf(at, ())
        items = [self.expression()]
        if self.sees(".."):
            return self.range_from(at, items[0], low_included=True)
        while self.accept(","):
            items.append(self.expression())
        self.expect("]")
        return syntax.ListOf(at, tuple(items))

    def range_from(self, at: Position, low: Node, *, low_included: bool) -> Node:
        self.expect("..")
        high = self.expression()
        included = self.accept("]")
        if not included and not self.accept(")"):
            self.expect("[")
        return syntax.RangeOf(at, low, high, low_included, included)

    def group(self, at: Position) -> Node:
        """After an opening parenthesis: an expression, an open range, or a range with one end as in `(< 5)`."""
        if self.sees(*_RELATIONS):
            operator = self.token.text
            self.index += 1
            end = self.expression(_COMPARISON)
            self.expect(")")
            return syntax.UnaryRangeOf(at, operator, end)
        inner = self.expression()
        if self.sees(".."):
            return self.range_from(at, inner, low_included=False)
        self.expect(")")
        return inner

    def context(self, at: Position) -> Node:
        entries: list[tuple[str, Node]] = []
        self.scopes.append(NameTable())
        while not self.accept("}"):
            if entries:
                self.expect(",")
            key = self.context_key()
            entries.append((key, self.expression()))
            self.scopes[-1].add(key)
            self.keys.add(key)
        self.scopes.pop()
        return syntax.ContextOf(at, tuple(entries))

    def context_key(self) -> str:
        if self.token.kind == "string":
            key = unescape(self.token.text)
            self.index += 1
        else:
            key = self.declared_name(":")
        self.expect(":")
        return key

    # Words

    def word_operand(self) -> Node:
        at = self.at()
        known = self.known_name()
        if known:
            return syntax.Name(at, known)
        word = self.token.text
        if word not in RESERVED:
            self.index += 1
            return syntax.Name(at, word)
        reader = _KEYWORDS.get(word)
        if reader is None:
            raise self.error("这里应当是一个值", "a value was expected here")
        self.index += 1
        return reader(self, at)

    def constant(self, at: Position) -> Node:
        return syntax.Literal(at, _CONSTANTS[self.tokens.items[self.index - 1].text])

    def conditional(self, at: Position) -> Node:
        condition = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return syntax.Conditional(at, condition, then, self.expression())

    def for_loop(self, at: Position) -> Node:
        loops = self.loops("return")
        tree = syntax.For(at, loops, self.expression())
        self.scopes.pop()
        return tree

    def some(self, at: Position) -> Node:
        return self.quantified(at, every=False)

    def every(self, at: Position) -> Node:
        return self.quantified(at, every=True)

    def quantified(self, at: Position, *, every: bool) -> Node:
        loops = self.loops("satisfies")
        tree = syntax.Quantified(at, every, loops, self.expression())
        self.scopes.pop()
        return tree

    def loops(self, end: str) -> tuple[syntax.Loop, ...]:
        """The iteration variables; their names stay known until the caller drops the scope."""
        self.scopes.append(NameTable())
        loops: list[syntax.Loop] = []
        while not loops or self.accept(","):
            name = self.declared_name("in")
            self.expect("in")
            source = self.expression()
            stop = self.expression() if self.accept("..") else None
            loops.append(syntax.Loop(name, source, stop))
            self.scopes[-1].add(name)
        self.expect(end)
        return tuple(loops)

    def function(self, at: Position) -> Node:
        self.expect("(")
        parameters: list[tuple[str, Type | None]] = []
        while not self.accept(")"):
            if parameters:
                self.expect(",")
            name = self.declared_name(":", ",", ")")
            parameters.append((name, read_type(self) if self.accept(":") else None))
        if self.accept("external"):
            self.expression()
            return syntax.FunctionOf(at, tuple(parameters), None)
        self.scopes.append(NameTable(name for name, _ in parameters))
        body = self.expression()
        self.scopes.pop()
        return syntax.FunctionOf(at, tuple(parameters), body)

    def call(self, function: Node) -> Node:
        positional: list[Node] = []
        named: list[tuple[str, Node]] = []
        by_name = self.named_argument()
        while not self.accept(")"):
            if positional or named:
                self.expect(",")
            if by_name:
                name = self.declared_name(":")
                self.expect(":")
                named.append((name, self.expression()))
            else:
                positional.append(self.expression())
        return syntax.Call(function.at, function, tuple(positional), tuple(named))

    # Tests

    def membership(self) -> tuple[syntax.Test, ...]:
        """What stands after `in`: one test, or several in parentheses."""
        if not self.accept("("):
            return (self.test(_COMPARISON),)
        at = self.at()
        tests = [self.test()]
        first = tests[0]
        if self.sees("..") and isinstance(first, syntax.ValueTest):
            open_range = self.range_from(at, first.expression, low_included=False)
            return (syntax.ValueTest(at, self.extend(open_range, _COMPARISON)),)
        while self.accept(","):
            tests.append(self.test())
        self.expect(")")
        if len(tests) == 1 and isinstance(first, syntax.ValueTest):
            # One value in parentheses may go on: `x in (list)[item > 1]`.
            return (syntax.ValueTest(at, self.extend(first.expression, _COMPARISON)),)
        return tuple(tests)

    def test(self, strength: int = 0) -> syntax.Test:
        at, operator = self.at(), self.token.text
        if self.token.kind == "symbol" and operator in _RELATIONS:
            self.index += 1
            return syntax.OperatorTest(at, operator, self.expression(_COMPARISON))
        return syntax.ValueTest(at, self.expression(strength))

    def unary_tests(self) -> syntax.UnaryTests:
        at = self.at()
        if self.sees("-") and self.tokens.items[self.index + 1].kind == "end":
            self.index += 1
        if self.token.kind == "end":
            return syntax.UnaryTests(at, (), False)
        negated = self.sees("not") and self.follows("(")
        if negated:
            self.index += 2
        tests = [self.test()]
        while self.accept(","):
            tests.append(self.test())
        if negated:
            self.expect(")")
        return syntax.UnaryTests(at, tuple(tests), negated)


_KEYWORDS = {
    **dict.fromkeys(_CONSTANTS, Parser.constant),
    "if": Parser.conditional,
    "for": Parser.for_loop,
    "some": Parser.some,
    "every": Parser.every,
    "function": Parser.function,
}
