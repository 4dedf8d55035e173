"""Why (依据): the traces of decisions in the journal, as an auditor reads them.

The rule: every line says which table, in which version, which rows of it applied and what stands beside them, so that
somebody can open that very row; and whoever sees a case masked sees the decisions about it masked.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.casework import timeline
from engine.casework.models import Case, HistoryEvent
from engine.casework.plans import Plan
from engine.language.decisions.labels import output_labels
from engine.registry import masks

WHOLE = "整个办件"
_IDENTITY = re.compile(r"\d{17}[\dXx]")
_PHONE = re.compile(r"1\d{10}")
_Show = Callable[[Any], str]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Row:
    """A row that applied: its number in the table, the remark beside it, and what it says where that is told by itself.

    `table`: where the row stands, if not in the decision's own table.
    """

    number: int
    note: str = ""
    outputs: Pairs = ()
    table: str = ""


@dataclass(frozen=True)
class Reason:
    """One decision: for what it was asked ("" = for another decision), what it saw and what it answered.

    An answer without a name stands alone. `source`: the file and the beginning of its checksum; `asked`: the decisions
    that it rests on.
    """

    about: str
    decision: str
    is_table: bool
    saw: Pairs
    rows: tuple[Row, ...]
    answer: Pairs
    source: str = ""
    asked: tuple["Reason", ...] = ()

    @property
    def sentence(self) -> str:
        """决策 办理时限：第 12 行适用."""
        if self.rows:
            applies = f"第 {'、'.join(str(row.number) for row in self.rows)} 行适用"
        else:
            applies = "没有一行适用" if self.is_table else "按公式得出"
        return f"决策 {self.decision}：{applies}"


def of_event(plan: Plan, case: Case, event: HistoryEvent, *, masked: bool) -> tuple[Reason, ...]:
    """The decisions that were made with one event of the journal, in their order."""
    show = _masking(case) if masked else _shown
    traces = event.payload.get("decisions", ())
    return tuple(_reason(plan, trace, timeline.element_name(plan, step) or WHOLE, show) for step, trace in traces)


def _reason(plan: Plan, trace: Mapping[str, Any], about: str, show: _Show) -> Reason:
    labels = _labels(plan, trace["decision"])
    named = {} if labels is None else labels
    return Reason(
        about=about,
        decision=trace.get("name") or trace["decision"],
        is_table=labels is not None,
        saw=tuple((key, show(value)) for key, value in trace["inputs"].items()),
        rows=tuple(_row(row, named, show) for row in trace["rows"]),
        answer=_pairs(trace.get("value"), named, show),
        source=f"{trace['file']}，校验值 {trace['checksum']}" if "file" in trace else "",
        asked=tuple(_reason(plan, each, "", show) for each in trace.get("asked", ())),
    )


def _row(row: Mapping[str, Any] | int, labels: Mapping[str, str], show: _Show) -> Row:
    """The first traces kept the number of a row only."""
    if not isinstance(row, Mapping):
        return Row(row)
    outputs = _pairs(row.get("outputs", {}), labels, show)
    return Row(row["row"], row.get("note", ""), outputs, row.get("table", ""))


def _pairs(value: Any, labels: Mapping[str, str], show: _Show) -> Pairs:
    if isinstance(value, Mapping):
        return tuple((labels.get(key, key), show(each)) for key, each in value.items())
    only = next(iter(labels.values())) if len(labels) == 1 else ""
    return ((only, show(value)),)


def _labels(plan: Plan, decision_id: str) -> Mapping[str, str] | None:
    """The labels of the result columns; None for what is no table."""
    for bundle in (plan.main, *plan.called.values()):
        if decision_id in bundle.paths:
            return output_labels(bundle.files[bundle.paths[decision_id]]).get(decision_id)
    return None


def _shown(value: Any) -> str:
    return _words(value, str)


def _masking(case: Case) -> _Show:
    """As `_shown`, without what tells who the people are."""

    def mask(text: str) -> str:
        if text and text == case.applicant_name:
            return masks.name(text)
        text = _IDENTITY.sub(lambda found: masks.identity(found[0]), text)
        return _PHONE.sub(lambda found: masks.phone(found[0]), text)

    return lambda value: _words(value, mask)


def _words(value: Any, mask: Callable[[str], str]) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return _joined("，", (f"{key} = {_words(each, mask)}" for key, each in value.items()))
    if isinstance(value, list):
        return _joined("、", (_words(each, mask) for each in value))
    return mask(str(value))


def _joined(sign: str, parts: Iterable[str]) -> str:
    return sign.join(parts) or "（空）"
