"""The limits of the steps fit the time that the law gives the whole 法定总时限, on the longest way through the diagram.

The rule: counted are the rows of `rules/deadlines.dmn` behind acceptance 受理 (the element with `accepts`; from the
start where there is none), each step once, those whose clock stands still left out. A sub-process or called process
with a row of its own counts as that row. Steps that share a limit (`within`) count as that row, once. A total that is
only a practice [K] is a promise and binds nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.language import schedule
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
    """How long the steps on a way may take, in days of the total's measure. `shared`: the days of limits that several
    steps share, by their rows; they are counted once."""

    days: Decimal = Decimal(0)
    steps: tuple[str, ...] = ()
    shared: frozenset[tuple[str, Decimal]] = frozenset()

    def then(self, other: "Way") -> "Way":
        twice = sum((days for _, days in self.shared & other.shared), Decimal(0))
        return Way(self.days + other.days - twice, self.steps + other.steps, self.shared | other.shared)


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
        behind = [way for element in accepting for way in self._behind(element)]
        return max(behind) if accepting else max(self._through(self.subject.process))

    def _behind(self, element: Element) -> "Choice":
        level = next(level for level in self.subject.levels if element in level.elements)
        rest = self._from(level, element.id)[1]
        owner = next((e for e in self.subject.elements() if e.process is level), None)
        return rest if owner is None else _one_after_the_other(rest, self._behind(owner))

    def _through(self, level: Process) -> "Choice":
        starts = [element.id for element in level.elements if element.kind == "startEvent"]
        return _longest(way for start in starts for way in self._from(level, start)[0]) or (Way(),)

    def _from(self, level: Process, origin: str) -> tuple["Choice", "Choice"]:
        """The longest ways from an element to an end of its level, with it and without it."""
        forward = edges(level)
        known: dict[str, tuple[Choice, Choice]] = {}
        open_: set[str] = set()

        def visit(node: str) -> tuple[Choice, Choice]:
            if node not in known:
                open_.add(node)
                rest = _longest(way for target in forward[node] if target not in open_ for way in visit(target)[0])
                open_.discard(node)
                rest = rest or (Way(),)
                known[node] = _one_after_the_other(self._step(level.element(node)), rest), rest
            return known[node]

        return visit(origin)

    def _step(self, element: Element) -> "Choice":
        if element.triggered_by_event or element.properties.get("clock") == "stop":
            return (Way(),)
        name = element.name or element.id
        shared = self._shared(element)
        if shared is not None:
            days, key, row = shared
            return (Way(days, (f"{name}（共用 {row}）",), frozenset({(key, days)})),)
        limit = limits_and_basis.limit(self.subject, limits_and_basis.key(self.subject, element))
        if limit is not None and element.kind in _TAKES_TIME:
            return (Way(_days(limit, self.unit), (f"{name}（{limit}）",)),)
        return self._through(element.process) if element.process is not None else (Way(),)

    def _shared(self, element: Element) -> tuple[Decimal, str, Limit] | None:
        """The shortest limit that the element shares with others."""
        rows = [(key, limits_and_basis.limit(self.subject, key)) for key in schedule.shared_keys(element.properties)]
        return min(((_days(row, self.unit), key, row) for key, row in rows if row is not None), default=None)


# The longest way for each set of limits that are shared on it: what comes before may share one of them, too.
Choice = tuple[Way, ...]


def _longest(ways: Iterable[Way]) -> Choice:
    found: dict[frozenset[tuple[str, Decimal]], Way] = {}
    for way in ways:
        found[way.shared] = max(way, found.get(way.shared, way))
    return tuple(found.values())


def _one_after_the_other(first: Choice, then: Choice) -> Choice:
    return _longest(one.then(other) for one in first for other in then)


def _days(limit: Limit, unit: str) -> Decimal:
    """A limit in working days or, where the total counts those, in calendar days; at most, holidays aside."""
    amount = limit.amount / _HOURS_OF_A_DAY.get(limit.unit, 1)
    in_working_days = limit.unit in ("wd", "wh")
    if in_working_days and unit == "cd":
        return amount + 2 * ((amount + 4) // 5)
    if limit.unit == "cd" and unit != "cd":
        return amount // 7 * 5 + min(amount % 7, Decimal(5))
    return amount
