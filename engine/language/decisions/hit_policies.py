"""Hit policies 命中策略: what a table answers when several of its rows apply (DMN 1.3, section 8.2.11).

The rule: UNIQUE and ANY promise that rows do not contradict each other; where they do, nobody guesses.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from engine.errors import ExecutionFailed
from engine.language import feel
from engine.language.decisions.logic import Hit
from engine.language.feel import Value

# The order of the allowed values of each output, most important first; empty where none is given.
Ranking = Mapping[str, Sequence[Value]]
Combine = Callable[[str, Sequence[Hit], Ranking], Value]

_EQUAL = feel.compile("left = right", ("left", "right"))


def value_of(outputs: Mapping[str, Value]) -> Value:
    """One output column gives its bare value, several give a context."""
    return next(iter(outputs.values())) if len(outputs) == 1 else dict(outputs)


def unique(table: str, hits: Sequence[Hit], ranking: Ranking) -> Value:
    if len(hits) > 1:
        raise _contradiction(table, hits[0], hits[1], "同时命中")
    return value_of(hits[0].outputs)


def any_of(table: str, hits: Sequence[Hit], ranking: Ranking) -> Value:
    first = value_of(hits[0].outputs)
    for hit in hits[1:]:
        if _EQUAL({"left": first, "right": value_of(hit.outputs)}) is not True:
            raise _contradiction(table, hits[0], hit, "同时命中而结果不同")
    return first


def first(table: str, hits: Sequence[Hit], ranking: Ranking) -> Value:
    return value_of(hits[0].outputs)


def priority(table: str, hits: Sequence[Hit], ranking: Ranking) -> Value:
    return value_of(_ranked(hits, ranking)[0].outputs)


def rule_order(table: str, hits: Sequence[Hit], ranking: Ranking) -> Value:
    return [value_of(hit.outputs) for hit in hits]


def output_order(table: str, hits: Sequence[Hit], ranking: Ranking) -> Value:
    return [value_of(hit.outputs) for hit in _ranked(hits, ranking)]


def count(table: str, hits: Sequence[Hit], ranking: Ranking) -> Value:
    return Decimal(len(hits))


def aggregate(function: str) -> Combine:
    """SUM, MIN and MAX are FEEL's own, so that null and mixed values mean there what they mean here."""
    formula = feel.compile(f"{function}(values)", ("values",))

    def combine(table: str, hits: Sequence[Hit], ranking: Ranking) -> Value:
        return formula({"values": [value_of(hit.outputs) for hit in hits]})

    return combine


SINGLE: Mapping[str, Combine] = {"UNIQUE": unique, "ANY": any_of, "FIRST": first, "PRIORITY": priority}
LISTS: Mapping[str, Combine] = {"RULE ORDER": rule_order, "OUTPUT ORDER": output_order, "COLLECT": rule_order}
AGGREGATIONS: Mapping[str, Combine] = {
    "SUM": aggregate("sum"),
    "MIN": aggregate("min"),
    "MAX": aggregate("max"),
    "COUNT": count,
}
RANKED = frozenset({"PRIORITY", "OUTPUT ORDER"})


def _ranked(hits: Sequence[Hit], ranking: Ranking) -> list[Hit]:
    """By the rank of the first output, then of the second …; rows of equal rank keep the order of the table."""

    def rank(hit: Hit) -> tuple[int, ...]:
        return tuple(
            order.index(hit.outputs[name]) if hit.outputs[name] in order else len(order)
            for name, order in ranking.items()
        )

    return sorted(hits, key=rank)


def _contradiction(table: str, one: Hit, other: Hit, what: str) -> ExecutionFailed:
    rows = f"{one.row} ({one.rule_id}) and {other.row} ({other.rule_id})"
    return ExecutionFailed(
        f"Expected rows of table “{table}” not to contradict each other, but rows {rows} both apply",
        notice=f"决策表“{table}”的第 {one.row} 行和第 {other.row} 行{what}，已通知管理人员修正，您填写的内容没有丢失",
    )
