"""Reading a `<decisionTable>`; each problem is told with the row and column that an editor shows."""

import re
from collections import Counter
from collections.abc import Sequence

from lxml import etree

from engine.errors import Invalid
from engine.language import feel
from engine.language.decisions import hit_policies
from engine.language.decisions.source import Source
from engine.language.decisions.tables import Input, Output, Row, Table
from engine.language.feel import Expression, Value

_LITERAL = r'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false'
_ONE_LITERAL = re.compile(_LITERAL)
_LITERALS = re.compile(rf"(?:{_LITERAL})(?:\s*,\s*(?:{_LITERAL}))*")


class _Column:
    """An input column while its cells are read: cells with the same text share one test."""

    def __init__(self, element: etree._Element, number: int, source: Source) -> None:
        self.number, self.source = number, source
        expression = source.child(element, "inputExpression")
        self.text = source.text(expression)
        self.label = element.get("label") or self.text or f"第 {number} 列"
        self._numbers: dict[str, int] = {}
        self._tests: list[Expression] = []
        if expression is None or not self.text:
            source.notice(element, f"输入列“{self.label}”没有写明取哪个变量")
        self.expression = source.formula(
            element if expression is None else expression, self.text, f"输入列“{self.label}”"
        )
        self.type = source.type_of(expression)

    def test(self, cell: etree._Element, text: str, row: int) -> int:
        """The number of the test that this cell is."""
        # Compiled for each cell, because each has its own place to complain about; FEEL remembers the text.
        test = self.source.test(cell, text, f"第 {row} 行“{self.label}”列")
        if text not in self._numbers:
            self._numbers[text] = len(self._tests)
            self._tests.append(test)
        return self._numbers[text]

    def finished(self, *, alone: bool) -> Input:
        """The column; where others bear the same label, the trace tells them apart by their numbers."""
        label = self.label if alone else f"{self.label}（第 {self.number} 列）"
        return Input(label, self.expression, tuple(self._tests), self.type)


def read_table(element: etree._Element, name: str, source: Source) -> Table:
    """The table of decision `name`; what is wrong with it is noted in `source`."""
    policy, aggregation = _read_policy(element, name, source)
    columns = [_Column(each, number, source) for number, each in enumerate(source.children(element, "input"), 1)]
    outputs = _read_outputs(element, policy, source)
    names = _output_names(element, name, source)
    if aggregation and aggregation != "COUNT" and len(outputs) > 1:
        source.complain(element, f"决策表“{name}”有多个输出列，不能汇总")
    if policy in hit_policies.RANKED and not any(output.order for output in outputs):
        source.complain(element, f"决策表“{name}”按优先级取值，输出列必须列出允许值，重要的在前")
    rules = source.children(element, "rule")
    rows = [_read_row(rule, number, columns, names, source) for number, rule in enumerate(rules, 1)]
    times = Counter(column.label for column in columns)
    inputs = tuple(column.finished(alone=times[column.label] == 1) for column in columns)
    return Table(name, inputs, outputs, tuple(rows), policy, aggregation, source.types)


def _read_policy(element: etree._Element, name: str, source: Source) -> tuple[str, str]:
    policy, aggregation = element.get("hitPolicy", "UNIQUE"), element.get("aggregation", "")
    if policy not in hit_policies.SINGLE and policy not in hit_policies.LISTS:
        source.complain(element, f"决策表“{name}”的命中策略“{policy}”不存在")
    if aggregation and (policy != "COLLECT" or aggregation not in hit_policies.AGGREGATIONS):
        source.complain(element, f"决策表“{name}”的汇总方式“{aggregation}”不存在，或者命中策略不是 COLLECT")
    return policy, aggregation


def _output_names(element: etree._Element, name: str, source: Source) -> list[str]:
    """The keys of the outputs; a single column needs none."""
    columns = source.children(element, "output")
    names = [column.get("name") or column.get("label") or "" for column in columns]
    if not columns:
        source.complain(element, f"决策表“{name}”没有输出列")
    times = Counter(names)
    for column, key in zip(columns, names, strict=True):
        if len(columns) > 1 and not key:
            source.complain(column, f"决策表“{name}”有多个输出列，每列都要有名称")
        elif times[key] > 1:
            source.complain(column, f"决策表“{name}”有两个输出列都叫“{key}”")
    return names


def _read_outputs(element: etree._Element, policy: str, source: Source) -> tuple[Output, ...]:
    """The result columns. Where one ranks its values neither itself nor by its type, the variable may do so."""
    columns = source.children(element, "output")
    parent = element.getparent()
    variable = source.type_of(None if parent is None else source.child(parent, "variable"))
    # The type of a single column may be that of the list of its answers, so only the variable converts them.
    converts = len(columns) > 1 or policy in hit_policies.SINGLE
    found = []
    for column in columns:
        key = column.get("name") or column.get("label") or ""
        declared = source.type_of(column)
        behind = declared or (source.types.part(variable, key) if len(columns) > 1 else variable)
        order = source.text(source.child(column, "outputValues")) or source.types.allowed_text(behind)
        default = _read_default(column, key, source)
        found.append(Output(key, _allowed(order), default, declared if converts else None))
    return tuple(found)


def _read_default(column: etree._Element, key: str, source: Source) -> Expression | None:
    cell = source.child(column, "defaultOutputEntry")
    text = source.text(cell)
    return source.formula(cell, text, f"输出列“{key}”的默认值") if cell is not None and text else None


def _allowed(text: str) -> tuple[Value, ...]:
    """The allowed values in their order; a condition in place of values (`> 0`) ranks nothing."""
    try:
        values = feel.evaluate(f"[{text}]", {})
    except (Invalid, feel.FeelLimitExceeded):
        return ()
    return tuple(values) if isinstance(values, list) else ()


def _read_row(
    rule: etree._Element, number: int, columns: Sequence[_Column], outputs: Sequence[str], source: Source
) -> Row:
    tested, said = source.children(rule, "inputEntry"), source.children(rule, "outputEntry")
    if len(tested) != len(columns) or len(said) != len(outputs):
        found, expected = f"{len(tested)} 个条件、{len(said)} 个结果", f"{len(columns)} 个条件、{len(outputs)} 个结果"
        source.complain(rule, f"第 {number} 行有 {found}，表头有 {expected}")
    cells: list[tuple[int, int]] = []
    literals: list[tuple[Value, ...] | None] = [None] * len(columns)
    for position, (column, cell) in enumerate(zip(columns, tested, strict=False)):
        text = source.text(cell)
        literals[position] = _literals(text)
        if text not in ("", "-"):
            cells.append((position, column.test(cell, text, number)))
    formulas = [
        source.formula(cell, source.text(cell), f"第 {number} 行“{key}”列")
        for key, cell in zip(outputs, said, strict=False)
    ]
    return Row(number, rule.get("id", ""), tuple(cells), tuple(literals), tuple(formulas), _note(rule, source))


def _literals(text: str) -> tuple[Value, ...] | None:
    """The values of a cell that lists nothing but strings, numbers and booleans; else None."""
    if not _LITERALS.fullmatch(text):
        return None
    return tuple(feel.evaluate(literal, {}) for literal in _ONE_LITERAL.findall(text))


def _note(rule: etree._Element, source: Source) -> str:
    """What people wrote beside the row: the description (dmn-js) and the annotations of the standard."""
    notes = [source.description(rule), *(source.text(each) for each in source.children(rule, "annotationEntry"))]
    return "；".join(note for note in notes if note)
