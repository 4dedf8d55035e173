"""The limits of the steps fit the time that the law gives the whole 法定总时限, on the longest way through the diagram.

The rule: counted are the rows of `rules/deadlines.dmn` behind acceptance 受理 (the element with `accepts`; from the
start where there is none), each step once, those whose clock stands still left out. A sub-process or called process
with a row of its own counts as that row. A total that is only a practice [K] is a promise and binds nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.language.diagram import Element, Process
from engine.language.lint import limits_and_basis
from engine.language.lint.graph import WAITING, edges
from engine.language.lint.subject import Finding, Subject
from engine.language.schedule import Limit

_PRACTICE = "K"
_TAKES_TIME = WAITING - {"boundaryEvent", "eventBasedGateway"}
_HOURS_OF_A_DAY = {"h": Decimal(24), "wh": Decimal(7)}


@dataclass(frozen=True, order=True, slots=True)
class Way:
    """How long the steps on a way may take, in days of the total's measure."""

    days: Decimal = Decimal(0)
    steps: tuple[str, ...] = ()

    def then(self, other: "Way") -> "Way":
        return Way(self.days + other.days, self.steps + other.steps)


def check(subject: Subject) -> Iterator[Finding]:
    """A longest way that takes more than the law allows, step by step."""
    total = limits_and_basis.limit(subject, f"{subject.process.id}.total")
    if total is None or _PRACTICE in total.source:
        return
    longest = _Ways(subject, total.unit).longest()
    allowed = _days(total, total.unit)
    if longest.days > allowed:
        yield Finding(
            "",
            f"最长路径 {' → '.join(longest.steps)} 合计 {longest.days.normalize():f} 天，"
            f"超过总时限 {total}（{total.source}）",
        )


class _Ways:
    """Longest ways through the levels of a process; steps back are not walked again."""

    def __init__(self, subject: Subject, unit: str) -> None:
        self.subject = subject
        self.unit = unit

    def longest(self) -> Way:
        """The longest way behind acceptance, or from the start."""
        accepting = [e for e in self.subject.elements() if e.properties.get("accepts") == "true"]
        behind = [self._behind(element) for element in accepting]
        return max(behind) if behind else self._through(self.subject.process)

    def _behind(self, element: Element) -> Way:
        level = next(level for level in self.subject.levels if element in level.elements)
        rest = self._from(level, element.id)[1]
        owner = next((e for e in self.subject.elements() if e.process is level), None)
        return rest if owner is None else rest.then(self._behind(owner))

    def _through(self, level: Process) -> Way:
        starts = [element.id for element in level.elements if element.kind == "startEvent"]
        return max((self._from(level, start)[0] for start in starts), default=Way())

    def _from(self, level: Process, origin: str) -> tuple[Way, Way]:
        """The longest way from an element to an end of its level, with it and without it."""
        forward = edges(level)
        known: dict[str, tuple[Way, Way]] = {}
        open_: set[str] = set()

        def visit(node: str) -> tuple[Way, Way]:
            if node not in known:
                open_.add(node)
                rest = max((visit(target)[0] for target in forward[node] if target not in open_), default=Way())
                open_.discard(node)
                known[node] = self._step(level.element(node)).then(rest), rest
            return known[node]

        return visit(origin)

    def _step(self, element: Element) -> Way:
        if element.triggered_by_event or element.properties.get("clock") == "stop":
            return Way()
        limit = limits_and_basis.limit(self.subject, limits_and_basis.key(self.subject, element))
        if limit is not None and element.kind in _TAKES_TIME:
            return Way(_days(limit, self.unit), (f"{element.name or element.id}（{limit}）",))
        return self._through(element.process) if element.process is not None else Way()


def _days(limit: Limit, unit: str) -> Decimal:
    """A limit in working days or, where the total counts those, in calendar days; at most, holidays aside."""
    amount = limit.amount / _HOURS_OF_A_DAY.get(limit.unit, 1)
    in_working_days = limit.unit in ("wd", "wh")
    if in_working_days and unit == "cd":
        return amount + 2 * ((amount + 4) // 5)
    if limit.unit == "cd" and unit != "cd":
        return amount // 7 * 5 + min(amount % 7, Decimal(5))
    return amount
